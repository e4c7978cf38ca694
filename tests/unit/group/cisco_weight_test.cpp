// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "catch.hpp"
#include "cisco_lan.hpp"

using namespace evengate;
using namespace evengate::group;
using namespace evengate::group::test;
using namespace std::chrono_literals;
using glbp::VgState;

TEST_CASE("below its lower weight a member gives up all vMACs at once, and stays AVG") {
    CiscoLan lan = settled(3);
    const TimePoint begin = lan.now();
    lan.give(1, WeightChanged{GroupId{1}, 0});
    CHECK(lan.group(1).role(VmacNumber{1}) == Role::linger);
    CHECK(lan.group(1).is_busy());
    CHECK(lan.sent_by(1, begin).front().send.message == hello_of(1, VgState::active, 200));
    CHECK(lan.sent_by(1, begin).front().send.from == VmacNumber{0});
    lan.run_for(5ms);
    CHECK(lan.owners_of(1) == std::vector{3u});
    CHECK(lan.group(1).answers_hosts());
    CHECK(answerable_at(lan, 1) == std::vector{1u, 2u, 3u});
    lan.run_for(2s);
    CHECK(lan.group(1).role(VmacNumber{1}) == Role::other);
    CHECK_FALSE(lan.group(1).is_busy());

    lan.give(1, WeightChanged{GroupId{1}, 80});
    const TimePoint recovered = lan.now();
    lan.run_until(recovered + 30s - 1ms);
    CHECK(lan.owners_of(1) == std::vector{3u});
    lan.run_until(recovered + 30s + kWireDelay);
    CHECK(lan.owners_of(1) == std::vector{1u});
    CHECK(lan.sent_by(1).back().send.message.forwarders[0].weight == 80);
}

TEST_CASE("another weight that is not 0 changes what is said and moves nothing") {
    CiscoLan lan = settled(2);
    lan.give(2, WeightChanged{GroupId{1}, 40});
    lan.run_for(4s);
    CHECK(lan.owners_of(2) == std::vector{2u});
    CHECK(lan.sent_by(2).back().send.message.forwarders[0].weight == 40);
    lan.give(2, WeightChanged{GroupId{2}, 0});
    CHECK(lan.owners_of(2) == std::vector{2u});
}

TEST_CASE("a member without weight asks for no number until it has one") {
    CiscoLan lan = settled(1);
    lan.add(2, with_priority(100));
    lan.give(2, WeightChanged{GroupId{1}, 0});
    lan.connect(2);
    lan.run_for(30s);
    CHECK(vmac_in(lan.group(1).view(lan.now()), 2) == nullptr);
    lan.give(2, WeightChanged{GroupId{1}, 100});
    lan.run_for(15s);
    CHECK(lan.owners_of(2) == std::vector{2u});
}

TEST_CASE("a drained member has handed everything over when it is busy no more") {
    CiscoLan lan = settled(3);
    lan.give(2, Drain{});
    CHECK(lan.group(2).is_busy());
    lan.run_for(5ms);
    CHECK(lan.owners_of(2) == std::vector{3u});
    lan.run_for(2s);
    CHECK_FALSE(lan.group(2).is_busy());
    CHECK(lan.n_notes(2, NoteKind::drained) == 1);
    CHECK(lan.group(2).view(lan.now()).is_draining);
    lan.give(2, Undrain{});
    lan.run_for(30s + kWireDelay);
    CHECK(lan.owners_of(2) == std::vector{2u});
}

TEST_CASE("an AVG that leaves is replaced at once, and says nothing more") {
    CiscoLan lan = settled(3);
    lan.give(1, Leave{});
    const TimePoint left = lan.now();
    lan.run_for(5ms);
    CHECK((lan.group(2).answers_hosts() || lan.group(3).answers_hosts()));
    CHECK_FALSE(lan.group(1).answers_hosts());
    CHECK(lan.owners_of(1) == std::vector{3u});
    lan.run_for(30s);
    CHECK(lan.sent_by(1, left).size() == 1);
    CHECK_FALSE(lan.group(1).is_busy());
    CHECK(lan.group(1).view(lan.now()).state == VgState::initial);
    lan.connect(1);
    lan.run_for(30s);
    CHECK(lan.sent_by(1, left).size() == 1);
}

TEST_CASE("when its link goes down a member stops at once, and listens when it is up again") {
    CiscoLan lan = settled(2);
    lan.give(2, LinkChanged{Link::down});
    CHECK(lan.owners_of(2).empty());
    CHECK(lan.group(2).view(lan.now()).state == VgState::initial);
    CHECK(lan.group(2).next_deadline() > lan.now() + 100s);
    lan.run_for(12s);
    CHECK(lan.owners_of(2) == std::vector{1u});
    lan.connect(2);
    CHECK(lan.group(2).view(lan.now()).state == VgState::listen);
    lan.run_for(31s);
    CHECK(lan.owners_of(2) == std::vector{2u});
}
