// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the adjacency indexes: a few fixed ones, and a pool for neighbours; and what workers do
// with frames for each, with the egress link taken into account. Thread: control. Used by: routes,
// neighbours.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>

#include "base/ids.hpp"
#include "base/mac_address.hpp"
#include "base/time.hpp"
#include "control/interface_set.hpp"
#include "control/outside.hpp"

namespace evengate::control {

class Adjacencies {
 public:
    // An index is used again only after this: far longer than a worker holds one that it looked up,
    // even where it shares its CPU.
    static constexpr Duration kQuarantine = std::chrono::milliseconds(100);

    // Sets the fixed ones in the tables. Not checked: n_adjacencies is above n_fixed().
    Adjacencies(const InterfaceSet& interfaces, ForwardingTables& tables, uint16_t n_adjacencies);

    // Indexes not in the pool, the data plane's own 0 included.
    static size_t n_fixed(size_t n_interfaces) { return kFirstGlean + n_interfaces; }

    // Frames to our own addresses.
    [[nodiscard]] static AdjacencyIndex local() { return AdjacencyIndex(kLocal); }
    // Frames to addresses that no router forwards to.
    [[nodiscard]] static AdjacencyIndex blackhole() { return AdjacencyIndex(kBlackhole); }
    // Frames to hosts of a connected prefix that are not known yet.
    [[nodiscard]] static AdjacencyIndex glean(InterfaceId interface) {
        return AdjacencyIndex(static_cast<uint16_t>(kFirstGlean + interface.value));
    }

    // An index of the pool; nothing when all are in use or in quarantine.
    std::optional<AdjacencyIndex> try_take(TimePoint now);
    // Not checked: no route leads to it any more.
    void give_back(AdjacencyIndex index, InterfaceId interface, TimePoint now);

    // Lets workers forward to this MAC on the interface; while its link is down, drop. What is
    // forwarded counts for this slot's vMAC, too; kNoSlot: for none.
    void forward(AdjacencyIndex index, InterfaceId interface, const MacAddress& neighbour,
                 SlotIndex return_slot = kNoSlot);
    // Lets workers hand frames over because the MAC is not known; while the link is down, drop.
    void unresolve(AdjacencyIndex index, InterfaceId interface);

    // Brings the fixed adjacency of the interface in line with its link.
    void on_link(InterfaceId interface) { unresolve(glean(interface), interface); }

 private:
    static constexpr uint16_t kLocal = 1;
    static constexpr uint16_t kBlackhole = 2;
    static constexpr uint16_t kFirstGlean = 3;

    struct Free {
        AdjacencyIndex index;
        TimePoint usable_from;
    };

    const InterfaceSet& interfaces_;
    ForwardingTables& tables_;
    std::deque<Free> free_;  // longest free first
};

}  // namespace evengate::control
