// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: leaving without loss: a drain, which ends when no traffic comes any more, and the departure
// before the program ends (protocol rule 15). Thread: control. Used by: control.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "base/time.hpp"
#include "control/event_log.hpp"
#include "control/group_speakers.hpp"
#include "control/outside.hpp"
#include "control/vmac_ownership.hpp"
#include "settings/settings.hpp"

namespace evengate::control {

class Departure {
 public:
    // For so long all vMACs may take to be handed over while we linger; then good-bye is due as soon
    // as the last is gone, for which the protocol engine waits two seconds more.
    static constexpr Duration kHandOver = std::chrono::milliseconds(500);
    // A program that is told to end waits no longer than this.
    static constexpr Duration kLongestDeparture = std::chrono::milliseconds(2'700);

    Departure(const settings::Timers& timers, const VmacOwnership& ownership,
              const Appliance& appliance, GroupSpeakers& speakers, EventLog& events);

    enum class Drain : uint8_t {
        none,
        moving,  // vMACs go to other members
        quiet,   // all are gone; waits for the traffic to end
        done,
    };
    [[nodiscard]] Drain drain() const { return drain_; }

    void begin_drain(TimePoint now);
    void end_drain(TimePoint now);

    // Hands everything over, then says good-bye. Once.
    void begin(TimePoint now);
    [[nodiscard]] bool has_begun() const { return departure_ != Stage::staying; }
    // The others have all, or there is nobody, or it took too long.
    [[nodiscard]] bool is_over() const { return departure_ == Stage::gone; }

    // A worker handed over a frame that it had counted for one of our MAC addresses.
    void count_punted() { ++n_punted_; }

    [[nodiscard]] TimePoint next_deadline() const { return next_; }
    // Also after any event of the group protocol.
    void look(TimePoint now);

 private:
    enum class Stage : uint8_t { staying, handing_over, leaving, gone };

    [[nodiscard]] bool is_busy() const;
    [[nodiscard]] bool owns_nothing() const;
    [[nodiscard]] bool has_live_peer(TimePoint now) const;
    // Frames in transit that workers took in, for all of our MAC addresses.
    [[nodiscard]] uint64_t count_transit() const;
    void look_at_drain(TimePoint now);
    void look_at_departure(TimePoint now);

    const Duration quiet_;
    const Duration limit_;
    const VmacOwnership& ownership_;
    const Appliance& appliance_;
    GroupSpeakers& speakers_;
    EventLog& events_;

    Drain drain_ = Drain::none;
    TimePoint drain_began_at_{};
    Stage departure_ = Stage::staying;
    TimePoint departure_began_at_{};
    uint64_t n_punted_ = 0;
    uint64_t last_transit_ = 0;
    TimePoint quiet_since_{};
    TimePoint next_ = kNever;
};

}  // namespace evengate::control
