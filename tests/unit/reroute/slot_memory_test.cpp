// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "reroute/slot_memory.hpp"

#include "catch.hpp"

#include "reroute/slots.hpp"

using namespace std::chrono_literals;

namespace evengate::reroute {
namespace {

using Slots = std::vector<uint16_t>;

const Slots kFirst = {0, 1, 0, 1};
const Slots kSecond = {0, 0, 0, 1};
const Slots kThird = {1, 0, 0, 1};
constexpr Duration kTransition = 60s;

struct Memory {
    explicit Memory(Remembrance of) : remembrance(of) { change(0s, kFirst); }

    bool change(Duration at, const Slots& slots) {
        return memory.try_change(slots, remembrance, departure, start + at);
    }
    void leave(Duration at) {
        departure.note(start + at);
        memory.on_departure(departure, start + at);
    }
    Slots previous(Duration at) {
        memory.forget(start + at);
        return memory.previous();
    }

    TimePoint start{1000s};
    Remembrance remembrance;
    Departure departure{kTransition};
    SlotMemory memory;
};

}  // namespace

TEST_CASE("alone: the slots before the first change count through the transition, whatever else changes") {
    Memory memory(Remembrance::own);
    CHECK(memory.previous(10s).empty());
    CHECK_FALSE(memory.change(10s, kFirst));
    CHECK(memory.change(10s, kSecond));
    CHECK(memory.change(20s, kThird));
    CHECK(memory.memory.slots() == kThird);
    CHECK(memory.previous(69s) == kFirst);
    CHECK(memory.memory.forget(memory.start + 69s) == memory.start + 70s);
    CHECK(memory.previous(70s).empty());
    CHECK(memory.memory.forget(memory.start + 70s) == kNever);
}

TEST_CASE("in a group the slots before count until members were told of what they left behind") {
    Memory memory(Remembrance::group);
    memory.change(10s, kSecond);
    CHECK(memory.previous(10999ms) == kFirst);
    CHECK(memory.previous(11s).empty());
    memory.change(20s, kThird);
    memory.change(20500ms, kFirst);
    CHECK(memory.previous(20500ms) == kThird);
}

TEST_CASE("slots of a moment are no connection's: those before them count") {
    Memory memory(Remembrance::group);
    memory.change(10s, kSecond);
    memory.change(10s + SlotMemory::kHardlyUsed - 1ms, kThird);
    CHECK(memory.previous(11s) == kFirst);
    CHECK(memory.previous(12s).empty());
}

TEST_CASE("slots that lead nowhere are no connection's") {
    Memory memory(Remembrance::own);
    memory.memory = {};
    memory.change(0s, Slots(4, kNoTarget));
    memory.change(10s, kFirst);
    CHECK(memory.previous(10s).empty());
}

TEST_CASE("where a member left, the slots of that time count through the transition") {
    Memory memory(Remembrance::group);
    memory.change(10s, kSecond);
    memory.leave(20s);
    CHECK(memory.previous(20s).empty());
    memory.change(30s, kThird);
    memory.change(40s, kFirst);
    CHECK(memory.previous(79s) == kSecond);
    CHECK(memory.previous(80s).empty());
    memory.change(90s, kSecond);
    CHECK(memory.previous(90s) == kFirst);
    CHECK(memory.previous(91s).empty());
}

TEST_CASE("a change near the end of that time leaves a second for what it left behind") {
    Memory memory(Remembrance::group);
    memory.leave(10s);
    memory.change(20s, kSecond);
    memory.change(69500ms, kThird);
    CHECK(memory.previous(70400ms) == kSecond);
    CHECK(memory.previous(70500ms).empty());
}

TEST_CASE("slots that only this gateway's own connections went by are not what others began under") {
    Memory memory(Remembrance::group);
    memory.change(10s, kSecond);
    memory.memory.disregard(memory.start + 10500ms);
    CHECK(memory.previous(10500ms).empty());
    memory.change(10600ms, kThird);
    CHECK(memory.previous(10600ms).empty());
    memory.change(12s, kFirst);
    CHECK(memory.previous(12s) == kThird);
}

TEST_CASE("who leaves right behind a change may not have told of it") {
    Memory memory(Remembrance::group);
    memory.change(10s, kSecond);
    memory.leave(10500ms);
    memory.change(30s, kThird);
    CHECK(memory.previous(70s) == kFirst);
    CHECK(memory.previous(70500ms).empty());
}

TEST_CASE("what the next one that leaves went by takes the place of what the one before did") {
    Memory memory(Remembrance::group);
    memory.leave(10s);
    memory.change(20s, kSecond);
    memory.leave(30s);
    memory.change(40s, kThird);
    CHECK(memory.previous(40s) == kSecond);
    CHECK(memory.previous(89s) == kSecond);
    CHECK(memory.previous(90s).empty());
}

}  // namespace evengate::reroute
