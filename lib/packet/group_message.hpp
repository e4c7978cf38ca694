// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what carries a message of the group protocol: tells it from other IPv4, checks the datagram,
// and writes the headers of one. Thread: any. Used by: dataplane, control, the app.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.hpp"
#include "base/ip_address.hpp"
#include "base/mac_address.hpp"
#include "base/result.hpp"
#include "packet/ethernet.hpp"
#include "packet/ipv4.hpp"
#include "packet/transport.hpp"

namespace evengate::packet {

inline constexpr uint16_t kGroupUdpPort = 3222;
inline constexpr IpAddress kGroupAddressIpv4 = IpAddress::v4(0xE000'0066);
// In front of the message, in an untagged frame.
inline constexpr size_t kGroupHeadersSize = kEthernetHeaderSize + kIpv4HeaderSize + kUdpHeaderSize;
// 224.0.0.102 and ff02::66 as MAC addresses (protocol rule 25).
inline constexpr MacAddress kGroupMulticastIpv4 = MacAddress::from_u64(0x0100'5E00'0066);
inline constexpr MacAddress kGroupMulticastIpv6 = MacAddress::from_u64(0x3333'0000'0066);

// Whether the datagram is UDP to the group protocol's port, whole. Not checked: check_ipv4() passed.
inline bool is_group_message(const uint8_t* ip_header) {
    const size_t header_length = ipv4_header_length(ip_header);
    return ip_header[ipv4_offset::protocol] == kIpProtocolUdp && !is_fragment(ip_header) &&
           load_be16(ip_header + ipv4_offset::total_length) >= header_length + kUdpHeaderSize &&
           load_be16(ip_header + header_length + transport_offset::destination_port) == kGroupUdpPort;
}

// Nothing of a group message is believed that came through a router: TTL 255, as it was sent.
enum class GroupDatagramFault : uint8_t { ttl_wrong, port_wrong, length_wrong };

struct GroupDatagram {
    IpAddress source;
    IpAddress destination;
    std::span<const uint8_t> udp;      // header included
    std::span<const uint8_t> message;  // behind it

    // Whether the UDP checksum is right, or zero: none (RFC 768). Cost: O(size).
    [[nodiscard]] bool is_checksum_right() const;
};

// Takes the datagram apart. Fails: with the first fault. Not checked: check_ipv4() and
// is_group_message() passed; the checksum, which costs more than the rest.
Result<GroupDatagram, GroupDatagramFault> parse_group_datagram(std::span<const uint8_t> datagram);

struct GroupEnvelope {
    MacAddress destination_mac;
    MacAddress source_mac;
    IpAddress source;
    IpAddress destination;
    uint16_t identification = 0;
};

// Writes Ethernet, IPv4 and UDP headers in front of the message that stands at kGroupHeadersSize:
// TTL 255, precedence 6, don't fragment, checksums. Not checked: the frame is at least that long and
// at most 65535 bytes, the addresses are IPv4.
void write_group_headers(std::span<uint8_t> frame, const GroupEnvelope& envelope);

}  // namespace evengate::packet
