// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/moves.hpp"

#include <set>

#include "catch.hpp"
#include "unit/balance/rounds.hpp"

namespace evengate::balance {
namespace {

struct Prepared {
    Objective objective;
    std::vector<Load> scaled;
    std::vector<std::uint8_t> is_movable;
    std::vector<Barred> barred;

    explicit Prepared(const OwnedRound& round, const ObjectiveOptions& options = {}) {
        objective.begin(round.facts(), options);
        for (const Load load : round.loads) {
            scaled.push_back(objective.scale(load));
        }
        is_movable.assign(scaled.size(), 1);
        barred.assign(scaled.size(), nowhere_barred);
    }
    [[nodiscard]] Field field(const OwnedRound& round) const {
        return {
            .loads = scaled, .owners = round.owners, .is_movable = is_movable, .barred = barred};
    }
};

std::size_t end_of_step(const std::vector<Move>& moves, std::size_t at) {
    if (moves[at].part == Move::Part::alone) {
        return at + 1;
    }
    REQUIRE(moves[at].part == Move::Part::first_of_swap);
    REQUIRE(moves.at(at + 1).part == Move::Part::second_of_swap);
    CHECK(moves[at + 1].from == moves[at].to);
    CHECK(moves[at + 1].to == moves[at].from);
    return at + 2;
}

TEST_CASE("every prefix of the moves lowers J, prices of moves included, and the gain is as told") {
    std::mt19937_64 engine(5);
    MovePlanner planner;
    std::size_t n_moves = 0;
    std::size_t n_swaps = 0;
    for (int n = 0; n < 1500; ++n) {
        const std::size_t m = 2 + engine() % 7;
        const OwnedRound round = make_round(m, 1 + engine() % 60, engine);
        Prepared prepared(round);
        for (std::size_t j = 0; j < prepared.is_movable.size(); ++j) {
            prepared.is_movable[j] = engine() % 5 == 0 ? 0 : 1;
            prepared.barred[j] = nowhere_barred;
            for (std::size_t k = engine() % (kMaxBarred + 1); k > 0; --k) {
                prepared.barred[j][k - 1] = static_cast<Gateway>(engine() % m);
            }
        }
        const MoveLimits limits{.n_vmacs = static_cast<std::uint32_t>(engine() % 12),
                                .least_gain = static_cast<Price>(1 + engine() % 100'000)};
        Assignment plan;
        for (std::size_t j = 0; j < round.loads.size(); ++j) {
            plan.push_back(static_cast<Gateway>(engine() % m));
        }
        std::vector<Move> moves;
        const Price gained =
            n % 2 == 0
                ? planner.improve(prepared.objective, prepared.field(round), limits, moves)
                : planner.approach(prepared.objective, prepared.field(round), plan, limits, moves);
        CHECK(moves.size() <= limits.n_vmacs);
        n_moves += moves.size();
        std::vector<Gateway> owners = round.owners;
        std::set<std::uint32_t> moved;
        const Price before = price_of(prepared.objective, round, owners);
        Price price = before;
        Price of_moves = 0;
        for (std::size_t at = 0; at < moves.size();) {
            const std::size_t end = end_of_step(moves, at);
            n_swaps += end - at == 2 ? 1 : 0;
            for (; at < end; ++at) {
                const Move& move = moves[at];
                CHECK(moved.insert(move.vmac).second);
                CHECK(owners[move.vmac] == move.from);
                CHECK(prepared.is_movable[move.vmac] == 1);
                CHECK(std::ranges::count(prepared.barred[move.vmac], move.to) == 0);
                CHECK(prepared.objective.takes(move.to));
                CHECK((n % 2 == 0 || plan[move.vmac] == move.to));
                owners[move.vmac] = move.to;
                of_moves += prepared.objective.of_move(move.from, prepared.scaled[move.vmac]);
            }
            const Price next = price_of(prepared.objective, round, owners) + of_moves;
            REQUIRE(next <= price - limits.least_gain);
            price = next;
        }
        CHECK(gained == before - price);
    }
    CHECK(n_moves > 2000);
    CHECK(n_swaps > 20);
}

// What improve() finds with two evaluations a pair is what trying everything finds, unless the band
// of vMACs a gateway keeps it from that.
TEST_CASE("the first move is the best of all moves") {
    std::mt19937_64 engine(9);
    MovePlanner planner;
    int n_moved = 0;
    int n_best = 0;
    for (int n = 0; n < 500; ++n) {
        const OwnedRound round = make_round(3, 30, engine);
        const Prepared prepared(round);
        const Price before = price_of(prepared.objective, round, round.owners);
        Price best = 0;
        for (std::size_t j = 0; j < round.loads.size(); ++j) {
            for (Gateway to = 0; to < 3; ++to) {
                std::vector<Gateway> owners = round.owners;
                owners[j] = to;
                if (to != round.owners[j] && prepared.objective.takes(to)) {
                    best = std::max(
                        best, before - price_of(prepared.objective, round, owners) -
                                  prepared.objective.of_move(round.owners[j], prepared.scaled[j]));
                }
            }
        }
        std::vector<Move> moves;
        const Price gained = planner.improve(prepared.objective, prepared.field(round),
                                             {.n_vmacs = 1, .least_gain = 1}, moves);
        n_moved += moves.empty() ? 0 : 1;
        n_best += !moves.empty() && gained == best ? 1 : 0;
        CHECK(gained <= best);
        CHECK((gained > 0) == (best > 0));
    }
    CHECK(n_moved > 450);
    CHECK(n_best > n_moved * 8 / 10);
}

TEST_CASE("the order of the vMACs does not change what is gained") {
    std::mt19937_64 engine(21);
    MovePlanner planner;
    for (int n = 0; n < 200; ++n) {
        const OwnedRound round = make_round(4, 30, engine);
        OwnedRound turned = round;
        std::reverse(turned.loads.begin(), turned.loads.end());
        std::reverse(turned.owners.begin(), turned.owners.end());
        const Prepared prepared(round);
        const Prepared prepared_turned(turned);
        std::vector<Move> moves;
        std::vector<Move> turned_moves;
        CHECK(planner.improve(prepared.objective, prepared.field(round), {}, moves) ==
              planner.improve(prepared_turned.objective, prepared_turned.field(turned), {},
                              turned_moves));
        CHECK(moves.size() == turned_moves.size());
    }
}

TEST_CASE("vMACs leave a gateway that is to carry nothing") {
    OwnedRound round;
    round.capacities = {1000, 1000, 0};
    round.loads = {100, 100, 100, 100, 100, 100};
    round.owners = {0, 0, 1, 1, 2, 2};
    const Prepared prepared(round);
    MovePlanner planner;
    std::vector<Move> moves;
    planner.improve(prepared.objective, prepared.field(round), {}, moves);
    REQUIRE(moves.size() == 2);
    CHECK(moves[0].from == 2);
    CHECK(moves[1].from == 2);
    CHECK(moves[0].to != moves[1].to);
}

}  // namespace
}  // namespace evengate::balance
