// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: ports and flags of TCP (RFC 9293 3.1) and UDP (RFC 768), and which fragments have them.
// Thread: any. Used by: packet, dataplane (hot path).
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "packet/ipv4.hpp"

namespace evengate::packet {

inline constexpr size_t kTcpHeaderSize = 20;  // without options
inline constexpr size_t kUdpHeaderSize = 8;

// Field offsets; the ports are where UDP has them too.
namespace transport_offset {
inline constexpr size_t source_port = 0;
inline constexpr size_t destination_port = 2;
inline constexpr size_t udp_checksum = 6;
inline constexpr size_t tcp_header_length = 12;  // in its upper four bits, in words of four bytes
inline constexpr size_t tcp_flags = 13;
inline constexpr size_t tcp_checksum = 16;
}  // namespace transport_offset

namespace tcp_flag {
inline constexpr uint8_t fin = 0x01;
inline constexpr uint8_t syn = 0x02;
inline constexpr uint8_t rst = 0x04;
inline constexpr uint8_t push = 0x08;
inline constexpr uint8_t ack = 0x10;
inline constexpr uint8_t urgent = 0x20;
}  // namespace tcp_flag

// The transport header of a datagram, which keeps the bytes.
struct Transport {
    uint8_t* header = nullptr;
    uint16_t available = 0;  // bytes of the datagram from header on, padding of the link left out
    uint8_t protocol = 0;
    uint8_t tcp_flags = 0;   // 0 for UDP
    uint16_t source_port = 0;
    uint16_t destination_port = 0;
};

enum class TransportVerdict : uint8_t {
    ok,
    fragment_later,  // TCP or UDP without its header: offset above 0
    too_short,       // less than 20 bytes of TCP or 8 of UDP, in a first fragment too (RFC 1858 3)
    other_protocol,
};

// The first of several fragments: it has the transport header, and others follow. Not checked:
// check_ipv4() passed; so for the two below.
inline bool is_first_fragment(const uint8_t* ip_header) {
    const uint16_t fragment = load_be16(ip_header + ipv4_offset::fragment);
    return (fragment & (kIpv4MoreFragments | kIpv4FragmentOffsetMask)) == kIpv4MoreFragments;
}
// RFC 791 3.1: who may cut it on its way.
inline bool may_fragment(const uint8_t* ip_header) {
    return (load_be16(ip_header + ipv4_offset::fragment) & kIpv4DontFragment) == 0;
}
inline bool is_later_fragment(const uint8_t* ip_header) {
    return (load_be16(ip_header + ipv4_offset::fragment) & kIpv4FragmentOffsetMask) != 0;
}
inline bool is_fragment(const uint8_t* ip_header) {
    const uint16_t fragment = load_be16(ip_header + ipv4_offset::fragment);
    return (fragment & (kIpv4MoreFragments | kIpv4FragmentOffsetMask)) != 0;
}

// Reads the header behind the IP header, options or not. Of anything but ok, only the protocol is
// set. Cost: one cache line of the frame, usually the same. Not checked: check_ipv4() passed; the
// length fields of TCP and UDP, and their checksums.
inline TransportVerdict parse_transport(uint8_t* ip_header, Transport& transport) {
    const uint8_t protocol = ip_header[ipv4_offset::protocol];
    transport.protocol = protocol;
    const bool is_tcp = protocol == kIpProtocolTcp;
    if (!is_tcp && protocol != kIpProtocolUdp) {
        return TransportVerdict::other_protocol;
    }
    if (is_later_fragment(ip_header)) [[unlikely]] {
        return TransportVerdict::fragment_later;
    }
    const size_t header_length = ipv4_header_length(ip_header);
    const size_t available = load_be16(ip_header + ipv4_offset::total_length) - header_length;
    if (available < (is_tcp ? kTcpHeaderSize : kUdpHeaderSize)) [[unlikely]] {
        return TransportVerdict::too_short;
    }
    uint8_t* const header = ip_header + header_length;
    transport.header = header;
    transport.available = static_cast<uint16_t>(available);
    transport.source_port = load_be16(header + transport_offset::source_port);
    transport.destination_port = load_be16(header + transport_offset::destination_port);
    transport.tcp_flags = is_tcp ? header[transport_offset::tcp_flags] : uint8_t{0};
    return TransportVerdict::ok;
}

}  // namespace evengate::packet
