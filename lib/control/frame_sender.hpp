// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the last step of every frame that control sends: link header, padding, link state, counts.
// Thread: control. Used by: arp_responder, neighbours, keep_alive.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/ids.hpp"
#include "base/mac_address.hpp"
#include "control/counts.hpp"
#include "control/interface_set.hpp"
#include "control/outside.hpp"
#include "packet/arp.hpp"

namespace evengate::control {

// Whose datagram it is: one that we pass on, or one that we made.
enum class Origin : uint8_t { transit, own };

enum class Sent : uint8_t { sent, link_down, no_room, not_fragmentable };

class FrameSender {
 public:
    FrameSender(const InterfaceSet& interfaces, Transmitter& transmitter, Counts& counts)
        : interfaces_(interfaces), transmitter_(transmitter), counts_(counts) {}

    // Sends a whole frame.
    Sent send(InterfaceId egress, std::span<const uint8_t> frame);

    // Sends an IPv4 datagram to a neighbour from the interface's own MAC, in fragments when it is
    // beyond the MTU; one in transit with its TTL taken down. Of fragments the first that fails
    // ends it. Not checked: check_ipv4() passed, the size is the total length, the TTL of one in
    // transit is above 1, and one beyond the MTU may be fragmented.
    Sent send_ipv4(InterfaceId egress, const MacAddress& neighbour,
                   std::span<const uint8_t> datagram, Origin origin);

 private:
    Sent send_piece(const Interface& egress, const MacAddress& neighbour,
                    std::span<const uint8_t> datagram, Origin origin);

    const InterfaceSet& interfaces_;
    Transmitter& transmitter_;
    Counts& counts_;
    std::vector<uint8_t> frame_;  // scratch
};

}  // namespace evengate::control
