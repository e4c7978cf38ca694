// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: which target a client's packet belongs to: by its connection, or chosen (rerouting rules 5
// to 8). Knows nothing of frames. Thread: worker. Used by: dataplane.
#pragma once

#include <cstdint>

#include <rte_prefetch.h>

#include "base/token_bucket.hpp"
#include "counters/reroute_counters.hpp"
#include "dataplane/worker_plan.hpp"
#include "reroute/connection_policy.hpp"
#include "reroute/flow.hpp"
#include "reroute/service_set.hpp"
#include "reroute/spray.hpp"
#include "reroute/told_flow.hpp"
#include "table/flow_table.hpp"

namespace evengate::dataplane {

enum class Origin : uint8_t {
    client,
    member,  // a member sent it: it goes no further than to a target of ours (rule 14)
};

// With the state of a flow, in a table, goes whether members were told of it, or told us, and whether its
// packets are another member's, who counts it.
inline constexpr uint8_t kTold = 0x80;
inline constexpr uint8_t kElsewhere = 0x40;  // of a half-open one: it began there
constexpr uint8_t code_of(reroute::ConnectionState state, uint8_t marks = 0) {
    return static_cast<uint8_t>(static_cast<uint8_t>(state) | marks);
}
constexpr uint8_t marks_of(const table::FlowFacts& facts) { return facts.state & (kTold | kElsewhere); }
constexpr reroute::ConnectionState state_of(const table::FlowFacts& facts) {
    return static_cast<reroute::ConnectionState>(facts.state & ~(kTold | kElsewhere));
}

// All tables are looked through within so many seconds, in so many parts a second.
inline constexpr uint32_t kSweepPeriod_s = 8;
inline constexpr uint32_t kSweepsPerSecond = 1'000;
inline uint32_t n_buckets_in(const table::FlowTable& table, uint32_t n_parts) {
    return n_parts * (table.n_buckets() / (kSweepPeriod_s * kSweepsPerSecond) + 1);
}

// Under which a flow lies in tables. Not checked: its published address is of this set.
uint64_t hash_of_flow(const reroute::ServiceSet& set, const table::FlowKey& key);

// For so long the fragments of a datagram go where its first one went.
inline constexpr uint32_t kFragmentLife_s = 5;

// One packet of a client.
struct ClientPacket {
    const reroute::ServiceRow* service = nullptr;
    uint64_t hash = 0;  // chooses the slot: of the flow, or of less than that
    uint64_t flow = 0;  // of the key, under which the flow is in tables
    // This and the segment: only where a port's service knows_flows(). Of a spray's packet neither, of a later fragment
    // the client alone, of an ICMP error no segment.
    table::FlowKey key;
    uint8_t tos = 0;
    reroute::Segment segment = reroute::Segment::invalid;  // of TCP
    Origin origin = Origin::client;

    [[nodiscard]] bool is_datagram() const { return (key.kind & 1) != 0; }
    [[nodiscard]] uint32_t client() const { return static_cast<uint32_t>(key.ends >> 32); }
};

// What becomes of it.
struct Verdict {
    enum class Kind : uint8_t {
        target,
        home,       // to this member, which may know it
        no_target,
        malformed,  // flags that no TCP sends
    };
    Kind kind = Kind::no_target;
    uint16_t number = 0;  // of the target, or of the member's adjacency
};

class FlowBook {
 public:
    // All that plan points to, and counters, outlive it.
    FlowBook(const WorkerPlan& plan, counters::RerouteCounters& counters);

    // Before the packets of a burst. Cost: a division a second.
    void begin_burst(const reroute::ServiceSet& set, uint64_t now_tsc);

    void prefetch(const ClientPacket& packet) const {
        const reroute::ServiceRow& service = *packet.service;
        if (service.criterion == reroute::Criterion::stateful) {
            memory_.connections->prefetch(packet.flow);
        }
        rte_prefetch0(&service.slots[service.slot_of(packet.hash)]);
    }
    [[nodiscard]] Verdict choose(const ClientPacket& packet) {
        switch (packet.service->criterion) {
            case reroute::Criterion::stateless: return to_verdict(slot_target(packet));
            case reroute::Criterion::stateful: return make_final(packet, choose_stateful(packet));
            case reroute::Criterion::spray:
                return make_final(packet, to_verdict(random_target(*packet.service)));
            case reroute::Criterion::source_mac:
            case reroute::Criterion::symmetric_flow: break;
        }
        return choose_bucket(packet);
    }

    // Where the flow of this packet goes, without a trace of it: for errors about it (rule 10).
    [[nodiscard]] Verdict find(const ClientPacket& packet);

    // A target answered with the end or a reset of the connection (where answers pass here).
    void on_answer(uint64_t hash, const table::FlowKey& key, reroute::Segment segment);

    // A later fragment goes where the first one went (rule 9).
    struct Fragmented {
        uint16_t target = reroute::kNoTarget;  // or the published address, of an answer
        uint8_t service = 0;                   // which a later fragment itself does not say
    };
    void note_fragment(uint64_t hash, const table::FlowKey& key, Fragmented fragmented);
    // kNoTarget: its first one is not known.
    [[nodiscard]] Fragmented find_fragment(uint64_t hash, const table::FlowKey& key) const;

    // Takes what members told, and forgets some of what is over: between two bursts, all within some
    // seconds. Returns for how many parts of a sweep it was time. Cost: a few buckets.
    uint32_t tend(const reroute::ServiceSet& set, uint64_t now_tsc);

    // Of this burst. Not checked: one has begun.
    [[nodiscard]] const reroute::ServiceSet& set() const { return *set_; }
    [[nodiscard]] uint32_t now_s() const { return now_s_; }
    // kNoService: what the flow asked for is not published.
    [[nodiscard]] static uint16_t service_of(const reroute::ServiceSet& set, const table::FlowKey& key);
    // After how long without a packet the flow is over.
    [[nodiscard]] uint32_t idle_limit_s(const reroute::ServiceSet& set, const table::FlowKey& key,
                                        reroute::ConnectionState state) const;

    // The target that the hash alone chooses; kNoTarget where there is none.
    [[nodiscard]] uint16_t slot_target(const ClientPacket& packet) const {
        return make_final(packet, packet.service->slots[place_in_slots(packet, packet.hash)]);
    }
    // What a member sent goes to a target of ours, whatever is remembered of its flow (rule 14).
    [[nodiscard]] uint16_t make_final(const ClientPacket& packet, uint16_t target) const {
        if (packet.origin == Origin::member && target != reroute::kNoTarget &&
            set_->targets[target].is_behind_member) [[unlikely]] {
            return packet.service->own_slots[packet.service->slot_of(packet.hash)];
        }
        return target;
    }

 private:
    static Verdict to_verdict(uint16_t target) {
        return {target == reroute::kNoTarget ? Verdict::Kind::no_target : Verdict::Kind::target, target};
    }

    [[nodiscard]] Verdict make_final(const ClientPacket& packet, Verdict verdict) const {
        return verdict.kind == Verdict::Kind::target ? to_verdict(make_final(packet, verdict.number)) : verdict;
    }
    static size_t place_in_slots(const ClientPacket& packet, uint64_t hash) {
        return packet.service->place_in_slots(packet.tos, packet.client(), hash);
    }
    Verdict choose_stateful(const ClientPacket& packet) {
        const table::FlowPlace place = memory_.connections->find(packet.flow, packet.key);
        if (!place.is_found()) [[unlikely]] {
            return choose_unknown(packet);
        }
        const table::FlowFacts facts = memory_.connections->facts(place);
        // Most packets: data of a connection that has had some in this second.
        if (packet.segment == reroute::Segment::ack && facts.seen_s == now_s_ &&
            state_of(facts) == reroute::ConnectionState::established &&
            set_->targets[facts.target].use != reroute::TargetUse::flushed) [[likely]] {
            return {Verdict::Kind::target, facts.target};
        }
        return choose_known(packet, place, facts);
    }
    Verdict choose_known(const ClientPacket& packet, table::FlowPlace place, const table::FlowFacts& facts);
    Verdict choose_unknown(const ClientPacket& packet);
    Verdict try_ask_home(const ClientPacket& packet);
    Verdict choose_half_open(const ClientPacket& packet, table::FlowPlace place);
    Verdict choose_bucket(const ClientPacket& packet);
    void adopt(const ClientPacket& packet, uint16_t target);
    [[nodiscard]] uint16_t begun_with(table::FlowPlace half_open, uint16_t otherwise) const;
    Verdict choose_moving(const ClientPacket& packet, uint16_t target, uint16_t previous);
    [[nodiscard]] bool is_stray(const ClientPacket& packet, uint16_t target) const;
    [[nodiscard]] uint16_t slot_target_before(const ClientPacket& packet) const;
    // A target by the service's criterion, whatever the client had before.
    uint16_t draw(const ClientPacket& packet) const;
    uint16_t choose_new(const ClientPacket& packet);
    uint16_t less_loaded(const ClientPacket& packet, uint16_t first) const;
    uint16_t random_target(const reroute::ServiceRow& service);
    table::FlowPlace open(const ClientPacket& packet, uint16_t target, reroute::ConnectionState state);
    void forget(table::FlowPlace place);
    void learn(const reroute::ToldFlow& flow);
    // False: control does not keep up.
    bool tell(const table::FlowKey& key, uint16_t target, reroute::ConnectionState state);
    [[nodiscard]] uint64_t slot_hash_of(const reroute::ServiceRow& service, const table::FlowKey& key,
                                        uint64_t flow) const;
    void refresh(const ClientPacket& packet, table::FlowPlace place, table::FlowFacts facts);
    void sweep(const reroute::ServiceSet& set, uint32_t n_parts);
    void tell_again(const reroute::ServiceSet& set, uint64_t now_tsc);
    void tell_of_strays(const reroute::ServiceSet& set, uint32_t n_parts);
    [[nodiscard]] uint64_t hash_of(const table::FlowKey& key) const { return hash_of_flow(*set_, key); }
    [[nodiscard]] uint64_t live(uint16_t target) const;

    const table::ServicePublisher* services_;
    const table::AdjacencyTable* adjacencies_;
    FlowMemory memory_;
    reroute::IdleTimes idle_;
    counters::RerouteCounters& counters_;
    const reroute::ServiceSet* set_ = nullptr;  // of this burst
    TokenBucket asks_;  // what unknown flows may cause
    uint64_t ticks_per_s_;
    uint64_t second_ends_tsc_ = 0;
    uint64_t next_sweep_tsc_ = 0;
    uint32_t now_s_ = 0;
    reroute::Spray spray_;
    struct Cursors {
        uint32_t connections = 0;
        uint32_t half_open = 0;
        uint32_t sticky = 0;
        uint32_t fragments = 0;
        uint32_t strays = 0;
        uint32_t again = 0;
    } cursors_;
    uint64_t told_of_set_ = 0;  // whose slots all connections were compared with
    uint32_t n_to_compare_ = 0;  // buckets left
};

}  // namespace evengate::dataplane
