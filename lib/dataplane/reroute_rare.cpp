// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: rerouting of what has no ports of its own: later fragments (rule 9), ICMP errors (rule 10),
// and tunnels that end here (rule 13). Thread: worker. Used by: dataplane.
#include <algorithm>
#include <cstring>

#include "dataplane/reroute.hpp"
#include "packet/icmp_embedded.hpp"
#include "packet/nat.hpp"
#include "packet/tunnel.hpp"

namespace evengate::dataplane {
namespace {

using counters::RerouteEvent;
using packet::DropReason;
using packet::FlowEnd;
using packet::PuntReason;
using packet::TransportVerdict;

// The address's first service of the protocol: a later fragment does not say which port it is for.
const reroute::ServiceRow* service_of_fragment(const reroute::ServiceSet& set, const reroute::PublishedRow& published,
                                             uint8_t protocol) {
    const auto& matches = protocol == packet::kIpProtocolTcp ? published.tcp : published.udp;
    return matches.empty() ? nullptr : &set.services[matches.front().service];
}

// A flow, or what of it a fragment tells: where all of a datagram must go one way, its addresses.
reroute::Flow flow_of(const uint8_t* ip, TransportVerdict verdict, const packet::Transport& transport) {
    reroute::Flow flow{.client = load_be32(ip + packet::ipv4_offset::source),
                       .published = load_be32(ip + packet::ipv4_offset::destination),
                       .protocol = ip[packet::ipv4_offset::protocol]};
    if (!packet::is_fragment(ip) && verdict == TransportVerdict::ok) {
        flow.client_port = transport.source_port;
        flow.published_port = transport.destination_port;
    }
    return flow;
}

}  // namespace

FragmentKey fragment_key(const reroute::HashKey& key, const uint8_t* ip) {
    constexpr uint64_t kOdd = 0x9E37'79B9'7F4A'7C15;
    const uint16_t identification = load_be16(ip + packet::ipv4_offset::identification);
    return {reroute::address_hash_raw(key, raw_addresses(ip)) ^ identification * kOdd,
            {uint64_t{load_be32(ip + packet::ipv4_offset::source)} << 32 |
                 load_be32(ip + packet::ipv4_offset::destination),
             identification}};
}

void Rerouter::take_later_fragment(Burst& burst, Pending& pending, const reroute::PublishedRow& published) {
    const FragmentKey fragment = fragment_key(burst.set.key, pending.ip);
    const FlowBook::Fragmented first = book_.find_fragment(fragment.hash, fragment.key);
    const reroute::ServiceRow* const service =
        first.target != reroute::kNoTarget
            ? &burst.set.services[first.service]
            : service_of_fragment(burst.set, published, pending.ip[packet::ipv4_offset::protocol]);
    if (service == nullptr || service->fragments == reroute::FragmentPolicy::drop) {
        return burst.egress.disposal.drop(
            pending.frame, service == nullptr ? DropReason::no_target : DropReason::service_fragment);
    }
    pending.packet.service = service;
    pending.packet.hash = reroute::address_hash_raw(burst.set.key, raw_addresses(pending.ip));
    pending.packet.tos = pending.ip[packet::ipv4_offset::tos];
    pending.packet.key.ends = reroute::flow_ends(load_be32(pending.ip + packet::ipv4_offset::source), 0, 0);
    uint16_t target = reroute::kNoTarget;
    if (service->fragments == reroute::FragmentPolicy::track) {
        target = book_.make_final(pending.packet, first.target);
        counters_.count(target != reroute::kNoTarget ? RerouteEvent::fragments_tracked
                                                   : RerouteEvent::fragments_by_address);
    }
    if (target == reroute::kNoTarget) {
        target = book_.slot_target(pending.packet);
    }
    if (target == reroute::kNoTarget) {
        return burst.egress.disposal.drop(pending.frame, DropReason::no_target);
    }
    count_target(target, pending.frame);
    send_to_target<Tagging::vlan>(burst, pending.frame, pending.ip, *service, target, nullptr);
}

void Rerouter::readdress(const reroute::ServiceSet& set, uint8_t* ip, const reroute::ServiceRow& service,
                         const reroute::TargetRow& target) {
    if (service.answers == reroute::AnswerWay::snat) {
        const uint32_t client = load_be32(ip + packet::ipv4_offset::source);
        packet::rewrite_source_address(ip, set.pools[set.pool_of(service, client)]);
    }
    packet::rewrite_destination_address(ip, target.address);
}

// As the client sent it, so that an error quotes what it knows, and control finds its target once more. Of a
// later fragment control could not tell the target: that becomes what is routed there, which it may cut.
void Rerouter::punt_too_big(Burst& burst, rte_mbuf* frame, uint8_t* ip, const reroute::ServiceRow& service,
                            const reroute::TargetRow& target) {
    const bool is_tunnel = reroute::is_tunnel(service.rewrite);
    const size_t overhead = reroute::overhead_of(service.rewrite);
    PuntReason reason = is_tunnel ? PuntReason::tunnel_too_big : PuntReason::too_big;
    if (packet::is_later_fragment(ip) && packet::may_fragment(ip)) {
        reason = PuntReason::too_big;
        if (!is_tunnel) {
            readdress(burst.set, ip, service, target);
        } else if (rte_pktmbuf_headroom(frame) < overhead) {
            return burst.egress.disposal.drop(frame, DropReason::tx_headroom);
        } else {
            // The link header goes along, as control reads where the frame came in.
            auto* const start = rte_pktmbuf_mtod(frame, uint8_t*);
            std::memmove(start - overhead, start, static_cast<size_t>(ip - start));
            rte_pktmbuf_prepend(frame, static_cast<uint16_t>(overhead));
            ip = wrap(ip, service, target);
        }
    }
    punt(burst, frame, ip, target.adjacency, reason);
}

// An error is small: one that does not fit is not cut.
void Rerouter::ask_home(Burst& burst, const Pending& pending, AdjacencyIndex home) {
    const packet::Adjacency& way = burst.egress.adjacencies.get(table::entry_of(home));
    if (way.kind != packet::AdjacencyKind::forward ||
        load_be16(pending.ip + packet::ipv4_offset::total_length) > way.mtu) {
        return burst.egress.disposal.drop(pending.frame, DropReason::target_unresolved);
    }
    transmit<Tagging::vlan>(pending.frame, pending.ip, way, burst.egress);
}

// An error about an answer: its flow is the quoted one turned around.
bool Rerouter::take_icmp_error(Burst& burst, Pending& pending, const reroute::PublishedRow& published,
                               uint16_t index) {
    packet::Quote quote;
    if (packet::find_quote(pending.ip, quote) != packet::QuoteVerdict::ok || !quote.has_ports()) {
        return false;
    }
    const uint16_t number = published.find(quote.flow.protocol, quote.flow.source_port);
    if (number == reroute::kNoService) {
        return false;
    }
    const reroute::ServiceRow& service = burst.set.services[number];
    const packet::QuotedFlow& flow = quote.flow;
    ClientPacket& packet = pending.packet;
    packet.service = &service;
    packet.tos = pending.ip[packet::ipv4_offset::tos];
    packet.key = {reroute::flow_ends(flow.destination, flow.destination_port, flow.source_port),
                  reroute::flow_kind(index, flow.protocol)};
    packet.flow = reroute::flow_hash(burst.set.key, {.client = flow.destination,
                                                     .published = flow.source,
                                                     .client_port = flow.destination_port,
                                                     .published_port = flow.source_port,
                                                     .protocol = flow.protocol});
    packet.hash = service.chooses_by_addresses()
                      ? reroute::address_hash(burst.set.key, flow.destination, flow.source)
                      : packet.flow;
    const Verdict verdict = book_.find(packet);
    if (verdict.kind == Verdict::Kind::home) {
        ask_home(burst, pending, AdjacencyIndex(verdict.number));
        return true;
    }
    const uint16_t target = verdict.number;
    if (verdict.kind != Verdict::Kind::target) {
        burst.egress.disposal.drop(pending.frame, DropReason::no_target);
        return true;
    }
    counters_.count(RerouteEvent::icmp_errors);
    const reroute::TargetRow& row = burst.set.targets[target];
    if (service.rewrite != reroute::Rewrite::nat || row.is_behind_member) {
        send_to_target<Tagging::vlan>(burst, pending.frame, pending.ip, service, target, nullptr);
        return true;
    }
    const bool is_snat = service.answers == reroute::AnswerWay::snat;
    const auto port = is_snat ? sources_.find_port(packet) : std::nullopt;
    if (is_snat && !port) {
        burst.egress.disposal.drop(pending.frame, DropReason::no_source);
        return true;
    }
    if (const packet::Adjacency* const adjacency = find_way(burst, pending.frame, pending.ip, service, row)) {
        const uint32_t client = flow.destination;
        packet::translate_icmp_error(pending.ip, quote, FlowEnd::source, row.address,
                                     row.port != 0 ? row.port : flow.source_port);
        if (port) {
            packet::translate_icmp_error(pending.ip, quote, FlowEnd::destination,
                                         burst.set.pools[burst.set.pool_of(service, client)], *port);
        }
        packet::decrement_ttl(pending.ip);
        transmit<Tagging::vlan>(pending.frame, pending.ip, *adjacency, burst.egress);
    }
    return true;
}

bool Rerouter::try_admit_to_spray(Burst& burst, Pending& pending, TransportVerdict verdict,
                                  const reroute::PublishedRow& published) {
    if (interface_of(pending.frame, burst.arrival) != published.spray_interface) {
        return false;
    }
    ClientPacket& packet = pending.packet;
    packet.service = &burst.set.services[published.spray];
    packet.tos = pending.ip[packet::ipv4_offset::tos];
    packet.hash = reroute::symmetric_hash(burst.set.key, flow_of(pending.ip, verdict, pending.transport));
    ++pending_.size;
    return true;
}

// What would be routed on from an interface with a dispatcher. One in front of others leaves out what is on a link of
// ours, which needs no gateway.
bool Rerouter::try_dispatch(Burst& burst, unsigned at, const packet::Adjacency& adjacency) {
    const bool is_routed_on =
        adjacency.kind == packet::AdjacencyKind::forward ||
        (adjacency.kind == packet::AdjacencyKind::punt &&
         (adjacency.punt_reason == PuntReason::no_route || adjacency.punt_reason == PuntReason::unresolved));
    rte_mbuf* const frame = burst.routable.frames[at];
    uint8_t* const ip = burst.routable.ip_headers[at];
    if (!is_routed_on) {
        return false;
    }
    const uint16_t service = burst.set.dispatcher_of(interface_of(frame, burst.arrival));
    const uint32_t destination = load_be32(ip + packet::ipv4_offset::destination);
    const auto* const source = rte_pktmbuf_mtod(frame, const uint8_t*) + MacAddress::kSize;
    if (service == reroute::kNoService || burst.set.is_member(source)) {
        return false;
    }
    const reroute::ServiceRow& row = burst.set.services[service];
    if (!row.keeps_rest &&
        std::ranges::any_of(burst.set.connected,
                            [destination](const reroute::AddressRange& range) { return range.contains(destination); })) {
        return false;
    }
    Pending& pending = pending_.frames[pending_.size];
    pending.frame = frame;
    pending.ip = ip;
    const TransportVerdict verdict = packet::parse_transport(ip, pending.transport);
    const reroute::Flow flow = flow_of(ip, verdict, pending.transport);
    ClientPacket& packet = pending.packet;
    packet.origin = Origin::client;
    packet.service = &row;
    packet.tos = ip[packet::ipv4_offset::tos];
    packet.flow = reroute::symmetric_hash(burst.set.key, flow);
    packet.key = {packet.flow, reroute::flow_kind(reroute::kDispatched, flow.protocol)};
    packet.hash = packet.service->criterion == reroute::Criterion::source_mac
                      ? reroute::source_hash(burst.set.key, MacAddress::from_bytes(source))
                      : packet.flow;
    packet.segment = verdict == TransportVerdict::ok && flow.protocol == packet::kIpProtocolTcp
                         ? reroute::segment_of(pending.transport.tcp_flags)
                         : reroute::Segment::invalid;
    if (const size_t slice = row.slot_of(packet.hash); row.keeps_rest && row.slots[slice] == reroute::kNoTarget) {
        counters_.bucket(row.first_bucket + slice).add(1);
        return false;
    }
    book_.prefetch(packet);
    ++pending_.size;
    return true;
}

// Of answers without ports: later fragments, and errors about what a client had sent to a target.
void Rerouter::restore_other_answer(Burst& burst, uint8_t* ip) {
    if (packet::is_later_fragment(ip)) {
        const FragmentKey fragment = fragment_key(burst.set.key, ip);
        const uint16_t published = book_.find_fragment(fragment.hash, fragment.key).target;
        if (published < burst.set.published.size()) {
            packet::rewrite_source_address(ip, burst.set.published[published].address);
            counters_.count(RerouteEvent::answers_restored);
        }
        return;
    }
    packet::Quote quote;
    if (packet::find_quote(ip, quote) != packet::QuoteVerdict::ok || !quote.has_ports()) {
        return;
    }
    const reroute::AnswerRow* const answer =
        burst.set.find_answer(quote.flow.destination, quote.flow.destination_port, quote.flow.protocol);
    if (answer != nullptr) {
        packet::translate_icmp_error(ip, quote, FlowEnd::destination, answer->published, answer->published_port);
        counters_.count(RerouteEvent::answers_restored);
    }
}

bool Rerouter::take_tunnel(Burst& burst, unsigned at) {
    rte_mbuf* const frame = burst.routable.frames[at];
    uint8_t* const ip = burst.routable.ip_headers[at];
    uint8_t* inner = nullptr;
    const packet::DecapsulateVerdict verdict = packet::decapsulate(ip, inner);
    if (verdict == packet::DecapsulateVerdict::not_a_tunnel) {
        return false;
    }
    const InterfaceId interface = interface_of(frame, burst.arrival);
    const uint32_t source = load_be32(ip + packet::ipv4_offset::source);
    const bool is_allowed =
        std::ranges::any_of(burst.set.tunnel_sources,
                            [source](const reroute::AddressRange& range) { return range.contains(source); }) &&
        std::ranges::find(burst.set.tunnel_interfaces, interface) != burst.set.tunnel_interfaces.end();
    if (!is_allowed) {
        burst.egress.disposal.drop(frame, DropReason::tunnel_refused);
        return true;
    }
    if (verdict != packet::DecapsulateVerdict::ok) {
        burst.egress.disposal.drop(frame, DropReason::tunnel_malformed);
        return true;
    }
    uint32_t destination = load_be32(inner + packet::ipv4_offset::destination);
    uint64_t entry = 0;
    burst.egress.routes.find_bulk(&destination, &entry, 1);
    const packet::Adjacency& adjacency = burst.egress.adjacencies.get(static_cast<uint32_t>(entry));
    if (adjacency.kind != packet::AdjacencyKind::service) {
        burst.egress.disposal.drop(frame, DropReason::tunnel_refused);
        return true;
    }
    counters_.count(RerouteEvent::decapsulated);
    // The link header goes along, so that the frame is as if it had come without the outer one.
    const auto link_size = static_cast<size_t>(ip - rte_pktmbuf_mtod(frame, uint8_t*));
    std::memmove(inner - link_size, rte_pktmbuf_mtod(frame, uint8_t*), link_size);
    rte_pktmbuf_adj(frame, static_cast<uint16_t>(inner - ip));
    burst.routable.ip_headers[at] = inner;
    burst.routable.entries[at] = entry;
    // Whoever put the header on chose this member: the datagram goes no further than to a target here.
    return try_admit(burst, at, adjacency, Origin::member);
}

}  // namespace evengate::dataplane
