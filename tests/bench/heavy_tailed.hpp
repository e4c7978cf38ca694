// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: problems as traffic makes them: heavy-tailed loads, gateways of classes 1, 1, 2, 4 that
// differ by 10 % within a class. Used by: the benchmark and the quality grid of lib/balance.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <random>
#include <string_view>

#include "balance/problem.hpp"

namespace evengate::balance {

enum class Tail : std::uint8_t { zipf_0_8, zipf_1_0, zipf_1_2, pareto_1_3, log_normal_1_5 };
inline constexpr std::array<std::string_view, 5> kTailNames{"zipf 0.8", "zipf 1.0", "zipf 1.2",
                                                            "pareto 1.3", "log-normal 1.5"};

struct HeavyTailed {
    std::vector<Load> capacities;
    std::vector<Load>
        loads;  // in a random order; their sum is the share of the capacities' exactly
    [[nodiscard]] Problem view() const { return {capacities, loads}; }
};

class HeavyTailedProblems {
 public:
    explicit HeavyTailedProblems(std::uint64_t seed) : engine_(seed) {}

    // load_percent: the sum of loads over that of capacities. A unit is a packet: gateways process
    // about 1, 2 or 4 million an interval.
    HeavyTailed make(std::size_t n_flows, std::size_t n_gateways, Tail tail, int load_percent) {
        HeavyTailed problem;
        Load capacity = 0;
        for (std::size_t i = 0; i < n_gateways; ++i) {
            constexpr std::array<double, 4> kClasses{1e6, 1e6, 2e6, 4e6};
            problem.capacities.push_back(
                static_cast<Load>(kClasses[i % kClasses.size()] * (0.9 + 0.2 * unit())));
            capacity += problem.capacities.back();
        }
        std::vector<double> weights(n_flows);
        double sum = 0;
        for (std::size_t rank = 0; rank < n_flows; ++rank) {
            weights[rank] = weight(tail, static_cast<double>(rank + 1));
            sum += weights[rank];
        }
        const Load total = capacity * load_percent / 100;
        Load rest = total;
        for (const double weight : weights) {
            problem.loads.push_back(static_cast<Load>(weight / sum * static_cast<double>(total)));
            rest -= problem.loads.back();
        }
        *std::ranges::max_element(problem.loads) += rest;
        for (std::size_t i = n_flows; i > 1; --i) {
            std::swap(problem.loads[i - 1], problem.loads[engine_() % i]);
        }
        return problem;
    }

 private:
    // Above 0 and below 1.
    double unit() { return (static_cast<double>(engine_() >> 12) + 0.5) * 0x1p-52; }
    double weight(Tail tail, double rank) {
        switch (tail) {
            case Tail::zipf_0_8:
                return std::pow(rank, -0.8);
            case Tail::zipf_1_0:
                return 1 / rank;
            case Tail::zipf_1_2:
                return std::pow(rank, -1.2);
            case Tail::pareto_1_3:
                return std::pow(unit(), -1 / 1.3);
            case Tail::log_normal_1_5:
                break;
        }
        const double radius = std::sqrt(-2 * std::log(unit()));
        return std::exp(1.5 * radius * std::cos(2 * std::numbers::pi * unit()));
    }

    std::mt19937_64 engine_;
};

}  // namespace evengate::balance
