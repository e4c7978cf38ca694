// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: resolving next hops and hosts with ARP: asking, holding frames meanwhile, refreshing,
// giving up; and keeping the workers' tables in line with what is known. Thread: control. Used by:
// arp_responder, ipv4_path, icmp_responder, control, report.
#pragma once

#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "control/adjacencies.hpp"
#include "control/arp_requester.hpp"
#include "control/counts.hpp"
#include "control/deadline_heap.hpp"
#include "control/event_log.hpp"
#include "control/frame_sender.hpp"
#include "control/interface_set.hpp"
#include "control/neighbour_routes.hpp"
#include "control/neighbour_table.hpp"
#include "control/routes.hpp"
#include "settings/settings.hpp"

namespace evengate::control {

// How we came to hear from a neighbour.
enum class Sighting : uint8_t {
    answer,    // a reply to us
    question,  // a request, to us or overheard: learn the sender (protocol rule 16)
    rumour,    // a reply to somebody else: believed only of whom we know
};

class Neighbours {
 public:
    // A datagram on its way to a neighbour. The bytes belong to the caller.
    struct Parcel {
        std::span<const uint8_t> datagram;
        Origin origin = Origin::own;
        InterfaceId ingress = kNoInterface;  // of one in transit
        std::span<const uint8_t> as_received = {};  // where that differs: what an error about it quotes
    };

    // Not checked: n_adjacencies leaves the pool room for n_pinned() and four more.
    Neighbours(const settings::Settings& settings, const InterfaceSet& interfaces, Routes& routes,
               Adjacencies& adjacencies, FrameSender& sender, EventLog& events, Counts& counts,
               uint64_t seed);

    // How many adjacencies are never given back: next hops and configured neighbours. One that is
    // both counts twice.
    static size_t n_pinned(const settings::Settings& settings, const Routes& routes) {
        return routes.next_hops().size() + settings.neighbours.size();
    }

    // Makes this the neighbour's MAC for ever: it is neither asked nor believed.
    // Not checked: it is one of settings.neighbours, once, and before any other neighbour is known.
    void fix(const NeighbourKey& key, const MacAddress& mac, TimePoint now);

    // Starts to resolve a next hop that is never given up, and returns its adjacency, which stays.
    // A fixed one needs no resolving. Not checked: it is one of routes.next_hops(), once.
    AdjacencyIndex pin(const NeighbourKey& next_hop, TimePoint now);

    // Sends the datagram if the neighbour is known, else holds a copy and asks. Returns forwarded,
    // held or refused, also for own datagrams. Not checked: as FrameSender::send_ipv4().
    Outcome submit(const NeighbourKey& key, const Parcel& parcel, TimePoint now);

    // Takes note that the neighbour was heard with this MAC. Returns whether that was of use.
    // Cost: O(1), and no allocation for one that is known with that MAC.
    bool observe(const NeighbourKey& key, const MacAddress& mac, Sighting sighting, TimePoint now);

    // Another member knows the neighbour with this MAC (protocol rule 16): taken where we know
    // none, and soon verified. Returns whether frames for it can be sent now.
    bool adopt(const NeighbourKey& key, const MacAddress& mac, TimePoint now);

    // Asks again at once for a next hop that has not answered yet; one that failed is left alone.
    void hurry(const NeighbourKey& key, TimePoint now);

    // Somebody wants to know whether the neighbour is there: asks for one that is not known, and
    // probes one that was not confirmed for so long.
    void watch(const NeighbourKey& key, Duration longest_silence, TimePoint now);

    // The link of the interface has changed already.
    void on_link(InterfaceId interface, TimePoint now);

    [[nodiscard]] TimePoint next_deadline() const { return deadlines_.next(); }
    void on_timers(TimePoint now);

    // The frames in transit whose neighbour did not answer, for ICMP to report. Counted already.
    [[nodiscard]] std::vector<HeldFrame> take_unreachable() {
        return std::exchange(unreachable_, {});
    }

    // Calls visit(neighbour) for all, in no order. Cost: O(places).
    template <class Visit>
    void for_each(Visit&& visit) {
        for (uint32_t place = 0; place < table_.n_places(); ++place) {
            if (table_.at(place).standing != Standing::free) {
                visit(table_.at(place));
            }
        }
    }
    // Lets what each neighbour is sent count for the vMAC in slot_of(interface, MAC); kNoSlot: for
    // none. Cost: O(places), and a table entry for each that changed.
    template <class SlotOf>
    void assign_returns(SlotOf&& slot_of, TimePoint now) {
        for_each([&](Neighbour& neighbour) {
            if (!neighbour.is_resolved()) {
                return;
            }
            const SlotIndex slot = slot_of(neighbour.key.interface, neighbour.mac);
            if (std::exchange(neighbour.return_slot, slot) != slot &&
                neighbour.adjacency != kNoAdjacency) {
                shown_.show(neighbour, now);
            }
        });
    }
    // Where frames for it go; none: they cannot be sent now.
    [[nodiscard]] std::optional<MacAddress> mac_of(const NeighbourKey& key) {
        const Neighbour* neighbour = table_.find(key);
        return neighbour != nullptr && neighbour->is_resolved() ? std::optional(neighbour->mac) : std::nullopt;
    }
    // Whether frames for it can be sent now.
    [[nodiscard]] bool is_resolved(const NeighbourKey& key) { return mac_of(key).has_value(); }
    // Whether there is no sense in waiting for it: it did not answer a moment ago.
    [[nodiscard]] bool has_failed(const NeighbourKey& key) {
        const Neighbour* neighbour = table_.find(key);
        return neighbour != nullptr && neighbour->state == NeighbourState::failed;
    }
    [[nodiscard]] size_t count(Standing standing) const { return table_.count(standing); }

 private:
    // State changes.
    Neighbour* add(const NeighbourKey& key, Standing standing, TimePoint now);
    void begin_resolving(Neighbour& neighbour, TimePoint now);
    void resolve(Neighbour& neighbour, const MacAddress& mac, Standing standing, TimePoint now);
    void on_due(Neighbour& neighbour, TimePoint now);
    [[nodiscard]] bool is_given_up(const Neighbour& neighbour, TimePoint now) const;
    void give_up(Neighbour& neighbour, TimePoint now);
    void forget(Neighbour& neighbour, Refusal held_fate, TimePoint now);
    void on_link_up(Neighbour& neighbour, TimePoint now);
    void on_link_down(Neighbour& neighbour, TimePoint now);

    // Asking.
    void ask(Neighbour& neighbour, TimePoint now);
    [[nodiscard]] Duration refresh_after(const Neighbour& neighbour) const;
    [[nodiscard]] Duration jitter(const NeighbourKey& key, Duration range) const;
    void set_deadline(const Neighbour& neighbour, TimePoint deadline) {
        deadlines_.set(table_.place_of(neighbour), deadline);
    }

    // Held frames.
    void hold(Neighbour& neighbour, const Parcel& parcel);
    void send_held(Neighbour& neighbour);
    void refuse_held(Neighbour& neighbour, Refusal refusal);
    void release(const HeldFrame& frame, Outcome outcome);
    Outcome send(const Neighbour& neighbour, std::span<const uint8_t> datagram, Origin origin);

    const settings::Timers timers_;
    const InterfaceSet& interfaces_;
    Routes& routes_;
    FrameSender& sender_;
    EventLog& events_;
    Counts& counts_;
    NeighbourTable table_;
    DeadlineHeap deadlines_;  // by place in the table
    ArpRequester requester_;
    NeighbourRoutes shown_;  // what workers know
    Duration link_up_spread_;
    std::vector<HeldFrame> unreachable_;
};

}  // namespace evengate::control
