// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/handing_on.hpp"

#include <algorithm>
#include <utility>

#include "reroute/slots.hpp"

namespace evengate::control {

HandingOn::HandingOn(const settings::Rerouting& configured, const ServicePlane& plane, Duration interval,
                     uint16_t first_target, uint32_t first_bucket)
    : plane_(plane), interval_(interval), first_target_(first_target), first_bucket_(first_bucket),
      planner_({.above = configured.hand_on_above, .below = configured.hand_on_below}) {}

HandingOn::Place* HandingOn::find_place(MemberId id) {
    const auto of_it = [id](const Place& place) { return place.member && place.member->id == id; };
    const auto found = std::ranges::find_if(places_, of_it);
    return found != places_.end() ? &*found : nullptr;
}

// Not checked: fewer members than places are there.
HandingOn::Place& HandingOn::free_place() {
    const auto unused = std::ranges::find_if(places_, [](const Place& place) { return !place.member; });
    return unused != places_.end() ? *unused : *std::ranges::find(places_, false, &Place::is_there);
}

void HandingOn::set_group(InterfaceId interface, std::span<const Member> members) {
    interface_ = interface;
    for (Place& place : places_) {
        place.is_there = false;
    }
    // Who has one keeps it, before any newcomer looks for one.
    for (const Member& member : members) {
        if (Place* const place = find_place(member.id)) {
            *place = {.member = member, .is_there = true};
        }
    }
    for (const Member& member : members) {
        if (find_place(member.id) == nullptr) {
            free_place() = {.member = member, .is_there = true};
        }
    }
}

bool HandingOn::end_interval(const group::GroupView& view, TimePoint now) {
    next_interval_ = now + interval_;
    std::array<uint64_t, kSlices> slices{};
    const Duration elapsed = now - std::exchange(counted_at_, now);
    for (uint32_t slice = 0; slice < kSlices; ++slice) {
        const uint64_t packets = plane_.bucket_packets(first_bucket_ + slice);
        slices[slice] = per_second(packets - std::exchange(counted_[slice], packets), elapsed);
    }
    std::array<balance::SlicePlanner::Receiver, kPlaces> receivers{};
    balance::SlicePlanner::Interval facts;
    for (const group::MemberView& member : view.members) {
        if (member.is_self) {
            facts.capacity = member.capacity_pps;
            facts.load = member.load_pps;
            continue;
        }
        const Place* const found = find_place(member.id);
        if (found != nullptr && member.is_live && !member.is_draining && !member.is_fenced) {
            const auto place = static_cast<size_t>(found - places_.data());
            receivers[place] = {.capacity = can_receive(place) ? member.capacity_pps : 0, .load = member.load_pps};
        }
    }
    facts.receivers = receivers;
    if (planner_.is_active()) {  // since the end of the interval before: all of this one was counted
        facts.slices = slices;
    }
    return planner_.end_interval(facts);
}

void HandingOn::add_to(reroute::ServiceSet& set, size_t n_interfaces) const {
    for (size_t place = 0; place < kPlaces; ++place) {
        const bool is_there = can_receive(place);
        set.targets.push_back({.adjacency = is_there ? places_[place].member->adjacency : kNoAdjacency,
                               .use = is_there ? reroute::TargetUse::up : reroute::TargetUse::flushed,
                               .weight = 1});
    }
    if (!planner_.is_active()) {
        return;
    }
    if (set.dispatchers.empty()) {
        set.dispatchers.assign(n_interfaces, reroute::kNoService);
    }
    set.dispatchers[interface_.value] = static_cast<uint16_t>(set.services.size());
    reroute::ServiceRow& row = set.services.emplace_back();
    row.criterion = reroute::Criterion::symmetric_flow;
    row.fragments = reroute::FragmentPolicy::addresses;
    row.keeps_rest = true;
    row.n_slots = kSlices;
    row.first_bucket = first_bucket_;
    for (const balance::SlicePlanner::Place holder : planner_.holders()) {
        const bool is_there = holder != balance::SlicePlanner::kOwn && can_receive(holder);
        row.slots.push_back(is_there ? target_at(holder) : reroute::kNoTarget);
    }
}

void HandingOn::fill_report(admin::RerouteReport& report) const {
    admin::DispatcherReport& filled = report.dispatchers.emplace_back();
    filled.name = settings::kHandOnName;
    filled.by = "flow";
    filled.keeps_rest = true;
    filled.n_buckets = kSlices;
    filled.n_moves = planner_.n_moved();
    filled.reason = planner_.reason();
    for (size_t place = 0; place < kPlaces; ++place) {
        if (!places_[place].member) {
            continue;
        }
        const auto holder = static_cast<balance::SlicePlanner::Place>(place);
        filled.gateways.push_back(
            {.name = places_[place].member->name,
             .address = places_[place].member->address,
             .state = places_[place].is_there ? "up" : "down",
             .n_buckets = static_cast<uint32_t>(std::ranges::count(planner_.holders(), holder)),
             .packets = plane_.counts(target_at(place)).packets,
             .share = 0});
    }
}

}  // namespace evengate::control
