// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a run made of a seed: the world, its faults, and the verdict at the end. The same seed and
// weaknesses make the same run on every machine. Thread: any. Used by: evengate-sim, tests.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string_view>

#include "sim/world.hpp"

namespace evengate::sim {

enum class Profile : uint8_t {
    faults,   // anything may happen
    deaths,   // members die while group messages are lost: others take over in time nevertheless
    planned,  // the operator moves and drains, group messages are lost: no host's frame may be
};

// "faults", "deaths", "planned moves".
std::string_view name_of(Profile profile);

struct SeedPlan {
    Profile profile{};
    WorldOptions options;
    TimePoint settled;  // after this all is mended
    TimePoint end;
};
// 60 s with 3 to 8 members, 16 to 32 vMACs on each side and at least five faults.
SeedPlan plan_seed(uint64_t seed);

struct SeedResult {
    uint64_t seed = 0;
    Profile profile{};
    std::bitset<kFaultKindCount> faults;
    std::optional<Violation> violation;
    uint64_t n_events = 0;
    uint64_t n_moves = 0;    // of vMACs
    uint64_t n_ordered = 0;  // of those, asked for by the operator
    Ledger::Totals totals;   // of the whole run
    bool chance_killed = false;  // planned: loss made a member look dead, so frames may be lost
};
SeedResult run_seed(uint64_t seed, group::Weaknesses weaknesses, const Trace& trace);

}  // namespace evengate::sim
