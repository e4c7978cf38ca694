// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the neighbours, in a bounded table whose quotas keep those that proved themselves safe from
// a scan or a flood. Thread: control. Used by: neighbours, report.
#pragma once

#include <cstdint>
#include <vector>

#include "base/ids.hpp"
#include "base/mac_address.hpp"
#include "base/time.hpp"
#include "control/frame_sender.hpp"
#include "control/index_list.hpp"
#include "control/routes.hpp"

namespace evengate::control {

enum class NeighbourState : uint8_t {
    incomplete,  // asked by broadcast, MAC not known
    reachable,
    probing,  // asked by unicast whether it is still there; frames flow
    failed,   // did not answer; left alone for a while
    fixed,    // configured with its MAC; never asked
};

// How hard it is to make a neighbour leave.
enum class Standing : uint8_t {
    free,        // not a neighbour: a place for one
    unresolved,  // somebody sends to it, nobody answered
    learnt,      // it spoke, but never answered us: may be forged
    confirmed,   // it answered us
    pinned,      // next hop of a static route, or configured: never leaves
};
inline constexpr size_t kStandingCount = 5;

struct HeldFrame {
    std::vector<uint8_t> datagram;
    std::vector<uint8_t> as_received;     // where that differs
    InterfaceId ingress = kNoInterface;  // of one in transit
    Origin origin = Origin::transit;
};

struct Neighbour {
    NeighbourKey key;
    NeighbourState state = NeighbourState::incomplete;
    Standing standing = Standing::free;
    bool has_host_route = false;
    uint16_t n_tries = 0;
    MacAddress mac;                           // unless incomplete or failed
    AdjacencyIndex adjacency = kNoAdjacency;  // while it has one in the workers' tables
    SlotIndex return_slot = kNoSlot;          // of the vMAC that what it is sent counts for
    TimePoint since;                          // last confirmed, or resolving began
    TimePoint moved_at;                       // when it got its MAC
    std::vector<HeldFrame> held;              // oldest first; only while incomplete

    [[nodiscard]] bool is_resolved() const {
        return state == NeighbourState::reachable || state == NeighbourState::probing ||
               state == NeighbourState::fixed;
    }
};

class NeighbourTable {
 public:
    struct Quotas {
        size_t n_pinned = 0;
        size_t n_unresolved = 0;
        size_t n_resolved = 0;  // learnt and confirmed together

        // What a pool of so many adjacencies allows. Unresolved neighbours need none, and as many
        // as their quota stay spare for indexes in quarantine.
        static Quotas of_pool(size_t n_adjacencies, size_t n_pinned);
        [[nodiscard]] size_t total() const { return n_pinned + n_unresolved + n_resolved; }
    };

    NeighbourTable(Quotas quotas, uint64_t seed);

    // nullptr if it is not known. Cost: O(1), no allocation.
    [[nodiscard]] Neighbour* find(const NeighbourKey& key);

    // Who must leave before one more of this standing fits: of the lower standing the one unheard
    // of for longest. A learnt one never displaces a confirmed one. Nobody if there is room.
    [[nodiscard]] Neighbour* victim_for(Standing incoming);
    // Whether there is a place of this standing without anybody leaving.
    [[nodiscard]] bool has_room(Standing incoming) const;

    // Not checked: has_room(standing), and the key is not in.
    Neighbour& add(const NeighbourKey& key, Standing standing, TimePoint now);
    // Moves it to the young end of its new, or the same, standing. Not checked: quotas.
    void set_standing(Neighbour& neighbour, Standing standing);
    void remove(Neighbour& neighbour);

    // Its place, 0 .. n_places() - 1, while it is in.
    [[nodiscard]] uint32_t place_of(const Neighbour& neighbour) const {
        return static_cast<uint32_t>(&neighbour - places_.data());
    }
    [[nodiscard]] Neighbour& at(uint32_t place) { return places_[place]; }
    [[nodiscard]] uint32_t n_places() const { return static_cast<uint32_t>(places_.size()); }
    [[nodiscard]] size_t count(Standing standing) const {
        return order_.size(static_cast<size_t>(standing));
    }
    // A number that is the neighbour's own and spread evenly: for jitter.
    [[nodiscard]] uint64_t hash(const NeighbourKey& key) const;

 private:
    [[nodiscard]] Neighbour* oldest(Standing standing);

    Quotas quotas_;
    uint64_t seed_;
    std::vector<Neighbour> places_;
    HashIndex index_;
    IndexLists order_;  // by standing; longest unheard of first
};

}  // namespace evengate::control
