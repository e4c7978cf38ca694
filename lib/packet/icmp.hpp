// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the ICMPv4 messages a router sends (RFC 792, RFC 1812 4.3, RFC 1191). Thread: any.
// Used by: control.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/ip_address.hpp"

namespace evengate::packet {

// What is wrong with a datagram, as type, code and second header word of the message that says so.
struct IcmpError {
    uint8_t type = 0;
    uint8_t code = 0;
    uint16_t next_hop_mtu = 0;  // bytes of IP; only for fragmentation needed

    static constexpr IcmpError net_unreachable() { return {3, 0}; }
    static constexpr IcmpError host_unreachable() { return {3, 1}; }
    static constexpr IcmpError protocol_unreachable() { return {3, 2}; }
    static constexpr IcmpError port_unreachable() { return {3, 3}; }
    static constexpr IcmpError fragmentation_needed(uint16_t mtu) { return {3, 4, mtu}; }
    static constexpr IcmpError time_exceeded() { return {11, 0}; }
};

// Whether an error may be sent about this datagram (RFC 1122 3.2.2, RFC 1812 4.3.2.7): not about
// ICMP errors, later fragments, or anything to or from other than one host.
// Not checked: the datagram passed check_ipv4().
bool may_cause_icmp_error(std::span<const uint8_t> datagram);

// The IPv4 datagram that reports the error to the sender of the offending one, quoting as much of
// it as fits into 576 bytes (RFC 1812 4.3.2.3). TTL 64, TOS 0xC0 (RFC 1812 4.3.2.5).
// Not checked: the offending datagram passed check_ipv4().
std::vector<uint8_t> make_icmp_error(IcmpError error, const IpAddress& source,
                                     std::span<const uint8_t> offending);

// The answer to an echo request that is addressed to us, options left out; nothing when the
// datagram is not an echo request, is a fragment, or its ICMP checksum is wrong.
// Not checked: the datagram passed check_ipv4().
std::optional<std::vector<uint8_t>> make_echo_reply(std::span<const uint8_t> datagram);

}  // namespace evengate::packet
