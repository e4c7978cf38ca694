// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/slices.hpp"

#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

#include "catch.hpp"

namespace evengate::balance {
namespace {

constexpr size_t kSlices = SlicePlanner::kSlices;
using Place = SlicePlanner::Place;

// Members with a uplink each, who hand on by what the others said an interval ago.
struct Members {
    explicit Members(std::vector<uint64_t> given) : capacities(std::move(given)), said(capacities.size()) {
        for (size_t i = 0; i < capacities.size(); ++i) {
            planners.emplace_back(SliceOptions{});
            slices.emplace_back(kSlices, 0);
        }
    }
    // What comes in for a member, about so many packets a second.
    void offer(size_t member, uint64_t pps, uint64_t seed = 1) {
        std::mt19937_64 random(seed);
        for (uint64_t& slice : slices[member]) {
            slice = std::uniform_int_distribution<uint64_t>(pps / kSlices / 2, pps / kSlices * 3 / 2)(random);
        }
    }
    [[nodiscard]] uint64_t handed(size_t from, size_t to) const {
        uint64_t sum = 0;
        for (size_t slice = 0; slice < kSlices; ++slice) {
            sum += planners[from].holders()[slice] == to ? slices[from][slice] : 0;
        }
        return sum;
    }
    // That leaves by its uplink.
    [[nodiscard]] uint64_t carried(size_t member) const {
        uint64_t sum = std::reduce(slices[member].begin(), slices[member].end());
        for (size_t other = 0; other < capacities.size(); ++other) {
            sum += handed(other, member);
            sum -= handed(member, other);
        }
        return sum;
    }
    void pass(size_t n_intervals) {
        for (size_t interval = 0; interval < n_intervals; ++interval) {
            std::vector<uint64_t> loads;
            for (size_t member = 0; member < capacities.size(); ++member) {
                uint64_t load = carried(member);
                for (size_t other = 0; other < capacities.size(); ++other) {
                    load += handed(member, other);  // what came in counts here, wherever it goes
                }
                loads.push_back(load);
            }
            for (size_t member = 0; member < capacities.size(); ++member) {
                std::vector<SlicePlanner::Receiver> receivers(capacities.size());
                for (size_t other = 0; other < capacities.size(); ++other) {
                    if (other != member && said[other] != kNothing) {
                        receivers[other] = {.capacity = capacities[other], .load = said[other]};
                    }
                }
                const std::array before = planners[member].holders();
                const bool was_active = planners[member].is_active();
                planners[member].end_interval(
                    {.capacity = capacities[member],
                     .load = loads[member],
                     .slices = was_active ? std::span<const uint64_t>(slices[member]) : std::span<const uint64_t>(),
                     .receivers = receivers});
                size_t n_moved = 0;
                for (size_t slice = 0; slice < kSlices; ++slice) {
                    n_moved += before[slice] != planners[member].holders()[slice] ? 1 : 0;
                }
                most_moved = std::max(most_moved, n_moved);
            }
            for (size_t member = 0; member < capacities.size(); ++member) {
                said[member] = said[member] == kNothing ? kNothing : loads[member];
            }
        }
    }
    [[nodiscard]] uint64_t n_moved() const {
        uint64_t sum = 0;
        for (const SlicePlanner& planner : planners) {
            sum += planner.n_moved();
        }
        return sum;
    }

    static constexpr uint64_t kNothing = UINT64_MAX;  // it is gone
    std::vector<uint64_t> capacities;
    std::vector<uint64_t> said;
    std::vector<SlicePlanner> planners;
    std::vector<std::vector<uint64_t>> slices;
    size_t most_moved = 0;
};

}  // namespace

TEST_CASE("what is too much for an uplink goes to members with room, a few slices at a time, and stays there") {
    Members members({10'000, 10'000, 40'000});
    members.offer(0, 14'000);
    members.offer(1, 7'000);
    members.offer(2, 10'000);
    members.pass(30);
    CHECK(members.carried(0) <= 9'500);
    CHECK(members.carried(0) >= 8'000);
    CHECK(members.carried(1) <= 8'500);
    // In proportion to the room that there was: 1,000 and 22,000.
    CHECK(members.handed(0, 2) > 4 * members.handed(0, 1));
    CHECK(members.most_moved <= SlicePlanner::kMostMoves);
    CHECK_FALSE(members.planners[1].is_active());
    const uint64_t n_moved = members.n_moved();
    members.pass(100);
    CHECK(members.n_moved() == n_moved);
}

TEST_CASE("it comes back once there is room here, and then slices are counted no more") {
    Members members({10'000, 20'000});
    members.offer(0, 14'000);
    members.pass(30);
    REQUIRE(members.handed(0, 1) > 4'000);
    members.offer(0, 7'000);
    members.pass(30);
    CHECK(members.handed(0, 1) == 0);
    CHECK_FALSE(members.planners[0].is_active());
    CHECK(members.planners[0].reason() == "nothing to hand on");
}

TEST_CASE("a receiver that gets too full refuses, and one that is gone has nothing at once") {
    Members members({10'000, 20'000, 20'000});
    members.offer(0, 16'000);
    members.pass(30);
    REQUIRE(members.handed(0, 1) > 1'000);
    members.offer(1, 19'500);
    members.pass(60);
    CHECK(members.handed(0, 1) == 0);
    CHECK(members.carried(0) <= 9'500);  // the third one has it
    members.said[2] = Members::kNothing;
    members.pass(1);
    CHECK(members.handed(0, 2) == 0);
}

TEST_CASE("where all are full nobody hands on, and never two to each other") {
    Members members({10'000, 10'000});
    members.offer(0, 14'000);
    members.offer(1, 13'000, 2);
    members.pass(50);
    CHECK(members.n_moved() == 0);
    CHECK(members.planners[0].reason() == "nobody has room for what is too much");
    std::mt19937_64 random(3);
    for (int round = 0; round < 200; ++round) {
        members.offer(random() % 2, 2'000 + random() % 14'000, random());
        members.pass(1 + random() % 6);
        // Each takes back before it is given anything: at most while that is under way.
        CHECK(std::min(members.handed(0, 1), members.handed(1, 0)) <= 3'000);
    }
    members.offer(0, 14'000);
    members.offer(1, 2'000);
    members.pass(60);
    CHECK(members.handed(1, 0) == 0);
    CHECK(members.carried(0) <= 9'500);
}

TEST_CASE("one slice that is more than the rest goes as a whole where there is room, and does not come to and fro") {
    Members members({10'000, 20'000});
    members.slices[0][7] = 11'000;
    members.pass(20);
    CHECK(members.handed(0, 1) == 11'000);
    CHECK(members.n_moved() == 1);
    members.pass(100);
    CHECK(members.n_moved() == 1);
}

TEST_CASE("a capacity that nobody knows is never full") {
    Members members({0, 20'000});
    members.offer(0, 14'000);
    members.pass(30);
    CHECK(members.n_moved() == 0);
    CHECK_FALSE(members.planners[0].is_active());
}

}  // namespace evengate::balance
