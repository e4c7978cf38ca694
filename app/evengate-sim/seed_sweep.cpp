// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "evengate-sim/seed_sweep.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <ctime>
#include <mutex>
#include <thread>

namespace evengate {
namespace {

void add(Sweep& sweep, sim::SeedResult result) {
    ++sweep.n_seeds;
    for (size_t kind = 0; kind < sim::kFaultKindCount; ++kind) {
        sweep.n_with_fault[kind] += result.faults.test(kind) ? 1 : 0;
    }
    sweep.n_events += result.n_events;
    sweep.n_moves += result.n_moves;
    sweep.n_ordered += result.n_ordered;
    sweep.n_planned += result.profile == sim::Profile::planned ? 1 : 0;
    sweep.n_chance_killed += result.chance_killed ? 1 : 0;
    sweep.n_frames += result.totals.n_sent;
    sweep.n_flooded_doubles += result.totals.n_doubled_by_flooding;
    if (result.violation) {
        sweep.failures.push_back(std::move(result));
    }
}

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

}  // namespace

Sweep run_seeds(SeedRange range, unsigned n_jobs, group::Weaknesses weaknesses, SweepEnd end) {
    Sweep sweep;
    std::mutex mutex;
    std::atomic<uint64_t> next{range.from};
    std::atomic<uint64_t> first_failure{UINT64_MAX};
    const double cpu_before = cpu_seconds();
    const auto began = std::chrono::steady_clock::now();
    const auto work = [&] {
        while (true) {
            const uint64_t seed = next.fetch_add(1);
            const bool is_enough = end == SweepEnd::first_failure && seed > first_failure.load();
            if (seed >= range.to || is_enough) {
                return;
            }
            sim::SeedResult result = sim::run_seed(seed, weaknesses, {});
            if (result.violation && weaknesses.any() && sim::run_seed(seed, {}, {}).violation) {
                result.violation.reset();  // not the weakness' doing
            }
            const std::lock_guard lock(mutex);
            if (result.violation) {
                first_failure = std::min(first_failure.load(), seed);
            }
            add(sweep, std::move(result));
        }
    };
    std::vector<std::thread> threads;
    for (unsigned job = 1; job < n_jobs; ++job) {
        threads.emplace_back(work);
    }
    work();
    for (std::thread& thread : threads) {
        thread.join();
    }
    sweep.cpu_s = cpu_seconds() - cpu_before;
    sweep.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    std::sort(sweep.failures.begin(), sweep.failures.end(),
              [](const sim::SeedResult& a, const sim::SeedResult& b) { return a.seed < b.seed; });
    if (end == SweepEnd::first_failure && sweep.failures.size() > 1) {
        sweep.failures.erase(sweep.failures.begin() + 1, sweep.failures.end());
    }
    return sweep;
}

}  // namespace evengate
