// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the witness: each property is violated on purpose and must be noticed, and not before its time.
#include <algorithm>
#include <chrono>
#include <utility>

#include "catch.hpp"
#include "sim/ledger.hpp"
#include "sim/properties.hpp"

using namespace evengate;
using namespace evengate::sim;
using namespace std::chrono_literals;

namespace {

constexpr VmacNumber kFirst{1};
constexpr Duration kLimit = 300ms + 100ms + 20ms;  // hold, hello, slack

TimePoint at(Duration since_begin) { return TimePoint(since_begin); }

// Two members that run and may own; g1 owns both vMACs on both sides.
Properties two_members() {
    Properties properties(
        {.n_members = 2, .n_vmacs = 2, .hello = 100ms, .hold = 300ms, .least_hold = 300ms, .slack = 20ms});
    for (const Side side : {Side::lan, Side::wan}) {
        for (size_t member = 0; member < 2; ++member) {
            properties.set_running(side, member, Forwarder::yes, at(0s));
            properties.set_capable_from(side, member, at(0s));
        }
        for (const uint8_t vmac : {uint8_t{1}, uint8_t{2}}) {
            properties.set_forwarder(side, VmacNumber(vmac), 0, Forwarder::yes, at(0s));
        }
    }
    return properties;
}

void check_each_5ms(Properties& properties, TimePoint from, TimePoint to) {
    for (TimePoint now = from; now <= to; now += 5ms) {
        properties.check(now);
    }
}

// The same, while g2 hears g1 all the time.
void check_while_heard(Properties& properties, TimePoint from, TimePoint to) {
    properties.hear(Side::lan, 1, 0, at(0s));
    for (TimePoint now = from; now <= to; now += 5ms) {
        properties.hear(Side::lan, 0, 1, now);
        properties.check(now);
    }
}

}  // namespace

TEST_CASE("two owners of which one hears the other are found after a hold and a hello") {
    Properties properties = two_members();
    properties.set_forwarder(Side::lan, kFirst, 1, Forwarder::yes, at(1s));
    check_while_heard(properties, at(1s), at(1s) + kLimit);
    CHECK_FALSE(properties.violation());
    check_while_heard(properties, at(1s) + kLimit, at(1s) + kLimit + 10ms);
    REQUIRE(properties.violation());
    CHECK(properties.violation()->property == Property::one_owner);
}

TEST_CASE("a dispute that saw chance reign has a hold more, also when chance is gone") {
    const Duration reigns_for = GENERATE(Duration(10ms), Duration(600ms));
    Properties properties = two_members();
    properties.let_chance_reign(at(900ms));
    properties.set_forwarder(Side::lan, kFirst, 1, Forwarder::yes, at(1s));
    const bool sees_chance = GENERATE(true, false);
    check_while_heard(properties, at(1s), at(1s) + 5ms);
    if (sees_chance) {
        properties.let_chance_reign(at(1s) + std::min(reigns_for, kLimit));
    }
    check_while_heard(properties, at(1s) + 5ms, at(1s) + kLimit + 10ms);
    REQUIRE(properties.violation().has_value() != sees_chance);
    check_while_heard(properties, at(1s) + kLimit, at(1s) + kLimit + 300ms + 10ms);
    REQUIRE(properties.violation());
    CHECK(properties.violation()->property == Property::one_owner);
}

TEST_CASE("a dispute rests while the only one that sees it sleeps, and goes on when it wakes") {
    Properties properties = two_members();
    properties.set_forwarder(Side::lan, kFirst, 1, Forwarder::yes, at(1s));
    check_while_heard(properties, at(1s), at(1200ms));
    properties.sleep(1, at(1200ms));
    check_while_heard(properties, at(1200ms), at(2s));
    CHECK_FALSE(properties.violation());
    properties.wake(1, at(2s));
    check_while_heard(properties, at(2s), at(1800ms) + kLimit);
    CHECK_FALSE(properties.violation());
    check_while_heard(properties, at(1800ms) + kLimit, at(1800ms) + kLimit + 10ms);
    REQUIRE(properties.violation());
    CHECK(properties.violation()->property == Property::one_owner);
}

TEST_CASE("a dispute that somebody sees does not rest while the other sleeps, nor in a new life") {
    const bool is_reborn = GENERATE(true, false);
    Properties properties = two_members();
    properties.set_forwarder(Side::lan, kFirst, 1, Forwarder::yes, at(1s));
    properties.sleep(is_reborn ? 1 : 0, at(1s));
    if (is_reborn) {
        properties.begin_life(1, at(1s));
    }
    check_while_heard(properties, at(1s), at(1s) + kLimit + 10ms);
    REQUIRE(properties.violation());
    CHECK(properties.violation()->property == Property::one_owner);
}

TEST_CASE("two owners that do not hear each other are no fault") {
    Properties properties = two_members();
    properties.set_forwarder(Side::lan, kFirst, 1, Forwarder::yes, at(1s));
    check_each_5ms(properties, at(1s), at(10s));
    CHECK_FALSE(properties.violation());
}

TEST_CASE("an owner whose lease has run out is none") {
    Properties properties = two_members();
    properties.set_forwarder(Side::lan, kFirst, 1, Forwarder::yes, at(1s));
    properties.set_lease(0, at(1200ms), at(1s));
    properties.set_forwarder(Side::lan, VmacNumber(2), 1, Forwarder::yes, at(1200ms));
    properties.set_forwarder(Side::wan, kFirst, 1, Forwarder::yes, at(1200ms));
    properties.set_forwarder(Side::wan, VmacNumber(2), 1, Forwarder::yes, at(1200ms));
    check_while_heard(properties, at(1s), at(10s));
    CHECK_FALSE(properties.violation());
    CHECK(properties.forwards(Side::lan, kFirst, 0, at(1199ms)) == Forwarder::yes);
    CHECK(properties.forwards(Side::lan, kFirst, 0, at(1200ms)) == Forwarder::no);
}

TEST_CASE("a vMAC without an owner is found after a hold and a hello, counted from the last fault") {
    Properties properties = two_members();
    properties.set_running(Side::lan, 0, Forwarder::no, at(1s));
    properties.disturb(at(1500ms));
    check_each_5ms(properties, at(1s), at(1500ms) + kLimit);
    CHECK_FALSE(properties.violation());
    check_each_5ms(properties, at(1500ms) + kLimit, at(1510ms) + kLimit);
    REQUIRE(properties.violation());
    CHECK(properties.violation()->property == Property::some_owner);
}

TEST_CASE("nobody must own where nobody can") {
    Properties properties = two_members();
    properties.set_running(Side::lan, 0, Forwarder::no, at(1s));
    properties.set_capable_from(Side::lan, 0, kNever);
    properties.set_capable_from(Side::lan, 1, kNever);
    check_each_5ms(properties, at(1s), at(10s));
    CHECK_FALSE(properties.violation());
}

TEST_CASE("each island needs an owner of its own") {
    Properties properties = two_members();
    properties.set_islands(Side::lan, {0, 1});
    properties.disturb(at(1s));
    check_each_5ms(properties, at(1s), at(1010ms) + kLimit);
    REQUIRE(properties.violation());
    CHECK(properties.violation()->property == Property::some_owner);
}

TEST_CASE("an answer with a vMAC that has had no owner for longer than a hold is found") {
    Properties properties = two_members();
    properties.answer(Side::lan, kFirst, 0, 0, at(1s));
    properties.set_capable_from(Side::lan, 0, kNever);
    properties.set_capable_from(Side::lan, 1, kNever);
    properties.set_running(Side::lan, 0, Forwarder::no, at(1s));
    properties.answer(Side::lan, kFirst, 0, 0, at(1300ms));
    CHECK_FALSE(properties.violation());
    properties.answer(Side::lan, kFirst, 0, 0, at(1400ms));
    REQUIRE(properties.violation());
    CHECK(properties.violation()->property == Property::answers_live_vmacs);
}

TEST_CASE("an answer of one that had no link is judged from when it has one, and that of others as ever") {
    const size_t answerer = GENERATE(size_t{0}, size_t{1});
    Properties properties = two_members();
    properties.set_capable_from(Side::lan, 0, kNever);
    properties.set_capable_from(Side::lan, 1, kNever);
    properties.set_forwarder(Side::lan, kFirst, 0, Forwarder::no, at(1s));
    properties.set_running(Side::lan, 0, Forwarder::no, at(1s));
    properties.set_running(Side::lan, 0, Forwarder::yes, at(1300ms));
    properties.set_running(Side::lan, 0, Forwarder::yes, at(1590ms));
    properties.answer(Side::lan, kFirst, answerer, 0, at(1600ms));
    REQUIRE(properties.violation().has_value() == (answerer == 1));
    properties.answer(Side::lan, kFirst, answerer, 0, at(1630ms));
    REQUIRE(properties.violation());
    CHECK(properties.violation()->property == Property::answers_live_vmacs);
}

TEST_CASE("a recording of one that is gone is a fault where it was missed, and only then") {
    enum class Case { missed, known, older, unproven, of_old_life, to_new_life, of_live, as_said };
    const Case which = GENERATE(Case::missed, Case::known, Case::older, Case::unproven, Case::of_old_life,
                                Case::to_new_life, Case::of_live, Case::as_said);
    using Source = Properties::Source;
    Properties properties = two_members();
    if (which != Case::unproven) {
        properties.hear(Side::lan, 1, 0, at(0s));
        properties.hear(Side::lan, 0, 1, at(0s));
    }
    const uint32_t first = properties.number_message(Side::lan, 0);
    const uint32_t second = properties.number_message(Side::lan, 0);
    CHECK(properties.take(Side::lan, 0, which == Case::missed ? first : second, 1, Source::speaker, at(100ms)));
    uint32_t played = which == Case::older ? first : second;
    if (which == Case::unproven || which == Case::of_live || which == Case::as_said) {
        played = properties.number_message(Side::lan, 0);
    } else if (which == Case::of_old_life || which == Case::to_new_life) {
        played = properties.number_message(Side::lan, 0);
        properties.begin_life(which == Case::of_old_life ? 0 : 1, at(200ms));
        properties.hear(Side::lan, 1, 0, at(300ms));
        properties.hear(Side::lan, 0, 1, at(300ms));
    }
    properties.disturb(at(1s));
    if (which != Case::of_live) {
        properties.set_running(Side::lan, 0, Forwarder::no, at(1s));
    }
    const Source source = which == Case::as_said ? Source::speaker : Source::recording;
    const bool is_news = which == Case::missed || which == Case::unproven || which == Case::of_live ||
                         which == Case::as_said;
    CHECK(properties.take(Side::lan, 0, played, 1, source, at(1200ms)) == is_news);
    CHECK(properties.disturbed_at() == (which == Case::missed ? at(1200ms) : at(1s)));
    CHECK_FALSE(properties.take(Side::lan, 0, played, 1, source, at(1300ms)));
    CHECK(properties.disturbed_at() == (which == Case::missed ? at(1200ms) : at(1s)));
}

TEST_CASE("a name that goes back is found, but not in another life") {
    Properties properties = two_members();
    const glbp::AssignmentName older{.term = 3, .avg = MemberId(1), .sequence = 7};
    const glbp::AssignmentName newer{.term = 3, .avg = MemberId(1), .sequence = 8};
    properties.adopt(Side::lan, 0, 42, newer, at(1s));
    properties.adopt(Side::wan, 0, 42, older, at(1s));
    properties.adopt(Side::lan, 0, 43, older, at(2s));
    CHECK_FALSE(properties.violation());
    properties.adopt(Side::lan, 0, 43, newer, at(2s));
    properties.adopt(Side::lan, 0, 43, older, at(2s));
    REQUIRE(properties.violation());
    CHECK(properties.violation()->property == Property::names_grow);
}

TEST_CASE("moves are counted when the owner is another, not when it comes back") {
    Properties properties = two_members();
    properties.set_forwarder(Side::lan, kFirst, 0, Forwarder::no, at(1s));
    properties.set_forwarder(Side::lan, kFirst, 0, Forwarder::yes, at(1s));
    const uint64_t before = properties.n_moves();
    properties.set_forwarder(Side::lan, kFirst, 0, Forwarder::no, at(2s));
    properties.set_forwarder(Side::lan, kFirst, 1, Forwarder::yes, at(2s));
    CHECK(properties.n_moves() == before + 1);
}

TEST_CASE("the ledger knows lost, doubled and flooded frames apart") {
    Ledger ledger;
    Frame frame;
    frame.kind = FrameKind::datagram;
    const auto send = [&] { frame.parcel = ledger.send(3, Direction::to_server, at(1s)); };
    send();
    ledger.arrive(frame);
    send();
    ledger.note_loss(frame, Loss::fenced);
    ledger.note_loss(frame, Loss::not_for_us);
    send();
    ledger.arrive(frame);
    ledger.arrive(frame);
    send();
    frame.flooded = true;
    ledger.arrive(frame);
    ledger.arrive(frame);
    const Ledger::Totals totals = ledger.totals(at(0s), at(2s));
    CHECK(totals.n_sent == 4);
    CHECK(totals.n_arrived == 3);
    CHECK(totals.n_lost == 1);
    CHECK(totals.lost_by[static_cast<size_t>(Loss::fenced)] == 1);
    CHECK(totals.n_doubled == 1);
    CHECK(totals.n_doubled_by_flooding == 1);
    CHECK(ledger.totals(at(2s), at(3s)).n_sent == 0);
}

TEST_CASE("a vMAC that is released without READY, or used behind RELEASED, is found") {
    Properties properties = two_members();
    glbp::HandOver step{.step = glbp::HandOver::Step::released,
                        .vmac = kFirst.value,
                        .name = {},
                        .from = MemberId{1},
                        .to = MemberId{2}};
    SECTION("nobody was ready") {
        properties.hand_over(Side::lan, 0, step, at(20s));
        REQUIRE(properties.violation());
    }
    SECTION("ready, released, sent") {
        step.step = glbp::HandOver::Step::ready;
        properties.hand_over(Side::lan, 1, step, at(20s));
        properties.send_from(Side::lan, kFirst, 0, at(20s));
        step.step = glbp::HandOver::Step::released;
        properties.hand_over(Side::lan, 0, step, at(20s));
        CHECK_FALSE(properties.violation());
        properties.send_from(Side::wan, kFirst, 0, at(20s));
        properties.send_from(Side::lan, kFirst, 1, at(20s));
        CHECK_FALSE(properties.violation());
        properties.send_from(Side::lan, kFirst, 0, at(20s));
        REQUIRE(properties.violation());
    }
    CHECK(properties.violation()->property == Property::hand_over_in_order);
}

TEST_CASE("who owns a vMAC before it has listened is found") {
    Properties properties = two_members();
    properties.begin_life(1, at(1s));
    properties.set_forwarder(Side::lan, kFirst, 1, Forwarder::yes, at(1s));
    CHECK_FALSE(properties.violation());
    properties.set_forwarder(Side::lan, kFirst, 1, Forwarder::no, at(1s));
    properties.begin_life(1, at(2s));
    properties.set_forwarder(Side::lan, kFirst, 1, Forwarder::yes, at(2s) - 1ms);
    REQUIRE(properties.violation());
    CHECK(properties.violation()->property == Property::listens_first);
}

TEST_CASE("two answers to one question are found, of members that hear each other, long after a fault") {
    Properties properties = two_members();
    properties.answer_again(Side::lan, 0, 1, at(1s));
    CHECK_FALSE(properties.violation());  // they never heard each other
    properties.hear(Side::lan, 0, 1, at(1s));
    properties.hear(Side::lan, 1, 0, at(1s));
    properties.hear(Side::lan, 0, 1, at(1s));
    properties.disturb(at(1s) - kLimit);
    properties.answer_again(Side::lan, 0, 1, at(1s));
    CHECK_FALSE(properties.violation());
    properties.answer_again(Side::lan, 0, 1, at(1s) + 1ms);
    REQUIRE(properties.violation());
    CHECK(properties.violation()->property == Property::one_answerer);
}

TEST_CASE("who keeps a vMAC whose owner another hears is found after two hellos") {
    Properties properties({.n_members = 3,
                           .n_vmacs = 1,
                           .hello = 100ms,
                           .hold = 500ms,
                           .least_hold = 500ms,
                           .slack = 20ms});
    for (const Side side : {Side::lan, Side::wan}) {
        for (size_t member = 0; member < 3; ++member) {
            properties.set_running(side, member, Forwarder::yes, at(0s));
        }
        properties.set_forwarder(side, kFirst, 0, Forwarder::yes, at(0s));
    }
    properties.hear(Side::lan, 0, 1, at(0s));
    properties.set_forwarder(Side::lan, kFirst, 1, Forwarder::yes, at(1s));
    // g1 hears g2, which hears g3; g3 hears g1 and, in the second section, nobody.
    const bool has_witness = GENERATE(true, false);
    for (TimePoint now = at(1s); now <= at(1s) + 230ms; now += 5ms) {
        for (const auto& [speaker, listener] : {std::pair{1, 0}, std::pair{2, 1}, std::pair{1, 2}, std::pair{2, 0}}) {
            properties.hear(Side::lan, static_cast<size_t>(speaker), static_cast<size_t>(listener), now);
        }
        if (has_witness) {
            properties.hear(Side::lan, 0, 2, now);
        }
        properties.check(now);
        if (now < at(1s) + 220ms) {
            REQUIRE_FALSE(properties.violation());
        }
    }
    REQUIRE(properties.violation().has_value() == has_witness);
    if (has_witness) {
        CHECK(properties.violation()->property == Property::gives_back);
    }
}
