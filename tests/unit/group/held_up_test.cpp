// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// A member that could not listen for a while: it slept, is always late, or had no link.
#include "bus.hpp"
#include "catch.hpp"

namespace evengate::group {
namespace {

using namespace std::chrono_literals;

// Runs for a time in which a member gets a millisecond now and then.
void run_with_slow_member(Bus& bus, uint64_t slow, Duration held_up, Duration duration) {
    for (const TimePoint end = bus.now + duration; bus.now < end;) {
        bus.pause(slow);
        bus.run(held_up);
        bus.resume(slow, Bus::Wakes::timers_first);
        bus.run(1ms);
    }
}

TEST_CASE("a member that sleeps, and sleeps again, takes over nothing before it has heard the group") {
    Bus bus;
    bus.add_settled(3);
    const Duration first = GENERATE(Duration(26ms), Duration(60ms), Duration(200ms));
    const Duration awake = GENERATE(Duration(0ms), Duration(1ms), Duration(8ms));
    bus.pause(1);
    bus.run(first);
    bus.resume(1, Bus::Wakes::timers_first);
    bus.run(awake);
    bus.pause(1);
    bus.run(70ms);
    bus.resume(1, Bus::Wakes::timers_first);
    bus.run(40ms);
    CHECK(bus.n_notes(1, NoteKind::took_over) == 0);
    CHECK(bus.n_notes(1, NoteKind::member_down) == 0);
    bus.run(300ms);
    CHECK(bus.each_vmac_has_one_owner());
}

TEST_CASE("a member that is always late keeps no dead member alive") {
    Bus bus;
    bus.add_settled(4);
    const uint64_t slow = GENERATE(1u, 2u);  // the AVG, or the next one to be it
    const uint64_t dead = GENERATE(1u, 4u);
    if (slow == dead) {
        return;
    }
    run_with_slow_member(bus, slow, 16ms, 100ms);
    bus.kill(dead);
    run_with_slow_member(bus, slow, 16ms, 500ms);
    CHECK(bus.each_vmac_has_one_owner());
    CHECK(bus.n_active() == 1);
}

TEST_CASE("a member that is always late serves when it is alone") {
    Bus bus;
    bus.add();
    run_with_slow_member(bus, 1, 16ms, 500ms);
    CHECK(bus.n_owned(1) == 16);
}

TEST_CASE("an AVG that slept does not undo the moves that were done meanwhile") {
    Bus bus;
    for (int i = 0; i < 3; ++i) {
        bus.add(100, [](GroupOptions& options) {
            options.hello = 1s;
            options.hold = 3s;
        });
    }
    bus.run(20s);
    uint64_t avg = 1;
    while (bus.state(avg) != glbp::VgState::active) {
        ++avg;
    }
    uint64_t to = avg == 3 ? 2 : 3;
    uint8_t vmac = 1;
    while (bus.owners(vmac).at(0) == avg || bus.owners(vmac).at(0) == to) {
        ++vmac;
    }
    bus.step(avg, MoveVmac{Bus::kGroup, VmacNumber(vmac), MemberId{to}});
    bus.pause(avg);
    bus.run(1200ms);
    REQUIRE(bus.owners(vmac) == std::vector<uint64_t>{to});
    bus.resume(avg, Bus::Wakes::timers_first);
    bus.run(5s);
    CHECK(bus.n_notes(avg, NoteKind::hand_over_failed) == 0);
    CHECK(bus.owners(vmac) == std::vector<uint64_t>{to});
}

TEST_CASE("a member whose link was down judges nobody, and takes no vMAC from the living when it is up") {
    Bus bus;
    bus.add_settled(3);
    const uint64_t n = GENERATE(1u, 3u);  // the AVG and another
    const auto down_for = GENERATE(Duration(25ms), Duration(40ms), Duration(1s));
    bus.step(n, LinkChanged{Link::down});
    for (uint64_t other = 1; other <= 3; ++other) {
        bus.cut_both(n, other);
    }
    bus.run(down_for);
    bus.cuts.clear();
    bus.step(n, LinkChanged{Link::up});
    size_t n_doubles = 0;
    bus.run(1s, [&] {
        for (uint8_t vmac = 1; vmac <= 16; ++vmac) {
            n_doubles += bus.owners(vmac).size() > 1 ? 1 : 0;
        }
    });
    CHECK(bus.n_notes(n, NoteKind::took_over) == 0);
    CHECK(bus.n_notes(n, NoteKind::retracted) == 0);
    if (down_for > 30ms) {
        CHECK(n_doubles == 0);
    }
    CHECK(bus.each_vmac_has_one_owner());
    CHECK(bus.n_owned(n) >= 4);
}

TEST_CASE("a member that woke does not wait for an assignment that nobody live has any more") {
    Bus bus;
    bus.add(100);
    bus.add(100);
    bus.add(120);
    bus.run(1s);
    bus.pause(2);
    bus.cut_both(2, 3);
    bus.kill(1);
    bus.run(100ms);
    // It hears that there is a newer one; what it asks is lost, and then all of that member's.
    bus.cuts.erase({3, 2});
    bus.resume(2);
    bus.run(12ms);
    CHECK(bus.n_owned(2) == 0);
    bus.cut(3, 2);
    bus.cut_both(1, 3);
    bus.restart(1);
    bus.run(50ms);
    CHECK(bus.n_owned(1) + bus.n_owned(2) == 16);
    bus.cuts.clear();
    bus.run(1s);
    CHECK(bus.each_vmac_has_one_owner());
    CHECK(bus.n_active() == 1);
}

}  // namespace
}  // namespace evengate::group
