// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "dataplane/reroute.hpp"

#include "packet/nat.hpp"
#include "packet/tcp_mss.hpp"
#include "packet/tunnel.hpp"

namespace evengate::dataplane {
namespace {

using counters::RerouteEvent;
using packet::DropReason;
using packet::PuntReason;
using packet::TransportVerdict;
using reroute::FragmentPolicy;

// As they lie in the frame: both addresses, and both ports.
uint64_t raw_addresses(const uint8_t* ip) { return load_raw<uint64_t>(ip + packet::ipv4_offset::source); }
uint32_t raw_ports(const packet::Transport& transport) { return load_raw<uint32_t>(transport.header); }

}  // namespace

Rerouter::Rerouter(const WorkerPlan& plan)
    : services_(plan.tables.services), counters_(reroute::kMaxTargetsOfAll, plan.reroute.n_buckets), book_(plan, counters_) {}

// Inlined here and below as measured: 25 cycles of 126 a packet.
[[gnu::always_inline]] inline void Rerouter::keep(Burst& burst, unsigned at) {
    Routable& routable = burst.routable;
    if (burst.n_kept != at) {
        routable.frames[burst.n_kept] = routable.frames[at];
        routable.ip_headers[burst.n_kept] = routable.ip_headers[at];
        routable.entries[burst.n_kept] = routable.entries[at];
        routable.destinations[burst.n_kept] = routable.destinations[at];
    }
    ++burst.n_kept;
}

// Inlined as measured, see keep().
[[gnu::always_inline]] inline Origin Rerouter::origin_of(const Burst& burst, rte_mbuf* frame) const {
    const uint8_t* const source = rte_pktmbuf_mtod(frame, const uint8_t*) + MacAddress::kSize;
    return burst.set.is_member(source) ? Origin::member : Origin::client;
}

bool Rerouter::try_admit(Burst& burst, unsigned at, const packet::Adjacency& adjacency, Origin origin) {
    rte_mbuf* const frame = burst.routable.frames[at];
    uint8_t* const ip = burst.routable.ip_headers[at];
    const reroute::PublishedRow& published = burst.set.published[adjacency.published];
    Pending& pending = burst.pending.frames[burst.pending.size];
    const TransportVerdict verdict = packet::parse_transport(ip, pending.transport);
    pending.frame = frame;
    pending.ip = ip;
    pending.packet.origin = origin;
    if (published.dispatcher != reroute::kNoService) [[unlikely]] {
        return admit_to_dispatcher(burst, pending, published, adjacency.published);
    }
    switch (verdict) {
        case TransportVerdict::ok: break;
        case TransportVerdict::too_short:
            burst.egress.disposal.drop(frame, DropReason::service_malformed);
            return true;
        case TransportVerdict::fragment_later: take_later_fragment(burst, pending, published); return true;
        case TransportVerdict::other_protocol: return take_icmp_error(burst, pending, published, adjacency.published);
    }
    const uint16_t service = published.find(pending.transport.protocol, pending.transport.destination_port);
    if (service == reroute::kNoService) {
        return false;
    }
    finish_admission(burst, pending, service, adjacency.published);
    return true;
}

// Inlined as measured, see keep().
[[gnu::always_inline]] inline void Rerouter::finish_admission(Burst& burst, Pending& pending, uint16_t service,
                                                               uint16_t published) {
    const packet::Transport& transport = pending.transport;
    ClientPacket& packet = pending.packet;
    const reroute::ServiceRow& row = burst.set.services[service];
    packet.service = &row;
    packet.tos = pending.ip[packet::ipv4_offset::tos];
    packet.key = {reroute::flow_ends(load_be32(pending.ip + packet::ipv4_offset::source), transport.source_port,
                            transport.destination_port),
                  reroute::flow_kind(published, transport.protocol)};
    packet.segment = reroute::segment_of(transport.tcp_flags);
    if (packet::is_fragment(pending.ip) && row.fragments == FragmentPolicy::drop) [[unlikely]] {
        return burst.egress.disposal.drop(pending.frame, DropReason::service_fragment);
    }
    packet.flow = reroute::flow_hash_raw(burst.set.key, raw_addresses(pending.ip), raw_ports(transport),
                                         transport.protocol);
    packet.hash = row.by_client || row.fragments == FragmentPolicy::addresses
                      ? reroute::address_hash_raw(burst.set.key, raw_addresses(pending.ip))
                      : packet.flow;
    book_.prefetch(packet);
    ++burst.pending.size;
}

bool Rerouter::admit_to_dispatcher(Burst& burst, Pending& pending, const reroute::PublishedRow& published,
                                   uint16_t index) {
    ClientPacket& packet = pending.packet;
    if (packet.origin == Origin::member) {
        return false;
    }
    const reroute::ServiceRow& row = burst.set.services[published.dispatcher];
    uint8_t* const ip = pending.ip;
    reroute::Flow flow{.client = load_be32(ip + packet::ipv4_offset::source),
                       .published = load_be32(ip + packet::ipv4_offset::destination),
                       .protocol = ip[packet::ipv4_offset::protocol]};
    packet.segment = reroute::Segment::ack;
    if (!packet::is_fragment(ip) && packet::parse_transport(ip, pending.transport) == TransportVerdict::ok) {
        flow.client_port = pending.transport.source_port;
        flow.published_port = pending.transport.destination_port;
        packet.segment = reroute::segment_of(pending.transport.tcp_flags);
    }
    packet.service = &row;
    packet.tos = ip[packet::ipv4_offset::tos];
    packet.hash = row.criterion == reroute::Criterion::source_mac
                      ? reroute::source_hash(burst.set.key, MacAddress::from_bytes(
                                                                rte_pktmbuf_mtod(pending.frame, const uint8_t*) +
                                                                MacAddress::kSize))
                      : reroute::symmetric_hash(burst.set.key, flow);
    packet.key = {reroute::flow_ends(flow.client, flow.client_port, flow.published_port), reroute::flow_kind(index, flow.protocol)};
    ++burst.pending.size;
    return true;
}

// Inlined as measured, see keep().
template <Tagging kTagging>
[[gnu::always_inline]] inline void Rerouter::send_by_mac(Burst& burst, rte_mbuf* frame, uint8_t* ip,
                                                          AdjacencyIndex to) {
    const packet::Adjacency& adjacency = burst.egress.adjacencies.get(table::entry_of(to));
    if (adjacency.kind != packet::AdjacencyKind::forward) [[unlikely]] {
        return burst.egress.disposal.drop(frame, DropReason::target_unresolved);
    }
    if (!try_rewrite_link<kTagging>(frame, ip, adjacency)) [[unlikely]] {
        return burst.egress.disposal.drop(frame, DropReason::tx_headroom);
    }
    burst.egress.batches[adjacency.port.value].add(frame);
}

template <Tagging kTagging>
void Rerouter::send_to_target(Burst& burst, rte_mbuf* frame, uint8_t* ip, const reroute::ServiceRow& service,
                              uint16_t number, packet::Transport* transport) {
    const reroute::TargetRow& target = burst.set.targets[number];
    if (service.rewrite == reroute::Rewrite::mac || target.is_behind_member) {
        return send_by_mac<kTagging>(burst, frame, ip, target.adjacency);
    }
    Disposal& disposal = burst.egress.disposal;
    const packet::Adjacency& adjacency = burst.egress.adjacencies.get(table::entry_of(target.adjacency));
    if (adjacency.kind != packet::AdjacencyKind::forward) [[unlikely]] {
        return disposal.drop(frame, DropReason::target_unresolved);
    }
    // While the datagram is still as the client sent it, so that an error quotes what it knows.
    if (ip[packet::ipv4_offset::ttl] <= 1) [[unlikely]] {
        return disposal.punt(frame, make_tag(frame, ip, table::entry_of(target.adjacency), PuntReason::ttl_expired, burst.arrival));
    }
    if (service.rewrite == reroute::Rewrite::ipip) {
        return encapsulate(burst, frame, ip, service, target, adjacency);
    }
    if (load_be16(ip + packet::ipv4_offset::total_length) > adjacency.mtu) [[unlikely]] {
        return disposal.punt(frame, make_tag(frame, ip, table::entry_of(target.adjacency), PuntReason::too_big, burst.arrival));
    }
    if (transport == nullptr) {
        packet::rewrite_destination_address(ip, target.address);
    } else {
        packet::rewrite_destination(ip, *transport, target.address,
                                    target.port != 0 ? target.port : transport->destination_port);
    }
    packet::decrement_ttl(ip);
    if (!try_rewrite_link<kTagging>(frame, ip, adjacency)) [[unlikely]] {
        return disposal.drop(frame, DropReason::tx_headroom);
    }
    burst.egress.batches[adjacency.port.value].add(frame);
}

void Rerouter::encapsulate(Burst& burst, rte_mbuf* frame, uint8_t* ip, const reroute::ServiceRow& service,
                           const reroute::TargetRow& target, const packet::Adjacency& adjacency) {
    Disposal& disposal = burst.egress.disposal;
    const size_t length = load_be16(ip + packet::ipv4_offset::total_length);
    if (length + packet::kIpv4HeaderSize > adjacency.mtu) [[unlikely]] {
        return disposal.punt(frame, make_tag(frame, ip, table::entry_of(target.adjacency), PuntReason::tunnel_too_big, burst.arrival));
    }
    if (rte_pktmbuf_headroom(frame) < packet::kIpv4HeaderSize + 2 * packet::kVlanTagSize) [[unlikely]] {
        return disposal.drop(frame, DropReason::tx_headroom);
    }
    packet::decrement_ttl(ip);
    uint8_t* const outer = packet::encapsulate(
        ip, {.source = service.tunnel_source, .destination = target.address, .identification = ++identification_});
    counters_.count(RerouteEvent::encapsulated);
    if (!try_rewrite_link<Tagging::vlan>(frame, outer, adjacency)) [[unlikely]] {
        return disposal.drop(frame, DropReason::tx_headroom);
    }
    burst.egress.batches[adjacency.port.value].add(frame);
}

// Inlined as measured, see keep().
template <Tagging kTagging>
[[gnu::always_inline]] inline void Rerouter::send(Burst& burst, Pending& pending) {
    const Verdict verdict = book_.choose(pending.packet);
    switch (verdict.kind) {
        case Verdict::Kind::target: break;
        case Verdict::Kind::home: return send_by_mac<kTagging>(burst, pending.frame, pending.ip, AdjacencyIndex(verdict.number));
        case Verdict::Kind::no_target: return burst.egress.disposal.drop(pending.frame, DropReason::no_target);
        case Verdict::Kind::malformed:
            return burst.egress.disposal.drop(pending.frame, DropReason::service_malformed);
    }
    counters::TargetCell& cell = counters_.target(verdict.number);
    cell.packets.add(1);
    cell.bytes.add(pending.frame->data_len);
    if (pending.packet.origin == Origin::member) [[unlikely]] {
        counters_.count(RerouteEvent::final_local);
    }
    const reroute::ServiceRow& service = *pending.packet.service;
    if (packet::is_first_fragment(pending.ip) && service.fragments == FragmentPolicy::track) [[unlikely]] {
        const FragmentKey fragment = fragment_key(burst.set.key, pending.ip);
        book_.note_fragment(fragment.hash, fragment.key, verdict.number);
    }
    if (service.mss != 0 && (pending.transport.tcp_flags & packet::tcp_flag::syn) != 0) [[unlikely]] {
        packet::clamp_mss(pending.transport, service.mss);
    }
    send_to_target<kTagging>(burst, pending.frame, pending.ip, service, verdict.number, &pending.transport);
}

void Rerouter::restore_answer(Burst& burst, uint8_t* ip) {
    packet::Transport transport;
    if (packet::parse_transport(ip, transport) != TransportVerdict::ok) [[unlikely]] {
        return restore_other_answer(burst, ip);
    }
    const reroute::AnswerRow* const answer = burst.set.find_answer(
        load_be32(ip + packet::ipv4_offset::source), transport.source_port, transport.protocol);
    if (answer == nullptr) {
        return;
    }
    if (packet::is_first_fragment(ip)) [[unlikely]] {
        const FragmentKey fragment = fragment_key(burst.set.key, ip);
        book_.note_fragment(fragment.hash, fragment.key, answer->published_index);
    }
    packet::rewrite_source(ip, transport, answer->published, answer->published_port);
    counters_.count(RerouteEvent::answers_restored);
    constexpr uint8_t kEnds = packet::tcp_flag::fin | packet::tcp_flag::rst;
    if ((transport.tcp_flags & kEnds) != 0) {
        const uint32_t client = load_be32(ip + packet::ipv4_offset::destination);
        const uint64_t hash = reroute::flow_hash(burst.set.key, {.client = client,
                                                                 .published = answer->published,
                                                                 .client_port = transport.destination_port,
                                                                 .published_port = answer->published_port,
                                                                 .protocol = transport.protocol});
        book_.on_answer(hash,
                        {reroute::flow_ends(client, transport.destination_port, answer->published_port),
                         reroute::flow_kind(answer->published_index, transport.protocol)},
                        reroute::segment_of(transport.tcp_flags));
    }
}

template <Tagging kTagging>
void Rerouter::take(Routable& routable, const Arrival& arrival, Egress& egress) {
    const reroute::ServiceSet& set = services_->current();
    if (set.is_empty()) {
        return;
    }
    book_.begin_burst(set, arrival.now_tsc);
    pending_.size = 0;
    Burst burst{set, arrival, egress, routable, pending_};
    for (unsigned i = 0; i < routable.size; ++i) {
        const packet::Adjacency& adjacency =
            egress.adjacencies.get(static_cast<uint32_t>(routable.entries[i]));
        if (adjacency.kind == packet::AdjacencyKind::service) {
            if (try_admit(burst, i, adjacency, origin_of(burst, routable.frames[i]))) {
                continue;
            }
        } else if (adjacency.kind == packet::AdjacencyKind::tunnel) [[unlikely]] {
            if (take_tunnel(burst, i)) {
                continue;
            }
        } else if (set.restores_answers()) {
            restore_answer(burst, routable.ip_headers[i]);
        }
        keep(burst, i);
    }
    routable.size = burst.n_kept;
    for (unsigned i = 0; i < pending_.size; ++i) {
        send<kTagging>(burst, pending_.frames[i]);
    }
}

template void Rerouter::take<Tagging::none>(Routable&, const Arrival&, Egress&);
template void Rerouter::take<Tagging::vlan>(Routable&, const Arrival&, Egress&);

template void Rerouter::send_to_target<Tagging::vlan>(Burst&, rte_mbuf*, uint8_t*, const reroute::ServiceRow&, uint16_t,
                                                      packet::Transport*);
template void Rerouter::send_by_mac<Tagging::vlan>(Burst&, rte_mbuf*, uint8_t*, AdjacencyIndex);

}  // namespace evengate::dataplane
