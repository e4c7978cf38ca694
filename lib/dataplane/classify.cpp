// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "dataplane/classify.hpp"

#include "base/mac_address.hpp"
#include "packet/arp.hpp"
#include "packet/group_message.hpp"
#include "packet/punt.hpp"

namespace evengate::dataplane {
namespace {

using packet::DropReason;
using packet::PuntReason;
using packet::SlotAction;

DropReason drop_reason(packet::Ipv4Verdict verdict) {
    switch (verdict) {
        case packet::Ipv4Verdict::header_invalid: return DropReason::ipv4_header_invalid;
        case packet::Ipv4Verdict::checksum_wrong: return DropReason::ipv4_checksum_wrong;
        case packet::Ipv4Verdict::source_invalid: return DropReason::ipv4_source_invalid;
        case packet::Ipv4Verdict::source_route: return DropReason::ipv4_source_route;
        case packet::Ipv4Verdict::ok:
        case packet::Ipv4Verdict::length_invalid: break;
    }
    return DropReason::ipv4_length_invalid;
}

// One frame on its way through the full classification.
class FullClassification {
 public:
    FullClassification(rte_mbuf* frame, const Arrival& arrival, counters::WorkerCounters& counters,
                       Disposal& disposal, Routable& routable)
        : frame_(frame), arrival_(arrival), counters_(counters), disposal_(disposal), routable_(routable),
          start_(rte_pktmbuf_mtod(frame, uint8_t*)), length_(frame->data_len) {}

    void run() {
        if (frame_->nb_segs != 1) {
            return drop(DropReason::frame_segmented);
        }
        switch (packet::parse_ethernet(start_, length_, payload_)) {
            case packet::EthernetVerdict::too_short: return drop(DropReason::frame_too_short);
            case packet::EthernetVerdict::too_many_tags: return drop(DropReason::vlan_stack_too_deep);
            case packet::EthernetVerdict::ok: break;
        }
        interface_ = arrival_.vlans.find(payload_.vlans);
        if (interface_ == kNoInterface) {
            return drop(DropReason::vlan_not_configured);
        }
        if (MacAddress::from_bytes(start_ + MacAddress::kSize).is_multicast()) {
            return drop(DropReason::source_mac_invalid);
        }
        const MacAddress destination = MacAddress::from_bytes(start_);
        return destination.is_multicast() ? take_multicast(destination) : take_unicast();
    }

 private:
    void drop(DropReason reason) { disposal_.drop(frame_, reason); }

    void punt(PuntReason reason) {
        disposal_.punt(frame_, {.received_tsc = arrival_.now_tsc,
                                .interface = interface_,
                                .slot = slot_,
                                .payload_offset = payload_.offset,
                                .ethertype = payload_.ethertype,
                                .reason = reason});
    }

    [[nodiscard]] uint8_t* payload() const { return start_ + payload_.offset; }
    [[nodiscard]] size_t payload_size() const { return length_ - payload_.offset; }

    void take_arp() {
        if (packet::parse_arp({payload(), payload_size()})) {
            punt(PuntReason::arp);
        } else {
            drop(DropReason::arp_malformed);
        }
    }

    void take_multicast(const MacAddress& destination) {
        if (payload_.ethertype == packet::kEtherTypeArp) {
            return take_arp();
        }
        if (payload_.ethertype != packet::kEtherTypeIpv4) {
            return drop(DropReason::multicast_unwanted);
        }
        const packet::Ipv4Verdict verdict = packet::check_ipv4(payload(), payload_size());
        if (verdict != packet::Ipv4Verdict::ok && !is_from_nowhere(verdict)) {
            return drop(drop_reason(verdict));
        }
        const uint8_t first_byte = payload()[packet::ipv4_offset::destination];
        if (first_byte < 224) {
            return drop(DropReason::ipv4_in_link_broadcast);  // RFC 1812 5.3.4
        }
        if (verdict == packet::Ipv4Verdict::ok && destination == packet::kGroupMulticastIpv4 &&
            packet::is_group_message(payload())) {
            return punt(PuntReason::group_message);
        }
        drop(DropReason::multicast_unwanted);
    }

    // A host without an address yet (DHCP) may send from 0.0.0.0 to all: legal, but not ours.
    [[nodiscard]] bool is_from_nowhere(packet::Ipv4Verdict verdict) const {
        return verdict == packet::Ipv4Verdict::source_invalid &&
               load_be32(payload() + packet::ipv4_offset::source) == 0;
    }

    void take_unicast() {
        slot_ = arrival_.l2.find(table::l2_key(start_, interface_));
        const SlotAction action = slot_ == kNoSlot ? SlotAction::unbound : arrival_.actions[slot_.value];
        switch (action) {
            case SlotAction::unbound: return drop(DropReason::not_for_us);
            case SlotAction::fenced: return drop(DropReason::fenced);
            case SlotAction::other:
                counters_.slot(slot_).foreign_packets.add(1);
                return drop(DropReason::foreign_vmac);
            case SlotAction::linger:
            case SlotAction::own:
            case SlotAction::local: break;
        }
        count_slot(counters_.slot(slot_), action, length_);
        switch (payload_.ethertype) {
            case packet::kEtherTypeArp: return take_arp();
            case packet::kEtherTypeIpv4: return take_ipv4();
            case packet::kEtherTypeIpv6: return drop(DropReason::ipv6_unsupported);
            default: return drop(DropReason::ethertype_unsupported);
        }
    }

    void take_ipv4() {
        const packet::Ipv4Verdict verdict = packet::check_ipv4(payload(), payload_size());
        if (verdict != packet::Ipv4Verdict::ok) {
            return drop(drop_reason(verdict));
        }
        uint8_t* const ip = payload();
        if (payload_.n_tags != 0 && payload_.vlans == packet::VlanIds{}) {
            remove_priority_tags();
        }
        routable_.put(routable_.size++, frame_, ip, load_be32(ip + packet::ipv4_offset::destination));
    }

    // Where no interface has a VLAN, the rewrite leaves the link header as long as it finds it.
    void remove_priority_tags() {
        const auto size = static_cast<uint16_t>(payload_.n_tags * packet::kVlanTagSize);
        std::memmove(start_ + size, start_, 2 * MacAddress::kSize);
        rte_pktmbuf_adj(frame_, size);
    }

    rte_mbuf* frame_;
    const Arrival& arrival_;
    counters::WorkerCounters& counters_;
    Disposal& disposal_;
    Routable& routable_;
    uint8_t* start_;
    uint32_t length_;
    packet::EthernetPayload payload_;
    InterfaceId interface_ = kNoInterface;
    SlotIndex slot_ = kNoSlot;
};

}  // namespace

void classify_fully(rte_mbuf* frame, const Arrival& arrival, counters::WorkerCounters& counters,
                    Disposal& disposal, Routable& routable) {
    FullClassification(frame, arrival, counters, disposal, routable).run();
}

}  // namespace evengate::dataplane
