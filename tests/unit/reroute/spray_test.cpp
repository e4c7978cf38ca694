// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "reroute/spray.hpp"

#include <cstdint>
#include <span>
#include <vector>

#include "catch.hpp"
#include "vectors.hpp"

namespace evengate::reroute {
namespace {

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
