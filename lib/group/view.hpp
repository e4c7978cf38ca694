// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what the protocol engine shows of itself, for reports, answers and the simulator.
// Thread: control. Used by: group, control, the simulator.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "base/ip_address.hpp"
#include "base/mac_address.hpp"
#include "base/time.hpp"
#include "glbp/message.hpp"

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
