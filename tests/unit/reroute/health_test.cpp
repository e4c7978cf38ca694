// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "reroute/health.hpp"

#include <random>

#include "catch.hpp"

namespace evengate::reroute {
namespace {

using enum CheckResult;
using Change = Health::Change;

Health up_target(const HealthOptions& options) {
    Health health(options);
    for (int i = 0; i < options.rise; ++i) {
        health.add(passed);
    }
    REQUIRE(health.verdict() == Verdict::up);
    return health;
}

// How often a target that is well was taken for down.
int false_downs(uint8_t fall, int n_checks, uint64_t seed) {
    Health health = up_target({.rise = 2, .fall = fall});
    std::mt19937_64 random(seed);
    int n_downs = 0;
    for (int i = 0; i < n_checks; ++i) {
        n_downs += health.add(random() % 10 == 0 ? failed : passed) == Change::went_down ? 1 : 0;
    }
    return n_downs;
}

TEST_CASE("a target comes up after rise checks in a row, and goes down after fall") {
    Health health({.rise = 2, .fall = 3});
    CHECK(health.verdict() == Verdict::unknown);
    CHECK(health.add(passed) == Change::none);
    CHECK(health.add(passed) == Change::came_up);
    CHECK(health.add(failed) == Change::none);
    CHECK(health.add(failed) == Change::none);
    CHECK(health.n_against() == 2);
    CHECK(health.verdict() == Verdict::up);
    CHECK(health.add(failed) == Change::went_down);
    CHECK(health.add(failed) == Change::none);
    CHECK(health.add(passed) == Change::none);
    CHECK(health.verdict() == Verdict::down);
    CHECK(health.add(passed) == Change::came_up);
}

TEST_CASE("a result that speaks for the verdict ends the row against it") {
    Health health = up_target({.rise = 2, .fall = 3});
    for (int i = 0; i < 10; ++i) {
        CHECK(health.add(failed) == Change::none);
        CHECK(health.add(failed) == Change::none);
        CHECK(health.add(passed) == Change::none);
    }
    CHECK(health.verdict() == Verdict::up);
}

TEST_CASE("at the beginning either row must be full, and the other kind ends it") {
    Health health({.rise = 2, .fall = 2});
    for (int i = 0; i < 10; ++i) {
        CHECK(health.add(failed) == Change::none);
        CHECK(health.add(passed) == Change::none);
    }
    CHECK(health.verdict() == Verdict::unknown);
    CHECK(health.add(failed) == Change::none);
    CHECK(health.add(failed) == Change::went_down);
    health.forget();
    CHECK(health.verdict() == Verdict::unknown);
}

TEST_CASE("each tenth of 1,000 checks failing brings nothing down") {
    Health health = up_target({});
    for (int i = 1; i <= 1000; ++i) {
        REQUIRE(health.add(i % 10 == 0 ? failed : passed) == Change::none);
    }
}

TEST_CASE("a tenth of 10,000 checks lost at random brings a target down with fall 3, not with 5") {
    CHECK(false_downs(5, 10'000, 20'261'121) == 0);
    CHECK(false_downs(3, 10'000, 20'261'121) > 0);
}

TEST_CASE("false downs are as rare as their probability says") {
    // Of rows of failures with probability p each: (1 - p) p^fall a check.
    CHECK(false_downs(3, 1'000'000, 1) > 700);
    CHECK(false_downs(3, 1'000'000, 1) < 1100);
    CHECK(false_downs(5, 1'000'000, 1) < 30);
}

}  // namespace
}  // namespace evengate::reroute
