// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the part of CiscoGroup that shows it. Thread: control. Used by: group.
#include <algorithm>
#include <optional>

#include "group/cisco_group.hpp"

namespace evengate::group {
namespace {

std::optional<Duration> time_left(TimePoint end, TimePoint now) {
    return end == kNever ? std::nullopt : std::optional(std::max(end - now, Duration{}));
}

}  // namespace

// Members of cisco mode have no other id than their MAC; ours is the one that we are known by here.
MemberId CiscoGroup::member_id(const MacAddress& owner) const {
    return owner == mac_ ? self_id_ : MemberId{owner.to_u64()};
}

glbp::VgState CiscoGroup::state() const {
    const bool watches = options_.mode == Mode::listen && presence_ == Presence::present;
    return watches ? glbp::VgState::listen : election_.state();
}

std::optional<MacAddress> CiscoGroup::best_live(glbp::VgState state) const {
    const CiscoMember* best = nullptr;
    for (const CiscoMember& member : members_.all()) {
        if (member.is_live() && member.state == state &&
            (best == nullptr || is_better(member.candidate(), best->candidate()))) {
            best = &member;
        }
    }
    return best == nullptr ? std::nullopt : std::optional(best->owner);
}

std::optional<MacAddress> CiscoGroup::avg() const {
    return takes_part() ? election_.avg() : best_live(glbp::VgState::active);
}

std::optional<MacAddress> CiscoGroup::standby() const {
    return takes_part() ? election_.standby() : best_live(glbp::VgState::standby);
}

MemberView CiscoGroup::view_of_self() const {
    MemberView self;
    self.id = self_id_;
    self.name.assign(name_.begin(), name_.end());
    self.address = address_;
    self.mac = mac_;
    self.is_self = true;
    self.is_live = takes_part();
    self.is_proven = true;
    self.is_draining = duty_ == Duty::drained;
    self.state = state();
    self.priority = priority_;
    self.weight = weight();
    self.boot_nonce = boot_nonce_;
    for (const CiscoMember& member : members_.all()) {
        if (member.is_live()) {
            self.hears.push_back(member_id(member.owner));
        }
    }
    return self;
}

VmacView CiscoGroup::view_of(const CiscoForwarder& forwarder, TimePoint now) const {
    VmacView view;
    view.number = forwarder.number;
    view.mac = forwarder.mac;
    view.role = forwarder.role;
    if (forwarder.role == Role::own) {
        view.claimant = self_id_;
        view.priority = forwarders_.priority_of(forwarder);
    } else if (forwarder.holder) {
        view.claimant = member_id(forwarder.holder->who);
        view.priority = forwarder.holder->priority;
    }
    view.owner = view.claimant;
    if (!view.owner && forwarder.owner) {
        view.owner = member_id(*forwarder.owner);
    }
    view.since = now - forwarder.role_since;
    view.redirect_left = time_left(forwarder.redirect_until, now);
    view.timeout_left = time_left(forwarder.timeout_until, now);
    return view;
}

GroupView CiscoGroup::view(TimePoint now) const {
    const auto id_of = [&](const std::optional<MacAddress>& owner) {
        return owner ? std::optional(member_id(*owner)) : std::nullopt;
    };
    GroupView view;
    view.id = options_.id;
    view.state = state();
    view.priority = priority_;
    view.weight = weight();
    view.n_state_changes = n_state_changes_;
    view.avg = id_of(avg());
    view.standby = id_of(standby());
    view.is_draining = duty_ == Duty::drained;
    view.hello = hello_;
    view.hold = hold_;
    view.members.push_back(view_of_self());
    for (const CiscoMember& member : members_.all()) {
        MemberView shown;
        shown.id = member_id(member.owner);
        shown.address = member.address;
        shown.mac = member.owner;
        shown.is_live = member.is_live();
        shown.is_proven = member.is_live();
        shown.state = member.state;
        shown.priority = member.priority;
        shown.weight = member.weight;
        shown.silence = now - member.last_heard;
        view.members.push_back(shown);
    }
    for (const CiscoForwarder& forwarder : forwarders_.all()) {
        view.vmacs.push_back(view_of(forwarder, now));
    }
    return view;
}

}  // namespace evengate::group
