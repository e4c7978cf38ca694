// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the first stage: from a received frame to "wants a route", punted or dropped.
// Thread: worker. Used by: dataplane.
#pragma once

#include <cstdint>

#include <rte_mbuf.h>

#include "counters/worker_counters.hpp"
#include "dataplane/burst.hpp"
#include "dataplane/disposal.hpp"
#include "dataplane/worker_plan.hpp"
#include "packet/ethernet.hpp"
#include "packet/ipv4.hpp"

namespace evengate::dataplane {

// Counts a frame for an accepted slot.
inline void count_slot(counters::SlotCell& cell, packet::SlotAction action, uint32_t frame_length) {
    // A choice of the address, not of the way: in a hand-over both actions come mixed.
    (action == packet::SlotAction::linger ? cell.linger_packets : cell.packets).add(1);
    cell.bytes.add(frame_length);
}

// Takes in any frame, and names what is wrong with it: the slow, complete twin of
// try_classify_plain(). What wants a route is appended to routable.
void classify_fully(rte_mbuf* frame, const Arrival& arrival, counters::WorkerCounters& counters,
                    Disposal& disposal, Routable& routable);

// Takes in the common frame - IPv4 without options, to a slot that is forwarded, with at most one VLAN
// tag where the port has tagged interfaces - and puts it in place number at of routable; or leaves
// it untouched.
template <Tagging kTagging>
inline bool try_classify_plain(rte_mbuf* frame, const Arrival& arrival, counters::WorkerCounters& counters,
                               Routable& routable, unsigned at) {
    // The source MAC and the type behind it, as they lie in the frame.
    constexpr size_t kSourceOffset = 6;
    constexpr uint64_t kTypeBits = 0xFFFF'0000'0000'0000;
    constexpr uint64_t kMulticastBit = 1;
    constexpr uint64_t kIpv4Type = 0x0008'0000'0000'0000;
    constexpr uint64_t kVlanType = 0x0081'0000'0000'0000;

    auto* const start = rte_pktmbuf_mtod(frame, uint8_t*);
    const uint32_t length = frame->data_len;
    size_t ip_offset = packet::kEthernetHeaderSize;
    InterfaceId interface = arrival.vlans.untagged();

    uint64_t source_and_type = load_raw<uint64_t>(start + kSourceOffset) & (kTypeBits | kMulticastBit);
    if constexpr (kTagging == Tagging::vlan) {
        if (source_and_type == kVlanType && load_be16(start + ip_offset + 2) == packet::kEtherTypeIpv4) {
            const uint16_t vid = load_be16(start + ip_offset) & 0x0FFF;
            interface = arrival.vlans.find({vid, 0});
            ip_offset += packet::kVlanTagSize;
            source_and_type = kIpv4Type;
        }
    }
    uint8_t* const ip = start + ip_offset;
    if (length < ip_offset + packet::kIpv4HeaderSize || frame->nb_segs != 1 || source_and_type != kIpv4Type ||
        !packet::is_plain_ipv4(ip, length - ip_offset)) [[unlikely]] {
        return false;
    }
    const SlotIndex slot = arrival.l2.find(table::l2_key(start, interface));
    if (slot == kNoSlot) [[unlikely]] {
        return false;
    }
    const packet::SlotAction action = arrival.actions[slot.value];
    if (!packet::is_forwarded(action)) [[unlikely]] {
        return false;
    }
    count_slot(counters.slot(slot), action, length);
    routable.put(at, frame, ip, load_be32(ip + packet::ipv4_offset::destination));
    return true;
}

}  // namespace evengate::dataplane
