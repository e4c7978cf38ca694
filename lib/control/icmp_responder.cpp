// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/icmp_responder.hpp"

#include "base/bytes.hpp"
#include "packet/ipv4.hpp"

namespace evengate::control {
namespace {

IpAddress address_at(std::span<const uint8_t> datagram, size_t offset) {
    return IpAddress::v4(load_be32(datagram.data() + offset));
}

}  // namespace

Outcome IcmpResponder::report_transit_error(packet::IcmpError error, InterfaceId ingress,
                                            std::span<const uint8_t> datagram, TimePoint now) {
    const auto source =
        interfaces_.source_towards(ingress, address_at(datagram, packet::ipv4_offset::source));
    return source ? report(error, *source, datagram, now)
                  : Outcome::refused(Refusal::icmp_error_forbidden);
}

Outcome IcmpResponder::report_local_error(packet::IcmpError error,
                                          std::span<const uint8_t> datagram, TimePoint now) {
    return report(error, address_at(datagram, packet::ipv4_offset::destination), datagram, now);
}

Outcome IcmpResponder::report(packet::IcmpError error, const IpAddress& source,
                              std::span<const uint8_t> datagram, TimePoint now) {
    if (!packet::may_cause_icmp_error(datagram)) {
        return Outcome::refused(Refusal::icmp_error_forbidden);
    }
    const Route* route = route_back(datagram);
    if (route == nullptr) {
        return Outcome::refused(Refusal::no_return_route);
    }
    if (!error_limit_.try_take(now)) {
        ++counts_.icmp_errors_limited;
        return Outcome::refused(Refusal::icmp_error_limited);
    }
    const Outcome outcome =
        originate(*route, packet::make_icmp_error(error, source, datagram), now);
    counts_.icmp_errors_sent += outcome.kind == Outcome::Kind::answered ? 1 : 0;
    return outcome;
}

Outcome IcmpResponder::answer_echo(std::span<const uint8_t> datagram, TimePoint now) {
    const auto reply = packet::make_echo_reply(datagram);
    if (!reply) {
        return Outcome::refused(Refusal::local_icmp_ignored);
    }
    const Route* route = route_back(datagram);
    if (route == nullptr) {
        return Outcome::refused(Refusal::no_return_route);
    }
    if (!echo_limit_.try_take(now)) {
        return Outcome::refused(Refusal::echo_limited);
    }
    const Outcome outcome = originate(*route, *reply, now);
    counts_.echo_answered += outcome.kind == Outcome::Kind::answered ? 1 : 0;
    return outcome;
}

const Route* IcmpResponder::route_back(std::span<const uint8_t> datagram) const {
    const Route* route = routes_.find(address_at(datagram, packet::ipv4_offset::source));
    const bool leads_away =
        route != nullptr && (route->kind == RouteKind::connected || route->kind == RouteKind::via);
    return leads_away ? route : nullptr;
}

Outcome IcmpResponder::originate(const Route& route, std::span<const uint8_t> datagram,
                                 TimePoint now) {
    const NeighbourKey next_hop =
        routes_.next_hop(route, address_at(datagram, packet::ipv4_offset::destination));
    const Outcome outcome =
        neighbours_.submit(next_hop, {.datagram = datagram, .origin = Origin::own}, now);
    if (outcome.kind == Outcome::Kind::refused) {
        ++counts_.answers_lost;
        return outcome;
    }
    return Outcome::answered();
}

}  // namespace evengate::control
