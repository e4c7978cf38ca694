// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/exact.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

#include "balance/upper_bound.hpp"

namespace evengate::balance {
namespace {

// Flows looked at for exchanges: ends what converges slowly, after some milliseconds.
constexpr std::uint64_t kLooks = 4'000'000;
// More flows are not searched: a search is as deep as there are flows, and changes the smallest
// first.
constexpr std::size_t kSearched = 4096;

// What gateways process that were filled in turn, and whether that is optimal: all of them are
// full, or nothing is lost.
struct Filled {
    Load value = 0;
    bool is_optimal = false;
};

// For gateways of one capacity. Which flow fills a gateway cannot be foreseen, so that is no
// branch: where instances come in no order, a mispredicted one for each gateway took half as long
// again.
Filled fill_alike(Load capacity, std::size_t n_gateways, std::span<const Load> loads,
                  std::span<Gateway> assignment) {
    std::size_t gateway = 0;
    Load left = capacity - 1;  // less 1: negative where the gateway is full
    for (std::size_t flow = 0; flow < loads.size(); ++flow) {
        assignment[flow] = gateway < n_gateways ? static_cast<Gateway>(gateway) : unassigned;
        left -= loads[flow];
        gateway -= static_cast<std::size_t>(left >> 63);  // a comparison becomes a branch again
        left = left < 0 ? capacity - 1 : left;
    }
    if (gateway >= n_gateways) {
        return {static_cast<Load>(n_gateways) * capacity, true};
    }
    const Load value = static_cast<Load>(gateway + 1) * capacity - (left + 1);
    return {value, value == std::accumulate(loads.begin(), loads.end(), Load{0})};
}

Filled fill_in_turn(const Problem& problem, std::span<Gateway> assignment) {
    const std::size_t n_gateways = problem.capacities.size();
    // What is drained is given nothing (rule B8), though it would change no value.
    const auto first_with_capacity = [&](std::size_t gateway) {
        while (gateway < n_gateways && problem.capacities[gateway] == 0) {
            ++gateway;
        }
        return gateway;
    };
    std::ranges::fill(assignment, unassigned);
    std::size_t gateway = first_with_capacity(0);
    std::size_t flow = 0;
    Load filled = 0;
    Load lost = 0;
    Load left = gateway < n_gateways ? problem.capacities[gateway] : 0;
    while (flow < problem.loads.size() && gateway < n_gateways) {
        assignment[flow] = static_cast<Gateway>(gateway);
        left -= problem.loads[flow];
        ++flow;
        if (left <= 0) {
            filled += problem.capacities[gateway];
            lost -= left;
            gateway = first_with_capacity(gateway + 1);
            left = gateway < n_gateways ? problem.capacities[gateway] : 0;
        }
    }
    if (gateway == n_gateways) {
        return {filled, true};
    }
    return {filled + problem.capacities[gateway] - left, lost == 0};
}

bool are_alike(std::span<const Load> capacities) {
    return !capacities.empty() && capacities[0] > 0 &&
           std::ranges::adjacent_find(capacities, std::not_equal_to<>()) == capacities.end();
}

}  // namespace

// For most problems with more load than capacity the first filling is optimal already.
ExactResult ExactSolver::solve(const Problem& problem, Assignment& assignment) {
    assignment.resize(problem.loads.size());
    const Filled filled = are_alike(problem.capacities)
                              ? fill_alike(problem.capacities[0], problem.capacities.size(),
                                           problem.loads, assignment)
                              : fill_in_turn(problem, assignment);
    return filled.is_optimal ? ExactResult{filled.value, filled.value, 0}
                             : solve_thoroughly(problem, assignment);
}

ExactResult ExactSolver::solve_thoroughly(const Problem& problem, Assignment& assignment) {
    workspace_.flows.sort(problem.loads);
    const Load bound = upper_bound(problem.capacities, workspace_.flows, workspace_.scaled);
    best_fit(problem.capacities, workspace_.flows, workspace_, assignment);
    Load value = processed(problem, assignment);
    const auto try_other = [&] {
        const Load other = processed(problem, workspace_.candidate);
        if (other > value) {
            value = other;
            assignment.swap(workspace_.candidate);
        }
    };
    if (value < bound) {
        sequential(problem.capacities, workspace_.flows, workspace_.candidate);
        try_other();
    }
    if (value < bound) {
        greedy(problem.capacities, workspace_.flows, workspace_, workspace_.candidate);
        try_other();
    }
    // Exchanges work best from where each gateway has flows of all sizes.
    if (value < bound) {
        even(problem.capacities, workspace_.flows, workspace_, workspace_.candidate);
        exchange_.improve(problem.capacities, workspace_.flows, bound, kLooks,
                          workspace_.candidate);
        try_other();
    }
    if (value < bound) {
        place_rest(problem.capacities, workspace_.flows, workspace_, assignment);
        value = exchange_.improve(problem.capacities, workspace_.flows, bound, kLooks, assignment);
    }
    if (value == bound || problem.loads.size() > kSearched) {
        return {value, bound, 0};
    }
    const Search::Result result =
        search_.run(problem.capacities, workspace_.flows, value, bound, node_limit_, assignment);
    const bool is_open = result.outcome == Search::Outcome::limited;
    return {result.value, is_open ? bound : result.value, result.n_nodes};
}

}  // namespace evengate::balance
