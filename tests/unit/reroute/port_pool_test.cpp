// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "reroute/port_pool.hpp"

#include <algorithm>
#include <deque>
#include <random>
#include <set>
#include <vector>

#include "catch.hpp"

using namespace evengate::reroute;

TEST_CASE("every unprivileged port is one worker's at most, and workers have as many each") {
    const uint32_t n_workers = GENERATE(1u, 2u, 3u, 7u, 16u);
    const PortSplit split{n_workers};
    std::vector<uint32_t> counts(n_workers + 1);
    for (uint32_t port = 0; port <= 0xFFFF; ++port) {
        const uint32_t worker = split.worker_of(static_cast<uint16_t>(port));
        ++counts.at(worker);
        if (worker < n_workers) {
            CHECK(port - split.first(worker) < split.n_ports());
        }
    }
    for (uint32_t worker = 0; worker < n_workers; ++worker) {
        CHECK(counts[worker] == split.n_ports());
    }
    CHECK(counts[n_workers] < kFirstPoolPort + n_workers);
}

TEST_CASE("each place is taken once before any is taken again, and then the one that was free longest") {
    PortPool pool(100, 7);
    std::vector<uint32_t> order;
    for (int i = 0; i < 100; ++i) {
        const auto taken = pool.try_take();
        REQUIRE(taken);
        CHECK_FALSE(taken->was_half_open);
        pool.hold(taken->place);
        order.push_back(taken->place);
    }
    CHECK(std::set(order.begin(), order.end()).size() == 100);
    CHECK_FALSE(std::is_sorted(order.begin(), order.end()));
    CHECK_FALSE(pool.try_take());
    for (const size_t i : {42, 7, 99}) {
        pool.give_back(order[i]);
    }
    for (const size_t i : {42, 7, 99}) {
        CHECK(pool.try_take()->place == order[i]);
    }
}

TEST_CASE("with no place free, the oldest that was never confirmed gives way, and none that was") {
    PortPool pool(4, 1);
    std::vector<uint32_t> places;
    for (int i = 0; i < 4; ++i) {
        places.push_back(pool.try_take()->place);
    }
    pool.hold(places[0]);
    pool.hold(places[2]);
    for (const size_t i : {1, 3, 1}) {
        const auto taken = pool.try_take();
        REQUIRE(taken);
        CHECK(taken->was_half_open);
        CHECK(taken->place == places[i]);
    }
    pool.hold(places[1]);
    pool.hold(places[3]);
    CHECK_FALSE(pool.try_take());
}

TEST_CASE("another seed draws another order") {
    PortPool a(1000, 1);
    PortPool b(1000, 2);
    int n_same = 0;
    for (int i = 0; i < 1000; ++i) {
        n_same += a.try_take()->place == b.try_take()->place ? 1 : 0;
    }
    CHECK(n_same < 50);
}

TEST_CASE("whatever is done to a pool, it is what a model with two queues says") {
    constexpr uint32_t kPlaces = 16;
    std::mt19937 random(GENERATE(1u, 2u, 3u));
    PortPool pool(kPlaces, 5);
    std::deque<uint32_t> half_open;
    std::vector<uint32_t> held;
    std::deque<uint32_t> given_back;
    for (int step = 0; step < 20'000; ++step) {
        const uint32_t dice = static_cast<uint32_t>(random());
        const auto remove = [](auto& from, uint32_t place) { std::erase(from, place); };
        if (dice % 3 == 0) {
            const auto taken = pool.try_take();
            REQUIRE(taken.has_value() == (held.size() < kPlaces));
            if (!taken) {
                continue;
            }
            if (taken->was_half_open) {
                REQUIRE(half_open.front() == taken->place);
            } else if (pool.n_free() < given_back.size()) {
                // All that were never taken are gone.
                REQUIRE(given_back.front() == taken->place);
            }
            remove(half_open, taken->place);
            remove(given_back, taken->place);
            half_open.push_back(taken->place);
        } else if (dice % 3 == 1 && !half_open.empty()) {
            const uint32_t place = half_open[dice / 3 % half_open.size()];
            pool.hold(place);
            remove(half_open, place);
            held.push_back(place);
        } else if (dice % 3 == 2 && half_open.size() + held.size() != 0) {
            const size_t i = dice / 3 % (half_open.size() + held.size());
            const uint32_t place = i < half_open.size() ? half_open[i] : held[i - half_open.size()];
            pool.give_back(place);
            remove(half_open, place);
            remove(held, place);
            given_back.push_back(place);
        }
        REQUIRE(pool.n_free() == kPlaces - half_open.size() - held.size());
        for (uint32_t place = 0; place < kPlaces; ++place) {
            const bool is_used = std::ranges::find(half_open, place) != half_open.end() ||
                                 std::ranges::find(held, place) != held.end();
            REQUIRE(pool.is_free(place) == !is_used);
        }
    }
}

TEST_CASE("a held port that is let go may be taken again, behind those that were half open before it") {
    PortPool pool(3, 1);
    const uint32_t first = pool.try_take()->place;
    const uint32_t second = pool.try_take()->place;
    const uint32_t third = pool.try_take()->place;
    for (const uint32_t place : {first, second, third}) {
        pool.hold(place);
    }
    CHECK_FALSE(pool.try_take());
    pool.let_go(second);
    pool.let_go(second);
    const auto taken = pool.try_take();
    REQUIRE(taken);
    CHECK(taken->place == second);
    CHECK(taken->was_half_open);
    pool.hold(second);
    CHECK_FALSE(pool.try_take());
    pool.let_go(third);
    pool.give_back(third);
    CHECK(pool.n_free() == 1);
}
