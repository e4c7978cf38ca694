// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: which texts are of a kind of value, and how numbers are written. Thread: any.
// Used by: value.cpp only.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "settings/value.hpp"

namespace evengate::settings {

inline bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// Decimal digits only, and no leading zero: YAML readers do not agree on what 010 is.
// Fails: nothing.
std::optional<int64_t> parse_digits(std::string_view text);

// Whether the text is of a kind whose values are kept as texts; false of other kinds.
bool is_text_of(Kind kind, std::string_view text);

}  // namespace evengate::settings
