// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: TCP, UDP and ICMP errors to test with, whose checksums come from the slow definition.
// Thread: any. Used by: the unit tests of packet.
#pragma once

#include "datagrams.hpp"

namespace evengate::packet::testing {

inline constexpr uint32_t kClient = 0xC000'020A;     // 192.0.2.10
inline constexpr uint32_t kPublished = 0xC633'6407;  // 198.51.100.7
inline constexpr uint32_t kTarget = 0x0A01'0203;     // 10.1.2.3

inline void put_be32(Bytes& bytes, size_t at, uint32_t value) {
    put_be16(bytes, at, static_cast<uint16_t>(value >> 16));
    put_be16(bytes, at + 2, static_cast<uint16_t>(value));
}

inline size_t transport_at(const Bytes& datagram) { return static_cast<size_t>(datagram[0] & 0x0F) * 4; }
inline size_t transport_checksum_at(const Bytes& datagram) {
    return transport_at(datagram) + (datagram[9] == 6 ? 16 : 6);
}

// What the checksum of a whole TCP or UDP datagram must be, over pseudo header and all (RFC 9293 3.1).
inline uint16_t reference_transport_checksum(Bytes datagram) {
    put_be16(datagram, transport_checksum_at(datagram), 0);
    const size_t at = transport_at(datagram);
    Bytes summed(datagram.begin() + 12, datagram.begin() + 20);
    summed.insert(summed.end(), {0, datagram[9], 0, 0});
    put_be16(summed, 10, static_cast<uint16_t>(datagram.size() - at));
    summed.insert(summed.end(), datagram.begin() + static_cast<std::ptrdiff_t>(at), datagram.end());
    const uint16_t checksum = reference_checksum(summed);
    return datagram[9] == 17 && checksum == 0 ? uint16_t{0xFFFF} : checksum;
}

inline void seal_transport(Bytes& datagram) {
    put_be16(datagram, transport_checksum_at(datagram), reference_transport_checksum(datagram));
}

// From the client's port 40000 to the published port 80.
inline Bytes make_udp(size_t payload_size, std::initializer_list<uint8_t> options = {}) {
    Bytes datagram = make_datagram(8 + payload_size, options);
    const size_t at = transport_at(datagram);
    put_be16(datagram, at, 40000);
    put_be16(datagram, at + 2, 80);
    put_be16(datagram, at + 4, static_cast<uint16_t>(8 + payload_size));
    seal_transport(datagram);
    return datagram;
}

inline Bytes make_tcp(size_t payload_size, uint8_t flags, const Bytes& tcp_options = {},
                      std::initializer_list<uint8_t> options = {}) {
    Bytes datagram = make_datagram(20 + tcp_options.size() + payload_size, options);
    datagram[9] = 6;
    seal(datagram);
    const size_t at = transport_at(datagram);
    put_be16(datagram, at, 40000);
    put_be16(datagram, at + 2, 80);
    datagram[at + 12] = static_cast<uint8_t>((20 + tcp_options.size()) / 4 << 4);
    datagram[at + 13] = flags;
    for (size_t i = 0; i < tcp_options.size(); ++i) {
        datagram[at + 20 + i] = tcp_options[i];
    }
    seal_transport(datagram);
    return datagram;
}

// Type 3 code 1 from a host about the first n_quoted bytes of a datagram.
inline Bytes make_error(uint32_t source, const Bytes& offending, size_t n_quoted) {
    Bytes datagram = make_datagram(8 + n_quoted);
    datagram[9] = 1;
    put_be32(datagram, 12, source);
    for (size_t i = 0; i < 4; ++i) {
        datagram[16 + i] = offending[12 + i];
    }
    seal(datagram);
    for (size_t i = 0; i < 8 + n_quoted; ++i) {
        datagram[20 + i] = i < 8 ? uint8_t{0} : offending[i - 8];
    }
    datagram[20] = 3;
    datagram[21] = 1;
    put_be16(datagram, 22, reference_checksum(std::span(datagram).subspan(20)));
    return datagram;
}

}  // namespace evengate::packet::testing
