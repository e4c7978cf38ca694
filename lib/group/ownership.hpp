// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: who should forward for a vMAC: computed alike by all that hold the same assignment and see
// the same members alive, without a message (protocol rule 10). Thread: any. Used by: native_group,
// planner.
#pragma once

#include <bitset>
#include <optional>

#include "group/assignment.hpp"

namespace evengate::group {

// By place in the assignment's member table.
using Places = std::bitset<glbp::kMaxMembers>;

// How strongly a vMAC without owner and successors is drawn to a member.
[[nodiscard]] uint64_t take_over_weight(uint8_t vmac, MemberId member);

// The first of owner, successors and, by weight, all members that is alive; kNobody.
[[nodiscard]] MemberPlace first_live(const Assignment& assignment, uint8_t vmac, const Places& alive);

// As first_live(), but the previous owner while it is alive and still claims the vMAC: a planned move
// is not done before it let go (rule 16).
// Units: claimed_by_previous is about this vMAC.
enum class PreviousClaim : uint8_t { none, held };
[[nodiscard]] MemberPlace rightful_owner(const Assignment& assignment, uint8_t vmac, const Places& alive,
                                         PreviousClaim previous_claim);

// Of two claimants under one name, whether a keeps the vMAC from b (rule 11).
[[nodiscard]] bool comes_before(const Assignment& assignment, uint8_t vmac, MemberId a, MemberId b);

}  // namespace evengate::group
