// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what each vMAC, group and the appliance forward, in every interval, for hellos and for the
// answers to hosts (protocol rules 4, 28). Thread: control. Used by: control.
#pragma once

#include <chrono>
#include <vector>

#include "base/time.hpp"
#include "control/group_speakers.hpp"
#include "control/outside.hpp"
#include "control/vmac_answers.hpp"
#include "control/vmac_ownership.hpp"
#include "settings/settings.hpp"

namespace evengate::control {

class LoadMeter {
 public:
    static constexpr Duration kInterval = std::chrono::seconds(1);

    LoadMeter(const settings::Settings& settings, const VmacOwnership& ownership,
              const Appliance& appliance, VmacAnswers& answers, GroupSpeakers& speakers);

    void start(TimePoint now);
    // kNever without a group.
    [[nodiscard]] TimePoint next_deadline() const { return next_; }
    void on_timers(TimePoint now);

 private:
    void measure(Duration elapsed, TimePoint now);
    // Units: packets a second, of this slot since the last time.
    uint64_t take_rate(SlotIndex slot, Duration elapsed);

    const VmacOwnership& ownership_;
    const Appliance& appliance_;
    VmacAnswers& answers_;
    GroupSpeakers& speakers_;
    std::vector<uint64_t> capacities_;  // by group index
    std::vector<uint64_t> last_;        // packets, by slot
    TimePoint measured_at_{};
    TimePoint next_ = kNever;
};

}  // namespace evengate::control
