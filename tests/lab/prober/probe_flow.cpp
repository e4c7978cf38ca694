// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "probe_flow.hpp"

#include <algorithm>
#include <utility>

namespace evengate::prober {

ProbeFlow::ProbeFlow(Duration interval, Duration answer_timeout, SettledCallback settled)
    : interval_(interval), answer_timeout_(answer_timeout), settled_(std::move(settled)) {}

uint64_t ProbeFlow::record_sent(TimePoint now) {
    if (summary_.sent == 0) {
        last_through_ = now - interval_;
    }
    last_sent_ = now;
    ++summary_.sent;
    unsettled_.push_back({.sequence = next_sequence_, .sent = now, .answered = {}, .n_duplicates = 0});
    return next_sequence_++;
}

void ProbeFlow::record_answer(uint64_t sequence, TimePoint now) {
    if (sequence >= next_sequence_) {
        return;  // not of this run
    }
    const uint64_t first_unsettled = next_sequence_ - unsettled_.size();
    if (sequence < first_unsettled) {
        ++summary_.late;
        return;
    }
    Probe& probe = unsettled_[sequence - first_unsettled];
    if (probe.answered) {
        ++summary_.duplicates;
        ++probe.n_duplicates;
        return;
    }
    probe.answered = now;
    summary_.reordered += sequence < highest_answered_ ? 1 : 0;
    highest_answered_ = std::max(highest_answered_, sequence);
    summary_.longest_round_trip = std::max(summary_.longest_round_trip, now - probe.sent);
}

void ProbeFlow::settle(TimePoint now) {
    // An answered probe waits for its timeout too: until then a duplicate is told from a late
    // answer.
    while (!unsettled_.empty() && now - unsettled_.front().sent >= answer_timeout_) {
        settle_first();
    }
}

void ProbeFlow::finish() {
    while (!unsettled_.empty()) {
        settle_first();
    }
    if (summary_.sent != 0) {
        extend_outage(last_sent_ + interval_ - last_through_);
    }
}

void ProbeFlow::settle_first() {
    const Probe& probe = unsettled_.front();
    if (probe.answered) {
        ++summary_.answered;
        extend_outage(probe.sent - last_through_);
        last_through_ = probe.sent;
    } else {
        ++summary_.lost;
    }
    if (settled_) {
        settled_(probe);
    }
    unsettled_.pop_front();
}

void ProbeFlow::extend_outage(Duration gap) {
    summary_.outage = std::max(summary_.outage, gap - interval_);
}

}  // namespace evengate::prober
