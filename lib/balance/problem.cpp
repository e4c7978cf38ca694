// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/problem.hpp"

#include <algorithm>
#include <array>

namespace evengate::balance {

Load processed(const Problem& problem, std::span<const Gateway> assignment) {
    std::array<Load, kMaxGateways> left;
    std::ranges::copy(problem.capacities, left.begin());
    Load sum = 0;
    for (size_t flow = 0; flow < problem.loads.size(); ++flow) {
        const Gateway gateway = assignment[flow];
        if (gateway != unassigned) {
            const Load taken = std::min(problem.loads[flow], left[gateway]);
            left[gateway] -= taken;
            sum += taken;
        }
    }
    return sum;
}

}  // namespace evengate::balance
