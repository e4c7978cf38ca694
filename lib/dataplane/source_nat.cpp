// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "dataplane/source_nat.hpp"

namespace evengate::dataplane {

using counters::RerouteEvent;
using reroute::ConnectionState;
using table::FlowFacts;
using table::FlowKey;
using table::FlowPlace;

std::optional<SourceNat::Place> SourceNat::place_of(uint16_t port) const {
    const uint32_t worker = memory_.split.worker_of(port);
    if (worker >= memory_.owners.size()) {
        return std::nullopt;
    }
    return Place{.worker = static_cast<uint8_t>(worker),
                 .port_place = static_cast<uint16_t>(port - memory_.split.first(worker))};
}

std::optional<table::SourceOwner> SourceNat::owner_at(uint16_t pool, Place place) const {
    if (place.worker >= memory_.owners.size() || place.port_place >= memory_.split.n_ports()) {
        return std::nullopt;
    }
    return memory_.owners[place.worker]->peek(index_of(pool, place.port_place));
}

std::optional<uint16_t> SourceNat::find_port(const ClientPacket& packet) const {
    const FlowPlace place = memory_.flows->find(packet.flow, packet.key);
    if (!place.is_found()) {
        return std::nullopt;
    }
    return static_cast<uint16_t>(memory_.split.first(worker_) + memory_.flows->facts(place).target);
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
    const FlowPlace place = known.is_found() ? known : open(packet, pool, target);
    if (!place.is_found()) {
        return std::nullopt;
    }
    const FlowFacts facts = memory_.flows->facts(place);
    const ConnectionState state = state_of(facts);
    ConnectionState next = state;
    if (packet.segment == reroute::Segment::syn && state == ConnectionState::closing) {
        next = ConnectionState::half_open;
    } else if (!packet.is_datagram() && state != ConnectionState::half_open) {
        next = reroute::next_state(state, packet.segment, reroute::Sender::client, reroute::Sight::client_only);
    }
    const uint32_t source = index_of(pool, facts.target);
    const auto owner = owners().peek(source);
    if (owner && owner->target != target) {
        owners().set_target(source, target);
    }
    // Who fills the pool has to have answers: those that none came for give way.
    const bool confirms = packet.is_datagram() || packet.segment == reroute::Segment::ack;
    if (next == ConnectionState::half_open && known.is_found() && confirms && owner && owner->was_answered) {
        next = packet.is_datagram() ? ConnectionState::datagrams : ConnectionState::established;
        memory_.pools[pool].hold(facts.target);
    }
    if (facts.seen_s != book_.now_s() || next != state) {
        memory_.flows->set_facts(place, {facts.target, code_of(next), book_.now_s()});
    }
    return static_cast<uint16_t>(memory_.split.first(worker_) + facts.target);
}

void SourceNat::forget(const reroute::ServiceSet& set, FlowPlace place) {
    const FlowKey key = memory_.flows->key(place);
    const uint16_t pool = set.pool_of(book_.service_of(set, key), static_cast<uint32_t>(key.ends >> 32));
    const uint16_t port_place = memory_.flows->facts(place).target;
    owners().clear(index_of(pool, port_place));
    memory_.pools[pool].give_back(port_place);
    memory_.flows->erase(place);
}

void SourceNat::tend(const reroute::ServiceSet& set, uint32_t n_parts) {
    if (memory_.flows == nullptr || n_parts == 0) {
        return;
    }
    table::FlowTable& flows = *memory_.flows;
    flows.visit_next(cursor_, n_buckets_in(flows, n_parts),
                     [&](FlowPlace place, const FlowKey& key, const FlowFacts& facts) {
                         const uint32_t idle_s = table::seconds_since(facts.seen_s, book_.now_s());
                         if (idle_s >= book_.idle_limit_s(set, key, state_of(facts))) {
                             forget(set, place);
                         }
                     });
    counters_.n_sources.set(memory_.flows->size());
}

}  // namespace evengate::dataplane
