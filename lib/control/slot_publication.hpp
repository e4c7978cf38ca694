// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: from the roles and leases of all segments to the one generation that workers see.
// A generation has one lease, so it is the earliest: a member that oversleeps it serves no vMAC of
// any segment until it wakes. While control runs, a segment whose lease has passed is fenced alone,
// by its slots, and holds back none of the others. Thread: control. Used by: group_speakers.
#pragma once

#include <span>
#include <vector>

#include "base/time.hpp"
#include "control/outside.hpp"
#include "control/speaker.hpp"
#include "control/vmac_ownership.hpp"

namespace evengate::control {

class SlotPublication {
 public:
    SlotPublication(VmacOwnership& ownership, ForwardingTables& tables, size_t n_speakers)
        : ownership_(ownership), tables_(tables), leases_(n_speakers, kNever) {}

    // The speaker's roles or lease changed; published by the next flush().
    void take(size_t speaker_index, const Speaker& speaker, TimePoint now);

    // Publishes changed roles now, since frames that say so follow. A lease that only moved on waits.
    void flush_roles() {
        if (pending_ == Pending::roles) {
            publish();
        }
    }
    // Publishes what is new, once.
    void flush(std::span<const Speaker> speakers, TimePoint now);

    // When a lease ends that has to be told apart from the others.
    [[nodiscard]] TimePoint next_deadline() const { return earliest_; }

 private:
    enum class Pending : uint8_t { nothing, lease, roles };

    void publish();

    VmacOwnership& ownership_;
    ForwardingTables& tables_;
    std::vector<TimePoint> leases_;  // by speaker; kNever also where it is fenced by slots
    TimePoint earliest_ = kNever;    // of the generation in force
    Pending pending_ = Pending::nothing;
};

}  // namespace evengate::control
