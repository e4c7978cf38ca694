// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the last things an operator should know of, at most one of each reason in an interval,
// since strangers can cause them. Thread: control. Used by: control.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "admin/report.hpp"
#include "base/time.hpp"

namespace evengate::control {

enum class EventReason : uint8_t {
    address_conflict,
    own_mac_elsewhere,
    neighbours_full,
    routes_full,
    group_parameters_differ,
    group_name_clash,
    group_one_way,
    path_mtu,
};
inline constexpr size_t kEventReasonCount = 8;

class EventLog {
 public:
    static constexpr size_t kMaxEvents = 256;
    static constexpr Duration kInterval = std::chrono::seconds(10);

    // Adds an event that only the operator or the hardware can cause.
    void add(admin::Event::Severity severity, std::string text, TimePoint now);

    // Whether an event of this reason may be added now; if not, it is counted and the next one says
    // how many there were. Ask first, so that no text is made for nothing.
    [[nodiscard]] bool is_due(EventReason reason, TimePoint now);

    // Adds an event that a stranger can cause. Only after is_due() allowed it.
    void add_limited(EventReason reason, admin::Event::Severity severity, std::string text,
                     TimePoint now);

    // The events since the last call, oldest first; of a flood, the last kMaxEvents.
    [[nodiscard]] std::vector<admin::Event> take_new();
    [[nodiscard]] bool has_new() const { return n_new_ != 0; }

    // Oldest first.
    [[nodiscard]] std::vector<admin::Event> snapshot() const {
        return {events_.begin(), events_.end()};
    }

 private:
    struct Limit {
        TimePoint next{};
        uint64_t n_suppressed = 0;
    };

    std::deque<admin::Event> events_;
    size_t n_new_ = 0;  // of events_, at its end, that take_new() has not returned
    std::array<Limit, kEventReasonCount> limits_{};
};

}  // namespace evengate::control
