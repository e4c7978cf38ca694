// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: best-fit into as little of each gateway as will hold everything (rule B6).
// Thread: any. Used by: portfolio.
#pragma once

#include <span>

#include "balance/algorithms.hpp"

namespace evengate::balance {

// A share of all capacities alike, in steps of 2^-20.
struct Theta {
    static constexpr unsigned kBits = 20;
    std::int64_t steps = 0;
};

// What the share leaves of each capacity, rounded down, in workspace.scaled.
std::span<const Load> scale(std::span<const Load> capacities, Theta theta, Workspace& workspace);

// Returns the least share, rounded up, into which the flows could fit: their sum over the sum of
// capacities, and the largest over the largest. Zero without capacity.
[[nodiscard]] Theta least_theta(std::span<const Load> capacities, const FlowOrder& flows);

// Bisects the share between least_theta() and the highest utilisation that even() reaches, to a
// thousandth of it. All flows are assigned if any gateway has capacity. Cost: even() and up to 12
// of best_fit().
void multifit(std::span<const Load> capacities, const FlowOrder& flows, Workspace& workspace,
              Assignment& assignment);

// The bisection alone: from what is assigned already, by even() or otherwise, to something no
// fuller. Cost: up to 12 of best_fit().
void tighten(std::span<const Load> capacities, const FlowOrder& flows, Workspace& workspace,
             Assignment& assignment);

}  // namespace evengate::balance
