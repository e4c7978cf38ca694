// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/steer.hpp"

#include <algorithm>

namespace evengate::balance {

// Hosts are to vMACs' owners what vMACs are: the same search, on finer pieces.
void HostSteering::plan(const SteerInput& input, const ObjectiveOptions& options,
                        std::uint32_t n_hosts, std::uint32_t least_gain,
                        std::vector<Steer>& steers) {
    if (input.host_loads.empty()) {
        return;
    }
    objective_.begin({.capacities = input.capacities,
                      .backgrounds = {},
                      .shares = {},
                      .loads = input.host_loads},
                     options);
    scaled_.resize(input.host_loads.size());
    owners_.resize(input.host_loads.size());
    vmac_loads_.assign(input.owners.size(), 0);
    gateway_loads_.assign(input.capacities.size(), 0);
    for (std::size_t h = 0; h < scaled_.size(); ++h) {
        scaled_[h] = objective_.scale(input.host_loads[h]);
        owners_[h] = input.vmacs[h] == unassigned ? unassigned : input.owners[input.vmacs[h]];
        if (owners_[h] != unassigned) {
            vmac_loads_[input.vmacs[h]] += scaled_[h];
            gateway_loads_[owners_[h]] += scaled_[h];
        }
    }
    Price price = -objective_.least();
    for (std::size_t i = 0; i < gateway_loads_.size(); ++i) {
        price += objective_.of(i, gateway_loads_[i]);
    }
    const Price above =
        price - objective_.lower_bound(*std::max_element(scaled_.begin(), scaled_.end()));
    moves_.clear();
    planner_.improve(
        objective_,
        {.loads = scaled_, .owners = owners_, .is_movable = input.is_steerable, .barred = {}},
        {.n_vmacs = n_hosts, .least_gain = std::max<Price>(above * least_gain / 1024, 1)}, moves_);
    for (const Move& move : moves_) {
        std::size_t best = input.owners.size();
        for (std::size_t j = 0; j < input.owners.size(); ++j) {
            const bool is_there = input.owners[j] == move.to;
            if (is_there && (best == input.owners.size() || vmac_loads_[j] < vmac_loads_[best])) {
                best = j;
            }
        }
        if (best != input.owners.size()) {
            vmac_loads_[best] += scaled_[move.vmac];
            steers.push_back({.host = move.vmac, .vmac = static_cast<std::uint16_t>(best)});
        }
    }
}

}  // namespace evengate::balance
