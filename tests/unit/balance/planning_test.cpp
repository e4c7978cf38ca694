// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/planning.hpp"

#include "catch.hpp"
#include "unit/balance/rounds.hpp"

namespace evengate::balance {
namespace {

constexpr std::array kAll = {Method::sequential, Method::greedy,   Method::best_fit,
                             Method::random,     Method::exact,    Method::even,
                             Method::multifit,   Method::portfolio};

TEST_CASE("methods have names, and only those are understood") {
    for (const Method method : kAll) {
        CHECK(parse_method(to_text(method)) == method);
    }
    CHECK(to_text(Method::best_fit) == "best-fit");
    CHECK(parse_method("best_fit") == std::nullopt);
    CHECK(parse_method("") == std::nullopt);
}

TEST_CASE("each method assigns every vMAC, and the same task makes the same plan") {
    std::mt19937_64 engine(2);
    PlanMaker maker;
    for (int n = 0; n < 100; ++n) {
        const OwnedRound round = make_round(1 + engine() % 5, 1 + engine() % 40, engine);
        const PlanMaker::Task task{.capacities = round.capacities, .loads = round.loads, .seed = 3};
        const Problem problem{round.capacities, round.loads};
        const auto lost = lost_load(problem);
        for (const Method method : kAll) {
            Assignment plan;
            maker.make(method, task, lost, plan);
            REQUIRE(plan.size() == round.loads.size());
            CHECK(std::ranges::all_of(
                plan, [&](Gateway gateway) { return gateway < round.capacities.size(); }));
            Assignment again;
            PlanMaker().make(method, task, lost, again);
            CHECK(plan == again);
        }
    }
}

}  // namespace
}  // namespace evengate::balance
