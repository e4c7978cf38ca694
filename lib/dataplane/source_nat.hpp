// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the addresses and ports that targets see in place of clients' (rerouting rule 12, return: snat), and
// whose an answer to one is. Knows nothing of frames. Thread: worker. Used by: dataplane.
#pragma once

#include <cstdint>
#include <optional>

#include "counters/reroute_counters.hpp"
#include "dataplane/flow_book.hpp"
#include "dataplane/worker_plan.hpp"
#include "reroute/service_set.hpp"
#include "table/flow_table.hpp"
#include "table/source_table.hpp"

namespace evengate::dataplane {

class SourceNat {
 public:
    // Where a source lies: with which worker, and at which place of its ports.
    struct Place {
        uint8_t worker = 0;
        uint16_t port_place = 0;
    };

    // All that plan points to, and the others, outlive it. Without pools, nothing may be asked but tend().
    SourceNat(const WorkerPlan& plan, const FlowBook& book, counters::RerouteCounters& counters)
        : memory_(plan.reroute.sources), worker_(static_cast<uint8_t>(plan.index.value)), book_(book),
          counters_(counters) {}

    // The port that the connection's target sees, of this pool; of a new connection, one that was free. Nothing:
    // all are held by connections that were answered.
    std::optional<uint16_t> port_for(const ClientPacket& packet, uint16_t pool, uint16_t target);
    // The same without a trace of it: nothing for a connection that has none.
    [[nodiscard]] std::optional<uint16_t> find_port(const ClientPacket& packet) const;

    // Where the port of a pool lies; nothing: it is no worker's.
    [[nodiscard]] std::optional<Place> place_of(uint16_t port) const;
    // Nothing: it is nobody's. Any place may be asked.
    [[nodiscard]] std::optional<table::SourceOwner> owner_at(uint16_t pool, Place place) const;
    // A segment of the target, or a datagram of UDP as one with an ACK. Not checked: the source has an owner.
    void note_answer(uint16_t pool, Place place, reroute::Segment segment) const;

    // Looks after what others saw, and gives back what is over. n_parts: what FlowBook::tend() returned.
    void tend(const reroute::ServiceSet& set, uint32_t n_parts);

 private:
    [[nodiscard]] uint32_t index_of(uint16_t pool, uint16_t port_place) const {
        return memory_.split.source(pool, port_place);
    }
    [[nodiscard]] uint16_t port_at(Place place) const {
        return static_cast<uint16_t>(memory_.split.first(place.worker) + place.port_place);
    }
    [[nodiscard]] table::SourceTable& owners() const { return *memory_.owners[worker_]; }
    // Of a connection that another worker has.
    [[nodiscard]] std::optional<Place> find_elsewhere(const ClientPacket& packet) const;
    table::FlowPlace open(const ClientPacket& packet, uint16_t pool, uint16_t target);
    void tend(const reroute::ServiceSet& set, table::FlowPlace place, const table::FlowKey& key);

    SourceMemory memory_;
    uint8_t worker_;
    const FlowBook& book_;
    counters::RerouteCounters& counters_;
    uint32_t cursor_ = 0;
};

}  // namespace evengate::dataplane
