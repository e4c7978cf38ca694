// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: how long a whole round of the balancer takes, moves included: heavy-tailed loads, unequal
// gateways, another instance each time, since one that is repeated is learnt by the branch
// predictor. Owners are random, when there is most to move, or settled but for three vMACs, when
// moves come to rest early and a plan is asked for as well. The goals, as medians: 255 x 16 below
// 50 us, 4096 x 64 below 2 ms, 65,536 x 64 below 20 ms. Usage: bench_balance_round [rounds per
// size]
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <vector>

#include "balance/balancer.hpp"

using namespace evengate;  // NOLINT: a program
using namespace evengate::balance;

namespace {

double cpu_seconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

struct Instance {
    std::vector<Load> capacities;
    std::vector<Load> loads;
    std::vector<Load> deviations;
    std::vector<Gateway> owners;
};

enum class Owners { random, settled };

// Pareto 1.3 loads, capacities of classes 1, 1, 2, 4, nine tenths of them used.
Instance make_instance(std::size_t n, std::size_t m, Owners owners, std::mt19937_64& engine) {
    Instance instance;
    double total = 0;
    for (std::size_t j = 0; j < n; ++j) {
        const double uniform = (static_cast<double>(engine() >> 11) + 1) / 0x1p53;
        const double load = std::min(1000 * std::pow(uniform, -1 / 1.3), 1e8);
        instance.loads.push_back(static_cast<Load>(load));
        instance.deviations.push_back(static_cast<Load>(load / 10));
        instance.owners.push_back(static_cast<Gateway>(engine() % m));
        total += load;
    }
    constexpr Load kClasses[] = {1, 1, 2, 4};
    for (std::size_t i = 0; i < m; ++i) {
        instance.capacities.push_back(static_cast<Load>(total / 0.9 / (2 * static_cast<double>(m)) *
                                                        static_cast<double>(kClasses[i % 4])));
    }
    if (owners == Owners::settled) {
        Workspace workspace;
        solve(Algorithm::even, {instance.capacities, instance.loads}, workspace, instance.owners);
        for (int moved = 0; moved < 3; ++moved) {
            instance.owners[engine() % n] = static_cast<Gateway>(engine() % m);
        }
    }
    return instance;
}

void measure(std::size_t n, std::size_t m, Owners owners, std::size_t n_rounds) {
    std::mt19937_64 engine(n * m);
    std::vector<Instance> instances;
    for (std::size_t k = 0; k < std::min<std::size_t>(n_rounds, 64); ++k) {
        instances.push_back(make_instance(n, m, owners, engine));
    }
    Balancer balancer({}, n);
    std::vector<double> times;
    std::size_t n_moves = 0;
    for (std::size_t k = 0; k < n_rounds; ++k) {
        const Instance& instance = instances[k % instances.size()];
        const RoundInput input{.capacities = instance.capacities,
                               .backgrounds = {},
                               .shares = {},
                               .loads = instance.loads,
                               .deviations = instance.deviations,
                               .owners = instance.owners,
                               .is_eligible = {},
                               .losses = RoundInput::Losses::seen};
        const double began = cpu_seconds();
        n_moves += balancer.dry_run(TimePoint{}, input).moves.size();
        times.push_back(cpu_seconds() - began);
    }
    std::sort(times.begin(), times.end());
    std::printf(
        "%6zu x %2zu, owners %-8s median %8.1f us, 90th percentile %8.1f us, %.1f moves a round\n",
        n, m, owners == Owners::random ? "random:" : "settled:", 1e6 * times[n_rounds / 2],
        1e6 * times[n_rounds * 9 / 10],
        static_cast<double>(n_moves) / static_cast<double>(n_rounds));
}

}  // namespace

int main(int argc, char** argv) {
    const std::size_t n_rounds = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 301;
    for (const Owners owners : {Owners::random, Owners::settled}) {
        measure(255, 16, owners, n_rounds);
        measure(4096, 64, owners, n_rounds);
        measure(65536, 64, owners, n_rounds);
    }
    return 0;
}
