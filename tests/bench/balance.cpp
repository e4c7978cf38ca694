// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: how long the fast algorithms take on heavy-tailed loads and unequal gateways, sort
// included, another problem each time, so that no branch is learnt. The goal: greedy and best-fit
// below 0.5 ms at 4096 x 64. Usage: bench_balance [--benchmark_filter=...]
#include <benchmark/benchmark.h>

#include "balance/exact.hpp"
#include "balance/multifit.hpp"
#include "balance/portfolio.hpp"
#include "bench/heavy_tailed.hpp"

using namespace evengate::balance;

namespace {

constexpr int kLoadPercent = 90;

const std::vector<HeavyTailed>& problems(std::size_t n_flows, std::size_t n_gateways) {
    static std::vector<HeavyTailed> made;
    // More small ones, as a processor remembers more of them.
    const std::size_t n_problems = 400'000 / n_flows + 20;
    if (made.size() != n_problems || made[0].loads.size() != n_flows ||
        made[0].capacities.size() != n_gateways) {
        made.clear();
        HeavyTailedProblems source(1);
        while (made.size() < n_problems) {
            const auto tail = static_cast<Tail>(made.size() % kTailNames.size());
            made.push_back(source.make(n_flows, n_gateways, tail, kLoadPercent));
        }
    }
    return made;
}

template <class Step>
void run_each(benchmark::State& state, Step step) {
    const auto& all = problems(static_cast<std::size_t>(state.range(0)),
                               static_cast<std::size_t>(state.range(1)));
    std::size_t next = 0;
    for (auto _ : state) {
        step(all[next].view());
        next = next + 1 < all.size() ? next + 1 : 0;
    }
}

void sort_flows(benchmark::State& state) {
    FlowOrder flows;
    run_each(state, [&](const Problem& problem) {
        flows.sort(problem.loads);
        benchmark::DoNotOptimize(flows.total());
    });
}

template <auto kAlgorithm>
void pack(benchmark::State& state) {
    Workspace workspace;
    Assignment assignment;
    run_each(state, [&](const Problem& problem) {
        workspace.flows.sort(problem.loads);
        kAlgorithm(problem.capacities, workspace.flows, workspace, assignment);
        benchmark::DoNotOptimize(assignment.data());
    });
}

void portfolio_by_lost_load(benchmark::State& state) {
    Workspace workspace;
    Assignment assignment;
    run_each(state, [&](const Problem& problem) {
        solve(Algorithm::portfolio, problem, workspace, assignment);
        benchmark::DoNotOptimize(assignment.data());
    });
}

void exact(benchmark::State& state) {
    ExactSolver solver(20'000);
    Assignment assignment;
    run_each(state, [&](const Problem& problem) {
        benchmark::DoNotOptimize(solver.solve(problem, assignment).value);
    });
}

void sizes(benchmark::internal::Benchmark* benchmark) {
    benchmark->Args({255, 16})->Args({4096, 64})->Args({65536, 64})->Unit(benchmark::kMicrosecond);
}

BENCHMARK(sort_flows)->Apply(sizes);
BENCHMARK(pack<greedy>)->Apply(sizes);
BENCHMARK(pack<best_fit>)->Apply(sizes);
BENCHMARK(pack<even>)->Apply(sizes);
BENCHMARK(pack<multifit>)->Apply(sizes);
BENCHMARK(portfolio_by_lost_load)->Apply(sizes);
BENCHMARK(exact)->Apply(sizes);

}  // namespace

BENCHMARK_MAIN();
