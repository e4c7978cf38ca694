// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/capacity.hpp"

#include <chrono>

#include "catch.hpp"

namespace evengate::control::test {
namespace {

using namespace std::chrono_literals;

// An appliance of two workers of 1 GHz.
class Sampled {
 public:
    // A second of so many packets of this size, each of which takes so many cycles.
    void pass(uint64_t packets, uint64_t bytes, uint64_t cycles) {
        now_ += 1s;
        forwarded_.packets += packets;
        forwarded_.bytes += packets * bytes;
        workers_.packets += packets;
        workers_.busy_cycles += packets * cycles;
        capacity.note(forwarded_, workers_, now_);
    }

    Capacity capacity;

 private:
    TimePoint now_{100s};
    SlotCounts forwarded_;
    WorkerTotals workers_{.packets = 0, .busy_cycles = 0, .hz = 1'000'000'000, .n_workers = 2};
};

settings::Group group(uint64_t pps, uint64_t bps = 0) {
    settings::Group group;
    group.capacity_pps = pps;
    group.capacity_bps = bps;
    return group;
}

TEST_CASE("a configured capacity is what it is, whatever workers do") {
    Sampled sampled;
    sampled.pass(0, 0, 0);
    sampled.pass(8'000'000, 100, 200);
    CHECK(sampled.capacity.of(group(5'000)) == 5'000);
}

TEST_CASE("a measured capacity is that of always busy workers, once they were busy enough") {
    Sampled sampled;
    sampled.pass(0, 0, 0);
    CHECK(sampled.capacity.of(group(0)) == Capacity::kUnknownPps);
    sampled.pass(1'000'000, 100, 200);  // a tenth of the time
    CHECK(sampled.capacity.of(group(0)) == Capacity::kUnknownPps);
    sampled.pass(4'000'000, 100, 200);
    CHECK(sampled.capacity.of(group(0)) == 10'000'000);
}

TEST_CASE("a capacity in bits counts packets of the size that there is, and what the wire takes") {
    Sampled sampled;
    sampled.pass(0, 0, 0);
    const settings::Group limited = group(5'000'000, 1'000'000'000);
    CHECK(sampled.capacity.of(limited) == 5'000'000);  // no size is known
    sampled.pass(1'000, 60, 100);                      // 84 bytes with all
    CHECK(sampled.capacity.of(limited) == 1'000'000'000 / (84 * 8));
    sampled.pass(1'000, 62, 100);
    CHECK(sampled.capacity.of(limited) == 1'000'000'000 / (84 * 8));  // hardly another
    sampled.pass(10, 1'514, 100);
    CHECK(sampled.capacity.of(limited) == 1'000'000'000 / (84 * 8));  // too few
    sampled.pass(1'000, 1'514, 100);
    CHECK(sampled.capacity.of(limited) == 1'000'000'000 / (1'538 * 8));
    CHECK(sampled.capacity.of(group(1'000, 1'000'000'000)) == 1'000);  // the smaller counts
}

}  // namespace
}  // namespace evengate::control::test
