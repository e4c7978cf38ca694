// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the way of single datagrams of services that workers hand over: too big for a target, or answers
// that control sends on (rerouting rules 12 and 13). Thread: control.
#include <algorithm>

#include "control/services.hpp"
#include "packet/fragment.hpp"
#include "packet/icmp_embedded.hpp"
#include "packet/ipv4.hpp"
#include "packet/nat.hpp"
#include "packet/tunnel.hpp"

namespace evengate::control {
namespace {

uint32_t source_of(const uint8_t* ip) { return load_be32(ip + packet::ipv4_offset::source); }
// What nobody says of a path counts so long (RFC 1191 6.3). Less than any host must take (RFC 1122 3.3.2) nobody need
// believe, as who sends it may be anyone.
constexpr Duration kPathMtuLife = std::chrono::minutes(10);
constexpr uint16_t kLeastPathMtu = 576;

uint32_t destination_of(const uint8_t* ip) { return load_be32(ip + packet::ipv4_offset::destination); }

}  // namespace

// The target whose way was too small. What the flow's tables say may have changed, and a later fragment
// is of no flow: then the only target of the service on that way.
uint16_t Services::target_on_way(const uint8_t* ip, const packet::Transport* transport, AdjacencyIndex way) const {
    const auto published = layout_.find(IpAddress::v4(destination_of(ip)));
    if (!published) {
        return reroute::kNoTarget;
    }
    if (transport != nullptr) {
        const auto fate = fate_of({.client = source_of(ip),
                                   .published = destination_of(ip),
                                   .client_port = transport->source_port,
                                   .published_port = transport->destination_port,
                                   .protocol = transport->protocol},
                                  ip[packet::ipv4_offset::tos]);
        const uint16_t number = !fate ? reroute::kNoTarget : fate->known ? fate->known->target : fate->by_slot;
        if (number < layout_.targets.size() && (way == kNoAdjacency || adjacency_of(number) == way)) {
            return number;
        }
    }
    const uint8_t protocol = ip[packet::ipv4_offset::protocol];
    const auto& row = blank_.published[*published];
    uint16_t found = reroute::kNoTarget;
    for (uint16_t number = 0; number < layout_.targets.size(); ++number) {
        const size_t service = layout_.targets[number].service;
        const auto& matches = protocol == packet::kIpProtocolTcp ? row.tcp : row.udp;
        const bool is_offered = std::ranges::any_of(matches, [&](const reroute::PortMatch& match) {
            return match.service == service &&
                   (transport == nullptr ||
                    (match.first <= transport->destination_port && transport->destination_port <= match.last));
        });
        if (!is_offered || way == kNoAdjacency || adjacency_of(number) != way) {
            continue;
        }
        if (found != reroute::kNoTarget) {
            return reroute::kNoTarget;
        }
        found = number;
    }
    return found;
}

Outcome Services::on_too_big(const PuntedFrame& frame, std::span<const uint8_t> datagram, IcmpResponder& icmp,
                             TimePoint now) {
    if (datagram.size() < packet::kIpv4HeaderSize) {
        return Outcome::refused(Refusal::destination_invalid);
    }
    const auto published = layout_.find(IpAddress::v4(destination_of(datagram.data())));
    const uint16_t pool = published ? blank_.published[*published].pool : reroute::kNoPool;
    if (pool != reroute::kNoPool) {
        return on_answer_too_big(frame, datagram, pool, icmp, now);
    }
    std::vector<uint8_t> copy(datagram.begin(), datagram.end());
    uint8_t* const ip = copy.data();
    packet::Transport parsed;
    packet::Transport* transport = nullptr;
    switch (packet::parse_transport(ip, parsed)) {
        case packet::TransportVerdict::ok: transport = &parsed; break;
        case packet::TransportVerdict::fragment_later: break;
        case packet::TransportVerdict::too_short:
        case packet::TransportVerdict::other_protocol: return Outcome::refused(Refusal::local_fragment);
    }
    const uint16_t number = target_on_way(ip, transport, frame.adjacency);
    if (number >= layout_.targets.size() || !layout_.targets[number].next_hop) {
        return Outcome::refused(Refusal::destination_invalid);
    }
    const PlacedTarget& placed = layout_.targets[number];
    const settings::Service& service = configured_[placed.service];
    const settings::Target& target = service.targets[placed.place];
    const bool is_tunnel = frame.reason == packet::PuntReason::tunnel_too_big;
    const uint16_t mtu = std::min(parts_.interfaces.at(placed.next_hop->interface).mtu, targets_[number].path_mtu);
    const auto room = static_cast<uint16_t>(mtu - reroute::overhead_of(to_rewrite(service.mode)));
    if (!packet::may_fragment(ip)) {
        return icmp.report_transit_error(packet::IcmpError::fragmentation_needed(room), frame.interface, datagram,
                                         now);
    }
    if (is_behind_member(number)) {
        // By the MAC alone, to a member that is no neighbour of ours.
        return Outcome::refused(Refusal::destination_invalid);
    }
    if (is_tunnel) {
        return submit_in_tunnel(copy, number, room, now);
    }
    if (service.mode == settings::Rewrite::nat) {
        packet::decrement_ttl(ip);
        if (transport == nullptr) {
            packet::rewrite_destination_address(ip, target.address.to_v4());
        } else {
            packet::rewrite_destination(ip, *transport, target.address.to_v4(),
                                        target.port != 0 ? target.port : transport->destination_port);
        }
    }
    // What is beyond the MTU leaves in fragments.
    return parts_.neighbours.submit(*placed.next_hop, {.datagram = copy, .origin = Origin::own}, now);
}

// As the target sent it, to a source of ours: it is told what fits on the way to the client.
Outcome Services::on_answer_too_big(const PuntedFrame& frame, std::span<const uint8_t> datagram, uint16_t pool,
                                    IcmpResponder& icmp, TimePoint now) {
    std::vector<uint8_t> copy(datagram.begin(), datagram.end());
    packet::Transport transport;
    if (packet::parse_transport(copy.data(), transport) != packet::TransportVerdict::ok) {
        return Outcome::refused(Refusal::local_fragment);
    }
    const auto owner = parts_.plane->find_source(pool, transport.destination_port);
    const auto way = owner ? next_hop_towards(parts_.routes, IpAddress::v4(static_cast<uint32_t>(owner->ends >> 32)))
                           : std::nullopt;
    if (!way) {
        return Outcome::refused(Refusal::destination_invalid);
    }
    return icmp.report_transit_error(
        packet::IcmpError::fragmentation_needed(parts_.interfaces.at(way->interface).mtu), frame.interface, datagram,
        now);
}

// Who sends such an error may be anyone, so it has to fit what was sent: of one of our tunnels, DF, of a size that left
// here, and more than its router says that it takes. Returns the targets at its end.
std::vector<uint16_t> Services::targets_of_tunnel(const packet::Quote& outer) const {
    std::vector<uint16_t> found;
    for (uint16_t number = 0; number < layout_.targets.size(); ++number) {
        const PlacedTarget& placed = layout_.targets[number];
        const reroute::ServiceRow& row = blank_.services[placed.service];
        const auto protocol = row.rewrite == reroute::Rewrite::gre ? packet::kIpProtocolGre : packet::kIpProtocolIpip;
        if (reroute::is_tunnel(row.rewrite) && outer.flow.protocol == protocol &&
            outer.flow.source == row.tunnel_source && outer.flow.destination == blank_.targets[number].address) {
            found.push_back(number);
        }
    }
    return found;
}

std::optional<uint16_t> Services::lower_path_mtu(uint16_t number, const uint8_t* outer, uint16_t mtu, TimePoint now) {
    const PlacedTarget& placed = layout_.targets[number];
    OfTarget& target = targets_[number];
    const uint16_t size = load_be16(outer + packet::ipv4_offset::total_length);
    const uint16_t link_mtu = placed.next_hop ? parts_.interfaces.at(placed.next_hop->interface).mtu : UINT16_MAX;
    // Routers of before RFC 1191 do not say.
    const uint16_t said = std::max(mtu, kLeastPathMtu);
    if (packet::may_fragment(outer) || size > std::min(link_mtu, target.path_mtu) || said >= size) {
        return std::nullopt;
    }
    const settings::Service& service = configured_[placed.service];
    if (parts_.events.is_due(EventReason::path_mtu, now)) {
        parts_.events.add_limited(EventReason::path_mtu, admin::Event::Severity::info,
                                  "the path to target " + service.name + "/" + service.targets[placed.place].name +
                                      " takes " + std::to_string(said) + " bytes, a router says",
                                  now);
    }
    target.path_mtu = said;
    target.path_mtu_until = now + kPathMtuLife;
    is_dirty_ = true;
    return said;
}

bool Services::take_tunnel_error(std::span<const uint8_t> datagram, IcmpResponder& icmp, TimePoint now) {
    constexpr uint8_t kUnreachable = 3;
    constexpr uint8_t kTooBig = 4;
    constexpr uint8_t kTimeExceeded = 11;
    constexpr size_t kMtuAt = 6;
    std::vector<uint8_t> copy(datagram.begin(), datagram.end());
    packet::Quote outer;
    if (parts_.plane == nullptr || packet::find_quote(copy.data(), outer) != packet::QuoteVerdict::ok ||
        (outer.flow.protocol != packet::kIpProtocolIpip && outer.flow.protocol != packet::kIpProtocolGre)) {
        return false;
    }
    const std::vector<uint16_t> targets = targets_of_tunnel(outer);
    const uint8_t* const message = copy.data() + packet::ipv4_header_length(copy.data());
    if (targets.empty() || (message[0] != kUnreachable && message[0] != kTimeExceeded)) {
        return false;
    }
    packet::IcmpError error = packet::IcmpError::host_unreachable();
    if (message[0] == kUnreachable && message[1] == kTooBig) {
        std::optional<uint16_t> learned;
        for (const uint16_t number : targets) {
            const auto mtu = lower_path_mtu(number, outer.ip_header, load_be16(message + kMtuAt), now);
            learned = mtu ? mtu : learned;
        }
        if (!learned) {
            return true;
        }
        const reroute::Rewrite rewrite = blank_.services[layout_.targets[targets.front()].service].rewrite;
        error = packet::IcmpError::fragmentation_needed(static_cast<uint16_t>(*learned - reroute::overhead_of(rewrite)));
    }
    packet::Quote inner;
    if (packet::find_tunnelled_quote(outer, inner) == packet::QuoteVerdict::ok &&
        layout_.find(IpAddress::v4(inner.flow.destination))) {
        const size_t size = packet::ipv4_header_length(inner.ip_header) + inner.available;
        // Whether the client hears of it changes nothing of what was learned.
        static_cast<void>(icmp.report_local_error(error, std::span(inner.ip_header, size), now));
    }
    return true;
}

// In pieces before the outer header, so that the target need not put outer ones together.
Outcome Services::submit_in_tunnel(std::vector<uint8_t>& datagram, uint16_t number, uint16_t room, TimePoint now) {
    const PlacedTarget& placed = layout_.targets[number];
    const settings::Target& target = configured_[placed.service].targets[placed.place];
    packet::decrement_ttl(datagram.data());
    Outcome outcome = Outcome::refused(Refusal::destination_invalid);
    const auto own = parts_.interfaces.source_towards(placed.next_hop->interface, placed.next_hop->address);
    const reroute::Rewrite rewrite = to_rewrite(configured_[placed.service].mode);
    const size_t overhead = reroute::overhead_of(rewrite);
    for (std::vector<uint8_t>& piece : packet::fragment_ipv4(datagram, room)) {
        piece.insert(piece.begin(), overhead, 0);
        packet::encapsulate(reroute::tunnel_of(rewrite), piece.data() + overhead,
                            {.source = settings_.rerouting.tunnel_source.value_or(own.value_or(IpAddress{})).to_v4(),
                             .destination = target.address.to_v4(),
                             .identification = ++identification_});
        outcome = parts_.neighbours.submit(*placed.next_hop, {.datagram = piece, .origin = Origin::own}, now);
    }
    return outcome;
}

std::optional<std::vector<uint8_t>> Services::restored(std::span<const uint8_t> datagram) {
    if (!blank_.restores_answers()) {
        return std::nullopt;
    }
    std::vector<uint8_t> copy(datagram.begin(), datagram.end());
    uint8_t* const ip = copy.data();
    packet::Transport transport;
    const packet::TransportVerdict verdict = packet::parse_transport(ip, transport);
    AnswerPiece piece{.source = source_of(ip),
                      .destination = destination_of(ip),
                      .identification = load_be16(ip + packet::ipv4_offset::identification),
                      .protocol = ip[packet::ipv4_offset::protocol]};
    if (verdict == packet::TransportVerdict::ok) {
        const reroute::AnswerRow* const answer =
            blank_.find_answer(piece.source, transport.source_port, transport.protocol);
        if (answer == nullptr) {
            return std::nullopt;
        }
        if (packet::is_first_fragment(ip)) {
            piece.published = answer->published;
            pieces_[next_piece_] = piece;
            next_piece_ = (next_piece_ + 1) % pieces_.size();
        }
        packet::rewrite_source(ip, transport, answer->published, answer->published_port);
        return copy;
    }
    if (verdict == packet::TransportVerdict::fragment_later) {
        const auto first = std::ranges::find(pieces_, piece);
        if (first == pieces_.end()) {
            return std::nullopt;
        }
        packet::rewrite_source_address(ip, first->published);
        return copy;
    }
    packet::Quote quote;
    if (packet::find_quote(ip, quote) != packet::QuoteVerdict::ok || !quote.has_ports()) {
        return std::nullopt;
    }
    const reroute::AnswerRow* const answer =
        blank_.find_answer(quote.flow.destination, quote.flow.destination_port, quote.flow.protocol);
    if (answer == nullptr) {
        return std::nullopt;
    }
    packet::translate_icmp_error(ip, quote, packet::FlowEnd::destination, answer->published, answer->published_port);
    return copy;
}

}  // namespace evengate::control
