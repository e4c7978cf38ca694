// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/load_meter.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

namespace evengate::control {
namespace {

constexpr int kGraceParts = 4;  // of an interval

}  // namespace

LoadMeter::LoadMeter(const settings::Settings& settings, const VmacOwnership& ownership,
                     const Appliance& appliance, VmacAnswers& answers, GroupSpeakers& speakers)
    : settings_(settings), ownership_(ownership), appliance_(appliance), answers_(answers), speakers_(speakers) {
    for (size_t i = 0; i < settings.groups.size(); ++i) {
        PerGroup& group = groups_.emplace_back();
        group.interval = settings.groups[i].balance.interval;
        group.last.resize(ownership.groups()[i].vmacs.size());
    }
}

void LoadMeter::start(TimePoint now) {
    const Counts counted = count();
    for (size_t i = 0; i < groups_.size(); ++i) {
        PerGroup& group = groups_[i];
        for (size_t v = 0; v < group.last.size(); ++v) {
            group.last[v] = of_vmac(i, ownership_.groups()[i].vmacs[v], counted).packets;
        }
        group.last_of_all = counted.all.packets;
        group.measured_at = now;
        group.next = now + group.interval;
    }
}

void LoadMeter::set_interval(size_t group_index, Duration interval, TimePoint now) {
    PerGroup& group = groups_[group_index];
    group.interval = interval;
    group.next = std::min(group.next, now + interval);
}

TimePoint LoadMeter::next_deadline() const {
    TimePoint next = kNever;
    for (const PerGroup& group : groups_) {
        next = std::min(next, group.next);
    }
    return next;
}

bool LoadMeter::take_due(size_t group_index, TimePoint now) {
    PerGroup& group = groups_[group_index];
    const GroupSpeakers::Place place = speakers_.place_of(group_index);
    const TimePoint reported_at = speakers_.all()[place.speaker_index].segment.avg_reported_at(
        ownership_.groups()[group_index].id);
    if (std::exchange(group.avg_reported_at, reported_at) != reported_at) {
        // Later than the AVG's next one should come.
        group.next = now + group.interval + group.interval / kGraceParts;
        return true;
    }
    if (now < group.next) {
        return false;
    }
    // In steps, so that a late turn does not shift all that follow.
    const TimePoint next = group.next + group.interval;
    group.next = next > now ? next : now + group.interval;
    return true;
}

void LoadMeter::on_timers(TimePoint now) {
    std::optional<Counts> counts;
    for (size_t i = 0; i < groups_.size(); ++i) {
        if (take_due(i, now) && !speakers_.is_held_up(i, now)) {
            if (!counts) {
                counts = count();
                capacity_.note(counts->all, appliance_.worker_totals(), now);
            }
            measure(i, *counts, now);
        }
    }
    if (counts) {
        speakers_.refresh_answers(now);
    }
}

LoadMeter::Counts LoadMeter::count() const {
    Counts counts{.slots = {}, .all = {}, .ports = appliance_.port_totals(), .weights = {}};
    for (size_t slot = 0; slot < ownership_.actions().size(); ++slot) {
        const SlotCounts& counted =
            counts.slots.emplace_back(appliance_.slot_counts(SlotIndex(static_cast<uint16_t>(slot))));
        counts.all.packets += counted.packets;
        counts.all.bytes += counted.bytes;
    }
    for (size_t i = 0; i < groups_.size(); ++i) {
        const GroupSpeakers::Place place = speakers_.place_of(i);
        const std::vector<uint64_t> loads =
            speakers_.all()[place.speaker_index].segment.vmac_loads(ownership_.groups()[i].id);
        counts.weights.push_back(std::accumulate(loads.begin(), loads.end(), uint64_t{1}));
    }
    return counts;
}

SlotCounts LoadMeter::of_vmac(size_t group_index, const Vmac& vmac, const Counts& counted) const {
    SlotCounts counts = counted.slots[vmac.slot.value];
    if (settings_.groups[group_index].balance.count == settings::BalanceCount::both) {
        counts.packets += counts.returned_packets;
        counts.bytes += counts.returned_bytes;
    }
    return counts;
}

void LoadMeter::measure(size_t group_index, const Counts& counted, TimePoint now) {
    PerGroup& group = groups_[group_index];
    const Group& owned = ownership_.groups()[group_index];
    const Duration elapsed = now - std::exchange(group.measured_at, now);
    uint64_t more = 0;
    std::vector<uint64_t> rates;
    counts_.clear();
    for (size_t v = 0; v < owned.vmacs.size(); ++v) {
        const SlotCounts counts = of_vmac(group_index, owned.vmacs[v], counted);
        const uint64_t more_of_vmac = counts.packets - std::exchange(group.last[v], counts.packets);
        rates.push_back(per_second(more_of_vmac, elapsed));
        // What came back for another member's vMAC is not the group's here.
        more += ownership_.action(owned.vmacs[v].slot) == packet::SlotAction::other ? 0 : more_of_vmac;
        if (counts.packets != 0) {
            counts_.push_back({.vmac = owned.vmacs[v].number.value,
                               .packets = counts.packets,
                               .bytes = counts.bytes});
        }
    }
    const uint64_t load =
        per_second(counted.all.packets - std::exchange(group.last_of_all, counted.all.packets), elapsed);
    const uint64_t of_group = per_second(more, elapsed);
    const GroupSpeakers::Place place = speakers_.place_of(group_index);
    const Duration begun = appliance_.stopwatch();
    // Protocol rule 28: the free capacity is divided, so that the AVGs of several groups do not all
    // count on the whole of it. By what the groups carry as a whole: an idle one needs no half of it.
    const uint64_t capacity = capacity_.of(settings_.groups[group_index]);
    const uint64_t free = capacity - std::min(capacity, load);
    const uint64_t of_all = std::accumulate(counted.weights.begin(), counted.weights.end(), uint64_t{0});
    const auto granted =
        static_cast<uint64_t>(static_cast<__uint128_t>(free) * counted.weights[group_index] / of_all);
    speakers_.tell(place.speaker_index,
                   group::LoadMeasured{
                       .group = owned.id,
                       .capacity_pps = capacity,
                       .load_pps = load,
                       .group_load_pps = of_group,
                       .granted_pps = of_group + granted,
                       .report = {.counted_at_ns = static_cast<uint64_t>(
                                      now.time_since_epoch().count()),
                                  .packets = counted.all.packets,
                                  .bytes = counted.all.bytes,
                                  .received = counted.ports.received,
                                  .missed = counted.ports.missed,
                                  .n_counts = 0},
                       .counts = counts_},
                   now);
    group.plan_time = appliance_.stopwatch() - begun;
    group.worst_plan_time.note(group.plan_time, now);
    // The members' reports tell of all vMACs; until there is an estimate, what is seen here.
    std::vector<uint64_t> loads =
        speakers_.all()[place.speaker_index].segment.vmac_loads(owned.id);
    const auto known = loads.empty() ? VmacAnswers::Known::own : VmacAnswers::Known::all;
    answers_.set_loads(group_index, loads.empty() ? std::move(rates) : std::move(loads), known);
}

}  // namespace evengate::control
