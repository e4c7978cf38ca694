// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "reroute/slots.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <vector>

#include "catch.hpp"
#include "vectors.hpp"

namespace evengate::reroute {
namespace {

constexpr uint32_t kFlows = 100'000;

std::vector<uint16_t> table(std::span<const Candidate> candidates, uint32_t n_slots = kSlots) {
    std::vector<uint16_t> slots(n_slots, 12'345);
    fill_slots(slots, candidates, kVectorKey);
    return slots;
}

std::vector<Candidate> targets(uint16_t count, uint32_t weight = 100) {
    std::vector<Candidate> candidates;
    for (uint16_t i = 0; i < count; ++i) {
        candidates.push_back({i, target_identity(0x0A01'0001 + i, 8080), weight});
    }
    return candidates;
}

uint64_t fnv1a(std::span<const uint16_t> slots) {
    uint64_t value = 0xCBF2'9CE4'8422'2325;
    for (const uint16_t slot : slots) {
        value = (value ^ slot >> 8) * 0x100'0000'01B3;
        value = (value ^ (slot & 0xFF)) * 0x100'0000'01B3;
    }
    return value;
}

void check_vector(std::span<const Candidate> candidates, std::span<const uint16_t> begin,
                  uint64_t fnv) {
    const std::vector<uint16_t> slots = table(candidates);
    CHECK(std::equal(begin.begin(), begin.end(), slots.begin()));
    CHECK(fnv1a(slots) == fnv);
}

TEST_CASE("slot tables are those of another implementation") {
    check_vector(kEqual, kEqualBegin, kEqualFnv);
    check_vector(kUnequal, kUnequalBegin, kUnequalFnv);
    check_vector(kNone, kNoneBegin, kNoneFnv);
}

TEST_CASE("the order of the candidates changes nothing") {
    std::vector<Candidate> candidates(std::begin(kUnequal), std::end(kUnequal));
    const std::vector<uint16_t> before = table(candidates);
    std::reverse(candidates.begin(), candidates.end());
    CHECK(table(candidates) == before);
}

TEST_CASE("without a candidate of weight all slots are empty") {
    CHECK(table({}, 3) == std::vector<uint16_t>(3, kNoTarget));
    CHECK(table(targets(4, 0), 3) == std::vector<uint16_t>(3, kNoTarget));
}

TEST_CASE("slots come in proportion to weights") {
    std::vector<Candidate> candidates = targets(8);
    const uint32_t weights[] = {1, 10, 100, 100, 250, 400, 1000, 0};
    double sum = 0;
    for (size_t i = 0; i < candidates.size(); ++i) {
        candidates[i].weight = weights[i];
        sum += weights[i];
    }
    const std::vector<uint16_t> slots = table(candidates, 1 << 20);
    double chi_square = 0;
    for (const Candidate& candidate : candidates) {
        const auto n =
            static_cast<double>(std::count(slots.begin(), slots.end(), candidate.target));
        const double expected = static_cast<double>(slots.size()) * candidate.weight / sum;
        if (candidate.weight == 0) {
            CHECK(n == 0);
            continue;
        }
        chi_square += (n - expected) * (n - expected) / expected;
    }
    CHECK(chi_square < 16.8);  // 6 degrees of freedom, p > 0.01
}

TEST_CASE("the shares of the default table are within one hundredth of all") {
    const std::vector<uint16_t> slots = table(targets(3));
    for (uint16_t target = 0; target < 3; ++target) {
        const auto n = std::count(slots.begin(), slots.end(), target);
        CHECK(std::abs(static_cast<double>(n) / kSlots - 1.0 / 3) < 0.01);
    }
}

struct Moved {
    uint32_t from = 0;     // the changed target
    uint32_t to = 0;       // the changed target
    uint32_t between = 0;  // others
};

Moved moved_flows(const std::vector<uint16_t>& before, const std::vector<uint16_t>& after,
                  uint16_t changed) {
    std::mt19937_64 random(7);
    Moved moved;
    for (uint32_t i = 0; i < kFlows; ++i) {
        const uint64_t bits = random();
        const Flow flow{static_cast<uint32_t>(bits), 0xC000'0201, static_cast<uint16_t>(bits >> 32),
                        443, 6};
        const uint32_t slot = place_of(flow_hash(kVectorKey, flow), kSlots);
        if (before[slot] == after[slot]) {
            continue;
        }
        if (before[slot] == changed) {
            ++moved.from;
        } else if (after[slot] == changed) {
            ++moved.to;
        } else {
            ++moved.between;
        }
    }
    return moved;
}

TEST_CASE("a target that goes, halves or grows moves its share of the flows, and no others") {
    const uint16_t n_targets = GENERATE(uint16_t{10}, uint16_t{50});
    const uint16_t changed = 3;
    std::vector<Candidate> candidates = targets(n_targets);
    const std::vector<uint16_t> before = table(candidates);
    const double share = double{kFlows} / n_targets;
    constexpr double kHundredth = 0.01 * kFlows;

    SECTION("removed") {
        candidates.erase(candidates.begin() + changed);
        const Moved moved = moved_flows(before, table(candidates), changed);
        CHECK(moved.from <= share + kHundredth);
        CHECK(moved.from >= share - kHundredth);
        CHECK(moved.to == 0);
        CHECK(moved.between == 0);
    }
    SECTION("halved") {
        candidates[changed].weight /= 2;
        const Moved moved = moved_flows(before, table(candidates), changed);
        CHECK(moved.from <= share / 2 + kHundredth);
        CHECK(moved.from > 0);
        CHECK(moved.to == 0);
        CHECK(moved.between == 0);
    }
    SECTION("doubled") {
        candidates[changed].weight *= 2;
        const Moved moved = moved_flows(before, table(candidates), changed);
        CHECK(moved.to <= share + kHundredth);
        CHECK(moved.to > 0);
        CHECK(moved.from == 0);
        CHECK(moved.between == 0);
    }
    SECTION("added") {
        const uint16_t added = n_targets;
        candidates.push_back({added, target_identity(0x0A09'0001, 8080), 100});
        const Moved moved = moved_flows(before, table(candidates), added);
        CHECK(moved.to <= double{kFlows} / (n_targets + 1) + kHundredth);
        CHECK(moved.to > 0);
        CHECK(moved.from == 0);
        CHECK(moved.between == 0);
    }
}

TEST_CASE("weights times a common factor are the same weights") {
    std::vector<Candidate> candidates = targets(5, 3);
    candidates[1].weight = 7;
    const std::vector<uint16_t> before = table(candidates);
    for (Candidate& candidate : candidates) {
        candidate.weight *= 400'000'000;
    }
    CHECK(table(candidates) == before);
}

TEST_CASE("another key gives another table") {
    const std::vector<Candidate> candidates = targets(10);
    std::vector<uint16_t> other(kSlots);
    fill_slots(other, candidates, {kVectorKey.k0, kVectorKey.k1 ^ 1});
    const std::vector<uint16_t> before = table(candidates);
    const auto n_same =
        std::inner_product(before.begin(), before.end(), other.begin(), 0U, std::plus<>(),
                           [](uint16_t a, uint16_t b) { return a == b ? 1U : 0U; });
    CHECK(n_same < kSlots / 10 * 1.1);
}

TEST_CASE("a single choice by rendezvous follows weights, and moves only to the changed target") {
    std::vector<Candidate> candidates = targets(4);
    candidates[2].weight = 300;
    std::vector<uint32_t> n_chosen(4);
    std::mt19937_64 random(3);
    constexpr int kChoices = 60'000;
    for (int i = 0; i < kChoices; ++i) {
        const uint64_t hash = random();
        const uint16_t chosen = choose_by_rendezvous(hash, candidates, kVectorKey);
        ++n_chosen[chosen];
        std::vector<Candidate> fewer = candidates;
        fewer[1].weight = 0;
        const uint16_t after = choose_by_rendezvous(hash, fewer, kVectorKey);
        REQUIRE((chosen == 1 ? after != 1 : after == chosen));
    }
    for (uint16_t target = 0; target < 4; ++target) {
        const double share = target == 2 ? 0.5 : 1.0 / 6;
        CHECK(std::abs(n_chosen[target] / double{kChoices} - share) < 0.01);
    }
    CHECK(choose_by_rendezvous(1, {}, kVectorKey) == kNoTarget);
}

}  // namespace
}  // namespace evengate::reroute
