// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the stages behind classification: adjacency, TTL, MTU, rewrite, transmit queue of the burst.
// Thread: worker. Used by: dataplane.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include <rte_mbuf.h>

#include "counters/worker_counters.hpp"
#include "dataplane/burst.hpp"
#include "dataplane/classify.hpp"
#include "dataplane/disposal.hpp"
#include "dataplane/worker_plan.hpp"
#include "packet/ipv4.hpp"
#include "packet/rewrite.hpp"
#include "table/adjacency_table.hpp"

namespace evengate::dataplane {

// What one burst sends by one port. A burst has at most kBurstSize frames, so this never overflows.
struct TxBatch {
    std::array<rte_mbuf*, kBurstSize> frames;
    unsigned size = 0;

    void add(rte_mbuf* frame) { frames[size++] = frame; }
};

struct Egress {
    const table::RouteTable& routes;
    const table::AdjacencyTable& adjacencies;
    std::span<TxBatch> batches;  // by PortIndex
    counters::WorkerCounters& counters;
    Disposal& disposal;
};

// The interface that a frame came in by, its link header as received.
InterfaceId interface_of(rte_mbuf* frame, const Arrival& arrival);

// What control is told of a frame whose route is known and whose link header is as received.
PuntTag make_tag(rte_mbuf* frame, const uint8_t* ip_header, uint64_t entry, packet::PuntReason reason,
                 const Arrival& arrival);

// Takes a frame that the fast path could not forward: its adjacency punts or drops, its TTL ends
// here, or it is too big.
void forward_exception(rte_mbuf* frame, uint8_t* ip_header, uint64_t entry, const Arrival& arrival, Egress& egress);

// Writes the link header for the next hop in front of the IP header. False: no room in front.
template <Tagging kTagging>
inline bool try_rewrite_link(rte_mbuf* frame, uint8_t* ip_header, const packet::Adjacency& adjacency) {
    if constexpr (kTagging == Tagging::none) {
        // Untagged in and out: the type stays, both MACs are one copy.
        static_assert(offsetof(packet::Adjacency, source) ==
                      offsetof(packet::Adjacency, destination) + MacAddress::kSize);
        std::memcpy(ip_header - packet::kEthernetHeaderSize, adjacency.destination.bytes.data(),
                    2 * MacAddress::kSize);
    } else {
        auto* const buffer = static_cast<uint8_t*>(frame->buf_addr);
        const size_t needed =
            packet::kEthernetHeaderSize + packet::n_vlan_tags(adjacency.vlans) * packet::kVlanTagSize;
        if (static_cast<size_t>(ip_header - buffer) < needed) [[unlikely]] {
            return false;
        }
        uint8_t* const start = packet::write_link_header(ip_header, packet::kEtherTypeIpv4, adjacency.vlans,
                                                         adjacency.destination, adjacency.source);
        const auto offset = static_cast<uint16_t>(start - buffer);
        const auto length = static_cast<uint16_t>(frame->data_len + frame->data_off - offset);
        frame->data_off = offset;
        frame->data_len = length;
        frame->pkt_len = length;
    }
    return true;
}

// Puts the link header for the next hop on, and the frame among those that leave by its port; counts
// it for its receiver's vMAC.
template <Tagging kTagging>
inline void transmit(rte_mbuf* frame, uint8_t* ip_header, const packet::Adjacency& adjacency, Egress& egress) {
    if (!try_rewrite_link<kTagging>(frame, ip_header, adjacency)) [[unlikely]] {
        return egress.disposal.drop(frame, packet::DropReason::tx_headroom);
    }
    if (adjacency.returns == packet::Returns::counted) {
        counters::ReturnCell& cell = egress.counters.returns(SlotIndex(adjacency.return_slot));
        cell.packets.add(1);
        cell.bytes.add(rte_pktmbuf_pkt_len(frame));
    }
    egress.batches[adjacency.port.value].add(frame);
}

// Sends each routed frame on its way; what leaves is in egress.batches.
template <Tagging kTagging>
inline void forward_all(const Routable& routable, const Arrival& arrival, Egress& egress) {
    for (unsigned i = 0; i < routable.size; ++i) {
        rte_mbuf* const frame = routable.frames[i];
        uint8_t* const ip = routable.ip_headers[i];
        const packet::Adjacency& adjacency = egress.adjacencies.get(static_cast<uint32_t>(routable.entries[i]));
        if (adjacency.kind != packet::AdjacencyKind::forward || ip[packet::ipv4_offset::ttl] <= 1 ||
            load_be16(ip + packet::ipv4_offset::total_length) > adjacency.mtu) [[unlikely]] {
            forward_exception(frame, ip, routable.entries[i], arrival, egress);
            continue;
        }
        packet::decrement_ttl(ip);
        transmit<kTagging>(frame, ip, adjacency, egress);
    }
}

}  // namespace evengate::dataplane
