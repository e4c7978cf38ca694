// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "catch.hpp"
#include "eventually.hpp"
#include "table/generation.hpp"
#include "table_reader.hpp"

using namespace evengate;         // NOLINT: a test
using namespace evengate::table;  // NOLINT
using packet::SlotAction;

namespace {

constexpr WorkerIndex kReader{0};

std::unique_ptr<const L2Table> make_l2(const std::string& name,
                                       const std::vector<L2Binding>& bindings = {}) {
    return std::move(L2Table::make(name, bindings)).value();
}

// Every slot of one generation does the same, so that a mixture shows.
SlotAction pattern_of(uint64_t number) {
    return static_cast<SlotAction>(static_cast<uint64_t>(SlotAction::local) + number % 4);
}

}  // namespace

TEST_CASE("when the lease ends, vMACs are fenced and the interface's own MAC is not") {
    Rcu rcu(1);
    GenerationPublisher publisher(rcu, 6, make_l2("lease"));
    const std::vector<SlotAction> actions = {SlotAction::local, SlotAction::own, SlotAction::linger,
                                             SlotAction::other, SlotAction::unbound};
    publisher.publish(actions, 1000);
    const Generation& generation = publisher.current();
    CHECK(std::equal(actions.begin(), actions.end(), generation.actions_at(1000)));
    const std::vector<SlotAction> fenced = {SlotAction::local,   SlotAction::fenced,
                                            SlotAction::fenced,  SlotAction::other,
                                            SlotAction::unbound, SlotAction::unbound};
    CHECK(std::equal(fenced.begin(), fenced.end(), generation.actions_at(1001)));
    CHECK(std::equal(fenced.begin(), fenced.end(), generation.actions_at(UINT64_MAX)));
}

TEST_CASE("an unlimited lease never ends, and slots that were not published are unbound again") {
    Rcu rcu(1);
    GenerationPublisher publisher(rcu, 3, make_l2("unlimited"));
    const std::vector<SlotAction> three(3, SlotAction::own);
    // More often than there are spare generations, so that each was used before.
    for (int i = 0; i < 100; ++i) {
        publisher.publish(three, kUnlimitedLease);
    }
    CHECK(publisher.current().actions_at(UINT64_MAX)[2] == SlotAction::own);
    for (int i = 0; i < 100; ++i) {
        publisher.publish(std::vector{SlotAction::own}, kUnlimitedLease);
        REQUIRE(publisher.current().actions_at(UINT64_MAX)[0] == SlotAction::own);
        REQUIRE(publisher.current().actions_at(UINT64_MAX)[1] == SlotAction::unbound);
        REQUIRE(publisher.current().actions_at(UINT64_MAX)[2] == SlotAction::unbound);
    }
}

TEST_CASE("a generation that a worker holds is not used again, however many are published") {
    Rcu rcu(1);
    GenerationPublisher publisher(rcu, 4, make_l2("held"));
    publisher.publish(std::vector(4, SlotAction::own), kUnlimitedLease);
    rcu.online(kReader);
    const Generation& held = publisher.current();
    const uint64_t number = held.number();

    constexpr int kPublications = 100;
    std::atomic<int> n_published{0};
    std::thread writer([&] {
        for (int i = 0; i < kPublications; ++i) {
            publisher.publish(std::vector(4, SlotAction::other), 0);
            ++n_published;
        }
    });
    CHECK(test::eventually([&] { return n_published.load() > 1; }));
    CHECK(test::never([&] { return n_published.load() == kPublications; }));
    CHECK(held.number() == number);
    CHECK(std::all_of(held.actions_at(UINT64_MAX), held.actions_at(UINT64_MAX) + 4,
                      [](SlotAction action) { return action == SlotAction::own; }));
    CHECK(test::eventually([&] {
        rcu.quiescent(kReader);
        return n_published.load() == kPublications;
    }));
    rcu.offline(kReader);
    writer.join();
    CHECK(publisher.current().number() == number + kPublications);
}

TEST_CASE("a worker that sleeps holds up neither publications nor new MAC tables") {
    Rcu rcu(2);
    rcu.online(kReader);
    rcu.offline(kReader);
    GenerationPublisher publisher(rcu, 4, make_l2("offline_0"));
    for (int i = 0; i < 100; ++i) {
        publisher.publish(std::vector(4, SlotAction::own), kUnlimitedLease);
        publisher.publish(make_l2("offline_" + std::to_string(1 + i % 2)),
                          std::vector(4, SlotAction::own), kUnlimitedLease);
    }
    CHECK(publisher.current().number() == 201);
}

TEST_CASE("workers see whole generations only, with their MAC table, at thousands a second") {
    constexpr uint16_t kSlots = 256;
    constexpr int kPublications = 5000;
    const MacAddress mac = MacAddress::from_u64(0x0245'4700'0101);
    uint8_t in_frame[8] = {};
    std::copy(mac.bytes.begin(), mac.bytes.end(), in_frame);
    const uint64_t key = l2_key(in_frame, InterfaceId{0});
    const auto l2_with = [&](uint64_t number) {
        return make_l2("stress_" + std::to_string(number),
                       {{SlotIndex(static_cast<uint16_t>(number % kSlots)), InterfaceId{0}, mac}});
    };

    Rcu rcu(2);
    GenerationPublisher publisher(rcu, kSlots, make_l2("stress_0"));
    publisher.publish(l2_with(2), std::vector(kSlots, pattern_of(2)), kUnlimitedLease);
    test::TableReaders readers(rcu, 2, [&] {
        const Generation& generation = publisher.current();
        const uint64_t number = generation.number();
        const SlotAction* actions = generation.actions_at(1);
        const SlotIndex slot = generation.l2().find(key);
        return std::all_of(actions, actions + kSlots,
                           [&](SlotAction action) { return action == pattern_of(number); }) &&
               slot != kNoSlot && generation.number() == number;
    });
    for (uint64_t number = 3; number < 3 + kPublications; ++number) {
        const std::vector<SlotAction> actions(kSlots, pattern_of(number));
        if (number % 64 == 0) {
            publisher.publish(l2_with(number), actions, kUnlimitedLease);
        } else {
            publisher.publish(actions, kUnlimitedLease);
        }
    }
    readers.stop();
    CHECK(publisher.current().number() == 2 + kPublications);
    CHECK(readers.n_reads() > 1000);
    CHECK(readers.n_wrong() == 0);
}
