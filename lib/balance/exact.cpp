// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/exact.hpp"

#include <algorithm>

#include "balance/upper_bound.hpp"

namespace evengate::balance {
namespace {

// Flows looked at for exchanges: ends what converges slowly, after some milliseconds.
constexpr std::uint64_t kLooks = 4'000'000;
// More flows are not searched: a search is as deep as there are flows, and changes the smallest
// first.
constexpr std::size_t kSearched = 4096;

}  // namespace

// Fills one gateway after the other with the flows as they come. Where all get full, or nothing is
// lost, that is optimal already, and for most problems with more load than capacity it is so.
ExactResult ExactSolver::solve(const Problem& problem, Assignment& assignment) {
    const std::size_t n_gateways = problem.capacities.size();
    const std::size_t n_flows = problem.loads.size();
    // What is drained is given nothing (rule B8), though it would change no value.
    const auto first_with_capacity = [&](std::size_t gateway) {
        while (gateway < n_gateways && problem.capacities[gateway] == 0) {
            ++gateway;
        }
        return gateway;
    };
    // All at once: to fill what is left at the end takes a mispredicted branch for its length.
    assignment.assign(n_flows, unassigned);
    std::size_t gateway = first_with_capacity(0);
    std::size_t flow = 0;
    Load filled = 0;
    Load lost = 0;
    Load left = gateway < n_gateways ? problem.capacities[gateway] : 0;
    while (flow < n_flows && gateway < n_gateways) {
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
        return {filled, filled, 0};
    }
    if (lost == 0) {
        filled += problem.capacities[gateway] - left;
        return {filled, filled, 0};
    }
    return solve_thoroughly(problem, assignment);
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
