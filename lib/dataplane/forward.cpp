// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "dataplane/forward.hpp"

#include "packet/group_message.hpp"

namespace evengate::dataplane {
namespace {

using packet::PuntReason;

// A frame read its route while the table was freeing the group that held it; by now the entry is
// right, and the frame starts again from there.
uint64_t look_up_again(const uint8_t* ip_header, const Egress& egress) {
    uint32_t destination = load_be32(ip_header + packet::ipv4_offset::destination);
    uint64_t entry = table::kTornEntry;
    constexpr int kTries = 8;
    for (int i = 0; i < kTries && entry == table::kTornEntry; ++i) {
        egress.routes.find_bulk(&destination, &entry, 1);
    }
    return entry;
}

}  // namespace

InterfaceId interface_of(rte_mbuf* frame, const Arrival& arrival) {
    packet::EthernetPayload payload;
    const auto* const start = rte_pktmbuf_mtod(frame, const uint8_t*);
    return packet::parse_ethernet(start, frame->data_len, payload) == packet::EthernetVerdict::ok
               ? arrival.vlans.find(payload.vlans)
               : kNoInterface;
}

PuntTag make_tag(rte_mbuf* frame, const uint8_t* ip_header, uint64_t entry, PuntReason reason,
                 const Arrival& arrival) {
    // The link header is still as received: the fast path need not carry what only this needs.
    const auto* start = rte_pktmbuf_mtod(frame, const uint8_t*);
    packet::EthernetPayload payload;
    if (packet::parse_ethernet(start, frame->data_len, payload) != packet::EthernetVerdict::ok) {
        return {};
    }
    const InterfaceId interface = arrival.vlans.find(payload.vlans);
    return {.received_tsc = arrival.now_tsc,
            .interface = interface,
            .slot = arrival.l2.find(table::l2_key(start, interface)),
            .adjacency = table::adjacency_of(static_cast<uint32_t>(entry)),
            .payload_offset = static_cast<uint16_t>(ip_header - start),
            .ethertype = packet::kEtherTypeIpv4,
            .reason = reason};
}

void forward_exception(rte_mbuf* frame, uint8_t* ip_header, uint64_t entry, const Arrival& arrival, Egress& egress) {
    if (entry == table::kTornEntry) {
        entry = look_up_again(ip_header, egress);
    }
    const packet::Adjacency& adjacency = egress.adjacencies.get(static_cast<uint32_t>(entry));
    PuntReason reason{};
    switch (adjacency.kind) {
        case packet::AdjacencyKind::drop: return egress.disposal.drop(frame, adjacency.drop_reason);
        case packet::AdjacencyKind::punt: reason = adjacency.punt_reason; break;
        // What no service there takes, as an echo request.
        case packet::AdjacencyKind::service:
        case packet::AdjacencyKind::tunnel: reason = PuntReason::local_address; break;
        case packet::AdjacencyKind::forward:
            if (ip_header[packet::ipv4_offset::ttl] <= 1) {
                reason = PuntReason::ttl_expired;
            } else if (load_be16(ip_header + packet::ipv4_offset::total_length) > adjacency.mtu) {
                reason = PuntReason::too_big;
            } else {
                // The torn entry led here and is mended: the rare frame takes the general rewrite.
                packet::decrement_ttl(ip_header);
                return transmit<Tagging::vlan>(frame, ip_header, adjacency, egress);
            }
            break;
    }
    // Unicast among members has the group's ring and rate, whatever else is sent to our addresses.
    if (reason == PuntReason::local_address && packet::is_group_message(ip_header)) {
        reason = PuntReason::group_message;
    }
    // RFC 1812 5.3.1: a TTL that ends here is said so, unless the frame is for us.
    if (reason == PuntReason::unresolved && ip_header[packet::ipv4_offset::ttl] <= 1) {
        reason = PuntReason::ttl_expired;
    }
    egress.disposal.punt(frame, make_tag(frame, ip_header, entry, reason, arrival));
}

}  // namespace evengate::dataplane
