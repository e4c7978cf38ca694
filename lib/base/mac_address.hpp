// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a MAC address as a value. Thread: any. Used by: everything that names a station.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace evengate {

struct MacAddress {
    static constexpr size_t kSize = 6;

    std::array<uint8_t, kSize> bytes{};

    // Not checked: that six bytes are there.
    static MacAddress from_bytes(const uint8_t* first) {
        MacAddress mac;
        std::memcpy(mac.bytes.data(), first, kSize);
        return mac;
    }
    // The low 48 bits, most significant byte first: 0x0200'0000'0001 is 02:00:00:00:00:01.
    static constexpr MacAddress from_u64(uint64_t value) {
        MacAddress mac;
        for (size_t i = 0; i < kSize; ++i) {
            mac.bytes[i] = static_cast<uint8_t>(value >> (8 * (kSize - 1 - i)));
        }
        return mac;
    }
    // Six hexadecimal pairs with ':' or '-' between, nothing else.
    static std::optional<MacAddress> parse(std::string_view text);

    [[nodiscard]] constexpr uint64_t to_u64() const {
        uint64_t value = 0;
        for (uint8_t byte : bytes) {
            value = value << 8 | byte;
        }
        return value;
    }
    [[nodiscard]] constexpr bool is_multicast() const { return (bytes[0] & 1) != 0; }
    [[nodiscard]] constexpr bool is_broadcast() const { return to_u64() == 0xFFFF'FFFF'FFFF; }
    [[nodiscard]] constexpr bool is_zero() const { return to_u64() == 0; }
    [[nodiscard]] std::string to_string() const;

    friend constexpr auto operator<=>(const MacAddress&, const MacAddress&) = default;
};

inline constexpr MacAddress kBroadcastMac = MacAddress::from_u64(0xFFFF'FFFF'FFFF);

}  // namespace evengate

template <>
struct std::hash<evengate::MacAddress> {
    size_t operator()(const evengate::MacAddress& mac) const noexcept {
        return std::hash<uint64_t>{}(mac.to_u64());
    }
};
