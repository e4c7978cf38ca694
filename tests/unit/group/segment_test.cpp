// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "bus.hpp"
#include "catch.hpp"

namespace evengate::group {
namespace {

using namespace std::chrono_literals;
using glbp::VgState;

TEST_CASE("a member that hears nobody owns all vMACs after one hold") {
    Bus bus;
    bus.add();
    bus.run(29ms);
    CHECK(bus.n_owned(1) == 0);
    CHECK(bus.state(1) == VgState::listen);
    bus.run(2ms);
    CHECK(bus.n_owned(1) == 16);
    CHECK(bus.state(1) == VgState::active);
    CHECK(bus.engine(1).lease() == kNever);
}

TEST_CASE("three members that start together share the vMACs evenly") {
    Bus bus;
    bus.add(100);
    bus.add(200);
    bus.add(150);
    bus.run(1s);
    CHECK(bus.each_vmac_has_one_owner());
    for (uint64_t n = 1; n <= 3; ++n) {
        CHECK(bus.n_owned(n) >= 5);
        CHECK(bus.n_owned(n) <= 6);
    }
    CHECK(bus.state(1) == VgState::listen);
    CHECK(bus.state(2) == VgState::active);
    CHECK(bus.state(3) == VgState::standby);
    CHECK(bus.engine(2).answerable(Bus::kGroup).size() == 16);
}

TEST_CASE("survivors of any single death share its vMACs within hold and a hello") {
    for (uint64_t victim = 1; victim <= 4; ++victim) {
        Bus bus;
        for (int i = 0; i < 4; ++i) {
            bus.add();
        }
        bus.run(1s);
        REQUIRE(bus.each_vmac_has_one_owner());
        bus.kill(victim);
        bus.run(31ms);
        CHECK(bus.each_vmac_has_one_owner());
        bus.run(500ms);
        CHECK(bus.each_vmac_has_one_owner());
        for (uint64_t n = 1; n <= 4; ++n) {
            if (n != victim) {
                CHECK(bus.n_owned(n) >= 5);
                CHECK(bus.n_owned(n) <= 6);
            }
        }
    }
}

}  // namespace
}  // namespace evengate::group
