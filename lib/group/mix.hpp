// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a number that depends on each bit of its input and looks random. Thread: any. Used by: group.
#pragma once

#include <cstdint>

namespace evengate::group {

// The finaliser of MurmurHash3: each bit of the input changes each bit of the result half the time.
// Part of the protocol: all members must compute the same.
constexpr uint64_t mix(uint64_t value) {
    value ^= value >> 33;
    value *= 0xFF51'AFD7'ED55'8CCD;
    value ^= value >> 33;
    value *= 0xC4CE'B9FE'1A85'EC53;
    value ^= value >> 33;
    return value;
}

// 2^64 divided by the golden ratio: keeps the all-zero input from being its own image.
inline constexpr uint64_t kMixSalt = 0x9E37'79B9'7F4A'7C15;

}  // namespace evengate::group
