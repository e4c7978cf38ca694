// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the scenarios go as they should, a seed makes the same run each time, and traces are told.
#include <chrono>
#include <string>
#include <vector>

#include "catch.hpp"
#include "sim/scenario.hpp"
#include "sim/seed_run.hpp"
#include "sim/weakness.hpp"

using namespace evengate;
using namespace evengate::sim;
using namespace std::chrono_literals;

TEST_CASE("each scenario goes as it should") {
    REQUIRE(scenarios().size() >= 13);
    for (const Scenario& scenario : scenarios()) {
        const ScenarioResult result = run_scenario(scenario, {}, {});
        INFO(scenario.name);
        INFO((result.violation ? result.violation->text : ""));
        CHECK_FALSE(result.violation);
        CHECK(result.met.size() == scenario.expectations.size());
        CHECK(result.totals.n_arrived > 0);
    }
}

TEST_CASE("a scenario fails when the members are weak") {
    const ScenarioResult result =
        run_scenario(*find_scenario("pause"), only(group::Weakness::no_lease), {});
    REQUIRE(result.violation);
    CHECK(result.violation->property == Property::in_touch);
}

TEST_CASE("who is paused says nothing, whatever happens to it, and does what it was told when it goes on") {
    WorldOptions options;
    options.seed = 1;
    const auto during_pause = [](FaultKind kind, Duration at) {
        Fault fault{.kind = kind, .at = TimePoint(5s + at), .lasts = 200ms};
        fault.sides = Sides::lan;
        return fault;
    };
    Fault priority = during_pause(FaultKind::priority, 100ms);
    priority.amount = 201;
    options.faults = {{.kind = FaultKind::pause, .at = TimePoint(5s), .lasts = 1s},
                      during_pause(FaultKind::link_down, 50ms),
                      during_pause(FaultKind::drain, 60ms),
                      priority};
    bool is_paused = false;
    size_t n_said = 0;
    size_t n_with_priority = 0;
    options.trace = [&](std::string_view line) {
        const bool goes_on = line.find("g1   goes on") != line.npos;
        is_paused = (is_paused || line.find("g1   is paused") != line.npos) && !goes_on;
        const bool is_message = line.find("g1   lan hello") != line.npos;
        n_said += is_paused && is_message ? 1 : 0;
        n_with_priority += is_message && line.find("prio 201") != line.npos ? 1 : 0;
    };
    World world(options);
    world.run_until(TimePoint(5990ms));
    CHECK(is_paused);
    CHECK(n_said == 0);
    CHECK(n_with_priority == 0);
    world.run_until(TimePoint(10s));
    CHECK_FALSE(is_paused);
    CHECK(n_with_priority > 0);
    CHECK_FALSE(world.properties().violation());
}

TEST_CASE("a seed makes the same run each time, watched or not") {
    constexpr uint64_t kSeed = 7;
    std::vector<std::string> lines;
    const SeedResult watched =
        run_seed(kSeed, {}, [&](std::string_view line) { lines.emplace_back(line); });
    std::vector<std::string> again;
    static_cast<void>(run_seed(kSeed, {}, [&](std::string_view line) { again.emplace_back(line); }));
    const SeedResult unwatched = run_seed(kSeed, {}, {});
    CHECK(lines.size() > 1000);
    CHECK(lines == again);
    CHECK(watched.n_events == unwatched.n_events);
    CHECK(watched.totals.n_arrived == unwatched.totals.n_arrived);
    CHECK(run_seed(kSeed + 1, {}, {}).n_events != watched.n_events);
}

TEST_CASE("a seed has members, vMACs and faults enough, and each kind of fault is in a tenth of them") {
    constexpr uint64_t kSeeds = 2000;
    std::array<uint64_t, kFaultKindCount> n_with{};
    for (uint64_t seed = 0; seed < kSeeds; ++seed) {
        const SeedPlan plan = plan_seed(seed);
        std::bitset<kFaultKindCount> kinds;
        for (const Fault& fault : plan.options.faults) {
            kinds.set(static_cast<size_t>(fault.kind));
        }
        for (size_t kind = 0; kind < kFaultKindCount; ++kind) {
            n_with[kind] += kinds.test(kind) ? 1 : 0;
        }
        const bool is_large_enough = plan.options.n_members >= 3 && plan.options.n_members <= 8 &&
                                     plan.options.n_vmacs >= 16 && plan.options.faults.size() >= 5;
        const bool is_long_enough = plan.end == TimePoint(std::chrono::seconds(60)) &&
                                    plan.settled + std::chrono::seconds(1) < plan.end;
        REQUIRE(is_large_enough);
        REQUIRE(is_long_enough);
    }
    for (size_t kind = 0; kind < kFaultKindCount; ++kind) {
        INFO(name_of(static_cast<FaultKind>(kind)));
        CHECK(n_with[kind] >= kSeeds / 10);
    }
}
