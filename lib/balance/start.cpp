// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/start.hpp"

#include "balance/algorithms.hpp"

namespace evengate::balance {
namespace {

// Whether a with so many vMACs is emptier, for what it can do, than b with so many.
bool is_emptier(Load n_a, Load capacity_a, Load n_b, Load capacity_b) {
    return static_cast<__int128_t>(n_a) * capacity_b < static_cast<__int128_t>(n_b) * capacity_a;
}

}  // namespace

Assignment make_start(Start start, std::span<const Load> capacities, std::size_t n_vmacs,
                      std::uint64_t seed) {
    std::vector<Gateway> able;
    for (std::size_t i = 0; i < capacities.size(); ++i) {
        if (capacities[i] > 0) {
            able.push_back(static_cast<Gateway>(i));
        }
    }
    Assignment owners(n_vmacs, 0);
    if (able.empty()) {
        return owners;
    }
    if (start == Start::random) {
        random_assignment(able.size(), n_vmacs, seed, owners);
        for (Gateway& owner : owners) {
            owner = able[owner];
        }
        return owners;
    }
    std::vector<Load> counts(able.size());
    for (Gateway& owner : owners) {
        std::size_t best = 0;
        for (std::size_t i = 1; i < able.size(); ++i) {
            if (is_emptier(counts[i] + 1, capacities[able[i]], counts[best] + 1,
                           capacities[able[best]])) {
                best = i;
            }
        }
        ++counts[best];
        owner = able[best];
    }
    return owners;
}

}  // namespace evengate::balance
