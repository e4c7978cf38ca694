// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: routed traffic that is too much for this gateway is handed to members of its group that have room, by slices
// of the flows' hash (rule D15). Thread: control. Used by: services.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "admin/reroute_report.hpp"
#include "balance/slices.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "control/service_plane.hpp"
#include "group/view.hpp"
#include "reroute/service_set.hpp"
#include "settings/settings.hpp"

namespace evengate::control {

class HandingOn {
 public:
    // first_target, first_bucket: behind which counters of the plane are free.
    HandingOn(const settings::Rerouting& configured, const ServicePlane& plane, Duration interval,
              uint16_t first_target, uint32_t first_bucket);

    // A live member, and how frames get there.
    struct Member {
        MemberId id;
        std::string name;
        IpAddress address;
        AdjacencyIndex adjacency = kNoAdjacency;
    };
    // Of the group whose hosts come in by this interface.
    void set_group(InterfaceId interface, std::span<const Member> members);

    [[nodiscard]] TimePoint next_interval() const { return next_interval_; }
    // After next_interval(): the group as it is now. Returns whether the set changes.
    bool end_interval(const group::GroupView& view, TimePoint now);
    // That in which members measure: their loads are no newer.
    void set_interval(Duration interval, TimePoint now) {
        interval_ = interval;
        next_interval_ = std::min(next_interval_, now + interval);
    }

    // Not checked: the rows of all else are there, and the targets up to first_target.
    void add_to(reroute::ServiceSet& set, size_t n_interfaces) const;
    void fill_report(admin::RerouteReport& report) const;

 private:
    static constexpr size_t kSlices = balance::SlicePlanner::kSlices;
    static constexpr size_t kPlaces = balance::SlicePlanner::kPlaces;

    static_assert(kPlaces == settings::kMostReceivers && kPlaces >= glbp::kMaxMembers);

    // A member has its place, and so its counters, until another one needs it.
    struct Place {
        std::optional<Member> member;
        bool is_there = false;
    };
    [[nodiscard]] Place* find_place(MemberId id);
    [[nodiscard]] Place& free_place();
    [[nodiscard]] bool can_receive(size_t place) const {
        return places_[place].is_there && places_[place].member->adjacency != kNoAdjacency;
    }
    [[nodiscard]] uint16_t target_at(size_t place) const { return static_cast<uint16_t>(first_target_ + place); }

    const ServicePlane& plane_;
    Duration interval_;
    uint16_t first_target_;
    uint32_t first_bucket_;
    InterfaceId interface_ = kNoInterface;
    std::array<Place, kPlaces> places_;
    balance::SlicePlanner planner_;
    std::array<uint64_t, kSlices> counted_{};
    TimePoint counted_at_{};
    TimePoint next_interval_{};
};

}  // namespace evengate::control
