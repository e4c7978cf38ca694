// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: random problems from a seed, the optimum by trying everything, and what makes an assignment
// valid. Used by: the tests of lib/balance.
#pragma once

#include <algorithm>
#include <numeric>
#include <random>

#include "balance/portfolio.hpp"
#include "balance/problem.hpp"

namespace evengate::balance {

// Owns its lists. The engine's numbers are used as they are: the standard's distributions differ
// between libraries.
struct OwnedProblem {
    std::vector<Load> capacities;
    std::vector<Load> loads;

    [[nodiscard]] Problem view() const { return {capacities, loads}; }
};

class RandomProblems {
 public:
    explicit RandomProblems(std::uint64_t seed) : engine_(seed) {}

    // From 0 (or 1) to the largest, both included.
    Load upto(Load largest) {
        return static_cast<Load>(engine_() % static_cast<std::uint64_t>(largest + 1));
    }
    // Zero capacities, idle flows, equal values and flows larger than any gateway all happen.
    OwnedProblem next(std::size_t max_gateways, std::size_t max_flows) {
        OwnedProblem problem;
        const Load largest = Load{1} << upto(20);
        problem.capacities.resize(
            1 + static_cast<std::size_t>(upto(static_cast<Load>(max_gateways) - 1)));
        problem.loads.resize(static_cast<std::size_t>(upto(static_cast<Load>(max_flows))));
        const Load largest_capacity = 1 + upto(2 * largest);
        for (Load& capacity : problem.capacities) {
            capacity = upto(largest_capacity);
        }
        for (Load& load : problem.loads) {
            load = upto(largest);
        }
        return problem;
    }
    template <class T>
    void shuffle(std::vector<T>& list) {
        for (std::size_t i = list.size(); i > 1; --i) {
            std::swap(list[i - 1], list[static_cast<std::size_t>(upto(static_cast<Load>(i) - 1))]);
        }
    }

 private:
    std::mt19937_64 engine_;
};

// Tries each of the (m + 1)^n assignments.
inline Load brute_force(const Problem& problem) {
    Assignment assignment(problem.loads.size(), 0);
    const auto n_choices = static_cast<Gateway>(problem.capacities.size() + 1);
    Load best = 0;
    for (;;) {
        Assignment named = assignment;
        std::ranges::replace(named, static_cast<Gateway>(n_choices - 1), unassigned);
        best = std::max(best, processed(problem, named));
        std::size_t flow = 0;
        while (flow < assignment.size() && ++assignment[flow] == n_choices) {
            assignment[flow++] = 0;
        }
        if (flow == assignment.size()) {
            return best;
        }
    }
}

inline bool is_valid(const Problem& problem, const Assignment& assignment) {
    return assignment.size() == problem.loads.size() &&
           std::ranges::all_of(assignment, [&](Gateway gateway) {
               return gateway == unassigned || gateway < problem.capacities.size();
           });
}

inline std::vector<Load> gateway_loads(const OwnedProblem& problem, const Assignment& assignment) {
    std::vector<Load> loads(problem.capacities.size(), 0);
    for (size_t flow = 0; flow < assignment.size(); ++flow) {
        if (assignment[flow] != unassigned) {
            loads[assignment[flow]] += problem.loads[flow];
        }
    }
    return loads;
}

// Of the fullest gateway, over all load per all capacity. Precondition: capacities above 0.
inline double highest_over_mean(const OwnedProblem& problem, const Assignment& assignment) {
    const std::vector<Load> loads = gateway_loads(problem, assignment);
    double highest = 0;
    double load = 0;
    double capacity = 0;
    for (size_t i = 0; i < loads.size(); ++i) {
        load += static_cast<double>(loads[i]);
        capacity += static_cast<double>(problem.capacities[i]);
        highest = std::max(
            highest, static_cast<double>(loads[i]) / static_cast<double>(problem.capacities[i]));
    }
    return highest / (load / capacity);
}

inline Assignment solved(Algorithm algorithm, const OwnedProblem& problem) {
    Workspace workspace;
    Assignment assignment;
    solve(algorithm, problem.view(), workspace, assignment);
    return assignment;
}

}  // namespace evengate::balance
