// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "dataplane/reroute.hpp"

#include <algorithm>

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

uint64_t raw_ends(const packet::Transport& transport) {
    return reroute::flow_ends_raw(load_raw<uint32_t>(transport.header), transport.protocol);
}

// Control restores what it sends on itself; who gets an error about an answer is the target, which sent it.
Rerouter::AnswerFate fate_of_answer(const packet::Adjacency& adjacency, const uint8_t* ip) {
    const bool stops = adjacency.kind == packet::AdjacencyKind::forward
                           ? ip[packet::ipv4_offset::ttl] <= 1 ||
                                 load_be16(ip + packet::ipv4_offset::total_length) > adjacency.mtu
                           // One to an address of ours answers a probe.
                           : adjacency.kind == packet::AdjacencyKind::punt &&
                                 adjacency.punt_reason != PuntReason::local_address;
    return stops ? Rerouter::AnswerFate::punted : Rerouter::AnswerFate::leaves;
}

// Of what leaves, not of what goes to control: an error quotes the SYN as the client sent it.
void clamp_mss(const reroute::ServiceRow& service, packet::Transport* transport) {
    if (service.mss != 0 && transport != nullptr && (transport->tcp_flags & packet::tcp_flag::syn) != 0) [[unlikely]] {
        packet::clamp_mss(*transport, service.mss);
    }
}

}  // namespace

Rerouter::Rerouter(const WorkerPlan& plan)
    : services_(plan.tables.services), counters_(reroute::kMaxTargetsOfAll, plan.reroute.n_buckets), book_(plan, counters_),
      sources_(plan, book_, counters_) {}

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

// Inlined as measured, see keep().
[[gnu::always_inline]] inline void Rerouter::finish_admission(Burst& burst, Pending& pending, uint16_t service,
                                                               uint16_t published) {
    const packet::Transport& transport = pending.transport;
    ClientPacket& packet = pending.packet;
    const reroute::ServiceRow& row = burst.set.services[service];
    packet.service = &row;
    packet.tos = pending.ip[packet::ipv4_offset::tos];
    if (row.knows_flows()) {
        packet.key = {reroute::flow_ends(load_be32(pending.ip + packet::ipv4_offset::source), transport.source_port,
                                         transport.destination_port),
                      reroute::flow_kind(published, transport.protocol)};
        packet.segment = reroute::segment_of(transport.tcp_flags);
    }
    pending_.of_words[pending_.words.size] = &pending;
    pending_.words.add(raw_addresses(pending.ip), raw_ends(transport));
    ++pending_.size;
}

// Inlined as measured, see keep().
[[gnu::always_inline]] inline bool Rerouter::try_admit_plain(Burst& burst, unsigned at, uint16_t number,
                                                              Origin origin) {
    const reroute::PublishedRow& published = burst.set.published[number];
    uint8_t* const ip = burst.routable.ip_headers[at];
    packet::Transport transport;
    if (!published.is_plain() || packet::is_fragment(ip) ||
        packet::parse_transport(ip, transport) != TransportVerdict::ok) [[unlikely]] {
        return false;
    }
    const uint16_t service = published.find(transport.protocol, transport.destination_port);
    if (service == reroute::kNoService) [[unlikely]] {
        return false;
    }
    rte_mbuf* const frame = burst.routable.frames[at];
    const reroute::ServiceRow& row = burst.set.services[service];
    if (row.goes_by_hash && origin == Origin::client) {
        hashed_.add(frame, ip, row, raw_ends(transport));
        return true;
    }
    Pending& pending = pending_.frames[pending_.size];
    pending.transport = transport;
    pending.frame = frame;
    pending.ip = ip;
    pending.packet.origin = origin;
    finish_admission(burst, pending, service, number);
    return true;
}

bool Rerouter::try_admit(Burst& burst, unsigned at, const packet::Adjacency& adjacency, Origin origin) {
    rte_mbuf* const frame = burst.routable.frames[at];
    uint8_t* const ip = burst.routable.ip_headers[at];
    const reroute::PublishedRow& published = burst.set.published[adjacency.published];
    Pending& pending = pending_.frames[pending_.size];
    const TransportVerdict verdict = packet::parse_transport(ip, pending.transport);
    pending.frame = frame;
    pending.ip = ip;
    pending.packet.origin = origin;
    if (published.spray != reroute::kNoService) [[unlikely]] {
        return try_admit_to_spray(burst, pending, verdict, published);
    }
    if (published.pool != reroute::kNoPool) [[unlikely]] {
        try_take_pool_answer(burst, at, verdict, pending.transport, published.pool);
        return false;
    }
    switch (verdict) {
        case TransportVerdict::ok: break;
        case TransportVerdict::too_short:
            burst.egress.disposal.drop(frame, DropReason::service_malformed);
            return true;
        case TransportVerdict::fragment_later:
            send_waiting<Tagging::vlan>(burst);  // its first fragment may be among them
            take_later_fragment(burst, pending, published);
            return true;
        case TransportVerdict::other_protocol: return take_icmp_error(burst, pending, published, adjacency.published);
    }
    const uint16_t service = published.find(pending.transport.protocol, pending.transport.destination_port);
    if (service == reroute::kNoService) {
        return false;
    }
    if (packet::is_fragment(ip) && burst.set.services[service].fragments == FragmentPolicy::drop) {
        burst.egress.disposal.drop(frame, DropReason::service_fragment);
        return true;
    }
    finish_admission(burst, pending, service, adjacency.published);
    if (burst.set.services[service].goes_by_hash) {
        send_waiting<Tagging::vlan>(burst);  // a fragment: what came before it leaves before it
    }
    return true;
}

// While the datagram is still as it came, so that an error quotes what its sender knows.
void Rerouter::punt(Burst& burst, rte_mbuf* frame, const uint8_t* ip, AdjacencyIndex to, PuntReason reason) {
    burst.egress.disposal.punt(frame, make_tag(frame, ip, table::entry_of(to), reason, burst.arrival));
}

// Inlined as measured, see keep().
template <Tagging kTagging>
[[gnu::always_inline]] inline void Rerouter::send_by_mac(Burst& burst, rte_mbuf* frame, uint8_t* ip,
                                                          AdjacencyIndex to, const reroute::ServiceRow& service,
                                                          packet::Transport* transport) {
    const packet::Adjacency& adjacency = burst.egress.adjacencies.get(table::entry_of(to));
    if (adjacency.kind != packet::AdjacencyKind::forward) [[unlikely]] {
        return burst.egress.disposal.drop(frame, DropReason::target_unresolved);
    }
    if (load_be16(ip + packet::ipv4_offset::total_length) > adjacency.mtu) [[unlikely]] {
        return punt(burst, frame, ip, to, PuntReason::too_big);
    }
    clamp_mss(service, transport);
    transmit<kTagging>(frame, ip, adjacency, burst.egress);
}

const packet::Adjacency* Rerouter::find_way(Burst& burst, rte_mbuf* frame, uint8_t* ip,
                                            const reroute::ServiceRow& service,
                                            const reroute::TargetRow& target) {
    const packet::Adjacency& adjacency = burst.egress.adjacencies.get(table::entry_of(target.adjacency));
    if (adjacency.kind != packet::AdjacencyKind::forward) [[unlikely]] {
        burst.egress.disposal.drop(frame, DropReason::target_unresolved);
        return nullptr;
    }
    if (ip[packet::ipv4_offset::ttl] <= 1) [[unlikely]] {
        punt(burst, frame, ip, target.adjacency, PuntReason::ttl_expired);
        return nullptr;
    }
    const size_t mtu = std::min(adjacency.mtu, target.path_mtu);
    const size_t overhead = reroute::overhead_of(service.rewrite);
    if (load_be16(ip + packet::ipv4_offset::total_length) + overhead > mtu) [[unlikely]] {
        punt_too_big(burst, frame, ip, service, target);
        return nullptr;
    }
    return &adjacency;
}

// Inlined as measured, see keep().
template <Tagging kTagging>
[[gnu::always_inline]] inline void Rerouter::send_to_target(Burst& burst, rte_mbuf* frame, uint8_t* ip,
                                                             const reroute::ServiceRow& service, uint16_t number,
                                                             packet::Transport* transport) {
    const reroute::TargetRow& target = burst.set.targets[number];
    if (service.rewrite == reroute::Rewrite::mac || target.is_behind_member) {
        return send_by_mac<kTagging>(burst, frame, ip, target.adjacency, service, transport);
    }
    send_rewritten<kTagging>(burst, frame, ip, service, target, transport);
}

template <Tagging kTagging>
void Rerouter::send_rewritten(Burst& burst, rte_mbuf* frame, uint8_t* ip, const reroute::ServiceRow& service,
                              const reroute::TargetRow& target, packet::Transport* transport) {
    const packet::Adjacency* const adjacency = find_way(burst, frame, ip, service, target);
    if (adjacency == nullptr) [[unlikely]] {
        return;
    }
    if (reroute::is_tunnel(service.rewrite)) {
        return encapsulate(burst, frame, ip, service, target, *adjacency, transport);
    }
    clamp_mss(service, transport);
    if (transport == nullptr) {
        readdress(burst.set, ip, service, target);
    } else {
        packet::rewrite_destination(ip, *transport, target.address,
                                    target.port != 0 ? target.port : transport->destination_port);
    }
    packet::decrement_ttl(ip);
    transmit<kTagging>(frame, ip, *adjacency, burst.egress);
}

void Rerouter::encapsulate(Burst& burst, rte_mbuf* frame, uint8_t* ip, const reroute::ServiceRow& service,
                           const reroute::TargetRow& target, const packet::Adjacency& adjacency,
                           packet::Transport* transport) {
    if (rte_pktmbuf_headroom(frame) < reroute::overhead_of(service.rewrite) + 2 * packet::kVlanTagSize) [[unlikely]] {
        return burst.egress.disposal.drop(frame, DropReason::tx_headroom);
    }
    clamp_mss(service, transport);
    transmit<Tagging::vlan>(frame, wrap(ip, service, target), adjacency, burst.egress);
}

uint8_t* Rerouter::wrap(uint8_t* ip, const reroute::ServiceRow& service, const reroute::TargetRow& target) {
    packet::decrement_ttl(ip);
    counters_.count(RerouteEvent::encapsulated);
    return packet::encapsulate(
        reroute::tunnel_of(service.rewrite), ip,
        {.source = service.tunnel_source, .destination = target.address, .identification = ++identification_});
}

// Inlined as measured, see keep().
template <Tagging kTagging>
[[gnu::always_inline]] inline void Rerouter::send(Burst& burst, Pending& pending) {
    const Verdict verdict = book_.choose(pending.packet);
    switch (verdict.kind) {
        case Verdict::Kind::target: break;
        case Verdict::Kind::home:
            return send_by_mac<kTagging>(burst, pending.frame, pending.ip, AdjacencyIndex(verdict.number),
                                         *pending.packet.service, nullptr);
        case Verdict::Kind::no_target: return burst.egress.disposal.drop(pending.frame, DropReason::no_target);
        case Verdict::Kind::malformed:
            return burst.egress.disposal.drop(pending.frame, DropReason::service_malformed);
    }
    count_target(verdict.number, pending.frame);
    if (pending.packet.origin == Origin::member) [[unlikely]] {
        counters_.count(RerouteEvent::final_local);
    }
    const reroute::ServiceRow& service = *pending.packet.service;
    if (packet::is_first_fragment(pending.ip) && service.fragments == FragmentPolicy::track) [[unlikely]] {
        const FragmentKey fragment = fragment_key(burst.set.key, pending.ip);
        const auto number = static_cast<uint8_t>(burst.set.number_of(service));
        book_.note_fragment(fragment.hash, fragment.key, {verdict.number, number});
    }
    if (service.answers == reroute::AnswerWay::snat) [[unlikely]] {
        return send_from_pool<kTagging>(burst, pending, verdict.number);
    }
    send_to_target<kTagging>(burst, pending.frame, pending.ip, service, verdict.number, &pending.transport);
}

template <Tagging kTagging>
void Rerouter::send_from_pool(Burst& burst, Pending& pending, uint16_t number) {
    uint8_t* const ip = pending.ip;
    const ClientPacket& packet = pending.packet;
    const reroute::ServiceRow& service = *packet.service;
    const reroute::TargetRow& target = burst.set.targets[number];
    if (target.is_behind_member) {  // which has pools of its own
        return send_by_mac<kTagging>(burst, pending.frame, ip, target.adjacency, service, &pending.transport);
    }
    const packet::Adjacency& way = burst.egress.adjacencies.get(table::entry_of(target.adjacency));
    // Control could not tell the source that it has here, but may cut what is routed to the target.
    const bool is_cut = way.kind == packet::AdjacencyKind::forward && ip[packet::ipv4_offset::ttl] > 1 &&
                        load_be16(ip + packet::ipv4_offset::total_length) > way.mtu && packet::may_fragment(ip);
    if (!is_cut && find_way(burst, pending.frame, ip, service, target) == nullptr) {
        return;
    }
    const uint16_t pool = burst.set.pool_of(service, packet.client());
    const auto port = sources_.port_for(packet, pool, number);
    if (!port) {
        return burst.egress.disposal.drop(pending.frame, DropReason::no_source);
    }
    clamp_mss(service, &pending.transport);
    packet::rewrite_source(ip, pending.transport, burst.set.pools[pool], *port);
    packet::rewrite_destination(ip, pending.transport, target.address,
                                target.port != 0 ? target.port : pending.transport.destination_port);
    if (is_cut) {
        return punt(burst, pending.frame, ip, target.adjacency, PuntReason::too_big);
    }
    packet::decrement_ttl(ip);
    transmit<kTagging>(pending.frame, ip, way, burst.egress);
}

// Inlined as measured, see keep().
[[gnu::always_inline]] inline void Rerouter::hash_pending(Burst& burst) {
    std::array<uint64_t, kBurstSize> hashes;
    reroute::flow_hash_bulk(burst.set.key, pending_.words, hashes);
    for (size_t i = 0; i < pending_.words.size; ++i) {
        Pending& pending = *pending_.of_words[i];
        ClientPacket& packet = pending.packet;
        packet.flow = hashes[i];
        packet.hash = packet.service->chooses_by_addresses()
                          ? reroute::address_hash_raw(burst.set.key, raw_addresses(pending.ip))
                          : packet.flow;
        book_.prefetch(packet);
    }
    pending_.words.size = 0;
}

template <Tagging kTagging>
void Rerouter::send_hashed(Burst& burst) {
    const size_t size = hashed_.words.size;
    std::array<uint64_t, kBurstSize> hashes;
    std::array<const uint16_t*, kBurstSize> slots;
    reroute::flow_hash_bulk(burst.set.key, hashed_.words, hashes);
    for (size_t i = 0; i < size; ++i) {
        const reroute::ServiceRow& service = *hashed_.services[i];
        slots[i] = &service.slots[service.slot_of(hashes[i])];
        rte_prefetch0(slots[i]);
    }
    for (size_t i = 0; i < size; ++i) {
        rte_mbuf* const frame = hashed_.frames[i];
        const uint16_t number = *slots[i];
        if (number == reroute::kNoTarget) [[unlikely]] {
            burst.egress.disposal.drop(frame, DropReason::no_target);
            continue;
        }
        count_target(number, frame);
        send_by_mac<kTagging>(burst, frame, hashed_.ip_headers[i], burst.set.targets[number].adjacency,
                              *hashed_.services[i], nullptr);
    }
    hashed_.words.size = 0;
}

// Inlined as measured, see keep().
template <Tagging kTagging>
[[gnu::always_inline]] inline void Rerouter::send_pending(Burst& burst) {
    hash_pending(burst);
    for (Pending* pending = pending_.frames.data(); pending != pending_.frames.data() + pending_.size; ++pending) {
        send<kTagging>(burst, *pending);
    }
    pending_.size = 0;
}

template <Tagging kTagging>
void Rerouter::send_waiting(Burst& burst) {
    if (hashed_.words.size != 0) {
        send_hashed<kTagging>(burst);
    }
    if (pending_.size != 0) {
        send_pending<kTagging>(burst);
    }
}

void Rerouter::take_answer(Burst& burst, uint8_t* ip, AnswerFate fate) {
    packet::Transport transport;
    if (packet::parse_transport(ip, transport) != TransportVerdict::ok) [[unlikely]] {
        return fate == AnswerFate::leaves ? restore_other_answer(burst, ip) : void();
    }
    const reroute::AnswerRow* const answer = burst.set.find_answer(
        load_be32(ip + packet::ipv4_offset::source), transport.source_port, transport.protocol);
    if (answer == nullptr) {
        return;
    }
    if (packet::is_first_fragment(ip)) [[unlikely]] {
        const FragmentKey fragment = fragment_key(burst.set.key, ip);
        book_.note_fragment(fragment.hash, fragment.key, {.target = answer->published_index});
    }
    if (fate == AnswerFate::leaves) [[likely]] {
        packet::rewrite_source(ip, transport, answer->published, answer->published_port);
        counters_.count(RerouteEvent::answers_restored);
    }
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
    Burst burst{set, arrival, egress, routable};
    for (unsigned i = 0; i < routable.size; ++i) {
        const packet::Adjacency& adjacency =
            egress.adjacencies.get(static_cast<uint32_t>(routable.entries[i]));
        if (set.dispatches() && try_dispatch(burst, i, adjacency)) [[unlikely]] {
            continue;
        }
        if (adjacency.kind == packet::AdjacencyKind::service) {
            const Origin origin = origin_of(burst, routable.frames[i]);
            if (try_admit_plain(burst, i, adjacency.published, origin) || try_admit(burst, i, adjacency, origin)) {
                continue;
            }
        } else if (adjacency.kind == packet::AdjacencyKind::tunnel) [[unlikely]] {
            if (take_tunnel(burst, i)) {
                continue;
            }
        } else if (set.restores_answers()) {
            take_answer(burst, routable.ip_headers[i],
                        fate_of_answer(adjacency, routable.ip_headers[i]));
        }
        keep(burst, i);
    }
    routable.size = burst.n_kept;
    send_waiting<kTagging>(burst);
}

template void Rerouter::take<Tagging::none>(Routable&, const Arrival&, Egress&);
template void Rerouter::take<Tagging::vlan>(Routable&, const Arrival&, Egress&);

template void Rerouter::send_to_target<Tagging::vlan>(Burst&, rte_mbuf*, uint8_t*, const reroute::ServiceRow&, uint16_t,
                                                      packet::Transport*);

}  // namespace evengate::dataplane
