// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: short stories with a name: a world, what happens in it, and how it must end.
// Thread: any. Used by: evengate-sim, tests.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/world.hpp"

namespace evengate::sim {

// Something that must be so at a moment of the story.
struct Expectation {
    TimePoint at;
    std::string text;  // what must be so
    bool (*holds)(World&) = nullptr;
};

struct Scenario {
    std::string_view name;
    std::string_view what;
    // At hello 100 ms, hold 300 ms, with three members but where the story says otherwise.
    WorldOptions (*make)() = nullptr;
    std::vector<Expectation> expectations;  // in the order of time
    TimePoint end;
};

std::span<const Scenario> scenarios();
// nullptr when there is none of the name.
const Scenario* find_scenario(std::string_view name);

struct ScenarioResult {
    std::optional<Violation> violation;
    Ledger::Totals totals;
    std::vector<std::string> met;  // expectations, in words
};
ScenarioResult run_scenario(const Scenario& scenario, group::Weaknesses weaknesses, const Trace& trace);

}  // namespace evengate::sim
