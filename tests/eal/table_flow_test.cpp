// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <atomic>
#include <random>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "catch.hpp"
#include "table/flow_table.hpp"

using namespace evengate;         // NOLINT: a test
using namespace evengate::table;  // NOLINT

namespace {

// Keys that differ little, as those of one client do; a good hash tells them apart all the same.
FlowKey key_of(uint64_t number) {
    return {uint64_t{0x0A00'0001} << 32 | (number + 1), static_cast<uint16_t>(number % 3)};
}
uint64_t hash_of(const FlowKey& key) {
    uint64_t z = key.ends * 0x9E37'79B9'7F4A'7C15 + key.kind;
    z = (z ^ (z >> 30)) * 0xBF58'476D'1CE4'E5B9;
    z = (z ^ (z >> 27)) * 0x94D0'49BB'1331'11EB;
    return z ^ (z >> 31);
}
// Facts that say whose they are.
FlowFacts facts_of(uint64_t number) {
    return {static_cast<uint16_t>(number * 7), static_cast<uint8_t>(number * 5),
            static_cast<uint32_t>(number * 11) & kSecondsMask};
}

std::unique_ptr<FlowTable> make_table(uint32_t capacity) {
    auto table = FlowTable::make("flow_test", capacity);
    REQUIRE(table.ok());
    return std::move(table).value();
}

FlowPlace insert(FlowTable& table, uint64_t number) {
    return table.insert(hash_of(key_of(number)), key_of(number), facts_of(number), hash_of);
}

bool has(const FlowTable& table, uint64_t number, const FlowFacts& facts) {
    const FlowKey key = key_of(number);
    const FlowPlace place = table.find(hash_of(key), key);
    return place.is_found() && table.key(place) == key && table.facts(place) == facts &&
           table.peek(hash_of(key), key) == facts;
}

}  // namespace

TEST_CASE("a table takes every flow that it has room for, and none is lost when others move") {
    const uint32_t capacity = GENERATE(1u, 3u, 5u, 64u, 1000u, 65536u);
    CAPTURE(capacity);
    const auto table = make_table(capacity);
    for (uint64_t number = 0; number < capacity; ++number) {
        REQUIRE(insert(*table, number).is_found());
    }
    CHECK(table->size() == capacity);
    CHECK_FALSE(insert(*table, capacity).is_found());
    uint64_t n_found = 0;
    for (uint64_t number = 0; number < capacity; ++number) {
        n_found += has(*table, number, facts_of(number)) ? 1 : 0;
    }
    CHECK(n_found == capacity);
    CHECK_FALSE(table->find(hash_of(key_of(capacity)), key_of(capacity)).is_found());
}

TEST_CASE("a table that is filled, changed and emptied at random holds what a map holds") {
    const uint64_t seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    constexpr uint32_t kCapacity = 4096;
    const auto table = make_table(kCapacity);
    std::unordered_map<uint64_t, FlowFacts> model;
    uint64_t n_refused = 0;
    for (int step = 0; step < 400'000; ++step) {
        // So few numbers that each comes again, and more than there is room for.
        const uint64_t number = random() % (kCapacity + kCapacity / 8);
        const FlowKey key = key_of(number);
        const FlowPlace place = table->find(hash_of(key), key);
        const auto known = model.find(number);
        REQUIRE(place.is_found() == (known != model.end()));
        if (!place.is_found()) {
            const FlowPlace put = insert(*table, number);
            REQUIRE(put.is_found() == (model.size() < kCapacity));
            if (put.is_found()) {
                model.emplace(number, facts_of(number));
            } else {
                ++n_refused;
            }
            continue;
        }
        REQUIRE(table->facts(place) == known->second);
        if (random() % 16 == 0) {
            table->erase(place);
            model.erase(known);
        } else {
            known->second = facts_of(random());
            table->set_facts(place, known->second);
        }
        REQUIRE(table->size() == model.size());
    }
    CHECK(n_refused > 0);
    uint64_t n_alike = 0;
    for (const auto& [number, facts] : model) {
        n_alike += has(*table, number, facts) ? 1 : 0;
    }
    CHECK(n_alike == model.size());
    // Each once, wherever it is.
    uint64_t n_visited = 0;
    uint64_t n_peeked = 0;
    for (uint32_t bucket = 0; bucket < table->n_buckets(); ++bucket) {
        table->peek_bucket(bucket, [&](const FlowKey&, const FlowFacts&) { ++n_peeked; });
        table->visit_bucket(bucket, [&](FlowPlace place, const FlowKey&, const FlowFacts&) {
            ++n_visited;
            table->erase(place);
        });
    }
    CHECK(n_visited == model.size());
    CHECK(n_peeked == model.size());
    CHECK(table->size() == 0);
}

TEST_CASE("flows that all have one bucket take what two choices hold, and the next is refused unharmed") {
    const auto table = make_table(1024);
    const auto one_hash = [](const FlowKey&) { return uint64_t{0x0001'0000}; };
    uint64_t n_taken = 0;
    for (uint64_t number = 0; number < 100; ++number) {
        n_taken += table->insert(one_hash({}), key_of(number), facts_of(number), one_hash).is_found() ? 1 : 0;
    }
    CHECK(n_taken == 2 * FlowTable::kBucketSize);
    CHECK(table->size() == n_taken);
    for (uint64_t number = 0; number < n_taken; ++number) {
        const FlowPlace place = table->find(one_hash({}), key_of(number));
        REQUIRE(place.is_found());
        CHECK(table->facts(place) == facts_of(number));
    }
}

TEST_CASE("flows of several kinds with the same ends are told apart in one bucket") {
    const auto table = make_table(64);
    constexpr uint64_t kHash = 0x1234'5678'9ABC'DEF0;  // of all of them
    constexpr uint64_t kEnds = 77;
    const auto no_move = [](const FlowKey&) { return kHash; };
    for (uint16_t kind = 1; kind <= 4; ++kind) {
        REQUIRE(table->insert(kHash, {kEnds, kind}, facts_of(kind), no_move).is_found());
    }
    for (uint16_t kind = 1; kind <= 4; ++kind) {
        const FlowPlace place = table->find(kHash, {kEnds, kind});
        REQUIRE(place.is_found());
        CHECK(table->facts(place) == facts_of(kind));
    }
    CHECK_FALSE(table->find(kHash, {kEnds, 5}).is_found());
    CHECK_FALSE(table->find(kHash, {kEnds + 1, 1}).is_found());
}

TEST_CASE("flows that overwrite others never fail and never are more than the capacity") {
    const uint32_t capacity = GENERATE(1u, 4u, 256u, 4096u);
    CAPTURE(capacity);
    const auto table = make_table(capacity);
    uint64_t n_gone = 0;
    constexpr uint64_t kFlows = 200'000;
    for (uint64_t number = 0; number < kFlows; ++number) {
        const FlowKey key = key_of(number);
        const auto now_s = static_cast<uint32_t>(number / 100);
        n_gone += table->insert_over(hash_of(key), key, {1, 2, now_s}, now_s) ? 1 : 0;
        REQUIRE(table->find(hash_of(key), key).is_found());
        REQUIRE(table->size() <= capacity);
    }
    CHECK(n_gone + table->size() == kFlows);
    uint64_t n_visited = 0;
    for (uint32_t bucket = 0; bucket < table->n_buckets(); ++bucket) {
        table->visit_bucket(bucket, [&](FlowPlace, const FlowKey&, const FlowFacts&) { ++n_visited; });
    }
    CHECK(n_visited == table->size());
}

TEST_CASE("who gives way is the one of the bucket that was seen longest ago, over the clock's end too") {
    const uint32_t start_s = GENERATE(100u, kSecondsMask - 3);
    const auto table = make_table(1024);
    constexpr uint64_t kHash = 0x0001'0000;
    // Both buckets are full; the third that came first is the oldest.
    for (uint32_t i = 0; i < 2 * FlowTable::kBucketSize; ++i) {
        const uint32_t seen_s = (start_s + (i + 2) % FlowTable::kBucketSize) & kSecondsMask;
        CHECK_FALSE(table->insert_over(kHash, key_of(i), {static_cast<uint16_t>(i), 0, seen_s}, seen_s));
    }
    const uint32_t now_s = (start_s + 10) & kSecondsMask;
    const auto gone = table->insert_over(kHash, key_of(99), {99, 0, now_s}, now_s);
    REQUIRE(gone.has_value());
    CHECK(gone->target == 2);
    CHECK_FALSE(table->find(kHash, key_of(2)).is_found());
    CHECK(table->find(kHash, key_of(99)).is_found());
}

TEST_CASE("a reader never sees the target of another flow while flows move, come and go") {
    constexpr uint32_t kCapacity = 512;
    constexpr uint64_t kLasting = 256;
    const auto table = make_table(kCapacity);
    for (uint64_t number = 0; number < kLasting; ++number) {
        REQUIRE(insert(*table, number).is_found());
    }
    std::atomic<bool> stop{false};
    std::atomic<uint64_t> n_reads{0};
    uint64_t n_wrong = 0;
    uint64_t n_missed = 0;
    std::thread reader([&] {
        std::mt19937_64 random(1);
        while (!stop.load(std::memory_order_relaxed)) {
            const uint64_t number = random() % (4 * kCapacity);
            const auto seen = table->peek(hash_of(key_of(number)), key_of(number));
            n_wrong += seen && !(*seen == facts_of(number)) ? 1 : 0;
            n_missed += !seen && number < kLasting ? 1 : 0;
            table->peek_bucket(static_cast<uint32_t>(random()) % table->n_buckets(),
                               [&](const FlowKey& key, const FlowFacts& facts) {
                                   const uint64_t of = (key.ends & 0xFFFF'FFFF) - 1;
                                   n_wrong += facts == facts_of(of) ? 0 : 1;
                               });
            n_reads.fetch_add(1, std::memory_order_relaxed);
        }
    });
    std::mt19937_64 random(2);
    uint64_t n_moves = 0;
    for (int step = 0; step < 1'000'000 || n_reads.load() < 100'000; ++step) {
        const uint64_t number = kLasting + random() % (4 * kCapacity - kLasting);
        const FlowKey key = key_of(number);
        if (const FlowPlace place = table->find(hash_of(key), key); place.is_found()) {
            table->erase(place);
        } else if (!insert(*table, number).is_found()) {
            // Full: another one goes instead.
            table->visit_bucket(static_cast<uint32_t>(random()) % table->n_buckets(),
                                [&](FlowPlace other, const FlowKey& of, const FlowFacts&) {
                                    if ((of.ends & 0xFFFF'FFFF) > kLasting) {
                                        table->erase(other);
                                    }
                                });
        } else {
            ++n_moves;
        }
    }
    stop = true;
    reader.join();
    CHECK(n_moves > 100'000);
    CHECK(n_wrong == 0);
    // One that moves twice while it is looked for.
    CHECK(n_missed * 1000 < n_reads.load());
    for (uint64_t number = 0; number < kLasting; ++number) {
        REQUIRE(has(*table, number, facts_of(number)));
    }
}
