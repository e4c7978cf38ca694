// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what targets of services with return: snat send to the addresses that they see in place of clients'
// (rerouting rule 12). Thread: worker. Used by: dataplane.
#include "dataplane/reroute.hpp"
#include "packet/icmp_embedded.hpp"
#include "packet/nat.hpp"

namespace evengate::dataplane {
namespace {

using counters::RerouteEvent;
using packet::FlowEnd;
using packet::TransportVerdict;

// A connection as its client knows it.
reroute::Flow flow_of(const reroute::ServiceSet& set, const table::FlowKey& key) {
    return {.client = static_cast<uint32_t>(key.ends >> 32),
            .published = set.published[reroute::published_of(key.kind)].address,
            .client_port = static_cast<uint16_t>(key.ends >> 16),
            .published_port = static_cast<uint16_t>(key.ends),
            .protocol = reroute::protocol_of(key.kind)};
}

// Whether that end is the target that the connection has; without ports, by the address alone.
bool is_from_target(const reroute::ServiceSet& set, const table::SourceOwner& owner, const reroute::Flow& flow,
                    uint32_t address, std::optional<uint16_t> port) {
    const reroute::TargetRow& target = set.targets[owner.target];
    return target.address == address &&
           (!port || *port == (target.port != 0 ? target.port : flow.published_port));
}

}  // namespace

// What is no answer is for control, as an address of ours has it.
bool Rerouter::try_take_pool_answer(Burst& burst, unsigned at, TransportVerdict verdict, packet::Transport& transport,
                                    uint16_t pool) {
    uint8_t* const ip = burst.routable.ip_headers[at];
    const uint32_t source = load_be32(ip + packet::ipv4_offset::source);
    const FragmentKey fragment = fragment_key(burst.set.key, ip);
    std::optional<SourceNat::Place> place;
    std::optional<uint16_t> target_port;
    uint32_t target_address = source;
    packet::Quote quote;
    if (verdict == TransportVerdict::ok) {
        place = sources_.place_of(transport.destination_port);
        target_port = transport.source_port;
    } else if (verdict == TransportVerdict::fragment_later) {
        const FlowBook::Fragmented first = book_.find_fragment(fragment.hash, fragment.key);
        if (first.target != reroute::kNoTarget) {
            place = {.worker = first.service, .port_place = first.target};
        }
    } else if (packet::find_quote(ip, quote) == packet::QuoteVerdict::ok && quote.has_ports()) {
        place = sources_.place_of(quote.flow.source_port);
        target_port = quote.flow.destination_port;
        target_address = quote.flow.destination;
    }
    const auto owner = place ? sources_.owner_at(pool, *place) : std::nullopt;
    if (!owner || owner->target >= burst.set.targets.size()) {
        return false;
    }
    reroute::Flow flow = flow_of(burst.set, owner->key);
    const uint8_t protocol = quote.has_ports() ? quote.flow.protocol : ip[packet::ipv4_offset::protocol];
    if (flow.protocol != protocol || !is_from_target(burst.set, *owner, flow, target_address, target_port)) {
        return false;
    }
    if (packet::is_first_fragment(ip)) [[unlikely]] {
        book_.note_fragment(fragment.hash, fragment.key, {.target = place->port_place, .service = place->worker});
    }
    uint64_t entry = 0;
    burst.egress.routes.find_bulk(&flow.client, &entry, 1);
    const packet::Adjacency& way = burst.egress.adjacencies.get(static_cast<uint32_t>(entry));
    burst.routable.entries[at] = entry;
    // As the target sent it, which is who an error is for. What may be cut goes on to the client.
    const bool is_too_big = way.kind == packet::AdjacencyKind::forward &&
                            load_be16(ip + packet::ipv4_offset::total_length) > way.mtu;
    if (ip[packet::ipv4_offset::ttl] <= 1 || (is_too_big && !packet::may_fragment(ip))) [[unlikely]] {
        return true;
    }
    burst.routable.destinations[at] = flow.client;
    counters_.count(RerouteEvent::answers_restored);
    if (verdict == TransportVerdict::ok) [[likely]] {
        packet::rewrite_source(ip, transport, flow.published, flow.published_port);
        packet::rewrite_destination(ip, transport, flow.client, flow.client_port);
        note_pool_answer(burst.set, owner->key, pool, *place, transport);
    } else if (verdict == TransportVerdict::fragment_later) {
        packet::rewrite_source_address(ip, flow.published);
        packet::rewrite_destination_address(ip, flow.client);
    } else {
        packet::translate_icmp_error(ip, quote, FlowEnd::source, flow.client, flow.client_port);
        packet::translate_icmp_error(ip, quote, FlowEnd::destination, flow.published, flow.published_port);
    }
    return true;
}

void Rerouter::note_pool_answer(const reroute::ServiceSet& set, const table::FlowKey& key, uint16_t pool,
                                SourceNat::Place place, const packet::Transport& transport) {
    const bool is_udp = transport.protocol == packet::kIpProtocolUdp;
    const reroute::Segment segment = is_udp ? reroute::Segment::ack : reroute::segment_of(transport.tcp_flags);
    sources_.note_answer(pool, place, segment);
    if (segment == reroute::Segment::fin || segment == reroute::Segment::rst) {
        book_.on_answer(hash_of_flow(set, key), key, segment);
    }
}

}  // namespace evengate::dataplane
