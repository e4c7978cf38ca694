// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/event_log.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace evengate::control {

void EventLog::add(admin::Event::Severity severity, std::string text, TimePoint now) {
    if (events_.size() == kMaxEvents) {
        events_.pop_front();
    }
    events_.push_back({.at = now, .severity = severity, .text = std::move(text)});
    n_new_ = std::min(n_new_ + 1, events_.size());
}

std::vector<admin::Event> EventLog::take_new() {
    const auto first = events_.end() - static_cast<std::ptrdiff_t>(std::exchange(n_new_, 0));
    return {first, events_.end()};
}

bool EventLog::is_due(EventReason reason, TimePoint now) {
    Limit& limit = limits_[static_cast<size_t>(reason)];
    if (now < limit.next) {
        ++limit.n_suppressed;
        return false;
    }
    return true;
}

void EventLog::add_limited(EventReason reason, admin::Event::Severity severity, std::string text,
                           TimePoint now) {
    Limit& limit = limits_[static_cast<size_t>(reason)];
    if (limit.n_suppressed != 0) {
        text += " (and " + std::to_string(limit.n_suppressed) + " like it before)";
    }
    limit = {.next = now + kInterval, .n_suppressed = 0};
    add(severity, std::move(text), now);
}

}  // namespace evengate::control
