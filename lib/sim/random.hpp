// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: random numbers of which a seed makes the same ones for ever, on every machine.
// Thread: any. Used by: sim.
#pragma once

#include <cstdint>

#include "base/time.hpp"

namespace evengate::sim {

// SplitMix64 (Steele, Lea, Flood 2014): one addition and three mixing steps a number.
class Random {
 public:
    explicit Random(uint64_t seed) : state_(seed) {}

    uint64_t next() {
        state_ += 0x9E37'79B9'7F4A'7C15;
        uint64_t mixed = state_;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58'476D'1CE4'E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D0'49BB'1331'11EB;
        return mixed ^ (mixed >> 31);
    }
    // 0 .. limit - 1. Not checked: limit is above 0.
    uint64_t below(uint64_t limit) { return next() % limit; }
    // Both ends included. Not checked: low <= high.
    int64_t between(int64_t low, int64_t high) {
        return low + static_cast<int64_t>(below(static_cast<uint64_t>(high - low) + 1));
    }
    Duration between(Duration low, Duration high) {
        return Duration(between(low.count(), high.count()));
    }
    // Whether something happens that happens so often in a thousand.
    bool happens(uint32_t per_mille) { return below(1000) < per_mille; }

 private:
    uint64_t state_;
};

}  // namespace evengate::sim
