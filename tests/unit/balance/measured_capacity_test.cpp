// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/measured_capacity.hpp"

#include "catch.hpp"

namespace evengate::balance {
namespace {

using std::chrono::seconds;

// Two workers of 1 GHz for a second; so many cycles a packet, so much of the time busy.
MeasuredCapacity::Sample sample(std::uint64_t cycles_a_packet, std::uint64_t use_percent) {
    const std::uint64_t busy = 20'000'000 * use_percent;
    return {.packets = busy / cycles_a_packet,
            .busy_cycles = busy,
            .all_cycles = 2'000'000'000,
            .hz = 1'000'000'000,
            .n_workers = 2};
}

TEST_CASE("the capacity is what all workers could do if they were always busy") {
    MeasuredCapacity capacity;
    CHECK(capacity.value() == 0);
    capacity.add(sample(100, 30), TimePoint(seconds(1)));
    CHECK(capacity.value() == 0);  // not used enough
    capacity.add(sample(100, 50), TimePoint(seconds(2)));
    CHECK(capacity.value() == 20'000'000);
    capacity.add({}, TimePoint(seconds(3)));
    capacity.add(sample(102, 90), TimePoint(seconds(4)));
    CHECK(capacity.value() == 20'000'000);  // less than a step apart
}

TEST_CASE("it changes by 5 % at a time and 10 % a minute") {
    MeasuredCapacity capacity;
    capacity.add(sample(100, 50), TimePoint(seconds(0)));
    for (int second = 1; second < 60; ++second) {
        capacity.add(sample(200, 50), TimePoint(seconds(second)));
    }
    CHECK(capacity.value() == 18'050'000);
    capacity.add(sample(200, 50), TimePoint(seconds(60)));
    CHECK(capacity.value() == 17'147'500);
    for (int second = 61; second < 3600; ++second) {
        capacity.add(sample(200, 50), TimePoint(seconds(second)));
    }
    CHECK(capacity.value() >= 10'000'000);
    CHECK(capacity.value() < 10'600'000);
}

}  // namespace
}  // namespace evengate::balance
