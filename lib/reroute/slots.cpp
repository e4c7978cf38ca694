// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "reroute/slots.hpp"

#include "reroute/split_mix.hpp"

#include <array>
#include <bit>
#include <vector>

namespace evengate::reroute {
namespace {

constexpr int kFraction = 40;     // bits of a logarithm behind the point
constexpr int kTableBits = 10;    // the table's steps from 1 to 2
constexpr int kBetweenBits = 32;  // how finely is interpolated between two of them
constexpr uint64_t kOne = uint64_t{1} << kFraction;

// log2(1 + i / 2^kTableBits), bit by bit: squaring doubles a logarithm, and passing 2 is its next
// bit. Products are cut off at 63 bits behind the point.
constexpr std::array<uint64_t, (1 << kTableBits) + 1> make_log_table() {
    std::array<uint64_t, (1 << kTableBits) + 1> table{};
    for (size_t i = 0; i < table.size() - 1; ++i) {
        uint64_t value = uint64_t{1} << 63 | uint64_t{i} << (63 - kTableBits);
        uint64_t logarithm = 0;
        for (int bit = 0; bit < kFraction; ++bit) {
            const __uint128_t square = static_cast<__uint128_t>(value) * value >> 63;
            const auto passes = static_cast<uint64_t>(square >> 64);
            value = static_cast<uint64_t>(square >> passes);
            logarithm = logarithm << 1 | passes;
        }
        table[i] = logarithm;
    }
    table.back() = kOne;
    return table;
}

constexpr auto kLogTable = make_log_table();

// -log2(drawn / 2^64), in 1/2^kFraction; above 0. drawn = 0 counts as 1.
uint64_t minus_log2(uint64_t drawn) {
    drawn |= drawn == 0 ? 1 : 0;
    const int n_leading = std::countl_zero(drawn);
    const uint64_t mantissa = drawn << n_leading << 1;  // behind the leading one
    const size_t i = mantissa >> (64 - kTableBits);
    const uint64_t between = mantissa << kTableBits >> (64 - kBetweenBits);
    const uint64_t step = kLogTable[i + 1] - kLogTable[i];
    const uint64_t fraction = kLogTable[i] + (step * between >> kBetweenBits);
    return (static_cast<uint64_t>(n_leading + 1) << kFraction) - fraction;
}

uint64_t seed_of(const HashKey& key, uint64_t identity) {
    constexpr uint64_t kSize = 8;
    SipHash13 hash(key);
    hash.add(__builtin_bswap64(identity));
    return hash.finish(0, kSize);
}

struct Runner {
    uint64_t state = 0;  // of its SplitMix64
    uint64_t weight = 0;
    uint64_t identity = 0;
    uint16_t target = kNoTarget;
};

struct Best {
    uint64_t distance = 0;
    const Runner* runner = nullptr;

    // Whether distance / weight is below that of the best, without dividing.
    void offer(const Runner& other, uint64_t other_distance) {
        if (runner != nullptr) {
            const __uint128_t ours = static_cast<__uint128_t>(distance) * other.weight;
            const __uint128_t theirs = static_cast<__uint128_t>(other_distance) * runner->weight;
            if (ours < theirs || (ours == theirs && runner->identity <= other.identity)) {
                return;
            }
        }
        distance = other_distance;
        runner = &other;
    }
    [[nodiscard]] uint16_t target() const { return runner == nullptr ? kNoTarget : runner->target; }
};

}  // namespace

void fill_slots(std::span<uint16_t> slots, std::span<const Candidate> candidates,
                const HashKey& key) {
    std::vector<Runner> runners;
    runners.reserve(candidates.size());
    for (const Candidate& candidate : candidates) {
        if (candidate.weight != 0) {
            runners.push_back({.state = seed_of(key, candidate.identity),
                               .weight = candidate.weight,
                               .identity = candidate.identity,
                               .target = candidate.target});
        }
    }
    for (uint16_t& slot : slots) {
        Best best;
        for (Runner& runner : runners) {
            runner.state += kSplitMixStep;
            best.offer(runner, minus_log2(split_mix(runner.state)));
        }
        slot = best.target();
    }
}

uint16_t choose_by_rendezvous(uint64_t hash, std::span<const Candidate> candidates,
                              const HashKey& key) {
    Runner places[2];  // the best so far, and the one that is compared with it
    size_t free = 0;
    Best best;
    for (const Candidate& candidate : candidates) {
        if (candidate.weight == 0) {
            continue;
        }
        const uint64_t drawn = split_mix(seed_of(key, candidate.identity) ^ hash);
        places[free] = {.state = drawn,
                        .weight = candidate.weight,
                        .identity = candidate.identity,
                        .target = candidate.target};
        best.offer(places[free], minus_log2(drawn));
        free = best.runner == &places[0] ? 1 : 0;
    }
    return best.target();
}

}  // namespace evengate::reroute
