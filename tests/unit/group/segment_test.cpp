// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <array>

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


void add_members(Bus& bus, int count) {
    for (int i = 0; i < count; ++i) {
        bus.add();
    }
    bus.run(1s);
    REQUIRE(bus.each_vmac_has_one_owner());
}

uint32_t term(Bus& bus, uint64_t n) {
    return bus.engine(n).view(Bus::kGroup, bus.now).name.term;
}

TEST_CASE("the standby is AVG one hold after the AVG's last hello, in a later term") {
    Bus bus;
    bus.add(100);
    bus.add(200);
    bus.add(150);
    bus.run(1s);
    const uint32_t before = term(bus, 3);
    bus.kill(2);
    bus.run(31ms);
    CHECK(bus.state(3) == VgState::active);
    CHECK(bus.state(1) != VgState::active);
    bus.run(50ms);
    CHECK(bus.state(1) == VgState::standby);
    CHECK(term(bus, 1) > before);
    CHECK(term(bus, 1) == term(bus, 3));
}

TEST_CASE("a better member becomes AVG only when it may preempt") {
    for (const Preempt preempt : {Preempt::never, Preempt::when_better}) {
        Bus bus;
        bus.add(100);
        bus.run(200ms);
        bus.add(200, [&](GroupOptions& options) { options.preempt = preempt; });
        bus.run(1s);
        CHECK(bus.n_active() == 1);
        CHECK((bus.state(2) == VgState::active) == (preempt == Preempt::when_better));
        CHECK(bus.each_vmac_has_one_owner());
    }
}

TEST_CASE("a preempting member waits for its delay") {
    Bus bus;
    bus.add(100);
    bus.run(200ms);
    bus.add(200, [&](GroupOptions& options) {
        options.preempt = Preempt::when_better;
        options.preempt_delay = 500ms;
    });
    bus.run(400ms);
    CHECK(bus.state(1) == VgState::active);
    bus.run(300ms);
    CHECK(bus.state(2) == VgState::active);
}

TEST_CASE("whoever is heard by others is not dead: its vMACs stay with it") {
    Bus bus;
    add_members(bus, 3);
    const size_t owned = bus.n_owned(3);
    const bool is_avg = bus.state(3) == VgState::active;
    const uint64_t deaf = is_avg ? 1 : 2;
    bus.cut(3, deaf);
    bus.run(2s);
    CHECK(bus.each_vmac_has_one_owner());
    CHECK(bus.n_active() == 1);
    CHECK(bus.n_owned(3) >= owned);
}

TEST_CASE("no vMAC stays with two members of which one is deaf, whoever died before") {
    const uint64_t deaf = GENERATE(2u, 3u, 4u);
    const uint64_t second = GENERATE(2u, 3u, 4u, 5u);
    if (second == deaf) {
        return;
    }
    Bus bus;
    for (int n = 0; n < 6; ++n) {
        bus.add(n == 0 ? 200 : 100, [n](GroupOptions& options) {
            options.parameters.n_vmacs = 64;
            options.capacity_pps += 300'000u * static_cast<uint64_t>(n);
        });
    }
    bus.run(1s);
    bus.kill(1);
    bus.run(8ms);
    bus.kill(second);  // the deaf one will not hear how the vMACs of the first were shared out
    bus.run(17ms);
    for (uint64_t other = 1; other <= 6; ++other) {
        bus.cut(other, deaf);
    }
    std::array<TimePoint, 65> single_at;
    single_at.fill(bus.now);
    Duration longest{};
    bus.run(500ms, [&] {
        for (uint8_t vmac = 1; vmac <= 64; ++vmac) {
            if (bus.owners(vmac).size() <= 1) {
                single_at.at(vmac) = bus.now;
            }
            longest = std::max(longest, bus.now - single_at.at(vmac));
        }
    });
    CHECK(longest > 10ms);
    CHECK(longest <= 30ms + 10ms);
}

TEST_CASE("each side of a partition serves all vMACs, and afterwards the larger side's AVG stays") {
    Bus bus;
    add_members(bus, 5);
    for (uint64_t a : {1u, 2u}) {
        for (uint64_t b : {3u, 4u, 5u}) {
            bus.cut_both(a, b);
        }
    }
    bus.run(500ms);
    for (uint8_t vmac = 1; vmac <= 16; ++vmac) {
        CHECK(bus.owners(vmac).size() == 2);
    }
    CHECK(bus.n_active() == 2);
    const bool five_leads = bus.state(5) == VgState::active;
    for (uint64_t n = 1; n <= 5; ++n) {
        bus.at(n).announced.clear();
    }
    bus.cuts.clear();
    bus.run(500ms);
    CHECK(bus.each_vmac_has_one_owner());
    CHECK(bus.n_active() == 1);
    CHECK((bus.state(5) == VgState::active) == five_leads);
    std::set<uint8_t> announced;
    for (uint64_t n = 1; n <= 5; ++n) {
        announced.insert(bus.at(n).announced.begin(), bus.at(n).announced.end());
    }
    CHECK(announced.size() == 16);
}

TEST_CASE("a member that returns alone never displaces a larger group's AVG") {
    Bus bus;
    bus.add(255);
    bus.add(100);
    bus.add(100);
    bus.run(500ms);
    bus.cut_both(1, 2);
    bus.cut_both(1, 3);
    bus.run(500ms);
    REQUIRE(bus.state(1) == VgState::active);
    bus.cuts.clear();
    bus.run(500ms);
    CHECK(bus.state(1) != VgState::active);
    CHECK(bus.n_active() == 1);
    CHECK(bus.each_vmac_has_one_owner());
}

TEST_CASE("a member that slept longer than its lease claims nothing before it heard the group") {
    Bus bus;
    add_members(bus, 3);
    bus.pause(1);
    bus.run(200ms);
    CHECK(bus.n_owned(1) == 0);
    for (uint8_t vmac = 1; vmac <= 16; ++vmac) {
        CHECK(bus.owners(vmac).size() == 1);
    }
    size_t n_doubles = 0;
    bus.resume(1);
    bus.run(300ms, [&] {
        for (uint8_t vmac = 1; vmac <= 16; ++vmac) {
            n_doubles += bus.owners(vmac).size() > 1 ? 1 : 0;
        }
    });
    CHECK(n_doubles == 0);
    CHECK(bus.n_notes(1, NoteKind::fenced) == 1);
    CHECK(bus.each_vmac_has_one_owner());
    CHECK(bus.n_owned(1) >= 4);
}

TEST_CASE("a restart within the hold is seen by its nonce, and its vMACs are taken over at once") {
    Bus bus;
    add_members(bus, 3);
    bus.restart(3);
    bus.run(5ms);
    for (uint8_t vmac = 1; vmac <= 16; ++vmac) {
        CHECK(bus.owners(vmac).size() == 1);
        CHECK(bus.owners(vmac)[0] != 3);
    }
    bus.run(1s);
    CHECK(bus.each_vmac_has_one_owner());
    CHECK(bus.n_owned(3) >= 4);
}

TEST_CASE("a drained member gives all its vMACs away without a gap, and gets some again") {
    for (const double loss : {0.0, 0.3}) {
        Bus bus;
        add_members(bus, 3);
        bus.loss = loss;
        size_t n_gaps = 0;
        size_t n_doubles = 0;
        const auto check = [&] {
            for (uint8_t vmac = 1; vmac <= 16; ++vmac) {
                n_doubles += bus.owners(vmac).size() > 1 ? 1 : 0;
                bool is_served = false;
                for (uint64_t n = 1; n <= 3; ++n) {
                    is_served = is_served || bus.engine(n).role(Bus::kGroup, VmacNumber(vmac)) != Role::other;
                }
                n_gaps += is_served ? 0 : 1;
            }
        };
        bus.at(1).group.linger = 2s;
        bus.step(3, Drain{});
        for (int i = 0; i < 100 && bus.n_owned(3) != 0; ++i) {
            bus.run(50ms, check);
        }
        CHECK(bus.n_owned(3) == 0);
        bus.step(3, Undrain{});
        for (int i = 0; i < 300 && bus.n_owned(3) < 4; ++i) {
            bus.run(50ms, check);
        }
        bus.loss = 0;
        bus.run(1s, check);
        CHECK(bus.n_owned(3) >= 4);
        CHECK(n_gaps == 0);
        // With loss a member that hears three hellos less believes another dead for a moment.
        CHECK((n_doubles == 0 || loss > 0));
        CHECK(bus.each_vmac_has_one_owner());
    }
}

TEST_CASE("a drained AVG leaves its role to another as well") {
    Bus bus;
    add_members(bus, 3);
    REQUIRE(bus.state(3) == VgState::active);
    bus.step(3, Drain{});
    bus.run(1s);
    CHECK(bus.n_owned(3) == 0);
    CHECK(bus.state(3) != VgState::active);
    CHECK(bus.n_active() == 1);
}

TEST_CASE("a member that leaves hands over first, then says good-bye") {
    Bus bus;
    add_members(bus, 3);
    bus.step(3, Leave{});
    size_t n_unowned = 0;
    for (int i = 0; i < 200 && bus.engine(3).is_busy(); ++i) {
        bus.run(10ms, [&] {
            for (uint8_t vmac = 1; vmac <= 16; ++vmac) {
                bool is_served = false;
                for (uint64_t n = 1; n <= 3; ++n) {
                    is_served = is_served || bus.engine(n).role(Bus::kGroup, VmacNumber(vmac)) != Role::other;
                }
                n_unowned += is_served ? 0 : 1;
            }
        });
    }
    CHECK_FALSE(bus.engine(3).is_busy());
    CHECK(n_unowned == 0);
    bus.kill(3);
    CHECK(bus.n_notes(1, NoteKind::member_left) == 1);
    CHECK(bus.n_notes(1, NoteKind::member_down) == 0);
    bus.run(20ms);
    CHECK(bus.each_vmac_has_one_owner());
    CHECK(bus.n_active() == 1);
}

TEST_CASE("the operator's move puts a vMAC where it is wanted, and it stays there") {
    Bus bus;
    add_members(bus, 3);
    uint64_t avg = 0;
    for (uint64_t n = 1; n <= 3; ++n) {
        avg = bus.state(n) == VgState::active ? n : avg;
    }
    for (uint64_t to = 1; to <= 3; ++to) {
        bus.step(avg, MoveVmac{Bus::kGroup, VmacNumber(7), MemberId{to}});
        bus.run(500ms);
        CHECK(bus.owners(7) == std::vector<uint64_t>{to});
        CHECK(bus.each_vmac_has_one_owner());
    }
    bus.run(2s);
    CHECK(bus.owners(7) == std::vector<uint64_t>{3});
}

TEST_CASE("a recording changes nothing, whoever was restarted") {
    Bus bus;
    bus.add();
    bus.add();
    std::vector<Bus::Flying> recorded;
    bus.on_message = [&](uint64_t from, const glbp::Message& message) {
        recorded.push_back({from, from == 1 ? uint64_t{2} : uint64_t{1}, message});
    };
    bus.run(500ms);
    bus.on_message = [](uint64_t, const glbp::Message&) {};
    SECTION("while both live") {
        for (const Bus::Flying& flying : recorded) {
            bus.inject(flying);
        }
        CHECK(bus.at(1).refusals[MessageRefusal::replayed] > 10);
    }
    SECTION("after the receiver restarted, and the other is gone") {
        bus.kill(2);
        bus.restart(1);
        bus.run(100ms);
        REQUIRE(bus.n_owned(1) == 16);
        for (const Bus::Flying& flying : recorded) {
            if (flying.to == 1) {
                bus.inject(flying);
            }
        }
        CHECK(bus.at(1).refusals[MessageRefusal::not_proven] > 10);
        CHECK(bus.n_owned(1) == 16);
    }
    SECTION("after the sender restarted") {
        bus.restart(2);
        bus.run(500ms);
        const size_t before = bus.n_owned(2);
        for (const Bus::Flying& flying : recorded) {
            if (flying.to == 1) {
                bus.inject(flying);
            }
        }
        bus.run(100ms);
        CHECK(bus.n_notes(1, NoteKind::member_restarted) == 1);
        CHECK(bus.n_owned(2) == before);
    }
    CHECK(bus.each_vmac_has_one_owner());
}

TEST_CASE("a member with other parameters is reported, and the group stays one") {
    Bus bus;
    bus.add(200);
    bus.add(100, [](GroupOptions& options) { options.parameters.n_vmacs = 8; });
    bus.run(1s);
    CHECK(bus.n_active() == 1);
    CHECK(bus.n_notes(1, NoteKind::parameters_differ) == 1);
    CHECK(bus.each_vmac_has_one_owner());
    for (uint8_t vmac = 9; vmac <= 16; ++vmac) {
        CHECK(bus.owners(vmac) == std::vector<uint64_t>{1});
    }
    CHECK(bus.n_owned(2) == 8);
}

TEST_CASE("a member without weight gives its vMACs away and keeps its role") {
    Bus bus;
    add_members(bus, 3);
    REQUIRE(bus.state(3) == VgState::active);
    bus.step(3, WeightChanged{Bus::kGroup, 0});
    bus.run(500ms);
    CHECK(bus.n_owned(3) == 0);
    CHECK(bus.state(3) == VgState::active);
    bus.step(3, WeightChanged{Bus::kGroup, 100});
    bus.run(1s);
    CHECK(bus.n_owned(3) >= 4);
}

TEST_CASE("a link that flickers costs nothing, one that stays down costs the vMACs") {
    Bus bus;
    add_members(bus, 3);
    bus.step(1, LinkChanged{Link::down});
    bus.run(10ms);
    bus.step(1, LinkChanged{Link::up});
    bus.run(5ms);
    CHECK(bus.n_owned(1) >= 5);
    CHECK(bus.each_vmac_has_one_owner());
    bus.step(1, LinkChanged{Link::down});
    bus.cut_both(1, 2);
    bus.cut_both(1, 3);
    bus.run(100ms);
    CHECK(bus.n_owned(1) == 0);
    CHECK(bus.n_owned(2) + bus.n_owned(3) == 16);
}

}  // namespace
}  // namespace evengate::group
