// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the slots of a service, and those before, under which a connection began that nobody remembers (rules
// D2, D8). Pure. Thread: any. Used by: control.
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.hpp"

namespace evengate::reroute {

// Who remembers connections.
enum class Remembrance : uint8_t {
    own,    // this gateway alone: what it does not know began some time ago
    group,  // members tell each other of what differs from its slot, and of that alone
};

// For all services of a gateway: when a member left. What is not known any more may have been its own. Its
// connections went by the slots of that time, or others were told of them.
class Departure {
 public:
    // transition: for how long what it knew counts as lost.
    explicit Departure(Duration transition) : transition_(transition) {}

    void note(TimePoint now) { until_ = now + transition_; }
    [[nodiscard]] bool is_recent(TimePoint now) const { return now < until_; }
    [[nodiscard]] TimePoint until() const { return until_; }
    [[nodiscard]] Duration transition() const { return transition_; }

 private:
    Duration transition_;
    TimePoint until_{};
};

class SlotMemory {
 public:
    // Members were told of what a change of slots left behind.
    static constexpr Duration kUntilTold = std::chrono::seconds(1);
    // Slots that were in use for less are no connection's, but of a few.
    static constexpr Duration kHardlyUsed = std::chrono::milliseconds(250);

    // Slot -> target, all classes. False: they are as they were.
    bool try_change(std::vector<uint16_t> slots, Remembrance remembrance, const Departure& departure, TimePoint now);
    // No connection that others may ask about went by the slots so far.
    void disregard(TimePoint now);
    // After departure.note(): the slots of now are those of who left, or, right behind a change, those before.
    void on_departure(const Departure& departure, TimePoint now);

    [[nodiscard]] const std::vector<uint16_t>& slots() const { return slots_; }
    // Empty: nothing says that anything began under others.
    [[nodiscard]] const std::vector<uint16_t>& previous() const { return previous_; }
    // Forgets previous() when it is time; kNever: there is nothing to forget.
    TimePoint forget(TimePoint now);

 private:
    [[nodiscard]] bool were_used(TimePoint now) const;

    std::vector<uint16_t> slots_;
    TimePoint since_{};
    std::vector<uint16_t> previous_;
    TimePoint changed_{};  // from previous_ to others
    TimePoint until_{};
};

}  // namespace evengate::reroute
