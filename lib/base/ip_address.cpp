// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "base/ip_address.hpp"

#include <charconv>
#include <cstring>

#include <arpa/inet.h>

namespace evengate {

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
    char terminated[INET6_ADDRSTRLEN];
    // inet_pton() would stop at a zero byte and accept what stands before it.
    if (text.empty() || text.size() >= sizeof terminated || text.find('\0') != std::string_view::npos) {
        return std::nullopt;
    }
    std::memcpy(terminated, text.data(), text.size());
    terminated[text.size()] = '\0';

    std::array<uint8_t, kIpv6Size> bytes{};
    if (inet_pton(AF_INET, terminated, bytes.data()) == 1) {
        IpAddress address;
        address.bytes_ = bytes;
        return address;
    }
    if (inet_pton(AF_INET6, terminated, bytes.data()) == 1) {
        return v6(bytes);
    }
    return std::nullopt;
}

std::string IpAddress::to_string() const {
    char text[INET6_ADDRSTRLEN];
    inet_ntop(is_v4() ? AF_INET : AF_INET6, bytes_.data(), text, sizeof text);
    return text;
}

std::optional<IpPrefix> IpPrefix::parse(std::string_view text) {
    const size_t slash = text.find('/');
    if (slash == std::string_view::npos) {
        return std::nullopt;
    }
    const auto address = IpAddress::parse(text.substr(0, slash));
    const std::string_view digits = text.substr(slash + 1);
    uint8_t length = 0;
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
    const bool leading_zero = digits.size() > 1 && digits[0] == '0';
    const bool whole = failure == std::errc{} && end == digits.data() + digits.size() && !leading_zero;
    if (!address || digits.empty() || !whole || length > address->bits()) {
        return std::nullopt;
    }
    return IpPrefix{*address, length};
}

bool IpPrefix::contains(const IpAddress& other) const {
    if (other.family() != address.family()) {
        return false;
    }
    return IpPrefix{other, length}.network().address == network().address;
}

IpPrefix IpPrefix::network() const {
    std::array<uint8_t, IpAddress::kIpv6Size> bytes = address.bytes();
    for (size_t i = 0; i < bytes.size(); ++i) {
        const int kept_bits = static_cast<int>(length) - static_cast<int>(8 * i);
        if (kept_bits <= 0) {
            bytes[i] = 0;
        } else if (kept_bits < 8) {
            bytes[i] = static_cast<uint8_t>(bytes[i] & 0xFF << (8 - kept_bits));
        }
    }
    if (!address.is_v4()) {
        return {IpAddress::v6(bytes), length};
    }
    return {IpAddress::v4(static_cast<uint32_t>(bytes[0]) << 24 |
                          static_cast<uint32_t>(bytes[1]) << 16 |
                          static_cast<uint32_t>(bytes[2]) << 8 | bytes[3]),
            length};
}

std::string IpPrefix::to_string() const {
    return address.to_string() + "/" + std::to_string(length);
}

}  // namespace evengate
