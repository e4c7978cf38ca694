// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <algorithm>

#include "catch.hpp"
#include "cisco_lan.hpp"

using namespace evengate;
using namespace evengate::group;
using namespace evengate::group::test;
using namespace std::chrono_literals;
using glbp::VgState;

TEST_CASE("a forwarder is silent for one hold, then says so from its vMAC at once") {
    CiscoLan lan = settled(1);
    const auto sent = lan.sent_by(1);
    const auto first = std::ranges::find_if(
        sent, [](const CiscoLan::Sent& one) { return one.send.from == VmacNumber{1}; });
    REQUIRE(first != sent.end());
    CHECK(first->at == TimePoint{} + 30s + 8ms);
    CHECK(first->send.message == forwarder_hello_of(1, owned(1)));
    CHECK(std::all_of(sent.begin(), first, [](const CiscoLan::Sent& one) {
        return one.send.from == VmacNumber{0} && one.send.message.forwarders.empty();
    }));
}

TEST_CASE("the AVG answers each request with the next number, and the same asker with the same") {
    CiscoLan lan = settled(1);
    for (const unsigned asker : {5u, 3u, 4u}) {
        lan.inject(lan.now(), asker, hello_of(asker, VgState::listen, 100));
        lan.inject(lan.now(), asker, request_of(asker));
        lan.inject(lan.now() + 1ms, asker, request_of(asker));
        const TimePoint begin = lan.now();
        lan.run_for(50ms);
        const auto sent = lan.sent_by(1, begin);
        REQUIRE(sent.size() == 2);
        const unsigned number = asker == 5 ? 2 : asker;
        for (const CiscoLan::Sent& one : sent) {
            CHECK(one.at - begin < 8ms);
            CHECK(one.send.message == reply_of(1, asker == 4 ? 4 : number));
            CHECK(one.send.to == address_of(asker));
            CHECK(one.send.to_mac == mac_of(asker));
            CHECK(one.send.from == VmacNumber{0});
        }
    }
    lan.inject(lan.now(), 6, hello_of(6, VgState::listen, 100));
    lan.inject(lan.now(), 6, request_of(6));
    const TimePoint begin = lan.now();
    lan.run_for(50ms);
    CHECK(lan.sent_by(1, begin).empty());
}

TEST_CASE("who never said hello, or asks another than the AVG, is given no number") {
    CiscoLan lan = settled(2);
    const TimePoint begin = lan.now();
    lan.inject(lan.now(), 7, request_of(7));
    lan.run_for(50ms);
    CHECK(lan.sent_by(1, begin).empty());
    CHECK(lan.n_refused(1, MessageRefusal::step_unexpected) == 1);
    CHECK(lan.n_refused(2, MessageRefusal::step_unexpected) == 1);
}

TEST_CASE("a reply that was not asked for gives no number") {
    CiscoLan lan;
    lan.add(2, with_priority(100));
    lan.connect(2);
    lan.inject(TimePoint{} + 1s, 1, hello_of(1, VgState::active, 200));
    lan.inject(TimePoint{} + 2s, 1, reply_of(1, 2));
    lan.run_for(4s);
    CHECK(lan.group(2).view(lan.now()).vmacs.empty());
    CHECK(lan.n_refused(2, MessageRefusal::step_unexpected) == 1);
}

TEST_CASE("a fifth router gets no number, but takes over what a dead one leaves") {
    CiscoLan lan = settled(5);
    CHECK(lan.group(5).view(lan.now()).vmacs.size() == 4);
    for (const unsigned number : {1u, 2u, 3u, 4u}) {
        CHECK(lan.owners_of(number) == std::vector{number});
    }
    for (const unsigned router : {1u, 2u, 3u, 4u}) {
        lan.kill(router);
    }
    lan.run_for(12s);
    for (const unsigned number : {1u, 2u, 3u, 4u}) {
        CHECK(lan.owners_of(number) == std::vector{5u});
    }
}

TEST_CASE("a promised number is given to another when its member dies before it forwards") {
    CiscoLan lan = settled(1);
    lan.inject(lan.now(), 2, hello_of(2, VgState::listen, 100));
    lan.inject(lan.now(), 2, request_of(2));
    lan.run_for(11s);
    CHECK(lan.owners_of(2).empty());
    lan.inject(lan.now(), 3, hello_of(3, VgState::listen, 100));
    lan.inject(lan.now(), 3, request_of(3));
    const TimePoint begin = lan.now();
    lan.run_for(50ms);
    CHECK(lan.sent_by(1, begin).front().send.message == reply_of(1, 2));
}

TEST_CASE("hellos come from each of our vMACs in turn, one each time") {
    CiscoLan lan = settled(2);
    lan.kill(2);
    lan.run_for(15s);
    REQUIRE(lan.owners_of(2) == std::vector{1u});
    const TimePoint begin = lan.now();
    lan.run_for(12s);
    const auto sent = lan.sent_by(1, begin);
    REQUIRE(sent.size() == 4);
    for (size_t i = 1; i < sent.size(); ++i) {
        CHECK(sent[i].send.from != sent[i - 1].send.from);
        CHECK(sent[i].send.message.owner == mac_of(1));
        REQUIRE(sent[i].send.message.forwarders.size() == 2);
        CHECK(sent[i].send.message.forwarders[0].priority == 167);
        CHECK(sent[i].send.message.forwarders[1].priority == 135);
    }
}

TEST_CASE("a vMAC goes to the live member of the highest weight, then of the highest address") {
    // As in a published lab: R3's goes to R2, R2's to R3, and R1's to R3.
    struct Row {
        unsigned dead;
        std::vector<uint8_t> weights;  // of routers 1 to 3
        unsigned heir;
    };
    const Row kRows[] = {
        {3, {100, 100, 100}, 2}, {2, {100, 100, 100}, 3}, {1, {100, 100, 100}, 3},
        {3, {110, 100, 100}, 1}, {1, {100, 110, 100}, 2}, {2, {200, 100, 199}, 1},
    };
    for (const Row& row : kRows) {
        CiscoLan lan;
        for (const unsigned router : {1u, 2u, 3u}) {
            GroupOptions options = with_priority(router == 1 ? 200 : 100);
            options.weight = row.weights[router - 1];
            lan.add(router, options);
            lan.connect(router);
            lan.run_for(100ms);
        }
        lan.run_for(60s);
        const TimePoint last = lan.sent_by(row.dead).back().at;
        lan.kill(row.dead);
        lan.run_for(14s);
        CHECK(lan.owners_of(row.dead) == std::vector{row.heir});
        const auto sent = lan.sent_by(row.heir, last);
        const auto announced = std::ranges::find_if(sent, [&](const CiscoLan::Sent& one) {
            return one.send.from == VmacNumber{static_cast<uint8_t>(row.dead)};
        });
        REQUIRE(announced != sent.end());
        CHECK(announced->at - last == 10s + kWireDelay);
        CHECK(announced->send.message.forwarders[0].priority == 135);
        // Nobody else tried.
        const unsigned other = 6 - row.dead - row.heir;
        CHECK(lan.n_notes(other, NoteKind::took_over) == 0);
    }
}

TEST_CASE("an owner that returns is given its number again and forwards 30 s after its start") {
    CiscoLan lan = settled(3);
    lan.kill(3);
    lan.run_for(20s);
    REQUIRE(lan.owners_of(3) == std::vector{2u});
    lan.add(3, with_priority(100));
    const TimePoint start = lan.now();
    lan.connect(3);
    lan.run_until(start + 30s - 1ms);
    CHECK(lan.owners_of(3) == std::vector{2u});
    lan.run_until(start + 30s);
    CHECK(lan.owners_of(3) == std::vector{2u, 3u});
    CHECK(lan.sent_by(3).back().send.message == forwarder_hello_of(3, owned(3)));
    lan.run_until(start + 30s + kWireDelay);
    CHECK(lan.owners_of(3) == std::vector{3u});
    CHECK(lan.group(2).role(VmacNumber{3}) == Role::linger);
    CHECK(lan.n_notes(2, NoteKind::yielded) == 1);
    lan.run_for(2s);
    CHECK(lan.group(2).role(VmacNumber{3}) == Role::other);
    const GroupView view = lan.group(1).view(lan.now());
    REQUIRE(vmac_in(view, 3) != nullptr);
    CHECK_FALSE(vmac_in(view, 3)->redirect_left.has_value());  // the counters are whole again
    CHECK_FALSE(vmac_in(view, 3)->timeout_left.has_value());
}

TEST_CASE(
    "redirect and timeout run down in hellos; then hosts are not sent, then the vMAC is gone") {
    CiscoLan lan = settled(3);
    const TimePoint last = lan.sent_by(3).back().at;
    lan.kill(3);
    lan.run_until(last + 10s + 300s);
    const auto forwarders = lan.sent_by(2).back().send.message.forwarders;
    REQUIRE(forwarders.size() == 2);
    CHECK(forwarders[1].number == 3);
    CHECK(forwarders[1].redirect_left_s >= 300);
    CHECK(forwarders[1].redirect_left_s <= 303);
    CHECK(forwarders[1].timeout_left_s == forwarders[1].redirect_left_s + 13800);
    CHECK(answerable_at(lan, 1) == std::vector{1u, 2u, 3u});

    const uint64_t revision = lan.group(1).answerable_revision();
    lan.run_until(last + 10s + 602s);
    CHECK(answerable_at(lan, 1) == std::vector{1u, 2u});
    CHECK(lan.group(1).answerable_revision() > revision);
    CHECK(lan.owners_of(3) == std::vector{2u});  // still served
    lan.run_for(3s);
    CHECK(lan.sent_by(2).back().send.message.forwarders[1].redirect_left_s == 0);

    lan.run_until(last + 10s + 14402s);
    CHECK(lan.owners_of(3).empty());
    for (const unsigned router : {1u, 2u}) {
        CHECK(vmac_in(lan.group(router).view(lan.now()), 3) == nullptr);
    }
    // Free for the next that asks.
    lan.add(4, with_priority(100));
    lan.connect(4);
    lan.run_for(30s);
    CHECK(lan.owners_of(3) == std::vector{4u});
}

TEST_CASE("the counters go on when a second member takes the vMAC over") {
    CiscoLan lan = settled(3);
    const TimePoint last = lan.sent_by(3).back().at;
    lan.kill(3);
    lan.run_until(last + 100s);
    lan.kill(2);
    lan.run_for(30s);
    REQUIRE(lan.owners_of(3) == std::vector{1u});
    const GroupView view = lan.group(1).view(lan.now());
    REQUIRE(vmac_in(view, 3) != nullptr);
    CHECK(vmac_in(view, 3)->redirect_left > std::optional<Duration>(478s));
    CHECK(vmac_in(view, 3)->redirect_left < std::optional<Duration>(483s));
}

TEST_CASE("of two owners of one vMAC the better keeps it and says so, the other asks anew") {
    CiscoLan lan = settled(1);
    const TimePoint begin = lan.now();
    lan.inject(begin, 9, hello_of(9, VgState::listen, 100, {owned(1, 90)}));
    lan.run_until(begin + 1ms);
    CHECK(lan.owners_of(1) == std::vector{1u});
    CHECK(lan.sent_by(1, begin).front().send.message == forwarder_hello_of(1, owned(1)));
    // The keeper repeats itself once in a hello interval, however often it is asked.
    for (int i = 1; i < 1000; ++i) {
        lan.inject(begin + i * 1ms, 9, forwarder_hello_of(9, owned(1, 90)));
    }
    lan.run_until(begin + 2s);
    CHECK(lan.sent_by(1, begin).size() <= 2);

    lan.inject(lan.now(), 9, forwarder_hello_of(9, owned(1)));  // by its address
    lan.run_for(1ms);
    CHECK(lan.owners_of(1).empty());
    for (int i = 0; i < 6; ++i) {
        lan.inject(lan.now() + i * 3s, 9, hello_of(9, VgState::listen, 100, {owned(1)}));
    }
    lan.run_for(15s);
    CHECK(lan.owners_of(2) == std::vector{1u});
}

TEST_CASE("a vMAC that its holder does not list any more is taken at once") {
    CiscoLan lan = settled(1);
    lan.inject(lan.now(), 9, hello_of(9, VgState::listen, 100, {owned(2)}));
    lan.run_for(2s);
    CHECK(lan.owners_of(2).empty());
    lan.inject(lan.now(), 9, forwarder_hello_of(9, owned(3)));  // says nothing of 2
    lan.run_for(50ms);
    CHECK(lan.owners_of(2).empty());
    lan.inject(lan.now(), 9, hello_of(9, VgState::listen, 100, {owned(3)}));
    lan.run_for(200ms);  // the owner, which lives, could have gone first
    CHECK(lan.owners_of(2) == std::vector{1u});
    CHECK(lan.owners_of(3).empty());
}

TEST_CASE("forwarders of another form than ours are noted once and left alone") {
    CiscoLan lan = settled(1);
    glbp::Forwarder foreign = owned(2);
    foreign.mac = MacAddress::from_u64(0x0007'B400'0202);
    glbp::Forwarder beyond = owned(9);
    for (int i = 0; i < 5; ++i) {
        lan.inject(lan.now(), 9, hello_of(9, VgState::listen, 100, {foreign, beyond}));
        lan.run_for(15s);
    }
    CHECK(lan.group(1).view(lan.now()).vmacs.size() == 1);
    CHECK(lan.n_notes(1, NoteKind::parameters_differ) == 1);
}
