// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What a member has to carry beside the group's vMACs (balancing rule B3, protocol rule 28).
#include "catch.hpp"
#include "traffic.hpp"

namespace evengate::group {
namespace {

TEST_CASE("what a member forwards beside the vMACs counts against it") {
    Bus bus;
    add_balanced(bus, {4000, 4000});
    Traffic traffic(bus);
    for (uint8_t vmac = 1; vmac <= 16; ++vmac) {
        traffic.rates[vmac] = 200;
    }
    traffic.capacities = {{1, 4000}, {2, 4000}};
    traffic.background = 1600;
    traffic.run(80);
    // 4800 in all: 2400 each, of which 1600 are not to be moved.
    CHECK(traffic.load_of(1) <= 1000);
    CHECK(traffic.load_of(2) >= 2200);
}

TEST_CASE("what members keep for other groups changes for all of them at once") {
    Bus bus;
    add_balanced(bus, {4000, 4000, 4000, 4000});
    Traffic traffic(bus);
    for (uint8_t vmac = 1; vmac <= 16; ++vmac) {
        traffic.rates[vmac] = 400;
    }
    traffic.capacities = {{1, 4000}, {2, 4000}, {3, 4000}, {4, 4000}};
    const auto before = all_owners(bus);
    for (int n = 0; n < 20; ++n) {
        traffic.kept = n % 2 == 0 ? 0.5 : 0;
        traffic.run(1);
    }
    CHECK(all_owners(bus) == before);
}

TEST_CASE("a member that can do more at once does not seem to keep the difference for others") {
    Bus bus;
    add_balanced(bus, {4000, 4000});
    Traffic traffic(bus);
    for (uint8_t vmac = 1; vmac <= 16; ++vmac) {
        traffic.rates[vmac] = 400;
    }
    const uint64_t avg = find_avg(bus);
    traffic.capacities = {{1, 4000}, {2, 4000}};
    traffic.run(5);
    const auto n_owned = bus.n_owned(avg);
    traffic.capacities[avg] = 12'000;
    for (int n = 0; n < 20; ++n) {
        traffic.run(1);
        CHECK(bus.n_owned(avg) >= n_owned);
    }
    CHECK(bus.n_owned(avg) > n_owned);
}

}  // namespace
}  // namespace evengate::group
