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

uint64_t raw_addresses(const uint8_t* ip) { return load_raw<uint64_t>(ip + packet::ipv4_offset::source); }

// The first service of the address that goes by addresses, or that has the protocol at all.
const reroute::ServiceRow* service_of_fragment(const reroute::ServiceSet& set, const reroute::PublishedRow& published,
                                             uint8_t protocol) {
    const auto& matches = protocol == packet::kIpProtocolTcp ? published.tcp : published.udp;
    return matches.empty() ? nullptr : &set.services[matches.front().service];
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
    const reroute::ServiceRow* const service =
        service_of_fragment(burst.set, published, pending.ip[packet::ipv4_offset::protocol]);
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
        const FragmentKey fragment = fragment_key(burst.set.key, pending.ip);
        target = book_.make_final(pending.packet, book_.find_fragment(fragment.hash, fragment.key));
        counters_.count(target != reroute::kNoTarget ? RerouteEvent::fragments_tracked
                                                   : RerouteEvent::fragments_by_address);
    }
    if (target == reroute::kNoTarget) {
        target = book_.slot_target(pending.packet);
    }
    if (target == reroute::kNoTarget) {
        return burst.egress.disposal.drop(pending.frame, DropReason::no_target);
    }
    counters_.target(target).packets.add(1);
    counters_.target(target).bytes.add(pending.frame->data_len);
    send_to_target<Tagging::vlan>(burst, pending.frame, pending.ip, *service, target, nullptr);
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
    packet.hash = service.by_client || service.fragments == reroute::FragmentPolicy::addresses
                      ? reroute::address_hash(burst.set.key, flow.destination, flow.source)
                      : packet.flow;
    const uint16_t target = book_.find(packet);
    if (target == reroute::kNoTarget) {
        burst.egress.disposal.drop(pending.frame, DropReason::no_target);
        return true;
    }
    counters_.count(RerouteEvent::icmp_errors);
    const reroute::TargetRow& row = burst.set.targets[target];
    if (service.rewrite != reroute::Rewrite::nat || row.is_behind_member) {
        send_to_target<Tagging::vlan>(burst, pending.frame, pending.ip, service, target, nullptr);
        return true;
    }
    packet::translate_icmp_error(pending.ip, quote, FlowEnd::source, row.address,
                                 row.port != 0 ? row.port : flow.source_port);
    const packet::Adjacency& adjacency = burst.egress.adjacencies.get(table::entry_of(row.adjacency));
    if (adjacency.kind == packet::AdjacencyKind::forward && pending.ip[packet::ipv4_offset::ttl] > 1) {
        packet::decrement_ttl(pending.ip);
    }
    send_by_mac<Tagging::vlan>(burst, pending.frame, pending.ip, row.adjacency);
    return true;
}

// Of answers without ports: later fragments, and errors about what a client had sent to a target.
void Rerouter::restore_other_answer(Burst& burst, uint8_t* ip) {
    if (packet::is_later_fragment(ip)) {
        const FragmentKey fragment = fragment_key(burst.set.key, ip);
        const uint16_t published = book_.find_fragment(fragment.hash, fragment.key);
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
    const InterfaceId interface =
        make_tag(frame, ip, burst.routable.entries[at], packet::PuntReason::local_address, burst.arrival).interface;
    const uint32_t source = load_be32(ip + packet::ipv4_offset::source);
    const bool is_allowed =
        std::ranges::any_of(burst.set.tunnel_sources,
                            [source](const reroute::TunnelSources& range) {
                                return range.first <= source && source <= range.last;
                            }) &&
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
