// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the members of a group, for services (rerouting rules 2, 8, 14, 15): who is there, who decides, what counts
// once somebody has left, who may be asked or handed something, and whose frames are final. Thread: control.
#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "control/group_speakers.hpp"
#include "control/services.hpp"
#include "reroute/slots.hpp"

namespace evengate::control {
namespace {

using reroute::AdminState;

// For who has just come, and may be AVG (preempt) within some hellos: it goes on with what it has heard by then.
constexpr Duration kQuickTime = std::chrono::seconds(2);
// A home for each of so many parts of the flows.
constexpr size_t kHomes = 256;

// By their order in the file, not by which is heard of first: all members must mean the same one.
size_t first_native(const settings::Settings& settings) {
    const auto found = std::ranges::find(settings.groups, settings::GroupMode::native, &settings::Group::mode);
    return static_cast<size_t>(found - settings.groups.begin());
}

// So that both add up to the same.
void scale_to(std::vector<uint32_t>& weights, std::span<const uint32_t> whole) {
    const uint64_t from = std::accumulate(weights.begin(), weights.end(), uint64_t{0});
    const uint64_t to = std::accumulate(whole.begin(), whole.end(), uint64_t{0});
    for (uint32_t& weight : weights) {
        weight = from == 0 ? weight : static_cast<uint32_t>(weight * to / from);
    }
}

}  // namespace

// What it knew nobody knows now.
void Services::note_departure(TimePoint now) {
    departure_.note(now);
    for (OfService& service : services_) {
        service.slots.on_departure(departure_, now);
    }
    is_dirty_ = true;
}

void Services::forget_members(const group::GroupView& view, TimePoint now) {
    const auto is_there = [&view](MemberId id) {
        return std::ranges::any_of(view.members, [id](const group::MemberView& member) {
            return member.id == id && member.is_live && !member.is_self;
        });
    };
    const size_t n_gone = std::erase_if(members_, [&](const OfMember& member) {
        if (is_there(member.id)) {
            return false;
        }
        for (OfService& service : services_) {
            service.set.forget_member(member.id, now);
            service.slots_are_old = true;
        }
        return true;
    });
    if (n_gone != 0) {
        note_departure(now);
    }
}

// What the AVG before us had drained stays so, and what it had steered shares to goes on from there.
void Services::take_over_decisions(TimePoint now) {
    const std::vector<glbp::TargetStanding> before = std::exchange(standing_, {});
    for (size_t number = 0; number < before.size(); ++number) {
        const PlacedTarget& placed = layout_.targets[number];
        const glbp::TargetState state = before[number].state;
        reroute::TargetSet& set = services_[placed.service].set;
        set.set_admin(placed.place, state == glbp::TargetState::draining  ? AdminState::draining
                                    : state == glbp::TargetState::drained ? AdminState::drained
                                                                          : AdminState::active);
        if (state == glbp::TargetState::up || state == glbp::TargetState::down) {
            set.set_decided(placed.place,
                            state == glbp::TargetState::up ? reroute::Verdict::up : reroute::Verdict::down);
        }
    }
    const bool is_scaled = std::ranges::any_of(
        before, [](const glbp::TargetStanding& standing) { return standing.weight == UINT16_MAX; });
    for (size_t i = 0; i < services_.size(); ++i) {
        services_[i].set.set_part(reroute::TargetSet::Part::decides, now);
        if (before.empty()) {
            continue;
        }
        std::vector<uint32_t> in_force;
        for (size_t place = 0; place < configured_[i].targets.size(); ++place) {
            in_force.push_back(before[layout_.number(i, place)].weight);
        }
        services_[i].steered_from = unsteered_weights(i, now);
        // Weights of any service were scaled where one did not fit into the message.
        if (is_scaled) {
            scale_to(in_force, services_[i].steered_from);
        }
        services_[i].steering.go_on_from(in_force, services_[i].steered_from);
    }
}

void Services::on_members_changed(size_t group_index, const group::GroupView& view, TimePoint now) {
    std::vector<Neighbour> there;
    const InterfaceId interface = parts_.ownership.groups()[group_index].interface;
    for (const group::MemberView& member : view.members) {
        if (!member.is_self && member.is_live) {
            there.push_back({.group_index = group_index,
                             .id = member.id,
                             .name = member.name,
                             .address = member.address,
                             .mac = member.mac});
        }
    }
    const auto same = [](const Neighbour& a, const Neighbour& b) {
        return a.group_index == b.group_index && a.id == b.id && a.mac == b.mac && a.name == b.name;
    };
    std::erase_if(neighbours_, [&](const Neighbour& known) {
        const bool stays = known.group_index != group_index ||
                           std::ranges::any_of(there, [&](const Neighbour& next) { return same(known, next); });
        if (!stays && known.adjacency != kNoAdjacency) {
            parts_.adjacencies.give_back(known.adjacency, interface, now);
        }
        is_dirty_ = is_dirty_ || !stays;
        return !stays;
    });
    for (Neighbour& next : there) {
        if (std::ranges::any_of(neighbours_, [&](const Neighbour& known) { return same(known, next); })) {
            continue;
        }
        if (const auto index = parts_.adjacencies.try_take(now)) {
            next.adjacency = *index;
            parts_.adjacencies.forward(*index, interface, next.mac);
        }
        neighbours_.push_back(next);
        is_dirty_ = true;
        quick_until_ = now + kQuickTime;
        has_to_speak_ = true;
    }
    if (group_index != first_native(settings_)) {
        return;
    }
    group_ = group_index;
    assignment_ = view.name;
    tell_handing_on();
    forget_members(view, now);
    const bool is_avg = view.state == glbp::VgState::active;
    const Rank rank = is_avg ? Rank::avg : there.empty() ? Rank::alone : Rank::follower;
    if (rank == rank_) {
        return;
    }
    if (rank == Rank::follower) {
        standing_.clear();
        for (OfService& service : services_) {
            service.set.set_part(reroute::TargetSet::Part::follows, now);
        }
    } else {
        take_over_decisions(now);
    }
    rank_ = rank;
    for (OfService& service : services_) {
        service.slots_are_old = true;
    }
    is_dirty_ = true;
    has_to_speak_ = true;
}

// Who may be handed what is too much here.
void Services::tell_handing_on() {
    if (!handing_on_) {
        return;
    }
    std::vector<HandingOn::Member> members;
    for (const Neighbour& neighbour : neighbours_) {
        if (neighbour.group_index == group_) {
            members.push_back({.id = neighbour.id,
                               .name = neighbour.name,
                               .address = neighbour.address,
                               .adjacency = neighbour.adjacency});
        }
    }
    handing_on_->set_group(parts_.ownership.groups()[*group_].interface, members);
}

void Services::plan_handing_on(const GroupSpeakers& speakers, TimePoint now) {
    const GroupId id = parts_.ownership.groups()[*group_].id;
    const group::Segment& segment = speakers.all()[speakers.place_of(*group_).speaker_index].segment;
    is_dirty_ = handing_on_->end_interval(segment.view(id, now), now) || is_dirty_;
}

void Services::set_balance_interval(size_t group_index, Duration interval, TimePoint now) {
    if (handing_on_ && group_ == group_index) {
        handing_on_->set_interval(interval, now);
    }
}

// Whose frames are final, and whom to ask about flows that nobody here knows.
void Services::add_members(reroute::ServiceSet& set) const {
    // Without this member: for a flow whose home it is, that leaves the one that would be next, which knows
    // what this one was not there to be told.
    std::vector<reroute::Candidate> candidates;
    std::vector<AdjacencyIndex> places;
    for (const Neighbour& neighbour : neighbours_) {
        set.add_member(neighbour.mac);
        if (neighbour.group_index == group_ && neighbour.adjacency != kNoAdjacency) {
            candidates.push_back({.target = static_cast<uint16_t>(places.size()),
                                  .identity = neighbour.id.value,
                                  .weight = 1});
            places.push_back(neighbour.adjacency);
        }
    }
    if (places.empty()) {
        return;
    }
    std::array<uint16_t, kHomes> homes;
    reroute::fill_slots(homes, candidates, layout_.key);
    for (const uint16_t home : homes) {
        set.homes.push_back(places[home]);
    }
}

// To the target, or to the member that it sits behind.
AdjacencyIndex Services::adjacency_of(uint16_t target) const {
    const PlacedTarget& placed = layout_.targets[target];
    const std::string& member = configured_[placed.service].targets[placed.place].member;
    if (!member.empty() && member != settings_.appliance.name) {
        for (const Neighbour& neighbour : neighbours_) {
            if (neighbour.group_index == group_ && neighbour.name == member) {
                return neighbour.adjacency;
            }
        }
        return kNoAdjacency;
    }
    return adjacency_towards(parts_.routes, next_hops_, placed.next_hop);
}

}  // namespace evengate::control
