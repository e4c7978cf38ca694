// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the arithmetic of one probed flow: which probes were answered, and how long nothing got
// through. Pure: times are parameters. Thread: one at a time. Used by: the prober, its tests.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>

#include "base/time.hpp"

namespace evengate::prober {

struct Probe {
    uint64_t sequence = 0;
    TimePoint sent;
    std::optional<TimePoint> answered;
    uint64_t n_duplicates = 0;  // further answers
};

// sent == answered + lost once a flow is finished.
struct FlowSummary {
    uint64_t sent = 0;
    uint64_t answered = 0;
    uint64_t lost = 0;        // not answered within the answer timeout
    uint64_t duplicates = 0;  // further answers to an answered probe
    uint64_t reordered = 0;   // first answers behind the answer to a later probe
    uint64_t late = 0;        // answers to probes that had been settled before
    Duration outage{};  // longest gap between send times of answered probes, minus one interval
    Duration longest_round_trip{};
};

// Probes are numbered 0, 1, 2 ... A probe is settled, in order, once its answer timeout has passed;
// only the unsettled ones are kept, so that a run may last for days.
//
// Outage looks at send times alone: a late answer is no outage, a prober that slept is one (which
// the control flow of the same run shows as well). The edges of the run count as answered: a flow
// that was silent from its first probe to its last has an outage as long as the run.
class ProbeFlow {
 public:
    using SettledCallback = std::function<void(const Probe&)>;

    // settled, if any, sees each probe once, in order of its sequence number.
    ProbeFlow(Duration interval, Duration answer_timeout, SettledCallback settled = {});

    // Returns the sequence number of the probe that was sent now.
    uint64_t record_sent(TimePoint now);
    void record_answer(uint64_t sequence, TimePoint now);
    // Settles what is due. Cost: O(probes settled).
    void settle(TimePoint now);
    // Settles everything: what is unanswered is lost. Nothing may be recorded afterwards.
    void finish();

    [[nodiscard]] const FlowSummary& summary() const { return summary_; }
    [[nodiscard]] bool all_settled() const { return unsettled_.empty(); }

 private:
    void settle_first();
    void extend_outage(Duration gap);

    Duration interval_;
    Duration answer_timeout_;
    SettledCallback settled_;
    std::deque<Probe> unsettled_;
    uint64_t next_sequence_ = 0;
    uint64_t highest_answered_ = 0;
    TimePoint last_sent_;
    TimePoint last_through_;  // send time of the last settled probe that was answered
    FlowSummary summary_;
};

}  // namespace evengate::prober
