// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: short names for the types that schema rows have. Thread: any (compile time).
// Used by: schema.cpp only.
#pragma once

#include "settings/value.hpp"

namespace evengate::settings::types {

constexpr Type of(Kind kind) {
    return {.kind = kind};
}
constexpr Type count(int64_t min, int64_t max) {
    return {.kind = Kind::count, .min = min, .max = max};
}
constexpr Type size(int64_t min_mb, int64_t max_mb) {
    return {.kind = Kind::size, .min = min_mb, .max = max_mb};
}
constexpr Type per_second(int64_t max) {
    return {.kind = Kind::rate, .min = 0, .max = max};
}
constexpr Type packets_per_second(int64_t max) {
    return {.kind = Kind::packet_rate, .min = 1, .max = max};
}
constexpr Type bits_per_second(int64_t max) {
    return {.kind = Kind::bit_rate, .min = 1'000'000, .max = max};
}
// Units: millionths.
constexpr Type fraction(int64_t min, int64_t max) {
    return {.kind = Kind::fraction, .min = min, .max = max};
}
constexpr Type word(std::span<const std::string_view> words) {
    return {.kind = Kind::word, .words = words};
}
template <class Unit>
constexpr Type duration(std::chrono::nanoseconds min, std::chrono::nanoseconds max) {
    return {.kind = Kind::duration,
            .min = min.count(),
            .max = max.count(),
            .step = std::chrono::nanoseconds{Unit{1}}.count()};
}
// The type with a word for "zero" or "empty".
constexpr Type or_word(std::string_view zero_word, Type type) {
    type.zero_word = zero_word;
    return type;
}

}  // namespace evengate::settings::types
