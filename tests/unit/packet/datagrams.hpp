// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: IPv4 datagrams to test with; their checksums come from a sum written apart from lib/packet.
// Thread: any. Used by: the unit tests of packet.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <numeric>
#include <span>
#include <vector>

namespace evengate::packet::testing {

using Bytes = std::vector<uint8_t>;

// RFC 1071 word by word in network order: the slow definition that the fast one is held against.
inline uint16_t reference_checksum(std::span<const uint8_t> bytes) {
    uint32_t sum = 0;
    for (size_t i = 0; i < bytes.size(); i += 2) {
        const uint32_t low = i + 1 < bytes.size() ? bytes[i + 1] : 0;
        sum += static_cast<uint32_t>(bytes[i]) << 8 | low;
    }
    while (sum > 0xFFFF) {
        sum = (sum & 0xFFFF) + (sum >> 16);
    }
    return static_cast<uint16_t>(~sum);
}

// Not inline, so that GCC 12 does not warn of the null that an empty datagram would have.
[[gnu::noinline]] inline void put_be16(Bytes& bytes, size_t at, uint16_t value) {
    bytes[at] = static_cast<uint8_t>(value >> 8);
    bytes[at + 1] = static_cast<uint8_t>(value);
}

inline uint16_t get_be16(std::span<const uint8_t> bytes, size_t at) {
    return static_cast<uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

// Sets the header checksum of the datagram, whatever else is wrong with it.
inline void seal(Bytes& datagram) {
    put_be16(datagram, 10, 0);
    const size_t header_length = static_cast<size_t>(datagram[0] & 0x0F) * 4;
    put_be16(datagram, 10, reference_checksum(std::span(datagram).first(header_length)));
}

inline Bytes counting_bytes(size_t size) {
    Bytes bytes(size);
    std::iota(bytes.begin(), bytes.end(), uint8_t{0});
    return bytes;
}

// UDP from 192.0.2.10 to 198.51.100.7, TTL 64, identification 0x1234.
inline Bytes make_datagram(size_t payload_size, std::initializer_list<uint8_t> options = {},
                           uint16_t flags_and_offset = 0) {
    Bytes datagram = {0x45, 0,  0,   0, 0x12, 0x34, 0,   0,  64,  17,
                      0,    0,  192, 0, 2,    10,   198, 51, 100, 7};
    datagram.insert(datagram.end(), options);
    datagram[0] = static_cast<uint8_t>(0x40 | datagram.size() / 4);
    const Bytes payload = counting_bytes(payload_size);
    datagram.insert(datagram.end(), payload.begin(), payload.end());
    put_be16(datagram, 2, static_cast<uint16_t>(datagram.size()));
    put_be16(datagram, 6, flags_and_offset);
    seal(datagram);
    return datagram;
}

}  // namespace evengate::packet::testing
