// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/upper_bound.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

namespace evengate::balance {

Load upper_bound(std::span<const Load> capacities, const FlowOrder& flows,
                 std::vector<Load>& buffer) {
    buffer.assign(capacities.begin(), capacities.end());
    std::ranges::sort(buffer, std::greater<>());
    Load bound = flows.total();
    Load with_q = bound;
    for (std::size_t q = 0; q < std::min(buffer.size(), flows.size()); ++q) {
        with_q += buffer[q] - flows.load(q);
        bound = std::min(bound, with_q);
    }
    return std::min(bound, std::accumulate(buffer.begin(), buffer.end(), Load{0}));
}

}  // namespace evengate::balance
