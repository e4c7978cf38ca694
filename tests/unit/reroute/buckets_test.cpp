// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "reroute/buckets.hpp"

#include <algorithm>
#include <random>

#include "catch.hpp"
#include "reroute/spray.hpp"
#include "vectors.hpp"

namespace evengate::reroute {
namespace {

using namespace std::chrono_literals;

std::vector<uint32_t> n_owned(const BucketMap& map, size_t n_gateways) {
    std::vector<uint32_t> counts(n_gateways);
    for (uint32_t bucket = 0; bucket < map.size(); ++bucket) {
        ++counts[map.owner(bucket)];
    }
    return counts;
}

double chi_square(std::span<const uint32_t> counts) {
    double all = 0;
    for (const uint32_t count : counts) {
        all += count;
    }
    const double expected = all / static_cast<double>(counts.size());
    double sum = 0;
    for (const uint32_t count : counts) {
        sum += (count - expected) * (count - expected) / expected;
    }
    return sum;
}

TEST_CASE("both directions of a connection share a bucket") {
    const Flow there{0x0A00'0001, 0xC000'0201, 40'000, 443, 6};
    const Flow back{0xC000'0201, 0x0A00'0001, 443, 40'000, 6};
    CHECK(bucket_of(kVectorKey, there, 4096) == bucket_of(kVectorKey, back, 4096));
    CHECK(bucket_of(kVectorKey, MacAddress::from_u64(1), 4096) < 4096);
    CHECK(bucket_of(kVectorKey, MacAddress::from_u64(1), kMaxBuckets) !=
          bucket_of(kVectorKey, MacAddress::from_u64(2), kMaxBuckets));
}

TEST_CASE("round robin gives each gateway as many buckets, weights as many as they say") {
    BucketMap map(4096);
    constexpr uint32_t kWeights[] = {1, 0, 3, 4};
    map.assign(BucketPolicy::round_robin, kWeights, {});
    CHECK(n_owned(map, 4) == std::vector<uint32_t>{1366, 0, 1365, 1365});
    map.assign(BucketPolicy::weighted, kWeights, {});
    CHECK(n_owned(map, 4) == std::vector<uint32_t>{512, 0, 1536, 2048});
    // In turn, not in blocks.
    uint32_t n_first = 0;
    for (uint32_t bucket = 0; bucket < 64; ++bucket) {
        n_first += map.owner(bucket) == 0 ? 1 : 0;
    }
    CHECK(n_first == 8);
}

TEST_CASE("least load puts the heaviest buckets where there is most room") {
    std::vector<uint64_t> loads(256);
    std::mt19937_64 random(2);
    for (uint64_t& load : loads) {
        load = 1 + random() % 1000;
    }
    loads[7] = 20'000;
    BucketMap map(512);  // half of them without load
    constexpr uint32_t kWeights[] = {100, 200, 100};
    map.assign(BucketPolicy::least_load, kWeights, loads);
    std::vector<uint64_t> carried(3);
    uint64_t all = 0;
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
}

TEST_CASE("without a gateway buckets belong to nobody") {
    BucketMap map(kMinBuckets);
    CHECK(map.owner(0) == kNoGateway);
    constexpr uint32_t kWeights[] = {0, 0};
    map.assign(BucketPolicy::least_load, kWeights, {});
    CHECK(map.gateway(3, Connection::begins, TimePoint{1s}) == kNoGateway);
}

TEST_CASE("a bucket moves at once, or with its new connections first") {
    BucketMap map(kMinBuckets);
    constexpr uint32_t kWeights[] = {1};
    map.assign(BucketPolicy::round_robin, kWeights, {});
    constexpr TimePoint kNow{100s};
    constexpr TimePoint kEnd{160s};

    map.move(1, 5, BucketMove::now, kNow, kEnd);
    CHECK(map.gateway(1, Connection::unrecorded, kNow) == 5);
    CHECK_FALSE(map.is_moving(1, kNow));

    map.move(2, 5, BucketMove::new_connections, kNow, kEnd);
    CHECK(map.is_moving(2, kNow));
    CHECK(map.gateway(2, Connection::begins, kNow) == 5);
    CHECK(map.gateway(2, Connection::unrecorded, kNow) == 0);
    CHECK(map.gateway(2, Connection::unrecorded, kEnd - 1ns) == 0);
    CHECK(map.gateway(2, Connection::unrecorded, kEnd) == 5);
    CHECK_FALSE(map.is_moving(2, kEnd));
    CHECK(map.owner(3) == 0);
}

TEST_CASE("a bucket that moves twice keeps its oldest connections where they are") {
    BucketMap map(kMinBuckets);
    constexpr TimePoint kNow{100s};
    map.move(0, 1, BucketMove::new_connections, kNow, kNow + 60s);
    CHECK_FALSE(map.is_moving(0, kNow));  // nobody had it
    map.move(0, 2, BucketMove::new_connections, kNow, kNow + 60s);
    map.move(0, 3, BucketMove::new_connections, kNow + 10s, kNow + 70s);
    CHECK(map.gateway(0, Connection::unrecorded, kNow + 65s) == 1);
    CHECK(map.gateway(0, Connection::begins, kNow + 65s) == 3);
    map.move(0, 3, BucketMove::new_connections, kNow + 20s, kNow + 999s);  // it has it
    CHECK_FALSE(map.is_moving(0, kNow + 70s));
    map.move(0, 1, BucketMove::new_connections, kNow + 100s, kNow + 160s);
    CHECK(map.gateway(0, Connection::unrecorded, kNow + 100s) == 3);
    map.end_transitions_from(3);
    CHECK(map.gateway(0, Connection::unrecorded, kNow + 100s) == 1);
}

TEST_CASE("sprayed packets and flows fall on all members alike") {
    constexpr uint32_t kMembers = 7;
    std::vector<uint32_t> packets(kMembers);
    std::vector<uint32_t> flows(kMembers);
    Spray spray(20'261'121);
    for (uint32_t i = 0; i < 70'000; ++i) {
        ++packets[spray.next(kMembers)];
        const Flow flow{0x0A00'0000 + i / 16, 0xC000'0201, static_cast<uint16_t>(1024 + i % 16), 80,
                        6};
        ++flows[spray_place(flow_hash(kVectorKey, flow), kMembers)];
    }
    CHECK(chi_square(packets) < 16.8);  // 6 degrees of freedom, p > 0.01
    CHECK(chi_square(flows) < 16.8);
}

TEST_CASE("spraying has no order that repeats, and is the same for the same seed") {
    constexpr uint32_t kMembers = 3;
    Spray spray(1);
    Spray same(1);
    std::vector<uint32_t> pairs(kMembers * kMembers);
    uint32_t last = spray.next(kMembers);
    CHECK(same.next(kMembers) == last);
    for (int i = 0; i < 90'000; ++i) {
        const uint32_t next = spray.next(kMembers);
        CHECK(same.next(kMembers) == next);
        ++pairs[last * kMembers + next];
        last = next;
    }
    CHECK(chi_square(pairs) < 20.1);  // 8 degrees of freedom, p > 0.01
}

}  // namespace
}  // namespace evengate::reroute
