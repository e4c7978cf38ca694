// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/load_meter.hpp"

#include <algorithm>
#include <utility>

namespace evengate::control {

LoadMeter::LoadMeter(const settings::Settings& settings, const VmacOwnership& ownership,
                     const Appliance& appliance, VmacAnswers& answers, GroupSpeakers& speakers)
    : ownership_(ownership),
      appliance_(appliance),
      answers_(answers),
      speakers_(speakers),
      last_(ownership.actions().size()) {
    for (const settings::Group& group : settings.groups) {
        capacities_.push_back(group.capacity_pps);
    }
}

void LoadMeter::start(TimePoint now) {
    if (capacities_.empty()) {
        return;
    }
    for (size_t slot = 0; slot < last_.size(); ++slot) {
        last_[slot] = appliance_.slot_counts(SlotIndex(static_cast<uint16_t>(slot))).packets;
    }
    measured_at_ = now;
    next_ = now + kInterval;
}

void LoadMeter::on_timers(TimePoint now) {
    if (now >= next_) {
        measure(now - std::exchange(measured_at_, now), now);
        next_ = now + kInterval;
    }
}

uint64_t LoadMeter::take_rate(SlotIndex slot, Duration elapsed) {
    const uint64_t packets = appliance_.slot_counts(slot).packets;
    const uint64_t more = packets - std::exchange(last_[slot.value], packets);
    const double seconds = std::chrono::duration<double>(elapsed).count();
    return static_cast<uint64_t>(static_cast<double>(more) / seconds);
}

void LoadMeter::measure(Duration elapsed, TimePoint now) {
    std::vector<uint64_t> rates(last_.size());
    uint64_t load = 0;
    for (size_t slot = 0; slot < last_.size(); ++slot) {
        rates[slot] = take_rate(SlotIndex(static_cast<uint16_t>(slot)), elapsed);
        load += rates[slot];
    }
    const auto groups = ownership_.groups();
    for (size_t i = 0; i < groups.size(); ++i) {
        std::vector<uint64_t> of_vmacs;
        uint64_t of_group = 0;
        for (const Vmac& vmac : groups[i].vmacs) {
            of_vmacs.push_back(rates[vmac.slot.value]);
            of_group += rates[vmac.slot.value];
        }
        answers_.set_loads(i, std::move(of_vmacs));
        // Protocol rule 28: the free capacity is divided, so that the AVGs of several groups do not
        // all count on the whole of it.
        const uint64_t free = capacities_[i] - std::min(capacities_[i], load);
        speakers_.tell(speakers_.place_of(i).speaker_index,
                       group::LoadMeasured{.group = groups[i].id,
                                           .capacity_pps = capacities_[i],
                                           .load_pps = load,
                                           .group_load_pps = of_group,
                                           .granted_pps = of_group + free / groups.size()},
                       now);
    }
    speakers_.refresh_answers(now);
}

}  // namespace evengate::control
