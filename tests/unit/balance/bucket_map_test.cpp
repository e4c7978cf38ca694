// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/bucket_map.hpp"

#include <algorithm>
#include <random>

#include "catch.hpp"

namespace evengate::balance {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kNow{100s};

std::vector<uint32_t> n_owned(const BucketMap& map, size_t n_gateways) {
    std::vector<uint32_t> counts(n_gateways);
    for (uint32_t bucket = 0; bucket < map.size(); ++bucket) {
        ++counts[map.owner(bucket)];
    }
    return counts;
}

std::vector<Gateway> owners_of(const BucketMap& map) {
    std::vector<Gateway> owners;
    for (uint32_t bucket = 0; bucket < map.size(); ++bucket) {
        owners.push_back(map.owner(bucket));
    }
    return owners;
}

TEST_CASE("buckets are dealt out by weight, in turn, and all are somebody's") {
    BucketMap map(4096, BucketMove::now, 60s);
    CHECK(map.owner(0) == unassigned);
    CHECK(map.deal(std::vector<uint32_t>{1, 0, 3, 4}, {}, kNow) == 4096);
    CHECK(n_owned(map, 4) == std::vector<uint32_t>{512, 0, 1536, 2048});
    uint32_t n_first = 0;
    for (uint32_t bucket = 0; bucket < 64; ++bucket) {
        n_first += map.owner(bucket) == 0 ? 1 : 0;
    }
    CHECK(n_first > 8);
    map.deal(std::vector<uint32_t>{1, 1, 1}, {}, kNow);
    const std::vector<uint32_t> owned = n_owned(map, 3);
    CHECK(*std::max_element(owned.begin(), owned.end()) - *std::min_element(owned.begin(), owned.end()) <= 1);
}

TEST_CASE("to deal again moves as few buckets as it takes, and none that must stay") {
    BucketMap map(1024, BucketMove::now, 60s);
    map.deal(std::vector<uint32_t>{1, 1, 1, 0}, {}, kNow);
    const std::vector<Gateway> before = owners_of(map);
    CHECK(map.deal(std::vector<uint32_t>{1, 1, 1, 1}, {}, kNow) == 256);
    uint32_t n_moved = 0;
    for (uint32_t bucket = 0; bucket < map.size(); ++bucket) {
        n_moved += map.owner(bucket) != before[bucket] ? 1 : 0;
    }
    CHECK(n_moved == 256);

    std::vector<uint8_t> may_move(1024);
    may_move[5] = may_move[6] = 1;
    const std::vector<Gateway> fixed = owners_of(map);
    map.deal(std::vector<uint32_t>{0, 0, 0, 1}, may_move, kNow);
    CHECK(map.owner(5) == 3);
    CHECK(map.owner(6) == 3);
    CHECK(map.owner(7) == fixed[7]);
    CHECK(map.deal(std::vector<uint32_t>{0, 0, 0, 0}, {}, kNow) == 0);
}

TEST_CASE("what a gateway leaves goes to those with most room, heaviest first") {
    std::vector<Load> loads(512);
    std::mt19937_64 random(2);
    for (size_t bucket = 0; bucket < 256; ++bucket) {
        loads[bucket] = static_cast<Load>(1 + random() % 1000);
    }
    loads[7] = 20'000;
    BucketMap map(512, BucketMove::now, 60s);  // half of them without load, all of nobody
    CHECK(map.hand_on(std::vector<uint32_t>{100, 200, 100}, loads) == 512);
    std::vector<Load> carried(3);
    Load all = 0;
    for (uint32_t bucket = 0; bucket < loads.size(); ++bucket) {
        carried[map.owner(bucket)] += loads[bucket];
        all += loads[bucket];
    }
    CHECK(static_cast<double>(carried[0]) < static_cast<double>(all) * 0.25 * 1.02);
    CHECK(static_cast<double>(carried[1]) < static_cast<double>(all) * 0.50 * 1.02);
    CHECK(static_cast<double>(carried[2]) < static_cast<double>(all) * 0.25 * 1.02);
    const std::vector<uint32_t> owned = n_owned(map, 3);
    CHECK(owned[0] >= 120);
    CHECK(owned[1] >= 240);

    const std::vector<Gateway> before = owners_of(map);
    CHECK(map.hand_on(std::vector<uint32_t>{100, 0, 100}, loads) == owned[1]);
    for (uint32_t bucket = 0; bucket < map.size(); ++bucket) {
        CHECK((before[bucket] == 1 || map.owner(bucket) == before[bucket]));
        CHECK(map.owner(bucket) != 1);
    }
    map.hand_on(std::vector<uint32_t>{0, 0, 0}, loads);
    CHECK(map.owner(3) == unassigned);
}

TEST_CASE("a bucket moves at once, or with its new connections first") {
    constexpr TimePoint kEnd = kNow + 60s;
    BucketMap at_once(256, BucketMove::now, 60s);
    at_once.move(1, 0, kNow);
    at_once.move(1, 5, kNow);
    CHECK(at_once.owner(1) == 5);
    CHECK(at_once.previous(1, kNow) == 5);
    CHECK(at_once.next_end(kNow) == kNever);

    BucketMap map(256, BucketMove::new_connections, 60s);
    map.move(2, 0, kNow);
    CHECK(map.previous(2, kNow) == 0);  // nobody had it
    map.move(2, 5, kNow);
    CHECK(map.owner(2) == 5);
    CHECK(map.previous(2, kEnd - 1ns) == 0);
    CHECK(map.previous(2, kEnd) == 5);
    CHECK(map.is_moving(2, kEnd - 1ns));
    CHECK_FALSE(map.is_moving(2, kEnd));
    // Back again: what began with 5 must still be told from what is older.
    map.move(2, 0, kNow + 1s);
    CHECK(map.is_moving(2, kNow + 2s));
    CHECK(map.previous(2, kNow + 2s) == 0);
    map.move(2, 5, kNow + 1s);
    CHECK(map.next_end(kNow) == kEnd + 1s);
    CHECK(map.next_end(kEnd + 1s) == kNever);
}

TEST_CASE("a bucket that moves twice keeps its oldest connections where they are") {
    BucketMap map(256, BucketMove::new_connections, 60s);
    map.move(0, 1, kNow);
    map.move(0, 2, kNow);
    map.move(0, 3, kNow + 10s);
    CHECK(map.previous(0, kNow + 65s) == 1);
    CHECK(map.owner(0) == 3);
    map.move(0, 3, kNow + 20s);  // it has it
    CHECK(map.previous(0, kNow + 70s) == 3);
    map.move(0, 1, kNow + 100s);
    CHECK(map.previous(0, kNow + 100s) == 3);
    // Gateway 3 fails: nothing stays with it.
    map.hand_on(std::vector<uint32_t>{1, 1, 1, 0}, std::vector<Load>(256));
    CHECK(map.previous(0, kNow + 101s) == 1);
}

}  // namespace
}  // namespace evengate::balance
