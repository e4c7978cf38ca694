// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what is done for the tables of flows between two bursts: learning what members told, telling them
// of flows that differ from their slot, forgetting what is over. Thread: worker. Used by: dataplane.
#include <algorithm>

#include <rte_ring_elem.h>

#include "dataplane/flow_book.hpp"

namespace evengate::dataplane {
namespace {

using counters::RerouteEvent;
using reroute::ConnectionState;
using reroute::TargetUse;
using table::FlowFacts;
using table::FlowKey;
using table::FlowPlace;

constexpr unsigned kMostToldAtOnce = 32;

}  // namespace

void FlowBook::learn(const reroute::ToldFlow& flow) {
    const FlowKey key{flow.ends, flow.kind};
    if (flow.target >= set_->targets.size() || reroute::published_of(flow.kind) >= set_->published.size()) {
        return;
    }
    const uint64_t hash = hash_of(key);
    const auto state = static_cast<uint8_t>(flow.state | kTold | kElsewhere);
    if (const FlowPlace place = memory_.connections->find(hash, key); place.is_found()) {
        const FlowFacts facts = memory_.connections->facts(place);
        if ((facts.state & kElsewhere) != 0) {
            memory_.connections->set_facts(place, {flow.target, state, now_s_});
            return;
        }
        // Its packets go to who tells of it, so that one is who counts it from now on.
        counters_.target(facts.target).live.subtract(1);
        memory_.connections->set_facts(
            place, {facts.target, static_cast<uint8_t>(facts.state | kTold | kElsewhere), facts.seen_s});
        return;
    }
    if (memory_.connections
            ->insert(hash, key, {flow.target, state, now_s_}, [this](const FlowKey& k) { return hash_of(k); })
            .is_found()) {
        counters_.count(RerouteEvent::learned);
    }
}

uint16_t FlowBook::service_of(const reroute::ServiceSet& set, const FlowKey& key) {
    const uint16_t published = reroute::published_of(key.kind);
    if (published >= set.published.size()) {
        return reroute::kNoService;
    }
    return set.published[published].find(reroute::protocol_of(key.kind), static_cast<uint16_t>(key.ends));
}

// Where slots changed, connections that now differ from them: silent ones too must outlive this member.
void FlowBook::tell_of_strays(const reroute::ServiceSet& set, uint32_t n_parts) {
    constexpr uint32_t kStepsForAll = 64;
    constexpr uint32_t kMostAtOnce = 1024;
    table::FlowTable& table = *memory_.connections;
    if (set.number != told_of_set_) {
        told_of_set_ = set.number;
        n_to_compare_ = table.n_buckets();
    }
    const uint32_t n_buckets =
        std::min({n_to_compare_, kMostAtOnce, n_parts * (table.n_buckets() / kStepsForAll + 1)});
    n_to_compare_ -= n_buckets;
    for (uint32_t i = 0; i < n_buckets; ++i) {
        cursors_.strays = (cursors_.strays + 1) % table.n_buckets();
        table.visit_bucket(cursors_.strays, [&](FlowPlace place, const FlowKey& key, const FlowFacts& facts) {
            const uint16_t service = service_of(set, key);
            if ((facts.state & kTold) != 0 || service == reroute::kNoService || !set.services[service].tells_members) {
                return;
            }
            ClientPacket packet;
            packet.service = &set.services[service];
            packet.key = key;
            packet.flow = hash_of(key);
            packet.hash = slot_hash_of(*packet.service, key, packet.flow);
            if (is_stray(packet, facts.target) && tell(key, facts.target, state_of(facts))) {
                table.set_facts(place, {facts.target, static_cast<uint8_t>(facts.state | kTold), facts.seen_s});
            }
        });
    }
}

// What members were told is forgotten there as if it were silent, so it is told again in time.
void FlowBook::tell_again(const reroute::ServiceSet& set, uint64_t now_tsc) {
    constexpr uint32_t kTimesInIdle = 4;
    constexpr uint32_t kMostAtOnce = 256;
    uint32_t shortest_s = UINT32_MAX;
    for (const reroute::ServiceRow& service : set.services) {
        shortest_s = service.tells_members ? std::min(shortest_s, service.idle_s) : shortest_s;
    }
    if (memory_.to_members == nullptr || shortest_s == UINT32_MAX) {
        return;
    }
    // Where the cursor has to be by now to be round once in that time.
    table::FlowTable& table = *memory_.connections;
    const uint64_t period = ticks_per_s_ * std::max<uint64_t>(shortest_s / kTimesInIdle, 1);
    const auto due = static_cast<uint32_t>(now_tsc % period * table.n_buckets() / period);
    for (uint32_t i = 0; i < kMostAtOnce && cursors_.again != due; ++i) {
        cursors_.again = (cursors_.again + 1) % table.n_buckets();
        table.visit_bucket(cursors_.again, [&](FlowPlace, const FlowKey& key, const FlowFacts& facts) {
            if (marks_of(facts) == kTold && reroute::is_live(state_of(facts))) {
                tell(key, facts.target, state_of(facts));
            }
        });
    }
}

uint64_t FlowBook::slot_hash_of(const reroute::ServiceRow& service, const FlowKey& key, uint64_t flow) const {
    return service.chooses_by_addresses()
               ? reroute::address_hash(set_->key, static_cast<uint32_t>(key.ends >> 32),
                                       set_->published[reroute::published_of(key.kind)].address)
               : flow;
}

uint32_t FlowBook::idle_limit_s(const reroute::ServiceSet& set, const FlowKey& key, ConnectionState state) const {
    if (reroute::published_of(key.kind) == reroute::kDispatched) {
        return reroute::idle_limit_s(state, idle_);
    }
    const uint16_t service = service_of(set, key);
    if (state == ConnectionState::closing || service == reroute::kNoService) {
        return idle_.closing_s;
    }
    reroute::IdleTimes times = idle_;
    times.established_s = times.datagrams_s = set.services[service].idle_s;
    return reroute::idle_limit_s(state, times);
}

uint32_t FlowBook::tend(const reroute::ServiceSet& set, uint64_t now_tsc) {
    if (now_tsc < next_sweep_tsc_) {
        return 0;
    }
    begin_burst(set, now_tsc);
    if (memory_.from_members != nullptr) {
        std::array<reroute::ToldFlow, kMostToldAtOnce> flows;
        const unsigned n_told = rte_ring_dequeue_burst_elem(memory_.from_members, flows.data(), sizeof(reroute::ToldFlow),
                                                            flows.size(), nullptr);
        std::for_each_n(flows.begin(), n_told, [this](const reroute::ToldFlow& flow) { learn(flow); });
    }
    // As many steps as were missed, within reason.
    const uint64_t step = ticks_per_s_ / kSweepsPerSecond;
    const uint64_t n_missed = next_sweep_tsc_ == 0 ? 1 : (now_tsc - next_sweep_tsc_) / step + 1;
    constexpr uint64_t kMostMissed = 16;
    const auto n_parts = static_cast<uint32_t>(std::min(n_missed, kMostMissed));
    sweep(set, n_parts);
    tell_of_strays(set, n_parts);
    tell_again(set, now_tsc);
    next_sweep_tsc_ = now_tsc + step;
    counters_.n_connections.set(memory_.connections->size());
    counters_.n_half_open.set(memory_.half_open->size());
    return n_parts;
}

void FlowBook::sweep(const reroute::ServiceSet& set, uint32_t n_parts) {
    const auto walk = [n_parts](table::FlowTable& table, uint32_t& cursor, auto&& is_over, auto&& remove) {
        table.visit_next(cursor, n_buckets_in(table, n_parts),
                         [&](FlowPlace place, const FlowKey& key, const FlowFacts& facts) {
                             if (is_over(key, facts)) {
                                 remove(place);
                             }
                         });
    };
    const auto idle = [this](const FlowFacts& facts) { return table::seconds_since(facts.seen_s, now_s_); };
    walk(*memory_.connections, cursors_.connections,
         [&](const FlowKey& key, const FlowFacts& facts) {
             return set.targets.size() <= facts.target || set.targets[facts.target].use == TargetUse::flushed ||
                    idle(facts) >= idle_limit_s(set, key, state_of(facts));
         },
         [&](FlowPlace place) {
             forget(place);
             counters_.count(RerouteEvent::connections_expired);
         });
    walk(*memory_.half_open, cursors_.half_open,
         [&](const FlowKey&, const FlowFacts& facts) { return idle(facts) >= idle_.half_open_s; },
         [&](FlowPlace place) { memory_.half_open->erase(place); });
    walk(*memory_.sticky, cursors_.sticky,
         [&](const FlowKey& key, const FlowFacts& facts) {
             return key.kind >= set.services.size() || idle(facts) > set.services[key.kind].sticky_s;
         },
         [&](FlowPlace place) { memory_.sticky->erase(place); });
    walk(*memory_.fragments, cursors_.fragments,
         [&](const FlowKey&, const FlowFacts& facts) { return idle(facts) > kFragmentLife_s; },
         [&](FlowPlace place) { memory_.fragments->erase(place); });
}

}  // namespace evengate::dataplane
