// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "dataplane/flow_book.hpp"

#include <algorithm>

#include <rte_cycles.h>
#include <rte_ring_elem.h>

namespace evengate::dataplane {
namespace {

using counters::RerouteEvent;
using reroute::ConnectionState;
using reroute::Decision;
using reroute::Segment;
using table::FlowFacts;
using table::FlowKey;
using table::FlowPlace;
using reroute::TargetUse;

// Packets a second of unknown connections that the home member is asked about (rule 8).
constexpr uint64_t kAsksPerSecond = 20'000;
constexpr uint64_t kAsksAtOnce = 2'000;

constexpr uint64_t client_alone(const FlowKey& key) { return key.ends & 0xFFFF'FFFF'0000'0000; }

// Sticky clients are apart by service, and from connections by their own table.
constexpr FlowKey sticky_key(const ClientPacket& packet, size_t service) {
    return {client_alone(packet.key), static_cast<uint16_t>(service)};
}

}  // namespace

uint64_t hash_of_flow(const reroute::ServiceSet& set, const FlowKey& key) {
    if (reroute::published_of(key.kind) == reroute::kDispatched) {
        return key.ends;
    }
    const auto client_port = static_cast<uint16_t>(key.ends >> 16);
    const auto published_port = static_cast<uint16_t>(key.ends);
    return reroute::flow_hash(set.key, {.client = static_cast<uint32_t>(key.ends >> 32),
                                        .published = set.published[reroute::published_of(key.kind)].address,
                                        .client_port = client_port,
                                        .published_port = published_port,
                                        .protocol = reroute::protocol_of(key.kind)});
}

FlowBook::FlowBook(const WorkerPlan& plan, counters::RerouteCounters& counters)
    : services_(plan.tables.services), adjacencies_(plan.tables.adjacencies),
      memory_(plan.reroute.memory), idle_(plan.reroute.idle), counters_(counters),
      asks_(kAsksPerSecond, kAsksAtOnce, rte_get_tsc_hz()), ticks_per_s_(rte_get_tsc_hz()),
      spray_(plan.index.value) {}

void FlowBook::begin_burst(const reroute::ServiceSet& set, uint64_t now_tsc) {
    set_ = &set;
    if (now_tsc >= second_ends_tsc_) {
        now_s_ = static_cast<uint32_t>(now_tsc / ticks_per_s_) & table::kSecondsMask;
        second_ends_tsc_ = now_tsc / ticks_per_s_ * ticks_per_s_ + ticks_per_s_;
    }
}

void FlowBook::forget(FlowPlace place) {
    const FlowFacts facts = memory_.connections->facts(place);
    if ((facts.state & kElsewhere) == 0) {
        counters_.target(facts.target).live.subtract(1);
    }
    memory_.connections->erase(place);
}

FlowPlace FlowBook::open(const ClientPacket& packet, uint16_t target, ConnectionState state) {
    const FlowPlace place =
        memory_.connections->insert(packet.flow, packet.key, {target, code_of(state), now_s_},
                                    [this](const FlowKey& key) { return hash_of(key); });
    if (place.is_found()) {
        counters_.target(target).live.add(1);
    } else {
        counters_.count(RerouteEvent::table_full);
    }
    return place;
}

void FlowBook::refresh(const ClientPacket& packet, FlowPlace place, FlowFacts facts) {
    const ConnectionState state = state_of(facts);
    const reroute::Sight sight = packet.service->answers == reroute::AnswerWay::direct
                                     ? reroute::Sight::client_only
                                     : reroute::Sight::both_sides;
    const ConnectionState next =
        packet.is_datagram() ? state
                             : reroute::next_state(state, packet.segment, reroute::Sender::client, sight);
    if (facts.seen_s == now_s_ && next == state) [[likely]] {
        return;
    }
    uint8_t marks = marks_of(facts);
    if (packet.service->tells_members && facts.seen_s != now_s_) {
        const bool comes_over = (marks & kElsewhere) != 0 && packet.origin == Origin::client;
        if (comes_over) {
            counters_.target(facts.target).live.add(1);
            marks = static_cast<uint8_t>(marks & ~kElsewhere);
        }
        // Who handed us this one does not know it; once a second is enough to say so. And slots
        // may have changed since the connection began.
        const bool has_to_tell = packet.origin == Origin::member || comes_over ||
                                 ((marks & kTold) == 0 && is_stray(packet, facts.target));
        if (has_to_tell && tell(packet.key, facts.target, next)) {
            marks = static_cast<uint8_t>(marks | kTold);
        }
    }
    memory_.connections->set_facts(place, {facts.target, code_of(next, marks), now_s_});
}

Verdict FlowBook::choose_known(const ClientPacket& packet, FlowPlace place, const FlowFacts& facts) {
    const reroute::TargetRow& target = set_->targets[facts.target];
    if (target.use == TargetUse::flushed) [[unlikely]] {
        forget(place);
        return choose_unknown(packet);
    }
    const Decision decision = packet.is_datagram()
                                  ? reroute::decide_datagram(target.condition())
                                  : reroute::decide(state_of(facts), packet.segment, target.condition());
    if (decision == Decision::keep) [[likely]] {
        refresh(packet, place, facts);
        return {Verdict::Kind::target, facts.target};
    }
    if (decision == Decision::discard) {
        return {Verdict::Kind::malformed};
    }
    forget(place);
    return choose_unknown(packet);
}

Verdict FlowBook::choose_half_open(const ClientPacket& packet, FlowPlace place) {
    const FlowFacts facts = memory_.half_open->facts(place);
    const reroute::TargetRow& target = set_->targets[facts.target];
    const bool is_first = !packet.is_datagram() && packet.segment == Segment::syn;
    const bool is_usable = target.use != TargetUse::flushed &&
                           (is_first || packet.is_datagram()
                                ? reroute::decide(ConnectionState::half_open, Segment::syn, target.condition()) ==
                                      Decision::keep
                                : true);
    if (!is_usable) {
        const uint16_t chosen = choose_new(packet);
        if (chosen == reroute::kNoTarget) {
            memory_.half_open->erase(place);
            return to_verdict(chosen);
        }
        memory_.half_open->set_facts(place, {chosen, code_of(ConnectionState::half_open), now_s_});
        return to_verdict(chosen);
    }
    const ConnectionState next =
        packet.is_datagram() ? ConnectionState::datagrams
                             : reroute::next_state(ConnectionState::half_open, packet.segment,
                                                   reroute::Sender::client, reroute::Sight::client_only);
    if (reroute::is_live(next)) {
        if (const FlowPlace opened = open(packet, facts.target, next); opened.is_found()) {
            memory_.half_open->erase(place);
            counters_.count(RerouteEvent::connections_promoted);
            const bool is_adopted = (marks_of(facts) & kElsewhere) != 0;
            if (!is_adopted) {
                counters_.target(facts.target).opened.add(1);
            }
            if (packet.service->tells_members && (is_adopted || is_stray(packet, facts.target)) &&
                tell(packet.key, facts.target, next)) {
                memory_.connections->set_facts(opened,
                                               {facts.target, code_of(next, kTold), now_s_});
            }
            return to_verdict(facts.target);
        }
    } else if (next == ConnectionState::closing) {
        memory_.half_open->erase(place);
        return to_verdict(facts.target);
    }
    // With a SYN it begins here, whatever an ACK before it was taken for.
    const uint8_t state = is_first ? code_of(ConnectionState::half_open) : facts.state;
    memory_.half_open->set_facts(place, {facts.target, state, now_s_});
    return to_verdict(facts.target);
}

Verdict FlowBook::choose_unknown(const ClientPacket& packet) {
    const FlowPlace half_open = memory_.half_open->find(packet.flow, packet.key);
    const bool begins = packet.is_datagram() || packet.segment == Segment::syn;
    if (!packet.is_datagram() && reroute::decide_unknown(packet.segment) == Decision::discard) {
        return {Verdict::Kind::malformed};
    }
    if (half_open.is_found()) {
        return choose_half_open(packet, half_open);
    }
    if (!begins || packet.is_datagram()) {
        for (const table::FlowTable* const other : memory_.connections_of_others) {
            const auto facts = other->peek(packet.flow, packet.key);
            if (facts && facts->target < set_->targets.size() &&
                set_->targets[facts->target].use != TargetUse::flushed) {
                counters_.count(RerouteEvent::found_elsewhere);
                open(packet, facts->target, state_of(*facts));
                return to_verdict(facts->target);
            }
        }
    }
    if (begins) {
        const uint16_t chosen = choose_new(packet);
        if (chosen != reroute::kNoTarget) {
            if (memory_.half_open->insert_over(packet.flow, packet.key,
                                               {chosen, code_of(ConnectionState::half_open), now_s_}, now_s_)) {
                counters_.count(RerouteEvent::half_open_overwritten);
            }
        }
        return to_verdict(chosen);
    }
    if (const Verdict home = try_ask_home(packet); home.kind == Verdict::Kind::home) {
        return home;
    }
    counters_.count(RerouteEvent::unknown_hashed);
    const uint16_t target = slot_target_before(packet);
    adopt(packet, target);
    return to_verdict(target);
}

// Who left lately may have known it: with a second packet it is a connection of ours, which stays where it is when
// slots change. Else it gets no entry, and never in the half of the table that is for what begins here: whoever sends
// such packets at will shall not fill it.
void FlowBook::adopt(const ClientPacket& packet, uint16_t target) {
    if (!set_->adopts_unknown || target == reroute::kNoTarget || packet.segment != Segment::ack ||
        packet.service->answers == reroute::AnswerWay::snat ||
        memory_.connections->size() >= memory_.connections->capacity() / 2) {
        return;
    }
    if (memory_.half_open->insert_over(packet.flow, packet.key,
                                       {target, code_of(ConnectionState::half_open, kElsewhere), now_s_}, now_s_)) {
        counters_.count(RerouteEvent::half_open_overwritten);
    }
}

// Once, and not too often (rule 8). no_target: there is nobody to ask, or it may not be.
Verdict FlowBook::try_ask_home(const ClientPacket& packet) {
    // No other member has the sources that targets of snat know a connection by.
    const bool may_ask = packet.origin == Origin::client && packet.service->answers != reroute::AnswerWay::snat;
    if (!may_ask || set_->homes.empty()) {
        return {};
    }
    const AdjacencyIndex home = set_->homes[reroute::place_of(packet.hash, static_cast<uint32_t>(set_->homes.size()))];
    if (home == kNoAdjacency || !asks_.try_take(rte_get_tsc_cycles())) {
        return {};
    }
    counters_.count(RerouteEvent::unknown_asked);
    return {Verdict::Kind::home, home.value};
}

// Whether a member that does not know the connection would send it elsewhere, now or by the slots before.
bool FlowBook::is_stray(const ClientPacket& packet, uint16_t target) const {
    return target != slot_target(packet) || target != slot_target_before(packet);
}

// What nobody knows more likely began before the slots changed than a moment ago (rule 2).
uint16_t FlowBook::slot_target_before(const ClientPacket& packet) const {
    const reroute::ServiceRow& service = *packet.service;
    if (!service.previous_slots.empty()) {
        const uint16_t target = make_final(packet, service.previous_slots[place_in_slots(packet, packet.hash)]);
        if (target != reroute::kNoTarget && set_->targets[target].use >= TargetUse::draining) {
            return target;
        }
    }
    return slot_target(packet);
}

// A bucket on its way to another gateway leaves it only what began since (move: new-connections).
Verdict FlowBook::choose_bucket(const ClientPacket& packet) {
    const reroute::ServiceRow& service = *packet.service;
    const size_t bucket = service.slot_of(packet.hash);
    counters_.bucket(service.first_bucket + bucket).add(1);
    const uint16_t target = service.slots[bucket];
    if (service.previous_slots.empty() || service.previous_slots[bucket] == reroute::kNoTarget) [[likely]] {
        return to_verdict(target);
    }
    return choose_moving(packet, target, service.previous_slots[bucket]);
}

// The target that a half-open connection was given, or this one where that is gone.
uint16_t FlowBook::begun_with(FlowPlace half_open, uint16_t otherwise) const {
    const uint16_t begun = memory_.half_open->facts(half_open).target;
    return set_->targets[begun].use == TargetUse::flushed ? otherwise : begun;
}

// The bucket has a new gateway. Connections that begin are remembered with it; what nobody remembers
// began before, and stays. A SYN alone takes no room from those that were answered (rule 6).
Verdict FlowBook::choose_moving(const ClientPacket& packet, uint16_t target, uint16_t previous) {
    if (const FlowPlace place = memory_.connections->find(packet.flow, packet.key); place.is_found()) {
        const FlowFacts facts = memory_.connections->facts(place);
        if (set_->targets[facts.target].use != TargetUse::flushed) {
            refresh(packet, place, facts);
            return to_verdict(facts.target);
        }
        forget(place);
    }
    if (packet.is_datagram()) {
        return to_verdict(previous);
    }
    const FlowPlace half_open = memory_.half_open->find(packet.flow, packet.key);
    if (packet.segment == Segment::syn) {
        if (!half_open.is_found() &&
            memory_.half_open->insert_over(packet.flow, packet.key,
                                           {target, code_of(ConnectionState::half_open), now_s_}, now_s_)) {
            counters_.count(RerouteEvent::half_open_overwritten);
        }
        return to_verdict(half_open.is_found() ? begun_with(half_open, target) : target);
    }
    if (!half_open.is_found()) {
        return to_verdict(previous);
    }
    const uint16_t begun = begun_with(half_open, target);
    if (open(packet, begun, ConnectionState::established).is_found()) {
        memory_.half_open->erase(half_open);
        counters_.count(RerouteEvent::connections_promoted);
        counters_.target(begun).opened.add(1);
    }
    return to_verdict(begun);
}

uint64_t FlowBook::live(uint16_t target) const {
    const counters::TargetCell& cell = counters_.target(target);
    return cell.live.get() + services_->live_elsewhere(target);
}

// The less loaded of two that the hash draws: nearly as even as to ask all (Mitzenmacher 2001).
uint16_t FlowBook::less_loaded(const ClientPacket& packet, uint16_t first) const {
    constexpr uint64_t kOdd = 0x9E37'79B9'7F4A'7C15;
    const uint16_t second = packet.service->slots[place_in_slots(packet, packet.hash * kOdd)];
    if (first == second || first == reroute::kNoTarget) {
        return second;
    }
    const reroute::TargetRow& a = set_->targets[first];
    const reroute::TargetRow& b = set_->targets[second];
    if (packet.origin == Origin::member && b.is_behind_member) {
        return first;
    }
    return (live(second) + 1) * a.weight < (live(first) + 1) * b.weight ? second : first;
}

uint16_t FlowBook::draw(const ClientPacket& packet) const {
    const uint16_t drawn = slot_target(packet);
    return packet.service->chooses_least_loaded ? less_loaded(packet, drawn) : drawn;
}

uint16_t FlowBook::choose_new(const ClientPacket& packet) {
    const reroute::ServiceRow& service = *packet.service;
    if (service.sticky_s == 0) {
        return draw(packet);
    }
    const uint16_t number = set_->number_of(service);
    const FlowKey key = sticky_key(packet, number);
    const uint64_t hash = reroute::address_hash(set_->key, packet.client(), static_cast<uint32_t>(number));
    const FlowPlace place = memory_.sticky->find(hash, key);
    if (place.is_found()) {
        const FlowFacts facts = memory_.sticky->facts(place);
        const reroute::TargetRow& target = set_->targets[facts.target];
        if (target.use == TargetUse::up && !(packet.origin == Origin::member && target.is_behind_member) &&
            table::seconds_since(facts.seen_s, now_s_) <= service.sticky_s) {
            memory_.sticky->set_facts(place, {facts.target, 0, now_s_});
            return facts.target;
        }
        memory_.sticky->erase(place);
    }
    const uint16_t chosen = draw(packet);
    if (chosen != reroute::kNoTarget) {
        memory_.sticky->insert_over(hash, key, {chosen, 0, now_s_}, now_s_);
    }
    return chosen;
}

uint16_t FlowBook::random_target(const reroute::ServiceRow& service) {
    counters_.count(RerouteEvent::sprayed);
    return service.slots[spray_.next(service.n_slots)];
}

Verdict FlowBook::find(const ClientPacket& packet) {
    if (packet.service->criterion != reroute::Criterion::stateful) {
        return to_verdict(slot_target(packet));
    }
    for (const table::FlowTable* const own : {memory_.connections, memory_.half_open}) {
        if (const FlowPlace place = own->find(packet.flow, packet.key); place.is_found()) {
            return to_verdict(make_final(packet, own->facts(place).target));
        }
    }
    for (const table::FlowTable* const other : memory_.connections_of_others) {
        if (const auto facts = other->peek(packet.flow, packet.key)) {
            return to_verdict(make_final(packet, facts->target));
        }
    }
    const Verdict home = try_ask_home(packet);
    return home.kind == Verdict::Kind::home ? home : to_verdict(slot_target_before(packet));
}

void FlowBook::on_answer(uint64_t hash, const FlowKey& key, Segment segment) {
    if (segment != Segment::fin && segment != Segment::rst) {
        return;
    }
    if (const FlowPlace place = memory_.connections->find(hash, key); place.is_found()) {
        const FlowFacts facts = memory_.connections->facts(place);
        const ConnectionState next = reroute::next_state(state_of(facts), segment, reroute::Sender::target,
                                                         reroute::Sight::both_sides);
        memory_.connections->set_facts(
            place, {facts.target, code_of(next, marks_of(facts)), now_s_});
    }
}

void FlowBook::note_fragment(uint64_t hash, const FlowKey& key, Fragmented fragmented) {
    const FlowFacts facts{fragmented.target, fragmented.service, now_s_};
    if (const FlowPlace place = memory_.fragments->find(hash, key); place.is_found()) {
        memory_.fragments->set_facts(place, facts);
    } else {
        memory_.fragments->insert_over(hash, key, facts, now_s_);
    }
}

FlowBook::Fragmented FlowBook::find_fragment(uint64_t hash, const FlowKey& key) const {
    const FlowPlace place = memory_.fragments->find(hash, key);
    if (!place.is_found()) {
        return {};
    }
    const FlowFacts facts = memory_.fragments->facts(place);
    return table::seconds_since(facts.seen_s, now_s_) <= kFragmentLife_s ? Fragmented{facts.target, facts.state}
                                                                        : Fragmented{};
}

bool FlowBook::tell(const FlowKey& key, uint16_t target, ConnectionState state) {
    if (memory_.to_members == nullptr) {
        return false;
    }
    reroute::ToldFlow flow{.ends = key.ends, .kind = key.kind, .target = target, .state = code_of(state)};
    // A full ring: control does not keep up, and members learn of it later or by asking.
    return rte_ring_enqueue_elem(memory_.to_members, &flow, sizeof flow) == 0;
}

}  // namespace evengate::dataplane
