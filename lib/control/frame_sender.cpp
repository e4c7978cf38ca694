// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/frame_sender.hpp"

#include <algorithm>

#include "packet/fragment.hpp"
#include "packet/ipv4.hpp"

namespace evengate::control {

Sent FrameSender::send(InterfaceId egress, std::span<const uint8_t> frame) {
    if (!interfaces_.at(egress).link_up()) {
        ++counts_.frames_not_sent;
        return Sent::link_down;
    }
    if (!transmitter_.try_transmit(egress, frame)) {
        ++counts_.frames_not_sent;
        return Sent::no_room;
    }
    ++counts_.frames_sent;
    return Sent::sent;
}

Sent FrameSender::send_piece(const Interface& egress, const MacAddress& neighbour,
                             std::span<const uint8_t> datagram, Origin origin) {
    // The padding is written anew, so that nothing of an earlier frame shows in it.
    frame_.assign(std::max(packet::kEthernetHeaderSize + datagram.size(), packet::kMinFrameSize),
                  0);
    uint8_t* header = frame_.data() + packet::kEthernetHeaderSize;
    packet::write_link_header(header, packet::kEtherTypeIpv4, {}, neighbour, egress.mac);
    std::copy(datagram.begin(), datagram.end(), header);
    if (origin == Origin::transit) {
        packet::decrement_ttl(header);
    }
    return send(egress.id, frame_);
}

Sent FrameSender::send_ipv4(InterfaceId egress_id, const MacAddress& neighbour,
                            std::span<const uint8_t> datagram, Origin origin) {
    const Interface& egress = interfaces_.at(egress_id);
    if (datagram.size() <= egress.mtu) {
        return send_piece(egress, neighbour, datagram, origin);
    }
    const auto pieces = packet::fragment_ipv4(datagram, egress.mtu);
    if (pieces.empty()) {
        return Sent::not_fragmentable;
    }
    for (const auto& piece : pieces) {
        const Sent sent = send_piece(egress, neighbour, piece, origin);
        if (sent != Sent::sent) {
            return sent;
        }
        ++counts_.fragments_sent;
    }
    return Sent::sent;
}

}  // namespace evengate::control
