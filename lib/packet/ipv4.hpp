// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the IPv4 header: what a router must check (RFC 1812 5.2.2), and what it changes.
// Thread: any. Used by: dataplane (hot path), control.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "packet/checksum.hpp"

namespace evengate::packet {

inline constexpr size_t kIpv4HeaderSize = 20;
inline constexpr size_t kIpv4MaxHeaderSize = 60;
inline constexpr uint8_t kIpv4VersionAndNoOptions = 0x45;
inline constexpr uint16_t kIpv4DontFragment = 0x4000;
inline constexpr uint16_t kIpv4MoreFragments = 0x2000;
inline constexpr uint16_t kIpv4FragmentOffsetMask = 0x1FFF;
inline constexpr uint8_t kIpProtocolIcmp = 1;
inline constexpr uint8_t kIpProtocolIpip = 4;
inline constexpr uint8_t kIpProtocolTcp = 6;
inline constexpr uint8_t kIpProtocolUdp = 17;
inline constexpr uint8_t kIpProtocolGre = 47;

// Field offsets, RFC 791 3.1.
namespace ipv4_offset {
inline constexpr size_t tos = 1;
inline constexpr size_t total_length = 2;
inline constexpr size_t identification = 4;
inline constexpr size_t fragment = 6;
inline constexpr size_t ttl = 8;
inline constexpr size_t protocol = 9;
inline constexpr size_t checksum = 10;
inline constexpr size_t source = 12;
inline constexpr size_t destination = 16;
}  // namespace ipv4_offset

enum class Ipv4Verdict : uint8_t {
    ok,
    header_invalid,
    length_invalid,
    checksum_wrong,
    source_invalid,
    source_route,
};

// Whether no host may send from an address that starts with this byte (RFC 1812 5.3.7: zero-net,
// loopback, multicast, reserved and limited broadcast).
constexpr bool is_martian_source(uint8_t first_byte) {
    return first_byte == 0 || first_byte == 127 || first_byte >= 224;
}

// Whether the checksum of a header without options is right: whether its words add up to a multiple
// of 0xFFFF, which is all that the one's complement fold asks (they never add up to zero, as the
// version is not). The compiler makes one multiplication of it.
// Not checked: that 20 bytes are there, and that the first is not zero.
inline bool plain_ipv4_checksum_ok(const uint8_t* header) {
    const uint64_t sum = static_cast<uint64_t>(load_raw<uint32_t>(header)) +
                         load_raw<uint32_t>(header + 4) + load_raw<uint32_t>(header + 8) +
                         load_raw<uint32_t>(header + 12) + load_raw<uint32_t>(header + 16);
    return sum % 0xFFFF == 0;
}

// Whether the common header can be forwarded without a closer look: no options, length within the
// frame, checksum right, source possible. Whatever this refuses, check_ipv4() names.
// Not checked: that 20 bytes are there.
inline bool is_plain_ipv4(const uint8_t* header, size_t available) {
    const uint16_t total_length = load_be16(header + ipv4_offset::total_length);
    return header[0] == kIpv4VersionAndNoOptions && total_length >= kIpv4HeaderSize &&
           total_length <= available && !is_martian_source(header[ipv4_offset::source]) &&
           plain_ipv4_checksum_ok(header);
}

// The same checks for any header, options included, each with its name.
Ipv4Verdict check_ipv4(const uint8_t* header, size_t available);

// Header length in bytes. Not checked: that it is at least 20 and within the packet.
inline size_t ipv4_header_length(const uint8_t* header) { return (header[0] & 0x0Fu) * 4; }

// Takes one from the TTL and updates the checksum (RFC 1624 eqn. 3, for a change of one word whose
// high byte falls by one). Not checked: that the TTL is above 0.
inline void decrement_ttl(uint8_t* header) {
    header[ipv4_offset::ttl] = static_cast<uint8_t>(header[ipv4_offset::ttl] - 1);
    // The word (TTL, protocol) fell by 0x0100, so the complemented sum rises by as much, with the
    // carry brought round; in memory order 0x0100 is 0x0001. 0xFFFF is brought round too: it would
    // be the other zero (RFC 1624 3).
    const uint32_t sum = load_raw<uint16_t>(header + ipv4_offset::checksum) + 0x0001u;
    store_raw(header + ipv4_offset::checksum, static_cast<uint16_t>(sum + (sum >= 0xFFFF ? 1 : 0)));
}

// Sets the header checksum of a header of this length.
inline void set_ipv4_checksum(uint8_t* header, size_t header_length) {
    store_raw<uint16_t>(header + ipv4_offset::checksum, 0);
    store_raw(header + ipv4_offset::checksum, internet_checksum(header, header_length));
}

}  // namespace evengate::packet
