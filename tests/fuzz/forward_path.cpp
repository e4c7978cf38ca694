// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "forward_path.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "packet/arp.hpp"
#include "packet/fragment.hpp"
#include "packet/icmp.hpp"
#include "packet/ipv4.hpp"

namespace evengate::fuzz {
namespace {

using packet::Adjacency;
using packet::AdjacencyKind;
using packet::DropReason;
using packet::PuntReason;

constexpr std::array<std::string_view, kPuntReasonCount> kPuntReasonNames = {
    "group_message", "arp",     "local_address",  "unresolved",
    "ttl_expired",   "too_big", "tunnel_too_big", "no_route"};

// Those that need a buffer chain, a lease, a rate, a ring, an operator or a service.
constexpr std::array kUnreachable = {
    DropReason::frame_segmented, DropReason::fenced,        DropReason::punt_limited,      DropReason::punt_ring_full,
    DropReason::tx_full,         DropReason::tx_headroom,   DropReason::forwarding_stopped,
    DropReason::no_target,       DropReason::target_unresolved, DropReason::service_malformed,
    DropReason::no_source,
    DropReason::service_fragment, DropReason::tunnel_malformed, DropReason::tunnel_refused};

Outcome drop(Outcome outcome, DropReason reason) {
    outcome.fate = Fate::drop;
    outcome.drop_reason = reason;
    return outcome;
}

Outcome punt(Outcome outcome, PuntReason reason) {
    outcome.fate = Fate::punt;
    outcome.punt_reason = reason;
    return outcome;
}

Adjacency forward_to(packet::VlanIds vlans, uint16_t mtu) {
    Adjacency adjacency;
    adjacency.kind = AdjacencyKind::forward;
    adjacency.mtu = mtu;
    adjacency.vlans = vlans;
    adjacency.destination = kNextHopMac;
    adjacency.source = kRouterMac;
    return adjacency;
}

Adjacency look_up(uint32_t destination) {
    constexpr uint16_t kMtu = 1500;
    constexpr uint16_t kSmallMtu = 576;
    const uint32_t first_byte = destination >> 24;
    if (first_byte == 0 || first_byte == 127 || first_byte >= 224) {
        return Adjacency::drop(DropReason::ipv4_destination_invalid);
    }
    switch (destination >> 16) {
        case 0x0A01: return forward_to(kInterfaces[0], kMtu);
        case 0x0A02: return forward_to(kInterfaces[1], kMtu);
        case 0x0A03: return forward_to(kInterfaces[2], kMtu);
        case 0x0A04: return forward_to(kInterfaces[0], kSmallMtu);
        case 0x0A05: return Adjacency::punt(PuntReason::unresolved, InterfaceId{0});
        case 0x0A06: return Adjacency::drop(DropReason::egress_link_down);
        case 0x0A07: return {};
        default: return Adjacency::punt(PuntReason::no_route, InterfaceId{0});
    }
}

DropReason drop_reason(packet::Ipv4Verdict verdict) {
    switch (verdict) {
        case packet::Ipv4Verdict::length_invalid: return DropReason::ipv4_length_invalid;
        case packet::Ipv4Verdict::checksum_wrong: return DropReason::ipv4_checksum_wrong;
        case packet::Ipv4Verdict::source_invalid: return DropReason::ipv4_source_invalid;
        case packet::Ipv4Verdict::source_route: return DropReason::ipv4_source_route;
        case packet::Ipv4Verdict::header_invalid:
        case packet::Ipv4Verdict::ok: break;
    }
    return DropReason::ipv4_header_invalid;
}

Outcome route_ipv4(Outcome outcome, uint8_t* header) {
    const uint32_t destination = load_be32(header + packet::ipv4_offset::destination);
    if (destination == kRouterAddress || destination == kVipAddress) {
        return punt(outcome, PuntReason::local_address);
    }
    const Adjacency adjacency = look_up(destination);
    if (adjacency.kind == AdjacencyKind::drop) {
        return drop(outcome, adjacency.drop_reason);
    }
    if (header[packet::ipv4_offset::ttl] <= 1) {
        return punt(outcome, PuntReason::ttl_expired);
    }
    if (adjacency.kind == AdjacencyKind::punt) {
        return punt(outcome, adjacency.punt_reason);
    }
    outcome.mtu = adjacency.mtu;
    if (load_be16(header + packet::ipv4_offset::total_length) > adjacency.mtu) {
        return punt(outcome, PuntReason::too_big);
    }
    packet::decrement_ttl(header);
    uint8_t* const first = packet::write_link_header(header, packet::kEtherTypeIpv4, adjacency.vlans,
                                                     adjacency.destination, adjacency.source);
    outcome.fate = Fate::forward;
    outcome.frame = {first, outcome.frame.data() + outcome.frame.size()};
    outcome.network_offset = static_cast<uint16_t>(header - first);
    return outcome;
}

Outcome forward_ipv4(Outcome outcome, packet::EthernetPayload payload, const MacAddress& destination_mac) {
    uint8_t* const header = outcome.frame.data() + payload.offset;
    const size_t available = outcome.frame.size() - payload.offset;
    if (available < packet::kIpv4HeaderSize) {
        return drop(outcome, DropReason::frame_too_short);
    }
    outcome.network_offset = payload.offset;
    if (!packet::is_plain_ipv4(header, available)) {
        const packet::Ipv4Verdict verdict = packet::check_ipv4(header, available);
        if (verdict != packet::Ipv4Verdict::ok) {
            return drop(outcome, drop_reason(verdict));
        }
    }
    if (!destination_mac.is_multicast()) {
        return route_ipv4(outcome, header);
    }
    const uint32_t destination = load_be32(header + packet::ipv4_offset::destination);
    if (destination == kGroupAddress) {
        return punt(outcome, PuntReason::group_message);
    }
    const bool to_many = destination >= 0xE000'0000;
    return drop(outcome, to_many ? DropReason::multicast_unwanted : DropReason::ipv4_in_link_broadcast);
}

}  // namespace

size_t outcome_index(const Outcome& outcome) {
    switch (outcome.fate) {
        case Fate::forward: return 0;
        case Fate::punt: return 1 + static_cast<size_t>(outcome.punt_reason);
        case Fate::drop: break;
    }
    return 1 + kPuntReasonCount + static_cast<size_t>(outcome.drop_reason);
}

std::string_view outcome_name(size_t index) {
    if (index == 0) {
        return "forward";
    }
    return index <= kPuntReasonCount ? kPuntReasonNames[index - 1]
                                     : packet::kDropReasonNames[index - 1 - kPuntReasonCount];
}

bool outcome_is_reachable(size_t index) {
    constexpr size_t kTunnelTooBig = 1 + static_cast<size_t>(PuntReason::tunnel_too_big);
    return index != kTunnelTooBig && std::none_of(kUnreachable.begin(), kUnreachable.end(), [index](DropReason reason) {
        return outcome_name(index) == packet::kDropReasonNames[static_cast<size_t>(reason)];
    });
}

std::span<uint8_t> FrameBuffer::load(std::span<const uint8_t> frame) {
    uint8_t* const first = memory_.data() + memory_.size() - frame.size();
    std::copy(frame.begin(), frame.end(), first);
    return {first, frame.size()};
}

Outcome forward_frame(std::span<uint8_t> frame) {
    Outcome outcome;
    outcome.frame = frame;
    packet::EthernetPayload payload;
    switch (packet::parse_ethernet(frame.data(), frame.size(), payload)) {
        case packet::EthernetVerdict::too_short: return drop(outcome, DropReason::frame_too_short);
        case packet::EthernetVerdict::too_many_tags: return drop(outcome, DropReason::vlan_stack_too_deep);
        case packet::EthernetVerdict::ok: break;
    }
    const MacAddress destination = MacAddress::from_bytes(frame.data());
    const MacAddress source = MacAddress::from_bytes(frame.data() + MacAddress::kSize);
    if (source.is_multicast() || source.is_zero()) {
        return drop(outcome, DropReason::source_mac_invalid);
    }
    if (std::find(kInterfaces.begin(), kInterfaces.end(), payload.vlans) == kInterfaces.end()) {
        return drop(outcome, DropReason::vlan_not_configured);
    }
    if (destination == kForeignVmac) {
        return drop(outcome, DropReason::foreign_vmac);
    }
    if (!destination.is_multicast() && destination != kRouterMac && destination != kOwnVmac) {
        return drop(outcome, DropReason::not_for_us);
    }
    switch (payload.ethertype) {
        case packet::kEtherTypeIpv4: return forward_ipv4(outcome, payload, destination);
        case packet::kEtherTypeIpv6: return drop(outcome, DropReason::ipv6_unsupported);
        case packet::kEtherTypeArp: break;
        default: return drop(outcome, DropReason::ethertype_unsupported);
    }
    if (!packet::parse_arp(frame.subspan(payload.offset))) {
        return drop(outcome, DropReason::arp_malformed);
    }
    outcome.network_offset = payload.offset;
    return punt(outcome, PuntReason::arp);
}

Answer answer_punted(const Outcome& outcome) {
    const std::span<const uint8_t> datagram = outcome.frame.subspan(outcome.network_offset);
    packet::IcmpError error = packet::IcmpError::time_exceeded();
    switch (outcome.punt_reason) {
        case PuntReason::group_message:
        case PuntReason::arp: return {};
        case PuntReason::local_address:
            if (auto reply = packet::make_echo_reply(datagram)) {
                return {AnswerKind::echo_reply, {std::move(*reply)}};
            }
            error = packet::IcmpError::protocol_unreachable();
            break;
        case PuntReason::unresolved: error = packet::IcmpError::host_unreachable(); break;
        case PuntReason::no_route: error = packet::IcmpError::net_unreachable(); break;
        case PuntReason::ttl_expired: break;
        case PuntReason::tunnel_too_big: return {};  // this router has no tunnels
        case PuntReason::too_big:
            if ((load_be16(datagram.data() + packet::ipv4_offset::fragment) & packet::kIpv4DontFragment) == 0) {
                return {AnswerKind::fragments, packet::fragment_ipv4(datagram, outcome.mtu)};
            }
            error = packet::IcmpError::fragmentation_needed(outcome.mtu);
            break;
    }
    if (!packet::may_cause_icmp_error(datagram)) {
        return {};
    }
    return {AnswerKind::icmp_error, {packet::make_icmp_error(error, IpAddress::v4(kRouterAddress), datagram)}};
}

}  // namespace evengate::fuzz
