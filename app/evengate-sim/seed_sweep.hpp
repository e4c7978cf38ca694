// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: many seeds, on several threads. Thread: any; starts threads of its own and waits for them.
// Used by: evengate-sim, tests.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/seed_run.hpp"

namespace evengate {

struct SeedRange {
    uint64_t from = 0;
    uint64_t to = 0;  // not included
};

enum class SweepEnd : uint8_t { all_seeds, first_failure };

struct Sweep {
    uint64_t n_seeds = 0;
    std::vector<sim::SeedResult> failures;  // by seed; one if it ends with the first
    std::array<uint64_t, sim::kFaultKindCount> n_with_fault{};  // seeds
    uint64_t n_events = 0;
    uint64_t n_moves = 0;
    uint64_t n_ordered = 0;
    uint64_t n_planned = 0;
    uint64_t n_chance_killed = 0;  // of the planned ones
    uint64_t n_frames = 0;
    uint64_t n_flooded_doubles = 0;
    double cpu_s = 0;
    double wall_s = 0;
};

// With weaknesses a seed fails only if it does not fail without them. Units: threads. Cost: some tens of milliseconds a seed.
Sweep run_seeds(SeedRange range, unsigned n_jobs, group::Weaknesses weaknesses, SweepEnd end);

}  // namespace evengate
