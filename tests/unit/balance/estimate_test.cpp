// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/estimate.hpp"

#include <array>
#include <cmath>
#include <random>

#include "catch.hpp"

namespace evengate::balance {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

EstimateOptions fixed(std::uint32_t alpha, Duration interval = seconds(1)) {
    return {.alpha = alpha, .interval = interval};
}

// A gateway's counters, and its reports of them.
struct Counters {
    Gateway gateway = 0;
    std::uint64_t boot_nonce = 7;
    Duration clock = seconds(1000);
    std::vector<std::uint64_t> forwarded = {0, 0};
    std::uint64_t beside = 0;
    std::uint64_t missed = 0;

    LoadEstimate::Reading report_to(LoadEstimate& estimate) const {
        std::uint64_t processed = beside;
        for (const std::uint64_t packets : forwarded) {
            processed += packets;
        }
        return estimate.read({.gateway = gateway,
                              .boot_nonce = boot_nonce,
                              .sent_at = clock,
                              .forwarded = forwarded,
                              .processed = processed,
                              .received = processed,
                              .missed = missed});
    }
    // An interval passes in which so much of vMAC 0 is forwarded.
    void pass(LoadEstimate& estimate, std::uint64_t packets, Duration duration = seconds(1)) {
        clock += duration;
        forwarded[0] += packets;
        report_to(estimate);
    }
};

struct Bench {
    LoadEstimate estimate;
    Counters a{.gateway = 0};
    Counters b{.gateway = 1};

    explicit Bench(const EstimateOptions& options) : estimate(2, 2, options) {
        estimate.set_owners(0, 0);
        estimate.set_owners(1, 0);
        a.report_to(estimate);
        b.report_to(estimate);
    }
    Load interval(std::uint64_t packets) {
        a.pass(estimate, packets);
        b.pass(estimate, 0);
        estimate.end_interval();
        return estimate.load(0);
    }
};

TEST_CASE("the estimate is the paper's: v starts at the first u, then moves by alpha") {
    for (const std::uint32_t alpha : {0u, 1u, 123'456u, 500'000u, 1'000'000u}) {
        Bench bench(fixed(alpha));
        std::mt19937_64 engine(alpha);
        double v = 0;
        for (int k = 0; k < 200; ++k) {
            const std::uint64_t u = engine() % 1'000'000;
            const double a = alpha / 1e6;
            v = k == 0 ? static_cast<double>(u) : a * static_cast<double>(u) + (1 - a) * v;
            CHECK(std::abs(static_cast<double>(bench.interval(u)) - v) <= 1);
        }
    }
}

TEST_CASE("rates are of the sender's clock, from 10 ms to 5 min") {
    for (const Duration interval : {Duration(milliseconds(10)), Duration(seconds(300))}) {
        Bench bench(fixed(300'000, interval));
        const auto packets =
            static_cast<std::uint64_t>(50'000 * std::chrono::duration<double>(interval).count());
        for (int k = 0; k < 5; ++k) {
            bench.a.pass(bench.estimate, packets, interval);
            bench.estimate.end_interval();
            CHECK(bench.estimate.load(0) == 50'000);
        }
    }
}

TEST_CASE("a vMAC without traffic begins with the first interval in which it has some") {
    Bench bench(fixed(100'000));
    bench.interval(0);
    bench.interval(0);
    CHECK(bench.interval(900) == 900);
}

TEST_CASE("a restarted counter, seen by its nonce or by a smaller count, starts anew") {
    const bool has_new_nonce = GENERATE(true, false);
    Bench bench(fixed(1'000'000));
    bench.interval(1000);
    CHECK(bench.interval(1000) == 1000);
    bench.a.boot_nonce += has_new_nonce ? 1 : 0;
    bench.a.clock += has_new_nonce ? -seconds(500) : seconds(1);
    bench.a.forwarded[0] = 5;
    CHECK(bench.a.report_to(bench.estimate) ==
          (has_new_nonce ? LoadEstimate::Reading::first : LoadEstimate::Reading::added));
    bench.estimate.end_interval();
    CHECK(bench.interval(1000) == 1000);
}

TEST_CASE("a report that is not newer than the last is ignored") {
    Bench bench(fixed(1'000'000));
    bench.interval(1000);
    CHECK(bench.a.report_to(bench.estimate) == LoadEstimate::Reading::old);
    bench.a.clock -= seconds(3);
    CHECK(bench.a.report_to(bench.estimate) == LoadEstimate::Reading::old);
}

TEST_CASE("a missing report holds the last rate for two intervals, then the estimate is frozen") {
    Bench bench(fixed(500'000));
    bench.interval(0);
    bench.interval(1000);
    bench.interval(2000);  // v = 1500 after the first 1000
    const Load before = bench.estimate.load(0);
    std::array<Load, 4> during{};
    for (Load& v : during) {
        bench.estimate.end_interval();
        v = bench.estimate.load(0);
    }
    CHECK(during[0] == (before + 2000) / 2);
    CHECK(during[1] > during[0]);
    CHECK(during[2] == during[1]);
    CHECK(during[3] == during[1]);
}

TEST_CASE("after a gap of d the weight is that of d intervals, what was held left out") {
    Bench bench(fixed(200'000));
    bench.interval(1000);
    bench.interval(1000);
    for (int k = 0; k < 4; ++k) {
        bench.estimate.end_interval();
    }
    // Five intervals, two of which were held: 1 - 0.8^3.
    bench.a.pass(bench.estimate, 5 * 3000, seconds(5));
    bench.estimate.end_interval();
    const double expected = 1000 + (1 - std::pow(0.8, 3)) * 2000;
    CHECK(std::abs(static_cast<double>(bench.estimate.load(0)) - expected) <= 1);
}

TEST_CASE("a late report changes the weight by as much as it is late") {
    Bench bench(fixed(400'000));
    bench.interval(1000);
    bench.a.pass(bench.estimate, 3000, milliseconds(1500));  // 2000 a second
    bench.estimate.end_interval();
    const double expected = 1000 + (1 - std::pow(0.6, 1.5)) * 1000;
    CHECK(std::abs(static_cast<double>(bench.estimate.load(0)) - expected) <= 1);
}

TEST_CASE("two reports in an interval count as one, and none is lost") {
    Bench bench(fixed(1'000'000));
    bench.interval(500);
    bench.a.pass(bench.estimate, 700, milliseconds(400));
    bench.a.pass(bench.estimate, 300, milliseconds(600));
    bench.estimate.end_interval();
    CHECK(bench.estimate.load(0) == 1000);
}

TEST_CASE("reports that span a move say nothing of the vMAC, and floods are nobody's load") {
    Bench bench(fixed(1'000'000));
    bench.interval(1000);
    SECTION("the former owner lingers") {
        bench.estimate.set_owners(0, 1, 0);
    }
    SECTION("the former owner is done before its next report") {
        bench.estimate.set_owners(0, 1, 0);
        bench.estimate.set_owners(0, 1);
    }
    // As the two do not report at one moment, the sum of both would be anything up to twice as much.
    bench.a.pass(bench.estimate, 400);
    bench.b.pass(bench.estimate, 950);
    bench.estimate.end_interval();
    CHECK(bench.estimate.load(0) == 1000);
    bench.estimate.set_owners(0, 1);
    bench.a.pass(bench.estimate, 0);
    bench.b.pass(bench.estimate, 1200);
    bench.estimate.end_interval();
    CHECK(bench.estimate.load(0) == 1200);
    bench.a.pass(bench.estimate, 5000);  // flooded to it, and counted
    bench.b.pass(bench.estimate, 1100);
    bench.estimate.end_interval();
    CHECK(bench.estimate.load(0) == 1100);
}

TEST_CASE("a gateway limited to 20 kpps that is offered 30 is known to be offered 30") {
    const auto alpha =
        GENERATE(std::optional<std::uint32_t>(), std::optional<std::uint32_t>(300'000));
    Bench bench({.alpha = alpha, .interval = seconds(1)});
    for (int k = 0; k < 5; ++k) {
        bench.interval(10'000);
    }
    for (int k = 0; k < 40; ++k) {
        bench.a.missed += 10'000;
        bench.interval(20'000);
        CHECK(bench.estimate.is_saturated(0));
    }
    CHECK(bench.estimate.load(0) > 29'900);
    CHECK(bench.estimate.load(0) <= 30'000);
}

TEST_CASE("a packet missed now and then is no saturation, and the estimate falls again") {
    Bench bench(fixed(500'000));
    for (int k = 0; k < 40; ++k) {
        bench.a.missed += 1;
        bench.interval(k < 5 ? 100'000 : 10'000);
        CHECK_FALSE(bench.estimate.is_saturated(0));
    }
    CHECK(bench.estimate.load(0) < 10'100);
}

TEST_CASE("what was measured while packets were missed raises the estimate, never lowers it") {
    Bench bench(fixed(500'000));
    bench.interval(30'000);
    bench.a.missed += 1000;
    CHECK(bench.interval(10'000) == 30'000);
    CHECK(bench.interval(10'000) == 20'000);
    CHECK_FALSE(bench.estimate.is_saturated(0));
}

TEST_CASE("what a gateway forwards beside the vMACs is its background") {
    Bench bench(fixed(500'000));
    for (int k = 0; k < 4; ++k) {
        bench.a.beside += 700;
        bench.interval(1000);
    }
    CHECK(bench.estimate.background(0) == 700);
    CHECK(bench.estimate.background(1) == 0);
    CHECK(bench.estimate.load(0) == 1000);
}

TEST_CASE("left to itself, the estimate averages noise and follows what lasts") {
    Bench noisy({.alpha = std::nullopt, .interval = seconds(1)});
    std::mt19937_64 engine(1);
    for (int k = 0; k < 500; ++k) {
        noisy.interval(engine() % 2000);
    }
    CHECK(noisy.estimate.alpha() <= 50'000);
    CHECK(std::abs(noisy.estimate.load(0) - 1000) < 150);
    Bench stepping({.alpha = std::nullopt, .interval = seconds(1)});
    std::uint64_t level = 0;
    for (int k = 0; k < 500; ++k) {
        level = k % 10 == 0 ? engine() % 2000 : level;
        stepping.interval(level);
    }
    CHECK(stepping.estimate.alpha() == LoadEstimate::kAlphas.back());
}

TEST_CASE("another alpha while running keeps what was learnt") {
    Bench bench(fixed(500'000));
    bench.interval(1000);
    const Load before = bench.interval(3000);
    bench.estimate.set_options(fixed(0));
    CHECK(bench.interval(9000) == before);
    bench.estimate.set_options({.alpha = std::nullopt, .interval = seconds(1)});
    CHECK(bench.estimate.load(0) == before);
}

}  // namespace
}  // namespace evengate::balance
