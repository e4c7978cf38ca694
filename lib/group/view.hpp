// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what the protocol engine shows of itself, for reports, answers and the simulator.
// Thread: control. Used by: group, control, the simulator.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "base/ip_address.hpp"
#include "base/mac_address.hpp"
#include "base/time.hpp"
#include "glbp/message.hpp"
#include "group/options.hpp"

namespace evengate::group {

// What this member does with frames for a vMAC.
enum class Role : uint8_t {
    other,   // nothing: somebody else forwards, or nobody
    own,     // forwards, and may send from it
    linger,  // forwards what still arrives, sends nothing from it
};

struct MemberView {
    MemberId id;
    std::string name;  // empty: not heard yet
    IpAddress address;
    MacAddress mac;
    bool is_self = false;
    bool is_live = false;
    bool is_proven = false;
    bool hears_us = false;
    bool is_draining = false;
    bool is_fenced = false;
    glbp::VgState state = glbp::VgState::initial;  // in the group that was asked for
    uint8_t priority = 0;
    uint8_t weight = 0;
    uint64_t boot_nonce = 0;
    uint64_t capacity_pps = 0;
    uint64_t load_pps = 0;
    uint64_t granted_pps = 0;
    Duration silence{};  // since it was last heard
    std::vector<MemberId> hears;  // whom it says to hear
};

struct VmacView {
    VmacNumber number;
    MacAddress mac;
    Role role = Role::other;
    std::optional<MemberId> owner;     // who should forward now, as far as we know
    std::optional<MemberId> claimant;  // who says so in its last hello, or ourselves
    std::optional<MemberId> previous;  // while a planned move is under way
    std::vector<MemberId> successors;
    Duration since{};                  // the role changed
    // cisco mode.
    uint8_t priority = 0;              // 167 or 135
    std::optional<Duration> redirect_left;
    std::optional<Duration> timeout_left;
};

// What a member carries, as the estimate has it. Units: packets a second.
struct BalanceGatewayView {
    MemberId member;
    uint64_t capacity_pps = 0;  // 0: is to carry nothing
    uint64_t load_pps = 0;      // of the group's vMACs that it has
    uint64_t background_pps = 0;  // all else that it forwards, or keeps free for other groups
    uint32_t n_vmacs = 0;
    bool is_saturated = false;  // missed packets in the last interval
};
struct BalanceMove {
    VmacNumber vmac;
    MemberId from;
    MemberId to;
    uint64_t load_pps = 0;
};
// One round (balancing rules B5 to B11), or what it would do.
struct BalanceRound {
    TimePoint at{};
    balance::Decision decision;
    std::vector<BalanceMove> moves;  // the decision's, in words of the group
};
// Why a planned move was begun.
enum class MoveCause : uint8_t { operator_asked, drained, balanced, evened };
inline constexpr size_t kMoveCauseCount = 4;

struct BalanceView {
    BalanceSettings settings;
    std::optional<MemberId> decider;
    bool decides_here = false;
    uint32_t alpha = 0;  // in use; units: balance::EstimateOptions::kOne
    uint64_t n_rounds = 0;
    uint64_t n_disagreements = 0;
    std::array<uint64_t, kMoveCauseCount> n_moves{};  // begun by this member as AVG, by cause
    std::vector<BalanceGatewayView> gateways;          // live ones, self first
    std::vector<uint64_t> loads;                       // by vMAC, from 1: the estimate
    BalanceRound dry_run;
    std::vector<BalanceRound> history;                 // oldest first
};

struct GroupView {
    GroupId id;
    glbp::VgState state = glbp::VgState::initial;
    uint8_t priority = 0;
    uint8_t weight = 0;
    uint32_t n_state_changes = 0;
    std::optional<MemberId> avg;
    std::optional<MemberId> standby;
    glbp::AssignmentName name;  // of the adopted assignment
    bool is_draining = false;
    bool is_fenced = false;
    Duration hello{};
    Duration hold{};
    std::vector<MemberView> members;  // self first
    std::vector<VmacView> vmacs;      // by number
};

}  // namespace evengate::group
