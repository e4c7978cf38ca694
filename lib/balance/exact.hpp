// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the optimum of version 1, and whether it is proved: fast algorithms first, an upper bound,
// then a search up to a limit. Thread: any. Used by: the simulator, tests.
#pragma once

#include <cstdint>

#include "balance/algorithms.hpp"
#include "balance/exchange.hpp"
#include "balance/search.hpp"

namespace evengate::balance {

struct ExactResult {
    Load value = 0;             // what the assignment processes
    Load bound = 0;             // what none can exceed; the value itself if that is proved optimal
    std::uint64_t n_nodes = 0;  // of the search; 0 when it was not needed
    [[nodiscard]] bool proved() const { return value == bound; }
};

// Solves one problem after the other; but for buffers, nothing of one is kept for the next.
class ExactSolver {
 public:
    // So many nodes a problem at most, each of O(m): a limit of time would make members disagree.
    // Problems of more than 4096 flows are not searched at all.
    explicit ExactSolver(std::uint64_t node_limit) : node_limit_(node_limit) {}

    // Fills the assignment; flows that no capacity is left for are unassigned. Cost: about 20 ns
    // where filling the gateways in turn leaves nothing free, some microseconds where the
    // algorithms reach the upper bound, then up to the limit of nodes.
    ExactResult solve(const Problem& problem, Assignment& assignment);

 private:
    ExactResult solve_thoroughly(const Problem& problem, Assignment& assignment);

    std::uint64_t node_limit_;
    Workspace workspace_;
    Exchange exchange_;
    Search search_;
};

}  // namespace evengate::balance
