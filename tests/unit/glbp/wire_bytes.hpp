// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: payloads as text, and the steps from bytes to messages and back that the tests take.
#pragma once

#include <array>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "glbp/decode.hpp"
#include "glbp/encode.hpp"

namespace evengate::glbp::testing {

using Bytes = std::vector<uint8_t>;

// Pairs of hexadecimal digits; blanks do not count.
inline Bytes from_hex(std::string_view text) {
    Bytes bytes;
    int high = -1;
    for (const char c : text) {
        if (c == ' ') {
            continue;
        }
        const int digit = c <= '9' ? c - '0' : (c | ' ') - 'a' + 10;
        if (high < 0) {
            high = digit;
        } else {
            bytes.push_back(static_cast<uint8_t>(high << 4 | digit));
            high = -1;
        }
    }
    if (high != -1) {
        std::abort();  // not REQUIRE: also constants are made of text
    }
    return bytes;
}

inline Bytes operator+(Bytes first, const Bytes& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

inline Decoded decode_good(const Bytes& payload) {
    Decoded decoded;
    const auto outcome = decode(payload, decoded);
    INFO(to_text(outcome.error()));
    REQUIRE(outcome.ok());
    return decoded;
}

inline std::optional<DecodeError> decode_error(const Bytes& payload) {
    Decoded decoded;
    const auto outcome = decode(payload, decoded);
    return outcome ? std::nullopt : std::optional(outcome.error());
}

inline Bytes encoded(const Message& message) {
    std::array<uint8_t, kMaxMessageSize> buffer;
    const size_t size = encode(message, buffer);
    REQUIRE(size != 0);
    return {buffer.begin(), buffer.begin() + size};
}

}  // namespace evengate::glbp::testing
