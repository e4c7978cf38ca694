// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the scenarios go as they should, a seed makes the same run each time, and traces are told.
#include <string>
#include <vector>

#include "catch.hpp"
#include "sim/scenario.hpp"
#include "sim/seed_run.hpp"
#include "sim/weakness.hpp"

using namespace evengate;
using namespace evengate::sim;

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
