// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: version 2 of the problem, in which a part of a flow may be processed, and its conversions
// from and to version 1 (the paper's Lemmas 1 and 2; rule B13). Thread: any. Used by: tests; it is
// how the paper proves when nothing more can be gained.
#pragma once

#include <span>
#include <vector>

#include "balance/problem.hpp"

namespace evengate::balance {

// Where a flow goes, and how much of it: x_ij = amount / load, which is in [0, 1]. An amount of 0
// means unassigned, and unassigned an amount of 0. As all loads and capacities are integers, an
// optimum with integer amounts exists.
struct Portion {
    Gateway gateway = unassigned;
    Load amount = 0;
    bool operator==(const Portion&) const = default;
};

// By flow: no flow is divided between gateways.
using PartialAssignment = std::vector<Portion>;

// Whether each amount is at most the flow's load, and those of a gateway together at most its
// capacity.
[[nodiscard]] bool is_feasible(const Problem& problem, const PartialAssignment& portions);

// Version 2's value: the sum of all amounts.
[[nodiscard]] Load value_of(const PartialAssignment& portions);

// Lemma 1: a feasible solution of version 2 with the value that the assignment has in version 1.
// Each gateway takes its flows in their order until it is full. Cost: O(n + m).
[[nodiscard]] PartialAssignment to_partial(const Problem& problem,
                                           std::span<const Gateway> assignment);

// Lemma 2: an assignment with at least the value of the portions: what is processed in part goes
// there whole. Cost: O(n).
[[nodiscard]] Assignment to_whole(const PartialAssignment& portions);

}  // namespace evengate::balance
