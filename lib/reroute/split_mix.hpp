// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the generator SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
// generators", 2014). Thread: any. Used by: reroute, dataplane.
#pragma once

#include <cstdint>

namespace evengate::reroute {

inline constexpr uint64_t kSplitMixStep = 0x9E37'79B9'7F4A'7C15;

// The output for a state; the next state is kSplitMixStep on.
[[nodiscard]] constexpr uint64_t split_mix(uint64_t state) {
    state = (state ^ state >> 30) * 0xBF58'476D'1CE4'E5B9;
    state = (state ^ state >> 27) * 0x94D0'49BB'1331'11EB;
    return state ^ state >> 31;
}

}  // namespace evengate::reroute
