// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: frames for workers, and what they must have become. Thread: any.
// Used by: EAL tests of the worker and the gateway.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/ip_address.hpp"
#include "base/mac_address.hpp"
#include "unit/packet/datagrams.hpp"

namespace evengate::test {

using packet::testing::make_datagram;
using packet::testing::put_be16;
using packet::testing::seal;
using Bytes = std::vector<uint8_t>;

inline void put_be32(Bytes& bytes, size_t at, uint32_t value) {
    put_be16(bytes, at, static_cast<uint16_t>(value >> 16));
    put_be16(bytes, at + 2, static_cast<uint16_t>(value));
}

// The datagram with another destination.
inline Bytes to(std::string_view destination, Bytes datagram = make_datagram(26)) {
    put_be32(datagram, 16, IpAddress::parse(destination)->to_v4());
    seal(datagram);
    return datagram;
}
inline Bytes from(std::string_view source, Bytes datagram) {
    put_be32(datagram, 12, IpAddress::parse(source)->to_v4());
    seal(datagram);
    return datagram;
}
inline Bytes with_ttl(uint8_t ttl, Bytes datagram) {
    datagram[8] = ttl;
    seal(datagram);
    return datagram;
}

inline Bytes operator+(Bytes first, const Bytes& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

// Destination, source, and whatever stands between them and the payload.
inline Bytes link(const MacAddress& destination, const MacAddress& source, const Bytes& rest) {
    Bytes header(destination.bytes.begin(), destination.bytes.end());
    header.insert(header.end(), source.bytes.begin(), source.bytes.end());
    return header + rest;
}

inline const Bytes kIpv4Type = {0x08, 0x00};
inline const Bytes kVlan100 = {0x81, 0x00, 0x00, 100};
inline const Bytes kQinq200 = {0x88, 0xA8, 0x00, 200, 0x81, 0x00, 0x01, 0x2C};
inline const Bytes kPriorityTag = {0x81, 0x00, 0xA0, 0x00};

}  // namespace evengate::test
