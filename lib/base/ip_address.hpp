// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: IPv4 and IPv6 addresses and prefixes as values, both families in one type. Thread: any.
// Used by: everything that names a host or a route.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace evengate {

enum class IpFamily : uint8_t { ipv4, ipv6 };

class IpAddress {
 public:
    static constexpr size_t kIpv4Size = 4;
    static constexpr size_t kIpv6Size = 16;

    // 0.0.0.0
    constexpr IpAddress() = default;
    // The address in host byte order: 0x0A000001 is 10.0.0.1.
    static constexpr IpAddress v4(uint32_t host_order) {
        IpAddress address;
        for (size_t i = 0; i < kIpv4Size; ++i) {
            address.bytes_[i] = static_cast<uint8_t>(host_order >> (8 * (kIpv4Size - 1 - i)));
        }
        return address;
    }
    static constexpr IpAddress v6(const std::array<uint8_t, kIpv6Size>& bytes) {
        IpAddress address;
        address.family_ = IpFamily::ipv6;
        address.bytes_ = bytes;
        return address;
    }
    // Dotted quad, or RFC 4291 text without a zone.
    static std::optional<IpAddress> parse(std::string_view text);

    [[nodiscard]] constexpr IpFamily family() const { return family_; }
    [[nodiscard]] constexpr bool is_v4() const { return family_ == IpFamily::ipv4; }
    // Host byte order. Only for IPv4.
    [[nodiscard]] constexpr uint32_t to_v4() const {
        return static_cast<uint32_t>(bytes_[0]) << 24 | static_cast<uint32_t>(bytes_[1]) << 16 |
               static_cast<uint32_t>(bytes_[2]) << 8 | bytes_[3];
    }
    // Network order; IPv4 uses the first four, the rest are zero.
    [[nodiscard]] constexpr const std::array<uint8_t, kIpv6Size>& bytes() const { return bytes_; }
    [[nodiscard]] constexpr uint8_t bits() const { return is_v4() ? 32 : 128; }
    [[nodiscard]] std::string to_string() const;

    friend constexpr auto operator<=>(const IpAddress&, const IpAddress&) = default;

 private:
    IpFamily family_ = IpFamily::ipv4;
    std::array<uint8_t, kIpv6Size> bytes_{};
};

// An address with a prefix length; as a route its host bits are zero, as an interface address not.
struct IpPrefix {
    IpAddress address;
    uint8_t length = 0;

    // "10.0.0.1/24" or "2001:db8::/32"; the length must be given.
    static std::optional<IpPrefix> parse(std::string_view text);
    static constexpr IpPrefix host(const IpAddress& address) { return {address, address.bits()}; }

    [[nodiscard]] bool contains(const IpAddress& other) const;
    // The same prefix with its host bits cleared.
    [[nodiscard]] IpPrefix network() const;
    [[nodiscard]] std::string to_string() const;

    friend constexpr auto operator<=>(const IpPrefix&, const IpPrefix&) = default;
};

}  // namespace evengate

template <>
struct std::hash<evengate::IpAddress> {
    size_t operator()(const evengate::IpAddress& address) const noexcept {
        const auto& bytes = address.bytes();
        return std::hash<std::string_view>{}(
            std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
    }
};
