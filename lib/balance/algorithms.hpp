// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the fast algorithms: the paper's sequential, greedy, best-fit and random, and even, which
// spreads instead of packing. Thread: any. Used by: multifit, portfolio, the exact solver, the
// simulator.
//
// All fill the assignment anew, one entry a flow. They compute in integers only: members that run
// the same one on the same problem agree. None allocates once it has seen a problem of this size.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "balance/flow_order.hpp"
#include "balance/problem.hpp"

namespace evengate::balance {

// Buffers that calls share, one after the other. What is in them between two calls means nothing.
struct Workspace {
    FlowOrder flows;
    std::vector<std::uint64_t> keys;
    std::vector<std::uint64_t> inverses;
    std::vector<Gateway> order;
    std::vector<Gateway> rank;
    std::vector<Load> scaled;
    Assignment trial;
    Assignment candidate;
};

// Fills one gateway after the other, in their order, each while its load is below its capacity; the
// rest stays unassigned (the paper's sequential). Cost: O(n + m).
void sequential(std::span<const Load> capacities, const FlowOrder& flows, Assignment& assignment);

// Each flow to the gateway with most capacity left, the first of equals; where none is left the
// rest stays unassigned (the paper's greedy). Cost: O(n log m).
void greedy(std::span<const Load> capacities, const FlowOrder& flows, Workspace& workspace,
            Assignment& assignment);

// Each flow to the gateway with the least capacity left that holds it, the first of equals; if none
// does, to the one with most left; where none is left the rest stays unassigned (the paper's
// best-fit). Cost: O(log m) a flow, and at most 8 m bytes moved in an array that stays sorted:
// below the limit of gateways no tree is faster.
void best_fit(std::span<const Load> capacities, const FlowOrder& flows, Workspace& workspace,
              Assignment& assignment);

// What of best_fit() remains when nothing may overflow.
enum class Fit : std::uint8_t { all_fit, some_do_not };
// As best_fit(), but stops at the first flow that fits nowhere; the assignment is then worth
// nothing.
Fit try_best_fit(std::span<const Load> capacities, const FlowOrder& flows, Workspace& workspace,
                 Assignment& assignment);

// Each flow to any of the gateways, whatever its load (the paper's random). The same seed gives the
// same assignment. Cost: O(n).
void random_assignment(std::size_t n_gateways, std::size_t n_flows, std::uint64_t seed,
                       Assignment& assignment);

// Each flow, in descending order, to the gateway with the least (load + flow) / capacity (rule B6).
// Ties go to the larger capacity, then to the lower place. The quotient is compared in fixed point,
// in steps of about 2^-40 of the highest that there can be. Gateways with capacity 0 take nothing;
// without any other, all stays unassigned. Cost: O(n m), about 0.6 ns a pair.
void even(std::span<const Load> capacities, const FlowOrder& flows, Workspace& workspace,
          Assignment& assignment);

// Places what is unassigned as even() would, beside what is assigned (rule B7). Cost: O(n + m a
// flow placed).
void place_rest(std::span<const Load> capacities, const FlowOrder& flows, Workspace& workspace,
                Assignment& assignment);

}  // namespace evengate::balance
