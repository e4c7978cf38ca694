// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the tables that a simulated member's workers read, as control fills them: slots, actions,
// the lease, adjacencies and routes. Thread: any. Used by: sim.
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "base/ids.hpp"
#include "base/ip_address.hpp"
#include "base/time.hpp"
#include "control/outside.hpp"
#include "packet/rewrite.hpp"
#include "packet/slot_action.hpp"
#include "sim/frame.hpp"

namespace evengate::sim {

class MemberTables {
 public:
    explicit MemberTables(MacNumbers& macs) : macs_(macs) { clear(); }

    void clear();

    void bind(std::span<const control::SlotBinding> bindings);
    void publish(std::span<const packet::SlotAction> actions, TimePoint lease) {
        actions_.assign(actions.begin(), actions.end());
        lease_ = lease;
    }
    void set_adjacency(AdjacencyIndex index, const packet::Adjacency& adjacency);
    void add_route(const IpPrefix& prefix, AdjacencyIndex adjacency);
    // Fails: false; there is no such route.
    [[nodiscard]] bool try_remove_route(const IpPrefix& prefix);

    // kNoSlot when it is nobody's here.
    [[nodiscard]] SlotIndex slot_of(Side side, MacId mac) const;
    // What a worker does with frames for the slot at this local time.
    [[nodiscard]] packet::SlotAction action(SlotIndex slot, TimePoint local_now) const;
    // What control published for it, whatever the lease.
    [[nodiscard]] packet::SlotAction published(SlotIndex slot) const {
        return slot.value < actions_.size() ? actions_[slot.value] : packet::SlotAction::unbound;
    }
    [[nodiscard]] TimePoint lease() const { return lease_; }
    [[nodiscard]] std::span<const control::SlotBinding> bindings() const { return bindings_; }

    // The adjacency of the longest prefix; kNoAdjacency without a route. Units: host byte order.
    [[nodiscard]] AdjacencyIndex look_up(uint32_t address) const;
    [[nodiscard]] const packet::Adjacency& adjacency(AdjacencyIndex index) const {
        return adjacencies_[index.value];
    }

 private:
    MacNumbers& macs_;
    std::vector<control::SlotBinding> bindings_;
    std::array<std::vector<SlotIndex>, kSideCount> slots_;  // by MacId
    std::vector<packet::SlotAction> actions_;
    TimePoint lease_{};
    std::vector<packet::Adjacency> adjacencies_;
    std::array<std::unordered_map<uint32_t, AdjacencyIndex>, 33> routes_;  // by prefix length
};

}  // namespace evengate::sim
