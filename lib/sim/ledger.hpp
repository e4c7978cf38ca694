// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the datagrams between hosts and servers, each followed until it arrives or is lost.
// Thread: any. Used by: sim.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "sim/frame.hpp"

namespace evengate::sim {

// name, what happened to the last copy
#define EVENGATE_SIM_LOSSES(X)                                                  \
    X(none, "still on its way")                                                 \
    X(chance, "lost by chance, on a network that loses")                        \
    X(cut, "on a path that is cut")                                             \
    X(link_down, "at a link that is down")                                      \
    X(no_way, "no port leads on")                                               \
    X(member_dead, "at a member that is dead")                                  \
    X(not_for_us, "at a station with another MAC")                              \
    X(foreign_vmac, "at a member that does not own the vMAC")                   \
    X(fenced, "at a member whose lease has run out")                            \
    X(no_adjacency, "at a member without a route or next hop")                  \
    X(ring_full, "at a member whose control did not take it in time")           \
    X(control, "in a member's control plane")                                   \
    X(host_unresolved, "the server had no MAC for its gateway's address")

enum class Loss : uint8_t {
#define X(name, text) name,
    EVENGATE_SIM_LOSSES(X)
#undef X
};
std::string_view name_of(Loss loss);
inline constexpr size_t kLossCount = 0
#define X(name, text) +1
    EVENGATE_SIM_LOSSES(X)
#undef X
    ;

class Ledger {
 public:
    struct Entry {
        TimePoint sent;
        uint16_t host = 0;
        Direction direction{};
        uint8_t n_arrived = 0;
        bool flooded = false;  // some copy of it was
        Loss loss = Loss::none;
    };
    struct Totals {
        uint64_t n_sent = 0;
        uint64_t n_arrived = 0;            // at least once
        uint64_t n_lost = 0;
        uint64_t n_doubled = 0;            // arrived more than once, without any flooding
        uint64_t n_doubled_by_flooding = 0;
        std::array<uint64_t, kLossCount> lost_by{};
    };

    // Starts to follow a datagram; its number is parcel.sequence, whatever the host.
    Parcel send(uint16_t host, Direction direction, TimePoint now) {
        entries_.push_back({.sent = now, .host = host, .direction = direction});
        return {host, direction, static_cast<uint32_t>(entries_.size() - 1)};
    }
    void arrive(const Frame& frame) {
        Entry& entry = entries_[frame.parcel.sequence];
        ++entry.n_arrived;
        entry.flooded = entry.flooded || frame.flooded;
    }
    // Nothing for frames that are no datagrams. A flooded copy that others throw away is no loss
    // of its own: only a datagram that never arrives is.
    void note_loss(const Frame& frame, Loss loss) {
        if (frame.kind == FrameKind::datagram) {
            Entry& entry = entries_[frame.parcel.sequence];
            entry.flooded = entry.flooded || frame.flooded;
            // Of a flooded frame others' "not for us" tells nothing where the owner has said why.
            const bool is_weak = loss == Loss::not_for_us || loss == Loss::foreign_vmac;
            if (!is_weak || entry.loss == Loss::none || entry.loss == Loss::not_for_us) {
                entry.loss = loss;
            }
        }
    }

    // Of the datagrams sent in [from, to).
    [[nodiscard]] Totals totals(TimePoint from, TimePoint to) const;
    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
    void reserve(size_t n_entries) { entries_.reserve(n_entries); }

 private:
    std::vector<Entry> entries_;
};

}  // namespace evengate::sim
