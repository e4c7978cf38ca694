// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "group/cisco_members.hpp"

#include <algorithm>

namespace evengate::group {

const CiscoMember* CiscoMembers::find(const MacAddress& owner) const {
    const auto found = std::ranges::find(members_, owner, &CiscoMember::owner);
    return found == members_.end() ? nullptr : &*found;
}

CiscoMember* CiscoMembers::find(const MacAddress& owner) {
    const auto found = std::ranges::find(members_, owner, &CiscoMember::owner);
    return found == members_.end() ? nullptr : &*found;
}

CiscoMember* CiscoMembers::oldest_silent() {
    CiscoMember* oldest = nullptr;
    for (CiscoMember& member : members_) {
        if (!member.is_live() && (oldest == nullptr || member.last_seen < oldest->last_seen)) {
            oldest = &member;
        }
    }
    return oldest;
}

CiscoMember* CiscoMembers::find_or_add(const MacAddress& owner) {
    if (CiscoMember* known = find(owner)) {
        return known;
    }
    CiscoMember* place =
        members_.size() < kMaxCiscoMembers ? &members_.emplace_back() : oldest_silent();
    if (place != nullptr) {
        *place = CiscoMember();
        place->owner = owner;
    }
    return place;
}

bool CiscoMembers::is_live(const MacAddress& owner) const {
    const CiscoMember* member = find(owner);
    return member != nullptr && member->is_live();
}

const CiscoMember* CiscoMembers::expire_one(Duration hold, TimePoint now) {
    for (CiscoMember& member : members_) {
        if (member.is_live() && member.last_heard + hold <= now) {
            member.liveness = CiscoMember::Liveness::silent;
            return &member;
        }
    }
    return nullptr;
}

TimePoint CiscoMembers::next_deadline(Duration hold) const {
    TimePoint next = kNever;
    for (const CiscoMember& member : members_) {
        if (member.is_live()) {
            next = std::min(next, member.last_heard + hold);
        }
    }
    return next;
}

size_t CiscoMembers::n_better(const CiscoCandidate& candidate,
                              const std::optional<MacAddress>& but) const {
    return static_cast<size_t>(std::ranges::count_if(members_, [&](const CiscoMember& member) {
        return member.is_live() && member.owner != but && is_better(member.candidate(), candidate);
    }));
}

bool CiscoMembers::has_live() const {
    return std::ranges::any_of(members_, &CiscoMember::is_live);
}

}  // namespace evengate::group
