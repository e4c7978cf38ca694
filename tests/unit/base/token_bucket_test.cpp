// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "base/token_bucket.hpp"
#include "catch.hpp"

using evengate::TokenBucket;

namespace {

constexpr uint64_t kTicksPerSecond = 1'000'000;

unsigned take_all(TokenBucket& bucket, uint64_t now) {
    unsigned taken = 0;
    while (bucket.try_take(now)) {
        ++taken;
    }
    return taken;
}

}  // namespace

TEST_CASE("a bucket lets its burst through at once and then its rate") {
    TokenBucket bucket(100, 7, kTicksPerSecond);
    CHECK(take_all(bucket, 500) == 7);
    CHECK(take_all(bucket, 500 + 10'000) == 1);
    CHECK(take_all(bucket, 500 + 60'000) == 5);
}

TEST_CASE("remainders of a token are kept, so the rate is exact over time") {
    TokenBucket bucket(3, 1, kTicksPerSecond);
    unsigned taken = 0;
    for (uint64_t now = 0; now <= 10 * kTicksPerSecond; now += 1000) {
        taken += bucket.try_take(now) ? 1 : 0;
    }
    CHECK(taken == 1 + 30);
}

TEST_CASE("a long pause fills the bucket no further than its burst") {
    TokenBucket bucket(100'000'000, 5, kTicksPerSecond);
    CHECK(take_all(bucket, 1) == 5);
    CHECK(take_all(bucket, UINT64_MAX) == 5);
}

TEST_CASE("a clock that stands or goes back adds nothing") {
    TokenBucket bucket(1000, 2, kTicksPerSecond);
    CHECK(take_all(bucket, 10'000) == 2);
    CHECK(take_all(bucket, 10'000) == 0);
    CHECK(take_all(bucket, 5'000) == 0);
    CHECK(take_all(bucket, 11'000) == 1);
}
