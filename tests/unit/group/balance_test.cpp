// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// Members that report their load, and vMACs that move by it (balancing rules B1 to B11).
#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "catch.hpp"
#include "traffic.hpp"

namespace evengate::group {
namespace {

TEST_CASE("vMACs move until unequal members are evenly used, each with one owner all the time") {
    Bus bus;
    add_balanced(bus, kUneven);
    Traffic traffic(bus);
    make_uneven(traffic);
    bus.loss = GENERATE(0.0, 0.05);  // of reports, too
    size_t n_doubles = 0;
    traffic.check = [&] {
        for (uint8_t vmac = 1; bus.loss == 0 && vmac <= 16; ++vmac) {
            n_doubles += bus.owners(vmac).size() > 1 ? 1 : 0;
        }
    };
    traffic.run(2);
    const double before = traffic.imbalance();
    traffic.run(60);
    CHECK(traffic.imbalance() < 1.15);
    CHECK(traffic.imbalance() < before);
    CHECK(n_doubles == 0);
    const BalanceView view = balance_of(bus, find_avg(bus));
    CHECK(view.n_moves.at(static_cast<size_t>(MoveCause::balanced)) > 0);
    CHECK(view.n_rounds > 50);
    CHECK_FALSE(view.history.empty());
}

TEST_CASE("whoever decides, the assignment is the same") {
    std::map<Decider, std::array<std::vector<uint64_t>, 16>> found;
    for (const Decider decider : {Decider::avg, Decider::lowest_id, Decider::everyone}) {
        Bus bus;
        add_balanced(bus, kUneven, [&](GroupOptions& options) {
            options.balance.decide = decider;
            options.priority = static_cast<uint8_t>(options.capacity_pps == kUneven.back() ? 200 : 90);
            options.preempt = Preempt::when_better;
        });
        bus.run(1s);
        REQUIRE(find_avg(bus) == 3);  // and the lowest id is another
        Traffic traffic(bus);
        make_uneven(traffic);
        traffic.run(60);
        CHECK(traffic.imbalance() < 1.15);
        found[decider] = all_owners(bus);
        for (uint64_t n = 1; n <= 3; ++n) {
            const BalanceView view = balance_of(bus, n);
            const bool decides = decider == Decider::everyone || n == (decider == Decider::avg ? 3u : 1u);
            CHECK(view.decides_here == decides);
            CHECK((view.n_rounds > 0) == decides);
            CHECK(view.n_disagreements == 0);
        }
    }
    CHECK(found[Decider::avg] == found[Decider::lowest_id]);
    CHECK(found[Decider::avg] == found[Decider::everyone]);
}

TEST_CASE("a new AVG knows the loads, and waits quietly after the failure") {
    Bus bus;
    add_balanced(bus, kUneven, [](GroupOptions& options) { options.balance.rounds.quiet = 2s; });
    Traffic traffic(bus);
    make_uneven(traffic);
    traffic.run(60);
    const uint64_t dead = find_avg(bus);
    bus.kill(dead);
    traffic.capacities.erase(dead);
    traffic.run(3);
    const uint64_t heir = find_avg(bus);
    const auto moves_of = [&] {
        return balance_of(bus, heir).n_moves.at(static_cast<size_t>(MoveCause::balanced));
    };
    for (const auto& [vmac, rate] : traffic.rates) {
        CHECK(balance_of(bus, heir).loads.at(vmac - 1u) > rate / 2);
    }
    CHECK(moves_of() == 0);
    CHECK(balance_of(bus, heir).history.back().decision.reason == balance::Reason::quiet);
    const double at_first = traffic.imbalance();
    traffic.run(60);
    CHECK(traffic.imbalance() <= at_first);
    CHECK(traffic.imbalance() < 1.2);
    CHECK(bus.each_vmac_has_one_owner());
}

TEST_CASE("without balancing, or without load, vMACs are shared out by number") {
    const auto use = GENERATE(BalanceSettings::Use::off, BalanceSettings::Use::on);
    Bus bus;
    add_balanced(bus, kUneven, [&](GroupOptions& options) { options.balance.use = use; });
    Traffic traffic(bus);
    make_uneven(traffic);
    if (use == BalanceSettings::Use::on) {
        traffic.rates.clear();
    }
    traffic.run(40);
    for (uint64_t n = 1; n <= 3; ++n) {
        const double share = 16.0 * static_cast<double>(kUneven[n - 1]) / 21'000;
        CHECK(std::abs(static_cast<double>(bus.n_owned(n)) - share) < 1);
        CHECK(balance_of(bus, n).n_moves.at(static_cast<size_t>(MoveCause::balanced)) == 0);
    }
}

TEST_CASE("while a member does not report its load nothing is moved to it, as it would look empty") {
    Bus bus;
    add_balanced(bus, {4000, 4000, 4000});
    Traffic traffic(bus);
    for (uint8_t vmac = 1; vmac <= 16; ++vmac) {
        traffic.rates[vmac] = 600;
    }
    traffic.capacities = {{1, 4000}, {2, 4000}, {3, 4000}};
    traffic.mute = find_avg(bus) == 1 ? 2 : 1;
    const auto before = all_owners(bus);
    traffic.run(60);
    CHECK(all_owners(bus) == before);
    CHECK(balance_of(bus, find_avg(bus)).history.back().decision.reason == balance::Reason::blind);
    traffic.mute = 0;
    traffic.run(20);
    CHECK(balance_of(bus, find_avg(bus)).history.back().decision.reason != balance::Reason::blind);
}

TEST_CASE("a member that knows fewer vMACs keeps nobody from being balanced with the others") {
    Bus bus;
    add_balanced(bus, {4000, 4000, 4000}, [n = 0](GroupOptions& options) mutable {
        options.parameters.n_vmacs = n++ == 0 ? 12 : 16;
    });
    Traffic traffic(bus);
    for (uint8_t vmac = 1; vmac <= 16; ++vmac) {
        const auto owners = bus.owners(vmac);
        REQUIRE(owners.size() == 1);
        traffic.rates[vmac] = owners[0] == 2 ? 600 : 100;
    }
    traffic.capacities = {{1, 4000}, {2, 4000}, {3, 4000}};
    const double before = traffic.imbalance();
    traffic.run(80);
    CHECK(before > 1.5);
    CHECK(traffic.imbalance() < 1.3);
    for (uint8_t vmac = 13; vmac <= 16; ++vmac) {
        CHECK(bus.owners(vmac) != std::vector<uint64_t>{1});
    }
    bus.step(find_avg(bus), MoveVmac{Bus::kGroup, VmacNumber(14), MemberId{1}});
    CHECK(bus.n_notes(find_avg(bus), NoteKind::move_refused) == 1);
}

TEST_CASE("an operator's move is carried out whichever member is asked, and stays") {
    Bus bus;
    add_balanced(bus, kUneven);
    Traffic traffic(bus);
    make_uneven(traffic);
    traffic.run(60);
    const uint64_t asked = GENERATE(1u, 2u, 3u);
    uint8_t vmac = 1;  // the heaviest, which the smallest should not have
    bus.step(asked, MoveVmac{Bus::kGroup, VmacNumber(vmac), MemberId{3}});
    traffic.run(30);
    CHECK(bus.owners(vmac) == std::vector<uint64_t>{3});
    CHECK(bus.n_notes(asked, NoteKind::move_refused) == 0);
}

TEST_CASE("other wishes are followed from then on") {
    Bus bus;
    add_balanced(bus, kUneven);
    Traffic traffic(bus);
    make_uneven(traffic);
    BalanceSettings settings = bus.at(1).group.balance;
    settings.rounds.objective.target = balance::Target::equal;
    for (uint64_t n = 1; n <= 3; ++n) {
        bus.step(n, BalanceChanged{Bus::kGroup, settings});
    }
    for (auto& [vmac, rate] : traffic.rates) {
        rate /= 4;  // a third of it is not too much for the smallest
    }
    traffic.run(80);
    const auto [least, most] = std::minmax({traffic.load_of(1), traffic.load_of(2), traffic.load_of(3)});
    CHECK(static_cast<double>(most) < 1.3 * static_cast<double>(least));
}

TEST_CASE("given shares are what members get") {
    Bus bus;
    const std::array<std::string, 3> names{"one", "two", "three"};
    for (const std::string& name : names) {
        Bus::Member& member = bus.add(100, [&](GroupOptions& options) {
            options.capacity_pps = 4000;
            options.linger = 500ms;
            options.balance.estimate.interval = Traffic::kInterval;
            options.balance.rounds.dwell = 950ms;
            options.balance.rounds.objective.target = balance::Target::shares;
            options.balance.shares = {{"one", 10}, {"two", 30}, {"three", 60}};
        });
        for (const char letter : name) {
            REQUIRE(member.segment.name.try_push_back(letter));
        }
        bus.start(bus.size());
    }
    bus.run(1s);
    Traffic traffic(bus);
    for (uint8_t vmac = 1; vmac <= 16; ++vmac) {
        traffic.rates[vmac] = 100;
    }
    traffic.capacities = {{1, 4000}, {2, 4000}, {3, 4000}};
    traffic.run(100);
    CHECK(traffic.load_of(1) <= 300);
    CHECK(traffic.load_of(2) >= 400);
    CHECK(traffic.load_of(2) <= 600);
    CHECK(traffic.load_of(3) >= 800);
}

TEST_CASE("a member with less weight has less capacity") {
    Bus bus;
    add_balanced(bus, {2000, 2000});
    Traffic traffic(bus);
    for (uint8_t vmac = 1; vmac <= 16; ++vmac) {
        traffic.rates[vmac] = 100;
    }
    traffic.capacities = {{1, 2000}, {2, 2000}};
    traffic.run(30);
    bus.step(1, WeightChanged{Bus::kGroup, 25});
    traffic.run(60);
    CHECK(traffic.load_of(1) <= 500);
}

TEST_CASE("a random start gives any member any vMAC, and loads even it out") {
    Bus bus;
    add_balanced(bus, kUneven, [](GroupOptions& options) { options.balance.start = balance::Start::random; });
    CHECK(bus.each_vmac_has_one_owner());
    Traffic traffic(bus);
    make_uneven(traffic);
    traffic.run(80);
    CHECK(traffic.imbalance() < 1.15);
}

TEST_CASE("no vMAC moves more than four times in three minutes") {
    Bus bus;
    add_balanced(bus, {4000, 4000}, [](GroupOptions& options) {
        options.balance.rounds.dwell = {};
        options.balance.rounds.no_return = {};
        options.balance.rounds.noise = 0;
    });
    Traffic traffic(bus);
    traffic.capacities = {{1, 4000}, {2, 4000}};
    std::map<uint8_t, std::vector<uint64_t>> before;
    std::map<uint8_t, int> n_moves;
    for (int i = 0; i < 1000; ++i) {
        // Of two that are heavy on one member it helps to move one.
        for (uint8_t vmac = 1; vmac <= 16; ++vmac) {
            const int turn = i / 10;
            const bool is_heavy = vmac == 1 + turn % 5 || vmac == 1 + (turn * 2 + 1) % 5;
            traffic.rates[vmac] = is_heavy ? 1500 : 50;
        }
        traffic.run(1);
        for (uint8_t vmac = 1; vmac <= 16; ++vmac) {
            const auto owners = bus.owners(vmac);
            n_moves[vmac] += i != 0 && owners != before[vmac] && owners.size() == 1 ? 1 : 0;
            before[vmac] = owners;
        }
    }
    int most = 0;
    for (const auto& [vmac, count] : n_moves) {
        most = std::max(most, count);
    }
    CHECK(most >= 2);
    CHECK(most <= 4);
}

}  // namespace
}  // namespace evengate::group
