// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what each vMAC, group and the appliance forward, in every interval of each group, for its
// members' reports and for the answers to hosts (protocol rules 4, 28; balancing rules B1 to B4).
// The AVG's interval is everybody's: the others measure when they hear its report.
// Thread: control. Used by: control.
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.hpp"
#include "control/capacity.hpp"
#include "control/group_speakers.hpp"
#include "control/outside.hpp"
#include "control/vmac_answers.hpp"
#include "control/vmac_ownership.hpp"
#include "settings/settings.hpp"

namespace evengate::control {

class LoadMeter {
 public:
    LoadMeter(const settings::Settings& settings, const VmacOwnership& ownership,
              const Appliance& appliance, VmacAnswers& answers, GroupSpeakers& speakers);

    void start(TimePoint now);
    // Of the group's measurements from now on.
    void set_interval(size_t group_index, Duration interval, TimePoint now);

    // Of the group's rounds that this member decided at its own measuring, reports included.
    [[nodiscard]] Duration plan_time(size_t group_index) const {
        return groups_[group_index].plan_time;
    }
    [[nodiscard]] Duration worst_plan_time(size_t group_index, TimePoint now) {
        return groups_[group_index].worst_plan_time.worst(now);
    }

    // kNever without a group.
    [[nodiscard]] TimePoint next_deadline() const;
    void on_timers(TimePoint now);

 private:
    struct PerGroup {
        Duration interval{};
        TimePoint measured_at{};
        TimePoint next = kNever;     // if the AVG is not heard before
        TimePoint avg_reported_at{};  // as known here
        std::vector<uint64_t> last;  // packets, by vMAC from 1
        uint64_t last_of_all = 0;    // packets of the appliance
        Duration plan_time{};
        WorstOfLate worst_plan_time;
    };

    // Of one turn.
    struct Counts {
        std::vector<SlotCounts> slots;  // the interfaces' own MACs included
        SlotCounts all;                 // their sum
        PortTotals ports;
        std::vector<uint64_t> weights;  // by group: what it carries as a whole, and one
    };

    // Whether the group is to be measured now; if so, plans the next time.
    [[nodiscard]] bool take_due(size_t group_index, TimePoint now);
    [[nodiscard]] Counts count() const;
    // Its packets and bytes with all that belongs to its load.
    [[nodiscard]] SlotCounts of_vmac(size_t group_index, const Vmac& vmac,
                                     const Counts& counted) const;
    void measure(size_t group_index, const Counts& counted, TimePoint now);

    const settings::Settings& settings_;
    const VmacOwnership& ownership_;
    const Appliance& appliance_;
    VmacAnswers& answers_;
    GroupSpeakers& speakers_;
    std::vector<PerGroup> groups_;  // by group index
    Capacity capacity_;
    std::vector<glbp::VmacCount> counts_;  // scratch
};

}  // namespace evengate::control
