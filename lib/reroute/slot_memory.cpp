// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "reroute/slot_memory.hpp"

#include <algorithm>
#include <utility>

#include "reroute/slots.hpp"

namespace evengate::reroute {

bool SlotMemory::were_used(TimePoint now) const {
    return !slots_.empty() && slots_.front() != kNoTarget && now >= since_ + kHardlyUsed;
}

bool SlotMemory::try_change(std::vector<uint16_t> slots, Remembrance remembrance, const Departure& departure,
                            TimePoint now) {
    if (slots == slots_) {
        return false;
    }
    const bool is_group = remembrance == Remembrance::group;
    // Near the end of a departure's time there must be a second left for what this change leaves behind.
    const TimePoint told_by = is_group ? now + kUntilTold : now;
    const bool is_held = told_by < until_ && (!is_group || departure.is_recent(told_by));
    if (!were_used(now)) {
        until_ = now < until_ ? std::max(until_, now + kUntilTold) : until_;
    } else if (!is_held) {
        previous_ = slots_;
        changed_ = now;
        until_ = is_group ? std::max(now + kUntilTold, departure.until()) : now + departure.transition();
    }
    slots_ = std::move(slots);
    since_ = now;
    return true;
}

void SlotMemory::disregard(TimePoint now) {
    since_ = now;
    previous_.clear();
    until_ = now;
}

void SlotMemory::on_departure(const Departure& departure, TimePoint now) {
    until_ = now < until_ && now < changed_ + kUntilTold ? departure.until() : now;
}

TimePoint SlotMemory::forget(TimePoint now) {
    if (now >= until_) {
        previous_.clear();
    }
    return previous_.empty() ? kNever : until_;
}

}  // namespace evengate::reroute
