// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: another source or destination for a datagram (RFC 3022 4.1), checksums of IP, TCP and UDP
// updated with it. Thread: any. Used by: packet, dataplane (hot path).
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "packet/checksum.hpp"
#include "packet/ipv4.hpp"
#include "packet/transport.hpp"

namespace evengate::packet {

// One of the two ends of a datagram or flow.
enum class FlowEnd : uint8_t { source, destination };

constexpr size_t address_offset(FlowEnd end) {
    return end == FlowEnd::source ? ipv4_offset::source : ipv4_offset::destination;
}
constexpr size_t port_offset(FlowEnd end) {
    return end == FlowEnd::source ? transport_offset::source_port : transport_offset::destination_port;
}

// Another address, in host order, and the header checksum for it; returns what the sum of the
// addresses gained, as checksum_gain() has it. For ICMP, which has no pseudo header, and for later
// fragments this is all. Not checked: that 20 bytes of a header are there.
inline uint32_t rewrite_address(uint8_t* ip_header, FlowEnd end, uint32_t address) {
    uint8_t* const place = ip_header + address_offset(end);
    const uint32_t gain = checksum_gain(load_raw<uint32_t>(place), __builtin_bswap32(address));
    store_be32(place, address);
    uint8_t* const checksum = ip_header + ipv4_offset::checksum;
    store_raw(checksum, updated_checksum(load_raw<uint16_t>(checksum), gain));
    return gain;
}
inline void rewrite_source_address(uint8_t* ip_header, uint32_t address) {
    rewrite_address(ip_header, FlowEnd::source, address);
}
inline void rewrite_destination_address(uint8_t* ip_header, uint32_t address) {
    rewrite_address(ip_header, FlowEnd::destination, address);
}

// The checksum of UDP, in memory order, after a gain: none (zero) stays none, and one that comes
// out as zero is sent as 0xFFFF (RFC 768).
inline uint16_t updated_udp_checksum(uint16_t checksum, uint32_t gain) {
    const uint16_t updated = updated_checksum(checksum, gain);
    const uint16_t sent = updated == 0 ? uint16_t{0xFFFF} : updated;
    return checksum == 0 ? uint16_t{0} : sent;
}

// Another address and port, both in host order, in the datagram, its checksums, and transport.
// Not checked: parse_transport() gave ok for this datagram.
inline void rewrite_end(uint8_t* ip_header, Transport& transport, FlowEnd end, uint32_t address, uint16_t port) {
    uint8_t* const place = transport.header + port_offset(end);
    const uint32_t gain = rewrite_address(ip_header, end, address) +
                          checksum_gain(load_raw<uint16_t>(place), __builtin_bswap16(port));
    store_be16(place, port);
    (end == FlowEnd::source ? transport.source_port : transport.destination_port) = port;
    if (transport.protocol == kIpProtocolTcp) {
        uint8_t* const checksum = transport.header + transport_offset::tcp_checksum;
        store_raw(checksum, updated_checksum(load_raw<uint16_t>(checksum), gain));
    } else {
        uint8_t* const checksum = transport.header + transport_offset::udp_checksum;
        store_raw(checksum, updated_udp_checksum(load_raw<uint16_t>(checksum), gain));
    }
}
inline void rewrite_source(uint8_t* ip_header, Transport& transport, uint32_t address, uint16_t port) {
    rewrite_end(ip_header, transport, FlowEnd::source, address, port);
}
inline void rewrite_destination(uint8_t* ip_header, Transport& transport, uint32_t address, uint16_t port) {
    rewrite_end(ip_header, transport, FlowEnd::destination, address, port);
}

}  // namespace evengate::packet
