// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/balancer.hpp"

#include "catch.hpp"
#include "unit/balance/rounds.hpp"

namespace evengate::balance {
namespace {

using std::chrono::seconds;

// Two gateways, loads that one move evens out: from 600 : 200 to 400 : 400.
struct Pair {
    OwnedRound round;
    Balancer balancer;
    TimePoint now{seconds(1000)};

    explicit Pair(const BalanceOptions& options = {}) : balancer(options, 8) {
        round.capacities = {1000, 1000};
        round.loads = {200, 100, 100, 100, 100, 80, 70, 50};
        round.owners = {0, 0, 0, 0, 0, 1, 1, 1};
    }
    Decision next() {
        now += seconds(1);
        Decision decision = balancer.round(now, round.view());
        for (const Move& move : decision.moves) {
            round.owners[move.vmac] = move.to;
        }
        return decision;
    }
};

TEST_CASE("a gain must be there twice in a row before anything moves") {
    Pair pair;
    const Decision first = pair.next();
    CHECK(first.reason == Reason::unconfirmed);
    CHECK(first.moves.empty());
    CHECK(first.n_found == 1);
    const Decision second = pair.next();
    CHECK(second.reason == Reason::moved);
    CHECK(second.moves == std::vector<Move>{{.vmac = 0, .from = 0, .to = 1}});
    CHECK(second.after < second.before);
    CHECK(second.bound <= second.after);
    const Decision third = pair.next();
    CHECK(third.reason != Reason::moved);
    CHECK(third.n_found == 0);
}

TEST_CASE("while packets are lost, by count or by estimate, nothing waits") {
    Pair pair;
    SECTION("counted") {
        RoundInput input = pair.round.view();
        input.losses = RoundInput::Losses::seen;
        CHECK(pair.balancer.round(pair.now, input).reason == Reason::moved);
    }
    SECTION("foretold") {
        pair.round.capacities = {500, 500};
        CHECK(pair.next().reason == Reason::moved);
    }
}

TEST_CASE("a gain far above what unsteady loads can make needs no second look") {
    const auto first_reason = [](Load deviation) {
        Pair pair;
        pair.round.deviations.assign(8, deviation);
        const Decision decision = pair.next();
        REQUIRE(decision.n_found == 1);
        return decision.reason;
    };
    CHECK(first_reason(6) == Reason::moved);
    CHECK(first_reason(60) == Reason::unconfirmed);
    // Nothing is known of how unsteady they are.
    CHECK(first_reason(0) == Reason::unconfirmed);
}

TEST_CASE("a gain that went away in between begins anew") {
    Pair pair;
    CHECK(pair.next().reason == Reason::unconfirmed);
    std::swap(pair.round.owners[0], pair.round.owners[5]);
    pair.round.loads[5] = 0;
    pair.round.loads[6] = pair.round.loads[7] = 100;
    CHECK(pair.next().reason == Reason::nothing_helps);
    pair.round.loads[5] = 300;
    CHECK(pair.next().reason == Reason::unconfirmed);
}

TEST_CASE("less than the minimum gain is not worth moving") {
    Pair pair({.min_gain = 1025});
    CHECK(pair.next().reason == Reason::too_little);
    CHECK(pair.next().reason == Reason::too_little);
}

TEST_CASE("where loads are unsteady a move must gain more") {
    Pair pair;
    pair.round.deviations = {200, 100, 100, 100, 100, 80, 70, 50};
    pair.next();
    CHECK(pair.next().reason == Reason::moved);
    Pair unsteady({.noise = 1024});
    unsteady.round.deviations = {400, 300, 300, 300, 300, 80, 70, 50};
    unsteady.next();
    const Decision decision = unsteady.next();
    CHECK(decision.reason == Reason::nothing_helps);
    CHECK(decision.noise > 0);
}

TEST_CASE("a moved vMAC stays for the dwell, and does not go back for longer") {
    Pair pair;
    pair.next();
    REQUIRE(pair.next().moves.size() == 1);
    // Now all others become idle but one on its new gateway: it would best go back.
    pair.round.loads = {200, 0, 0, 0, 0, 200, 0, 0};
    for (int second = 0; second < 4; ++second) {
        for (const Move& move : pair.next().moves) {
            CHECK(move.vmac != 0);
        }
    }
    Pair alone;
    alone.next();
    REQUIRE(alone.next().moves.size() == 1);
    alone.round.loads = {300, 0, 0, 0, 0, 290, 0, 0};
    alone.round.owners = {1, 0, 0, 0, 0, 1, 0, 0};
    std::vector<std::uint8_t> is_eligible = {1, 0, 0, 0, 0, 0, 0, 0};
    const auto moves_at = [&](Duration later) {
        RoundInput input = alone.round.view();
        input.is_eligible = is_eligible;
        input.losses = RoundInput::Losses::seen;
        return alone.balancer.dry_run(alone.now + later, input).moves.size();
    };
    CHECK(moves_at(seconds(4)) == 0);
    CHECK(moves_at(seconds(6)) == 0);
    CHECK(moves_at(seconds(29)) == 0);
    CHECK(moves_at(seconds(30)) == 1);
    // But for where its gateway cannot carry it.
    alone.round.capacities = {1000, 500};
    CHECK(moves_at(seconds(4)) == 0);
    CHECK(moves_at(seconds(6)) == 1);
    // Or where what else could go there helps too little.
    is_eligible[6] = 1;
    alone.round.loads[6] = 5;
    alone.round.owners[6] = 1;
    CHECK(moves_at(seconds(4)) == 0);
    CHECK(moves_at(seconds(6)) == 1);
    // A move that took time ended later.
    alone.balancer.note_move(0, 0, alone.now + seconds(2));
    CHECK(moves_at(seconds(6)) == 0);
    CHECK(moves_at(seconds(7)) == 1);
}

TEST_CASE("after a failure nothing moves until the quiet period ends") {
    Pair pair;
    pair.balancer.note_failure(pair.now);
    for (int second = 1; second < 10; ++second) {
        CHECK(pair.next().reason == Reason::quiet);
    }
    CHECK(pair.next().reason == Reason::unconfirmed);
}

TEST_CASE("a dry run says what a round would say, and changes nothing") {
    Pair pair;
    for (int n = 0; n < 3; ++n) {
        CHECK(pair.balancer.dry_run(pair.now, pair.round.view()).reason == Reason::unconfirmed);
    }
    pair.next();
    const Decision dry = pair.balancer.dry_run(pair.now + seconds(1), pair.round.view());
    const Decision wet = pair.balancer.round(pair.now + seconds(1), pair.round.view());
    CHECK(dry.moves == wet.moves);
    CHECK(to_text(dry) == to_text(wet));
    CHECK(to_text(wet).find("moved 1 vMAC, J ") == 0);
}

TEST_CASE("idle vMACs keep their owner, unless it is drained") {
    Pair pair;
    pair.round.loads = {400, 0, 0, 1, 0, 400, 0, 1};
    CHECK(pair.next().reason == Reason::nothing_helps);
    pair.round.capacities[1] = 0;
    for (int second = 0; second < 30; ++second) {
        pair.next();
    }
    CHECK(pair.round.owners[5] == 0);
    CHECK(pair.round.owners[7] == 0);
}

TEST_CASE("no load, and vMACs that must stay, are reasons as well") {
    Pair pair;
    RoundInput input = pair.round.view();
    const std::vector<std::uint8_t> nobody(8, 0);
    input.is_eligible = nobody;
    CHECK(pair.balancer.round(pair.now, input).reason == Reason::nothing_helps);
    pair.round.loads.assign(8, 0);
    const Decision decision = pair.next();
    CHECK(decision.reason == Reason::nothing_to_do);
    CHECK(to_text(decision) == "no load, or nobody to give it to");
}

TEST_CASE("an immovable elephant does not keep the others uneven") {
    OwnedRound round;
    round.capacities = {300, 300, 300, 300};
    round.loads = {700};
    round.owners = {0};
    for (int j = 0; j < 30; ++j) {
        round.loads.push_back(10);
        round.owners.push_back(static_cast<Gateway>(j < 10 ? 0 : 1));
    }
    Balancer balancer({}, round.loads.size());
    TimePoint now{seconds(1)};
    for (int k = 0; k < 60; ++k, now += seconds(10)) {
        for (const Move& move : balancer.round(now, round.view()).moves) {
            round.owners[move.vmac] = move.to;
        }
    }
    std::vector<Load> loads(4);
    for (std::size_t j = 0; j < round.loads.size(); ++j) {
        loads[round.owners[j]] += round.loads[j];
    }
    CHECK(loads[round.owners[0]] == 700);
    for (const Load load : loads) {
        CHECK((load == 700 || (load >= 60 && load <= 140)));
    }
}

TEST_CASE("members that are told the same decide the same; the scale of loads does not matter") {
    std::mt19937_64 engine(33);
    for (int n = 0; n < 60; ++n) {
        OwnedRound round = make_round(2 + engine() % 6, 10 + engine() % 60, engine);
        OwnedRound larger = round;
        for (auto* const list : {&larger.capacities, &larger.backgrounds, &larger.loads}) {
            for (Load& load : *list) {
                load *= 1024;
            }
        }
        const BalanceOptions options{.method = n % 2 == 0 ? Method::portfolio : Method::random};
        Balancer one(options, round.loads.size());
        Balancer other(options, round.loads.size());
        Balancer scaled(options, round.loads.size());
        for (int k = 0; k < 4; ++k) {
            const TimePoint now{seconds(10 * k)};
            const Decision decision = one.round(now, round.view());
            CHECK(other.round(now, round.view()).moves == decision.moves);
            CHECK(scaled.round(now, larger.view()).moves == decision.moves);
            for (const Move& move : decision.moves) {
                round.owners[move.vmac] = move.to;
                larger.owners[move.vmac] = move.to;
            }
        }
    }
}

TEST_CASE("given targets are reached as well as capacities") {
    OwnedRound round;
    round.capacities = {1000, 1000, 1000};
    round.loads.assign(60, 10);
    round.owners.assign(60, 0);
    const std::vector<Load> shares = {1, 2, 3};
    Balancer balancer({.objective = {.target = Target::shares}}, 60);
    TimePoint now{seconds(1)};
    for (int k = 0; k < 40; ++k, now += seconds(1)) {
        RoundInput input = round.view();
        input.shares = shares;
        for (const Move& move : balancer.round(now, input).moves) {
            round.owners[move.vmac] = move.to;
        }
    }
    CHECK(std::abs(std::ranges::count(round.owners, 0) - 10) <= 1);
    CHECK(std::abs(std::ranges::count(round.owners, 1) - 20) <= 1);
    CHECK(std::abs(std::ranges::count(round.owners, 2) - 30) <= 1);
}

}  // namespace
}  // namespace evengate::balance
