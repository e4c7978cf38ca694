// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: finds the group protocol's datagram in a captured frame. Thread: any. Used by: evengate-decode.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/ip_address.hpp"
#include "evengate-decode/capture_file.hpp"

namespace evengate::decode {

// name, what it means to an operator
#define EVENGATE_DATAGRAM_FAULTS(X)                                                \
    X(none, "a whole datagram")                                                    \
    X(frame_cut, "the capture does not have the whole frame")                      \
    X(ip_length_invalid, "the IP header's lengths contradict each other or the frame") \
    X(ip_checksum_wrong, "the IPv4 header's checksum is wrong")                    \
    X(ip_fragment, "a fragment; the group protocol's messages are whole")          \
    X(udp_length_invalid, "the UDP header's length is not what IP carries")

enum class DatagramFault : uint8_t {
#define X(name, text) name,
    EVENGATE_DATAGRAM_FAULTS(X)
#undef X
};
std::string_view to_text(DatagramFault fault);

struct Datagram {
    IpAddress source;
    IpAddress destination;
    uint8_t ttl = 0;  // or hop limit
    DatagramFault fault = DatagramFault::none;
    std::span<const uint8_t> payload;  // empty with a fault; part of the frame
};

// nullopt: not UDP to the group protocol's port, as far as can be seen. A later fragment shows no
// port, and is none of ours. An IPv4 checksum of zero is let pass: the NIC was to fill it in.
std::optional<Datagram> find_datagram(LinkType link_type, const CapturedFrame& frame);

}  // namespace evengate::decode
