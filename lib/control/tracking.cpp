// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/tracking.hpp"

#include <algorithm>
#include <utility>

namespace evengate::control {

uint8_t WeightThresholds::weigh(unsigned lost) {
    const auto left = static_cast<uint8_t>(weight_.maximum - std::min<unsigned>(lost, weight_.maximum));
    if (left < weight_.lower) {
        side_ = Side::fallen;
    } else if (left >= upper_) {
        side_ = Side::above;
    }
    return side_ == Side::fallen ? uint8_t{0} : left;
}

Result<Tracking> Tracking::make(const settings::Settings& settings, const Parts& parts) {
    Tracking tracking(parts);
    for (const settings::Group& group : settings.groups) {
        Tracker tracker{.thresholds = WeightThresholds(group.weight),
                        .tracked = {},
                        .last_weight = group.weight.maximum};
        for (const settings::Track& track : group.tracking) {
            auto tracked = make_tracked(track, parts);
            if (!tracked) {
                return Error{"group " + std::to_string(group.id.value) + ": tracking: " +
                             tracked.error().message};
            }
            tracker.tracked.push_back(std::move(tracked).value());
            tracking.next_ = TimePoint{};
        }
        tracking.groups_.push_back(std::move(tracker));
    }
    return tracking;
}

Result<Tracking::Tracked> Tracking::make_tracked(const settings::Track& track,
                                                 const Parts& parts) {
    Tracked tracked;
    tracked.decrement = track.decrement;
    if (!track.link.empty()) {
        const Interface* interface = parts.interfaces.find(track.link);
        if (interface == nullptr) {
            return Error{"there is no interface " + track.link};
        }
        tracked.interface = interface->id;
        tracked.name = "link of " + track.link;
    } else if (track.next_hop) {
        const Route* route =
            track.next_hop->is_v4() ? parts.routes.find(*track.next_hop) : nullptr;
        if (route == nullptr || route->kind != RouteKind::connected) {
            return Error{track.next_hop->to_string() + " is on none of our networks"};
        }
        tracked.kind = Tracked::Kind::next_hop;
        tracked.interface = route->interface;
        tracked.next_hop = {route->interface, *track.next_hop};
        tracked.name = "next hop " + track.next_hop->to_string();
    } else if (track.route) {
        const Route* found = nullptr;
        parts.routes.for_each([&](const IpPrefix& prefix, const Route& route) {
            if (prefix == track.route->network() && route.kind == RouteKind::via) {
                found = &route;
            }
        });
        if (found == nullptr) {
            return Error{"there is no static route " + track.route->to_string()};
        }
        tracked.kind = Tracked::Kind::route;
        tracked.next_hop = parts.routes.next_hops()[found->next_hop_index];
        tracked.interface = tracked.next_hop.interface;
        tracked.name = "route " + track.route->to_string();
    } else {
        tracked.kind = Tracked::Kind::file;
        tracked.file = track.file;
        tracked.name = "file " + track.file;
    }
    return tracked;
}

bool Tracking::is_good(const Tracked& tracked, TimePoint now) const {
    switch (tracked.kind) {
        case Tracked::Kind::link:
            return parts_.interfaces.at(tracked.interface).link_up();
        case Tracked::Kind::next_hop:
        case Tracked::Kind::route:
            parts_.neighbours.watch(tracked.next_hop, kLongestSilence, now);
            return parts_.interfaces.at(tracked.interface).link_up() &&
                   parts_.neighbours.is_resolved(tracked.next_hop);
        case Tracked::Kind::file:
            break;
    }
    return parts_.appliance.is_file_good(tracked.file);
}

void Tracking::look(TimePoint now) {
    if (next_ == kNever) {
        return;
    }
    next_ = now + kInterval;
    for (size_t i = 0; i < groups_.size(); ++i) {
        Tracker& group = groups_[i];
        unsigned lost = 0;
        for (Tracked& tracked : group.tracked) {
            const auto state =
                is_good(tracked, now) ? Tracked::State::good : Tracked::State::failed;
            const bool good = state == Tracked::State::good;
            lost += good ? 0u : tracked.decrement;
            if (std::exchange(tracked.state, state) != state) {
                parts_.events.add(
                    good ? admin::Event::Severity::info : admin::Event::Severity::warning,
                    "group " + std::to_string(parts_.ownership.groups()[i].id.value) + ": " +
                        tracked.name + (good ? " is good again" : " failed"),
                    now);
            }
        }
        const uint8_t weight = group.thresholds.weigh(lost);
        if (std::exchange(group.last_weight, weight) != weight) {
            parts_.speakers.tell(
                parts_.speakers.place_of(i).speaker_index,
                group::WeightChanged{.group = parts_.ownership.groups()[i].id, .weight = weight},
                now);
        }
    }
}

}  // namespace evengate::control
