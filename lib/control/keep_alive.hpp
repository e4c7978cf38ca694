// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the frames by which switches keep knowing where the vMACs are (protocol rule 21).
// Thread: control. Used by: control.
#pragma once

#include <vector>

#include "base/time.hpp"
#include "control/counts.hpp"
#include "control/deadline_heap.hpp"
#include "control/frame_sender.hpp"
#include "control/interface_set.hpp"
#include "control/vmac_ownership.hpp"

namespace evengate::control {

class KeepAlive {
 public:
    KeepAlive(const VmacOwnership& ownership, const InterfaceSet& interfaces, FrameSender& sender,
              Counts& counts, Duration interval);

    // Announces all vMACs, and from then on each once in every interval.
    void start(TimePoint now);
    // The link of the interface has changed already: falls silent, or announces at once.
    void on_link(InterfaceId interface, TimePoint now);

    [[nodiscard]] TimePoint next_deadline() const { return deadlines_.next(); }
    void on_timers(TimePoint now);

 private:
    struct Entry {
        InterfaceId interface;
        Vmac vmac;
        Duration announce_after;  // the start, or the link up
        Duration phase;           // within the interval
    };

    void announce(uint32_t index, TimePoint now);
    void send(uint32_t index, TimePoint now);

    const VmacOwnership& ownership_;
    const InterfaceSet& interfaces_;
    FrameSender& sender_;
    Counts& counts_;
    Duration interval_;
    TimePoint epoch_{};
    std::vector<Entry> entries_;
    DeadlineHeap deadlines_;  // by index of entries_
};

}  // namespace evengate::control
