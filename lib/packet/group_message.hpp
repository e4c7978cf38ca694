// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: tells a message of the group protocol from other IPv4. Thread: any. Used by: dataplane, the app.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/mac_address.hpp"
#include "packet/ipv4.hpp"

namespace evengate::packet {

inline constexpr uint16_t kGroupUdpPort = 3222;
// 224.0.0.102 and ff02::66 as MAC addresses (protocol rule 25).
inline constexpr MacAddress kGroupMulticastIpv4 = MacAddress::from_u64(0x0100'5E00'0066);
inline constexpr MacAddress kGroupMulticastIpv6 = MacAddress::from_u64(0x3333'0000'0066);

// Whether the datagram is UDP to the group protocol's port, whole. Not checked: check_ipv4() passed.
inline bool is_group_message(const uint8_t* ip_header) {
    constexpr size_t kUdpHeaderSize = 8;
    constexpr size_t kDestinationPort = 2;
    const size_t header_length = ipv4_header_length(ip_header);
    const uint16_t fragment = load_be16(ip_header + ipv4_offset::fragment);
    const bool whole = (fragment & (kIpv4MoreFragments | kIpv4FragmentOffsetMask)) == 0;
    return ip_header[ipv4_offset::protocol] == kIpProtocolUdp && whole &&
           load_be16(ip_header + ipv4_offset::total_length) >= header_length + kUdpHeaderSize &&
           load_be16(ip_header + header_length + kDestinationPort) == kGroupUdpPort;
}

}  // namespace evengate::packet
