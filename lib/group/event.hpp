// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what can happen to the protocol engine of a segment. Thread: control. Used by: group, control,
// the simulator.
#pragma once

#include <cstdint>
#include <span>
#include <variant>

#include "base/ids.hpp"
#include "base/ip_address.hpp"
#include "base/mac_address.hpp"
#include "glbp/message.hpp"
#include "group/options.hpp"

namespace evengate::group {

// A message for one of our groups, decoded, whose digest is right (or none is asked for), from an
// address of the segment, with TTL 255. Lasts for the call.
struct MessageReceived {
    const glbp::Message& message;
    IpAddress source;
    MacAddress source_mac;  // of the frame
};

// Nothing but time has passed.
struct TimersDue {};

enum class Link : uint8_t { down, up };
struct LinkChanged {
    Link link;
};

// Answers action::PrepareVmac: this member can forward for the vMAC now. Or it cannot.
struct VmacPrepared {
    GroupId group;
    VmacNumber vmac;
    glbp::AssignmentName name;
};
// Answers action::CollectNeighbours. Lasts for the call.
struct NeighboursCollected {
    GroupId group;
    MemberId to;
    glbp::AssignmentName name;
    std::span<const glbp::NeighbourList::Entry> neighbours;
};

// A host was answered with this vMAC (rule 24).
struct HostAnswered {
    GroupId group;
    glbp::Client client;
};

// What the appliance can do and does, in every interval (rules 4, 28; balancing rules B1 to B3). The
// grant is this group's. Lasts for the call.
struct LoadMeasured {
    GroupId group;
    uint64_t capacity_pps = 0;
    uint64_t load_pps = 0;
    uint64_t group_load_pps = 0;
    uint64_t granted_pps = 0;
    glbp::LoadReport report;                  // n_counts is not looked at
    std::span<const glbp::VmacCount> counts;  // of the group's vMACs that have any
};
// The operator has other wishes.
struct BalanceChanged {
    GroupId group;
    BalanceSettings settings;
};
// Tracking says so; 0 gives up all vMACs.
struct WeightChanged {
    GroupId group;
    uint8_t weight = 0;
};

// What this member tells the others of services (rerouting rules D2, D3, D8). Said at once, where it
// takes part and hears others; else nothing is said, and nothing kept for later. Last for the call.
// To all, in as many messages as it needs. Not checked: at most glbp::kMaxTargets, in their order.
struct TellVerdicts {
    GroupId group;
    uint64_t services_digest = 0;
    std::span<const glbp::TargetVerdict> targets;
};
// To all, of this member as AVG: not said unless it is, and the name has it.
struct TellTargetSet {
    GroupId group;
    const glbp::TargetSet& set;
    glbp::OrderedWeights ordered{};
};
// In as many messages as they need.
struct TellConnections {
    GroupId group;
    MemberId to;  // 0: all
    uint64_t services_digest = 0;
    std::span<const glbp::Connection> connections;
};

// What the operator asks for.
struct Drain {};
struct Undrain {};
struct Leave {};  // after this the engine says good-bye and claims nothing
struct MoveVmac {
    GroupId group;
    VmacNumber vmac;
    MemberId to;
};
struct SetPriority {
    GroupId group;
    uint8_t priority = 100;
};

using Event = std::variant<MessageReceived, TimersDue, LinkChanged, VmacPrepared, NeighboursCollected,
                           HostAnswered, LoadMeasured, BalanceChanged, WeightChanged, TellVerdicts,
                           TellTargetSet, TellConnections, Drain, Undrain, Leave, MoveVmac, SetPriority>;

}  // namespace evengate::group
