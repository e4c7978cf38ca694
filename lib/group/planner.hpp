// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the AVG's next assignment: every vMAC owned, shares by capacity, few moves, successors that
// spread any single death (protocol rules 8, 9, 15, 22). A pure function.
// Thread: any. Used by: native_group.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>

#include "balance/start.hpp"
#include "base/bounded_vector.hpp"
#include "group/assignment.hpp"

namespace evengate::group {

struct PlanMember {
    glbp::Incarnation life;
    uint64_t capacity_pps = 0;
    uint8_t n_vmacs = 0;      // it knows vMACs up to this number (rule 5)
    enum class Use : uint8_t {
        full,     // may be given vMACs
        leaving,  // drains or has no weight: its vMACs move away as soon as they can
    } use = Use::full;
};

struct PlanVmac {
    // Places in PlanInput::members.
    MemberPlace holder = kNobody;  // who forwards now, or would by right; kNobody: nobody that lives
    MemberPlace target = kNobody;  // of a move under way, which goes on; kNobody: none
    MemberPlace pinned = kNobody;  // where the operator wants it
    enum class Stay : uint8_t {
        may_move,
        must_stay,  // no other having less is a reason to move it (rule 22)
        unclaimed,  // whatever asks for it: its holder has not said yet that it forwards (rule 16)
    } stay = Stay::may_move;
};

struct PlanInput {
    BoundedVector<PlanMember, glbp::kMaxMembers> members;  // live ones
    BoundedVector<PlanVmac, glbp::kMaxVmacs> vmacs;        // 1, 2, ...
    size_t n_moves_at_once = 8;
    balance::Start start = balance::Start::even;  // of vMACs that nobody has
    // How near the numbers of vMACs are to shares by capacity.
    enum class Evening : uint8_t {
        none,
        loosely,  // within a half of a share: loads even out the rest (balancing rule B8)
        closely,
    } evening = Evening::closely;
};

// The name is left empty. A vMAC that changes hands has its holder as previous owner.
[[nodiscard]] Assignment plan_assignment(const PlanInput& input);

}  // namespace evengate::group
