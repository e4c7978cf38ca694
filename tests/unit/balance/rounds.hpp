// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: random groups with owners, and the price of an assignment. Used by: the tests of
// lib/balance.
#pragma once

#include <cmath>
#include <random>

#include "balance/balancer.hpp"

namespace evengate::balance {

struct OwnedRound {
    std::vector<Load> capacities;
    std::vector<Load> backgrounds;
    std::vector<Load> loads;
    std::vector<Load> deviations;
    std::vector<Gateway> owners;

    [[nodiscard]] RoundInput view() const {
        return {.capacities = capacities,
                .backgrounds = backgrounds,
                .shares = {},
                .loads = loads,
                .deviations = deviations,
                .owners = owners,
                .is_eligible = {}};
    }
    [[nodiscard]] Objective::Round facts() const {
        return {.capacities = capacities, .backgrounds = backgrounds, .shares = {}, .loads = loads};
    }
};

// Heavy-tailed loads; some idle, some capacities 0, some background; loads of any scale.
inline OwnedRound make_round(std::size_t m, std::size_t n, std::mt19937_64& engine) {
    OwnedRound round;
    const double scale = std::pow(10.0, static_cast<double>(engine() % 7));
    double total = 0;
    for (std::size_t j = 0; j < n; ++j) {
        const double uniform = (static_cast<double>(engine() >> 11) + 1) / 0x1p53;
        const double load = engine() % 8 == 0 ? 0 : std::min(scale * std::pow(uniform, -0.8), 1e9);
        round.loads.push_back(static_cast<Load>(load));
        round.owners.push_back(static_cast<Gateway>(engine() % m));
        total += load;
    }
    const double use = 0.3 + static_cast<double>(engine() % 9) / 10;
    for (std::size_t i = 0; i < m; ++i) {
        const auto part = static_cast<double>(i == 0 ? 2 : engine() % 5);
        round.capacities.push_back(
            static_cast<Load>(part * total / use / 2 / static_cast<double>(m)));
        round.backgrounds.push_back(engine() % 4 == 0 ? round.capacities.back() / 10 : 0);
    }
    return round;
}

// The sum over the gateways, straight from its definition.
inline Price price_of(const Objective& objective, const OwnedRound& round,
                      const std::vector<Gateway>& owners) {
    std::vector<Load> loads;
    for (std::size_t i = 0; i < round.capacities.size(); ++i) {
        loads.push_back(objective.background(i));
    }
    for (std::size_t j = 0; j < owners.size(); ++j) {
        loads[owners[j]] += objective.scale(round.loads[j]);
    }
    Price price = -objective.least();
    for (std::size_t i = 0; i < loads.size(); ++i) {
        price += objective.of(i, loads[i]);
    }
    return price;
}

}  // namespace evengate::balance
