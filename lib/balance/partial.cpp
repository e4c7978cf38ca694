// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/partial.hpp"

#include <algorithm>

namespace evengate::balance {

bool is_feasible(const Problem& problem, const PartialAssignment& portions) {
    if (portions.size() != problem.loads.size()) {
        return false;
    }
    std::vector<Load> left(problem.capacities.begin(), problem.capacities.end());
    for (std::size_t flow = 0; flow < portions.size(); ++flow) {
        const auto [gateway, amount] = portions[flow];
        if (gateway == unassigned ? amount != 0 : gateway >= left.size() || amount <= 0) {
            return false;
        }
        if (gateway != unassigned) {
            left[gateway] -= amount;
        }
        if (amount > problem.loads[flow]) {
            return false;
        }
    }
    return std::ranges::all_of(left, [](Load load) { return load >= 0; });
}

Load value_of(const PartialAssignment& portions) {
    Load sum = 0;
    for (const Portion& portion : portions) {
        sum += portion.amount;
    }
    return sum;
}

PartialAssignment to_partial(const Problem& problem, std::span<const Gateway> assignment) {
    PartialAssignment portions(assignment.size());
    std::vector<Load> left(problem.capacities.begin(), problem.capacities.end());
    for (std::size_t flow = 0; flow < assignment.size(); ++flow) {
        const Gateway gateway = assignment[flow];
        if (gateway == unassigned) {
            continue;
        }
        const Load amount = std::min(problem.loads[flow], left[gateway]);
        if (amount > 0) {
            portions[flow] = {gateway, amount};
            left[gateway] -= amount;
        }
    }
    return portions;
}

Assignment to_whole(const PartialAssignment& portions) {
    Assignment assignment(portions.size());
    std::ranges::transform(portions, assignment.begin(), &Portion::gateway);
    return assignment;
}

}  // namespace evengate::balance
