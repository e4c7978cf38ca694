// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/ipv4_path.hpp"

#include "base/bytes.hpp"
#include "control/services.hpp"
#include "packet/icmp.hpp"
#include "packet/ipv4.hpp"
#include "packet/transport.hpp"

namespace evengate::control {
namespace {

using packet::IcmpError;

IpAddress destination_of(std::span<const uint8_t> datagram) {
    return IpAddress::v4(load_be32(datagram.data() + packet::ipv4_offset::destination));
}

uint16_t fragment_field(std::span<const uint8_t> datagram) {
    return load_be16(datagram.data() + packet::ipv4_offset::fragment);
}

}  // namespace

Outcome Ipv4Path::on_frame(const PuntedFrame& frame, TimePoint now) {
    // Checked by the worker already; here a mistake would be an over-read.
    if (packet::check_ipv4(frame.payload.data(), frame.payload.size()) != packet::Ipv4Verdict::ok) {
        return Outcome::refused(Refusal::ipv4_malformed);
    }
    if (frame.destination.is_multicast()) {  // RFC 1122 3.3.6, RFC 1812 5.3.4
        return Outcome::refused(Refusal::ipv4_in_link_broadcast);
    }
    const Datagram datagram =
        frame.payload.first(load_be16(frame.payload.data() + packet::ipv4_offset::total_length));
    const Route* route = routes_.find(destination_of(datagram));
    if (frame.reason == packet::PuntReason::tunnel_too_big || frame.reason == packet::PuntReason::too_big) {
        // For a service, whose targets decide what is too big.
        if (route != nullptr && route->kind == RouteKind::local) {
            return services_ == nullptr ? Outcome::refused(Refusal::destination_invalid)
                                        : services_->on_too_big(frame, datagram, icmp_, now);
        }
    }
    if (route != nullptr && route->kind == RouteKind::local &&
        frame.reason == packet::PuntReason::ttl_expired) {
        return icmp_.report_transit_error(IcmpError::time_exceeded(), frame.interface, datagram, now);
    }
    if (route != nullptr && route->kind == RouteKind::local) {
        return deliver(datagram, now);
    }
    if (route != nullptr && route->kind == RouteKind::blackhole) {
        return Outcome::refused(Refusal::destination_invalid);
    }
    if (datagram[packet::ipv4_offset::ttl] <= 1) {
        return icmp_.report_transit_error(IcmpError::time_exceeded(), frame.interface, datagram,
                                          now);
    }
    if (route == nullptr) {
        return icmp_.report_transit_error(IcmpError::net_unreachable(), frame.interface, datagram,
                                          now);
    }
    return forward(*route, frame.interface, datagram, now);
}

Outcome Ipv4Path::deliver(Datagram datagram, TimePoint now) {
    constexpr uint16_t kFragmented = packet::kIpv4MoreFragments | packet::kIpv4FragmentOffsetMask;
    if ((fragment_field(datagram) & kFragmented) != 0) {
        return Outcome::refused(Refusal::local_fragment);
    }
    if (services_ != nullptr && (services_->take(datagram, now) || services_->take_tunnel_error(datagram, icmp_, now))) {
        return Outcome::noted();
    }
    switch (datagram[packet::ipv4_offset::protocol]) {
        case packet::kIpProtocolIcmp:
            return icmp_.answer_echo(datagram, now);
        case packet::kIpProtocolUdp:
            return icmp_.report_local_error(IcmpError::port_unreachable(), datagram, now);
        default:
            return icmp_.report_local_error(IcmpError::protocol_unreachable(), datagram, now);
    }
}

Outcome Ipv4Path::forward(const Route& route, InterfaceId ingress, Datagram datagram,
                          TimePoint now) {
    const Interface& egress = interfaces_.at(route.interface);
    if (datagram.size() > egress.mtu && !packet::may_fragment(datagram.data()) && egress.link_up()) {
        return icmp_.report_transit_error(IcmpError::fragmentation_needed(egress.mtu), ingress,
                                          datagram, now);
    }
    // Errors quote, and go to, who sent it: a target's answer is restored only as it leaves.
    const auto restored = services_ != nullptr ? services_->restored(datagram) : std::nullopt;
    const Outcome outcome = neighbours_.submit(routes_.next_hop(route, destination_of(datagram)),
                                               {.datagram = restored ? Datagram(*restored) : datagram,
                                                .origin = Origin::transit,
                                                .ingress = ingress,
                                                .as_received = restored ? datagram : Datagram()},
                                               now);
    if (outcome != Outcome::refused(Refusal::neighbour_failed)) {
        return outcome;
    }
    const Outcome reported =
        icmp_.report_transit_error(IcmpError::host_unreachable(), ingress, datagram, now);
    return reported.kind == Outcome::Kind::answered ? reported : outcome;
}

void Ipv4Path::report_unreachable(TimePoint now) {
    for (const HeldFrame& frame : neighbours_.take_unreachable()) {
        // The frame is counted as refused; whether this message goes out changes nothing of that.
        static_cast<void>(icmp_.report_transit_error(IcmpError::host_unreachable(), frame.ingress,
                                                     frame.as_received.empty() ? frame.datagram : frame.as_received,
                                                     now));
    }
}

}  // namespace evengate::control
