// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the fast algorithms by name, and several of them with the best result kept (rule B6).
// Thread: any. Used by: the planner, the simulator.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "balance/algorithms.hpp"

namespace evengate::balance {

// Each with the name that settings and consoles have for it.
#define EVENGATE_BALANCE_ALGORITHMS(X) \
    X(sequential, "sequential")        \
    X(greedy, "greedy")                \
    X(best_fit, "best-fit")            \
    X(even, "even")                    \
    X(multifit, "multifit")            \
    X(portfolio, "portfolio")

// What fills all of theta (rule B6) where the paper fills the whole capacity, and leaves nothing
// unassigned (rule B7).
enum class Algorithm : std::uint8_t {
#define X(name, text) name,
    EVENGATE_BALANCE_ALGORITHMS(X)
#undef X
};

[[nodiscard]] std::string_view name_of(Algorithm algorithm);
[[nodiscard]] std::optional<Algorithm> try_algorithm(std::string_view name);

// How bad a complete assignment is; less is better. Called a few times a plan.
using Cost = std::function<__int128_t(std::span<const Gateway>)>;

// The part of the load that is not processed: what portfolio minimises when nothing else is asked
// for. Owns: nothing; the problem outlives the result.
[[nodiscard]] Cost lost_load(const Problem& problem);

// Runs one algorithm as the appliance does: on theta of the capacities where it packs, the rest
// placed. Not checked: that it is not portfolio.
void run(Algorithm algorithm, std::span<const Load> capacities, const FlowOrder& flows,
         Workspace& workspace, Assignment& assignment);

// What the portfolio kept, and which algorithm made it.
struct PortfolioResult {
    Algorithm algorithm = Algorithm::even;
    __int128_t cost = 0;
};

// Runs even, multifit, greedy, best-fit and sequential, in this order, and keeps the first of the
// best; stops early at a cost that is good enough. Cost: the sum of all algorithms, and one call of
// the cost for each.
PortfolioResult portfolio(std::span<const Load> capacities, const FlowOrder& flows,
                          const Cost& cost, __int128_t good_enough, Workspace& workspace,
                          Assignment& assignment);

// Sorts the flows and runs any algorithm, portfolio by lost load included.
void solve(Algorithm algorithm, const Problem& problem, Workspace& workspace,
           Assignment& assignment);

}  // namespace evengate::balance
