// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "dataplane/source_nat.hpp"

namespace evengate::dataplane {
namespace {

using counters::RerouteEvent;
using reroute::ConnectionState;
using reroute::Segment;
using table::FlowFacts;
using table::FlowKey;
using table::FlowPlace;
using table::SourceNews;
using table::SourceOwner;

// Answers come in at whichever worker, so what they did to the connection is taken over here.
ConnectionState with_news(ConnectionState state, const SourceOwner& owner) {
    constexpr auto kSight = reroute::Sight::both_sides;
    if (owner.has(SourceNews::reset)) {
        return ConnectionState::closing;
    }
    return owner.has(SourceNews::ended) && state != ConnectionState::half_open
               ? reroute::next_state(state, Segment::fin, reroute::Sender::target, kSight)
               : state;
}

}  // namespace

std::optional<SourceNat::Place> SourceNat::place_of(uint16_t port) const {
    const uint32_t worker = memory_.split.worker_of(port);
    if (worker >= memory_.owners.size()) {
        return std::nullopt;
    }
    return Place{.worker = static_cast<uint8_t>(worker),
                 .port_place = static_cast<uint16_t>(port - memory_.split.first(worker))};
}

std::optional<SourceOwner> SourceNat::owner_at(uint16_t pool, Place place) const {
    if (place.worker >= memory_.owners.size() || place.port_place >= memory_.split.n_ports()) {
        return std::nullopt;
    }
    return memory_.owners[place.worker]->peek(index_of(pool, place.port_place));
}

void SourceNat::note_answer(uint16_t pool, Place place, Segment segment) const {
    const table::SourceTable& owners = *memory_.owners[place.worker];
    const uint32_t source = index_of(pool, place.port_place);
    if (segment == Segment::rst) {
        return owners.note(source, SourceNews::reset);
    }
    owners.note(source, SourceNews::answered);
    if (segment == Segment::fin) {
        owners.note(source, SourceNews::ended);
    }
}

std::optional<SourceNat::Place> SourceNat::find_elsewhere(const ClientPacket& packet) const {
    for (size_t worker = 0; worker < memory_.flows_of_all.size(); ++worker) {
        if (worker == worker_) {
            continue;
        }
        if (const auto facts = memory_.flows_of_all[worker]->peek(packet.flow, packet.key)) {
            return Place{.worker = static_cast<uint8_t>(worker), .port_place = facts->target};
        }
    }
    return std::nullopt;
}

std::optional<uint16_t> SourceNat::find_port(const ClientPacket& packet) const {
    if (const FlowPlace place = memory_.flows->find(packet.flow, packet.key); place.is_found()) {
        return port_at({.worker = worker_, .port_place = memory_.flows->facts(place).target});
    }
    const auto elsewhere = find_elsewhere(packet);
    return elsewhere ? std::optional(port_at(*elsewhere)) : std::nullopt;
}

FlowPlace SourceNat::open(const ClientPacket& packet, uint16_t pool, uint16_t target) {
    reroute::PortPool& ports = memory_.pools[pool];
    const auto taken = ports.try_take();
    if (!taken) {
        return {};
    }
    const auto port_place = static_cast<uint16_t>(taken->place);
    const uint32_t source = index_of(pool, port_place);
    if (taken->was_half_open) {
        counters_.count(RerouteEvent::sources_overwritten);
        if (const auto before = owners().peek(source)) {
            const FlowPlace place = memory_.flows->find(hash_of_flow(book_.set(), before->key), before->key);
            if (place.is_found()) {
                memory_.flows->erase(place);
            }
        }
    }
    const FlowFacts facts{port_place, code_of(ConnectionState::half_open), book_.now_s()};
    const FlowPlace place = memory_.flows->insert(
        packet.flow, packet.key, facts, [this](const FlowKey& key) { return hash_of_flow(book_.set(), key); });
    if (!place.is_found()) {
        owners().clear(source);
        ports.give_back(taken->place);
        return {};
    }
    owners().set(source, packet.key, target);
    counters_.count(RerouteEvent::sources_taken);
    return place;
}

std::optional<uint16_t> SourceNat::port_for(const ClientPacket& packet, uint16_t pool, uint16_t target) {
    const FlowPlace known = memory_.flows->find(packet.flow, packet.key);
    const bool begins = !packet.is_datagram() && packet.segment == Segment::syn;
    if (!known.is_found() && !begins) {
        if (const auto elsewhere = find_elsewhere(packet)) {
            memory_.owners[elsewhere->worker]->note(index_of(pool, elsewhere->port_place), SourceNews::client_sent);
            return port_at(*elsewhere);
        }
    }
    const FlowPlace place = known.is_found() ? known : open(packet, pool, target);
    if (!place.is_found()) {
        return std::nullopt;
    }
    const FlowFacts facts = memory_.flows->facts(place);
    const uint32_t source = index_of(pool, facts.target);
    const SourceOwner owner = owners().peek(source).value_or(SourceOwner{});
    const ConnectionState state = with_news(state_of(facts), owner);
    ConnectionState next = state;
    if (begins && state == ConnectionState::closing) {
        owners().set(source, packet.key, target);
        memory_.pools[pool].let_go(facts.target);
        next = ConnectionState::half_open;
    } else if (!packet.is_datagram() && state != ConnectionState::half_open) {
        next = reroute::next_state(state, packet.segment, reroute::Sender::client, reroute::Sight::both_sides);
    }
    if (owner.target != target) {
        owners().set(source, packet.key, target);
    }
    // Who fills the pool has to have answers: those that none came for give way.
    const bool confirms = packet.is_datagram() || packet.segment == Segment::ack;
    if (next == ConnectionState::half_open && known.is_found() && confirms && owner.has(SourceNews::answered)) {
        next = packet.is_datagram() ? ConnectionState::datagrams : ConnectionState::established;
        memory_.pools[pool].hold(facts.target);
    }
    if (facts.seen_s != book_.now_s() || next != state_of(facts)) {
        memory_.flows->set_facts(place, {facts.target, code_of(next), book_.now_s()});
    }
    return port_at({.worker = worker_, .port_place = facts.target});
}

void SourceNat::tend(const reroute::ServiceSet& set, FlowPlace place, const FlowKey& key) {
    FlowFacts facts = memory_.flows->facts(place);
    const uint16_t service = FlowBook::service_of(set, key);
    if (service == reroute::kNoService) {
        return;  // there is none that was: services are those of the start
    }
    const uint16_t pool = set.pool_of(set.services[service], static_cast<uint32_t>(key.ends >> 32));
    const uint32_t source = index_of(pool, facts.target);
    const SourceOwner owner = owners().peek(source).value_or(SourceOwner{});
    if (owner.has(SourceNews::reset)) {
        // Who never was there is answered like that: a port costs an attacker one packet more than a SYN.
        memory_.pools[pool].let_go(facts.target);
    }
    if (owner.has(SourceNews::client_sent)) {
        owners().forget(source, SourceNews::client_sent);
        facts.seen_s = book_.now_s();
    }
    const ConnectionState state = with_news(state_of(facts), owner);
    if (table::seconds_since(facts.seen_s, book_.now_s()) >= book_.idle_limit_s(set, key, state)) {
        owners().clear(source);
        memory_.pools[pool].give_back(facts.target);
        return memory_.flows->erase(place);
    }
    memory_.flows->set_facts(place, {facts.target, code_of(state), facts.seen_s});
}

void SourceNat::tend(const reroute::ServiceSet& set, uint32_t n_parts) {
    if (memory_.flows == nullptr || n_parts == 0) {
        return;
    }
    table::FlowTable& flows = *memory_.flows;
    flows.visit_next(cursor_, n_buckets_in(flows, n_parts),
                     [&](FlowPlace place, const FlowKey& key, const FlowFacts&) { tend(set, place, key); });
    counters_.n_sources.set(flows.size());
}

}  // namespace evengate::dataplane
