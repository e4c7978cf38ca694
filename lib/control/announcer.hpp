// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the frames by which switches learn and keep knowing where the vMACs are (protocol rule 21):
// nothing is ever sent from one that this member does not own. Thread: control.
// Used by: group_speakers, control.
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.hpp"
#include "control/counts.hpp"
#include "control/deadline_heap.hpp"
#include "control/frame_sender.hpp"
#include "control/group_messages.hpp"
#include "control/interface_set.hpp"
#include "control/outside.hpp"
#include "control/vmac_ownership.hpp"
#include "settings/settings.hpp"

namespace evengate::control {

class Announcer {
 public:
    // So many announcements go out together before the rate counts: a common take-over is done at
    // once.
    static constexpr unsigned kBurst = 32;

    Announcer(const settings::Settings& settings, const VmacOwnership& ownership,
              const InterfaceSet& interfaces, const Appliance& appliance, GroupMessages& messages,
              FrameSender& sender, Counts& counts);

    // Keep-alives begin: each owned vMAC once in every interval, spread.
    void start(TimePoint now);

    // This member owns the vMAC from now on: announces it in the next on_timers(), which is due at
    // once, and again four times. Those with most traffic come first.
    void announce(size_t group_index, VmacNumber vmac, TimePoint now);

    // One keep-alive from the vMAC, before anything else; then it is silent until it is announced.
    void send_last(size_t group_index, VmacNumber vmac);

    // The link of the interface has changed already: falls silent, or announces what is owned.
    void on_link(InterfaceId interface, TimePoint now);

    [[nodiscard]] TimePoint next_deadline() const { return deadlines_.next(); }
    void on_timers(TimePoint now);

 private:
    struct Entry {
        size_t group_index = 0;
        InterfaceId interface;
        Vmac vmac;
        Duration phase;           // of its keep-alives, within the interval
        TimePoint announced_at;   // begun
        uint8_t n_announced = 0;  // of kAnnouncements; all of them: only keep-alives are left
    };
    // Of one interface: how many announcements may go out now.
    struct Pace {
        TimePoint free_at{};
        std::vector<uint32_t> waiting;  // indexes of entries_
    };

    [[nodiscard]] uint32_t index_of(size_t group_index, VmacNumber vmac) const {
        return first_entries_[group_index] + vmac.value - 1u;
    }
    [[nodiscard]] bool is_owned(const Entry& entry) const;
    void begin(uint32_t index, TimePoint now);
    void send_waiting(Pace& pace, TimePoint now);
    Sent send_rarp(const Entry& entry);
    void send_announcement(uint32_t index, TimePoint now);
    void send_keep_alive(uint32_t index, TimePoint now);
    void set_keep_alive(uint32_t index, TimePoint now);

    const VmacOwnership& ownership_;
    const InterfaceSet& interfaces_;
    const Appliance& appliance_;
    GroupMessages& messages_;
    FrameSender& sender_;
    Counts& counts_;
    Duration interval_;
    Duration gap_;  // between two announcements of an interface
    TimePoint epoch_{};
    std::vector<Entry> entries_;
    std::vector<uint32_t> first_entries_;  // by group index
    std::vector<Pace> paces_;              // by interface
    DeadlineHeap deadlines_;               // by index of entries_
};

}  // namespace evengate::control
