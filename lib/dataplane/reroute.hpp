// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the stage between route and transmit that sends packets for published addresses to their
// targets, and mends answers (rerouting rules 5 to 14). Thread: worker. Used by: dataplane.
#pragma once

#include <array>
#include <cstdint>

#include <rte_mbuf.h>

#include "counters/reroute_counters.hpp"
#include "dataplane/burst.hpp"
#include "dataplane/flow_book.hpp"
#include "dataplane/forward.hpp"
#include "dataplane/source_nat.hpp"
#include "packet/transport.hpp"
#include "reroute/flow_bulk.hpp"
#include "reroute/service_set.hpp"

namespace evengate::dataplane {

// Under which the fragments of a datagram are remembered; collisions of protocols do not matter.
struct FragmentKey {
    uint64_t hash;
    table::FlowKey key;
};
FragmentKey fragment_key(const reroute::HashKey& key, const uint8_t* ip);

// Both addresses as they lie in the frame, for reroute::flow_hash_raw().
inline uint64_t raw_addresses(const uint8_t* ip) {
    return load_raw<uint64_t>(ip + packet::ipv4_offset::source);
}

class Rerouter {
 public:
    // All that plan points to outlives it. Not checked: the plan has flow memory.
    explicit Rerouter(const WorkerPlan& plan);

    // Takes out of routable what services are concerned with, and sends it; mends answers in place.
    template <Tagging kTagging>
    void take(Routable& routable, const Arrival& arrival, Egress& egress);
    // Between two bursts. Cost: a comparison, or now and then some cache lines.
    void tend(uint64_t now_tsc) {
        const reroute::ServiceSet& set = services_->current();
        sources_.tend(set, book_.tend(set, now_tsc));
    }

    [[nodiscard]] counters::RerouteCounters& counters() { return counters_; }

    // Of a datagram that may be an answer: whether it leaves from here, or goes to control or nowhere.
    enum class AnswerFate : uint8_t { leaves, punted };

 private:
    struct Pending {
        rte_mbuf* frame;
        uint8_t* ip;
        packet::Transport transport;
        ClientPacket packet;
    };
    // Frames of one burst that wait for their target.
    struct PendingBurst {
        std::array<Pending, kBurstSize> frames;
        unsigned size = 0;
        // Of some of them, whose hash is not known yet.
        reroute::FlowWords<kBurstSize> words;
        std::array<Pending*, kBurstSize> of_words;
    };
    // And those whose target the hash alone chooses, see ServiceRow::goes_by_hash.
    struct HashedBurst {
        std::array<rte_mbuf*, kBurstSize> frames;
        std::array<uint8_t*, kBurstSize> ip_headers;
        std::array<const reroute::ServiceRow*, kBurstSize> services;
        reroute::FlowWords<kBurstSize> words;

        // Not checked: there is room.
        void add(rte_mbuf* frame, uint8_t* ip, const reroute::ServiceRow& service, uint64_t raw_ends) {
            frames[words.size] = frame;
            ip_headers[words.size] = ip;
            services[words.size] = &service;
            words.add(raw_addresses(ip), raw_ends);
        }
    };
    struct Burst {
        const reroute::ServiceSet& set;
        const Arrival& arrival;
        Egress& egress;
        Routable& routable;
        unsigned n_kept = 0;
    };

    void keep(Burst& burst, unsigned at);
    // A whole datagram for a service, as nearly all are. False: it may be something else, see try_admit().
    bool try_admit_plain(Burst& burst, unsigned at, uint16_t published, Origin origin);
    // False: it is not for a service, and stays as it is.
    bool try_admit(Burst& burst, unsigned at, const packet::Adjacency& adjacency, Origin origin);
    bool try_admit_to_spray(Burst& burst, Pending& pending, packet::TransportVerdict verdict,
                            const reroute::PublishedRow& published);
    // False: no dispatcher takes it.
    bool try_dispatch(Burst& burst, unsigned at, const packet::Adjacency& adjacency);
    void finish_admission(Burst& burst, Pending& pending, uint16_t service, uint16_t published);
    void take_later_fragment(Burst& burst, Pending& pending, const reroute::PublishedRow& published);
    bool take_icmp_error(Burst& burst, Pending& pending, const reroute::PublishedRow& published, uint16_t index);
    static void ask_home(Burst& burst, const Pending& pending, AdjacencyIndex home);
    bool take_tunnel(Burst& burst, unsigned at);
    void take_answer(Burst& burst, uint8_t* ip, AnswerFate fate);
    void restore_other_answer(Burst& burst, uint8_t* ip);
    // False: nobody's, and it stays as it is. Else it is the client's, where it may go on, and its route is found.
    bool try_take_pool_answer(Burst& burst, unsigned at, packet::TransportVerdict verdict,
                              packet::Transport& transport, uint16_t pool);
    void note_pool_answer(const reroute::ServiceSet& set, const table::FlowKey& key, uint16_t pool,
                          SourceNat::Place place, const packet::Transport& transport);

    template <Tagging kTagging>
    void send(Burst& burst, Pending& pending);
    // All in hashed_.
    template <Tagging kTagging>
    void send_hashed(Burst& burst);
    // The slots and flows of all that wait are known, and on their way to the cache.
    void hash_pending(Burst& burst);
    // All in pending_.
    template <Tagging kTagging>
    void send_pending(Burst& burst);
    // All that wait, so that what comes now finds what they leave behind, and does not overtake them.
    template <Tagging kTagging>
    void send_waiting(Burst& burst);
    // By the service's rewrite. transport: nullptr for a later fragment or an ICMP error.
    template <Tagging kTagging>
    void send_to_target(Burst& burst, rte_mbuf* frame, uint8_t* ip, const reroute::ServiceRow& service,
                        uint16_t target, packet::Transport* transport);
    // By another rewrite than mac. Not checked: the target is not behind a member.
    template <Tagging kTagging>
    void send_rewritten(Burst& burst, rte_mbuf* frame, uint8_t* ip, const reroute::ServiceRow& service,
                        const reroute::TargetRow& target, packet::Transport* transport);
    // With an address and port of a pool as its source.
    template <Tagging kTagging>
    void send_from_pool(Burst& burst, Pending& pending, uint16_t target);
    template <Tagging kTagging>
    void send_by_mac(Burst& burst, rte_mbuf* frame, uint8_t* ip, AdjacencyIndex to,
                     const reroute::ServiceRow& service, packet::Transport* transport);
    // The way to a target that is routed to; nullptr: the frame is dropped, or punted as it came.
    const packet::Adjacency* find_way(Burst& burst, rte_mbuf* frame, uint8_t* ip,
                                      const reroute::ServiceRow& service, const reroute::TargetRow& target);
    void punt(Burst& burst, rte_mbuf* frame, const uint8_t* ip, AdjacencyIndex to, packet::PuntReason reason);
    void punt_too_big(Burst& burst, rte_mbuf* frame, uint8_t* ip, const reroute::ServiceRow& service,
                      const reroute::TargetRow& target);
    void encapsulate(Burst& burst, rte_mbuf* frame, uint8_t* ip, const reroute::ServiceRow& service,
                     const reroute::TargetRow& target, const packet::Adjacency& adjacency,
                     packet::Transport* transport);
    // Puts the outer header in front, and returns it. Not checked: there is room.
    uint8_t* wrap(uint8_t* ip, const reroute::ServiceRow& service, const reroute::TargetRow& target);
    // Without ports: only the addresses become those that the target sees, and its own.
    static void readdress(const reroute::ServiceSet& set, uint8_t* ip, const reroute::ServiceRow& service,
                          const reroute::TargetRow& target);
    void count_target(uint16_t target, const rte_mbuf* frame) {
        counters::TargetCell& cell = counters_.target(target);
        cell.packets.add(1);
        cell.bytes.add(frame->data_len);
    }
    [[nodiscard]] Origin origin_of(const Burst& burst, rte_mbuf* frame) const;

    const table::ServicePublisher* services_;
    counters::RerouteCounters counters_;
    FlowBook book_;
    SourceNat sources_;
    PendingBurst pending_;
    HashedBurst hashed_;
    uint16_t identification_ = 0;
};

}  // namespace evengate::dataplane
