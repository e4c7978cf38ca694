// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: TCP segments and echo requests that control sends itself, to see whether a target answers, and
// what comes back (RFC 9293 3.1, RFC 792). Thread: any. Used by: control.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/ip_address.hpp"

namespace evengate::packet {

struct TcpSegment {
    IpAddress source;
    IpAddress destination;
    uint16_t source_port = 0;
    uint16_t destination_port = 0;
    uint32_t sequence = 0;
    uint32_t acknowledgement = 0;
    uint8_t flags = 0;
    std::string_view payload;
};

// An IPv4 datagram with the segment, without options, TTL 64, both checksums set.
std::vector<uint8_t> make_tcp_segment(const TcpSegment& segment);

// What a datagram has of it; nothing unless it is an unfragmented TCP segment with a right checksum. The
// payload is that of the datagram. Not checked: check_ipv4() passed.
std::optional<TcpSegment> parse_tcp_segment(std::span<const uint8_t> datagram);

struct Echo {
    IpAddress source;
    IpAddress destination;
    uint16_t identifier = 0;
    uint16_t sequence = 0;
};

// An IPv4 datagram with an echo request of no data.
std::vector<uint8_t> make_echo_request(const Echo& echo);

// What an echo reply has of it. Not checked: check_ipv4() passed.
std::optional<Echo> parse_echo_reply(std::span<const uint8_t> datagram);

}  // namespace evengate::packet
