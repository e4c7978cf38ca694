// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/bucket_planner.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include "catch.hpp"

namespace evengate::balance {
namespace {

using namespace std::chrono_literals;

// Buckets whose flows are heavy-tailed, and the planner that has to spread them.
struct Front {
    explicit Front(BucketOptions given) : options(std::move(given)), planner(options), counts(options.n_buckets) {
        std::mt19937_64 random(7);
        rates.resize(options.n_buckets);
        for (uint64_t& rate : rates) {
            rate = static_cast<uint64_t>(20 / std::pow(std::uniform_real_distribution<>(1e-4, 1)(random), 0.7));
        }
    }
    bool pass(size_t n_intervals) {
        bool has_moved = false;
        for (size_t i = 0; i < n_intervals; ++i) {
            now += options.interval;
            for (size_t bucket = 0; bucket < counts.size(); ++bucket) {
                counts[bucket] += rates[bucket];
            }
            has_moved = planner.end_interval(counts, now) || has_moved;
        }
        return has_moved;
    }
    void come_up() {
        for (Gateway i = 0; i < planner.n_gateways(); ++i) {
            planner.set_up(i, now);
        }
    }
    // By what really passes. worth: by gateway.
    [[nodiscard]] double highest_over_mean(const std::vector<double>& worth) const {
        std::vector<double> carried(worth.size());
        double all = 0;
        double all_worth = 0;
        for (uint32_t bucket = 0; bucket < rates.size(); ++bucket) {
            carried[planner.map().owner(bucket)] += static_cast<double>(rates[bucket]);
            all += static_cast<double>(rates[bucket]);
        }
        for (const double of_one : worth) {
            all_worth += of_one;
        }
        double highest = 0;
        for (size_t i = 0; i < worth.size(); ++i) {
            highest = std::max(highest, worth[i] == 0 ? 0 : carried[i] / worth[i]);
        }
        return highest / (all / all_worth);
    }

    BucketOptions options;
    BucketPlanner planner;
    std::vector<uint64_t> rates;
    std::vector<uint64_t> counts;
    TimePoint now{1s};
};

TEST_CASE("buckets of measured load come to be spread evenly, or by capacity") {
    const auto gateways = GENERATE(std::vector<BucketGateway>(4),
                                   std::vector<BucketGateway>{{.capacity = 4'000'000}, {.capacity = 2'000'000},
                                                              {.capacity = 1'000'000}, {.capacity = 1'000'000}},
                                   std::vector<BucketGateway>{{.weight = 300}, {.weight = 100}, {.weight = 50}});
    Front front({.n_buckets = 4096, .gateways = gateways});
    front.come_up();
    std::vector<double> worth;
    for (const BucketGateway& gateway : gateways) {
        worth.push_back(gateway.capacity != 0 ? static_cast<double>(gateway.capacity) : gateway.weight);
    }
    front.pass(2);
    const double before = front.highest_over_mean(worth);
    front.pass(20);
    CHECK(front.highest_over_mean(worth) < 1.03);
    CHECK(front.highest_over_mean(worth) < before);
    CHECK(front.planner.n_moved() > 0);
    // And then they stay.
    const uint64_t settled = front.planner.n_moved();
    front.pass(20);
    CHECK(front.planner.n_moved() - settled < 20);
}

TEST_CASE("a gateway that fails loses its buckets at once, and gets load again when it is back") {
    Front front({.n_buckets = 1024, .gateways = std::vector<BucketGateway>(4)});
    front.come_up();
    front.pass(20);
    front.planner.set_down(2, front.now);
    for (uint32_t bucket = 0; bucket < front.planner.map().size(); ++bucket) {
        CHECK(front.planner.map().owner(bucket) != 2);
    }
    CHECK(front.highest_over_mean({1, 1, 0, 1}) < 1.05);
    front.pass(5);
    front.planner.set_up(2, front.now);
    CHECK(front.highest_over_mean({1, 1, 0, 1}) < 1.05);  // no load moved at once
    front.pass(60);
    CHECK(front.highest_over_mean({1, 1, 1, 1}) < 1.05);
    for (Gateway i = 0; i < 4; ++i) {
        front.planner.set_down(i, front.now);
    }
    CHECK(front.planner.map().owner(0) == unassigned);
    front.pass(1);
    front.planner.set_up(3, front.now);
    CHECK(front.planner.map().owner(0) == 3);
}

TEST_CASE("round robin and weights count buckets, whatever they carry") {
    const auto policy = GENERATE(BucketPolicy::round_robin, BucketPolicy::weighted);
    Front front({.n_buckets = 1024, .policy = policy, .gateways = {{.weight = 30}, {.weight = 10}, {.weight = 0}}});
    front.come_up();
    CHECK_FALSE(front.pass(10));
    std::vector<uint32_t> counts(3);
    for (uint32_t bucket = 0; bucket < 1024; ++bucket) {
        ++counts[front.planner.map().owner(bucket)];
    }
    CHECK(counts == (policy == BucketPolicy::round_robin ? std::vector<uint32_t>{512, 512, 0}
                                                         : std::vector<uint32_t>{768, 256, 0}));
}

TEST_CASE("with least load a bucket in use stays, and one that comes into use is where least is") {
    Front front({.n_buckets = 1024, .policy = BucketPolicy::least_load, .gateways = std::vector<BucketGateway>(2)});
    front.come_up();
    for (uint32_t bucket = 0; bucket < 1024; ++bucket) {
        front.rates[bucket] = front.planner.map().owner(bucket) == 0 && bucket < 512 ? 100 : 0;
    }
    front.pass(5);
    uint32_t n_idle_at_second = 0;
    uint32_t n_idle = 0;
    for (uint32_t bucket = 0; bucket < 1024; ++bucket) {
        if (front.rates[bucket] != 0) {
            CHECK(front.planner.map().owner(bucket) == 0);
        } else {
            ++n_idle;
            n_idle_at_second += front.planner.map().owner(bucket) == 1 ? 1 : 0;
        }
    }
    CHECK(n_idle_at_second > n_idle * 9 / 10);
}

}  // namespace
}  // namespace evengate::balance
