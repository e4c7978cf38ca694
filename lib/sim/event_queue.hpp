// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what will happen, in the order of virtual time; at the same moment in the order in which it
// was put in. Thread: any. Used by: sim.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/time.hpp"
#include "sim/frame.hpp"

namespace evengate::sim {

enum class EventKind : uint8_t {
    frame_at_member,  // who: member, what: frame
    frame_at_host,    // who: host, what: frame
    control_wakes,    // who: member
    host_wakes,       // who: host
    fault_begins,     // what: index of the plan
    fault_ends,       // what: index of the plan
    member_starts,    // who: member, what: its life
    hostile_wakes,    // who: side
    check,
};

struct Event {
    TimePoint at;
    uint32_t order = 0;
    EventKind kind{};
    Side side = Side::lan;
    uint16_t who = 0;
    uint32_t what = 0;
};

class EventQueue {
 public:
    EventQueue() { heap_.reserve(1024); }

    void add(TimePoint at, EventKind kind, Side side, uint16_t who, uint32_t what) {
        heap_.push_back({at, next_order_++, kind, side, who, what});
        std::push_heap(heap_.begin(), heap_.end(), IsLater());
    }
    [[nodiscard]] bool empty() const { return heap_.empty(); }
    [[nodiscard]] TimePoint next() const { return heap_.empty() ? kNever : heap_.front().at; }
    // Not checked: it is not empty.
    Event take() {
        std::pop_heap(heap_.begin(), heap_.end(), IsLater());
        const Event event = heap_.back();
        heap_.pop_back();
        return event;
    }

 private:
    // A class, as a function's address would be called and not inlined.
    struct IsLater {
        bool operator()(const Event& a, const Event& b) const {
            return a.at != b.at ? a.at > b.at : a.order > b.order;
        }
    };

    std::vector<Event> heap_;
    uint32_t next_order_ = 0;
};

}  // namespace evengate::sim
