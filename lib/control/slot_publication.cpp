// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/slot_publication.hpp"

#include <algorithm>

#include "packet/slot_action.hpp"

namespace evengate::control {
namespace {

packet::SlotAction to_action(group::Role role) {
    switch (role) {
        case group::Role::own:
            return packet::SlotAction::own;
        case group::Role::linger:
            return packet::SlotAction::linger;
        case group::Role::other:
            break;
    }
    return packet::SlotAction::other;
}

}  // namespace

void SlotPublication::take(size_t speaker_index, const Speaker& speaker, TimePoint now) {
    const TimePoint lease = speaker.segment.lease();
    const bool fenced = lease < now;
    leases_[speaker_index] = fenced ? kNever : lease;
    pending_ = std::max(pending_, Pending::lease);
    for (const size_t group_index : speaker.group_indexes) {
        const Group& group = ownership_.groups()[group_index];
        for (const Vmac& vmac : group.vmacs) {
            const packet::SlotAction action =
                to_action(speaker.segment.role(group.id, vmac.number));
            if (ownership_.set_action(vmac.slot,
                                      fenced ? packet::when_fenced(action) : action)) {
                pending_ = Pending::roles;
            }
        }
    }
}

void SlotPublication::flush(std::span<const Speaker> speakers, TimePoint now) {
    if (earliest_ < now || pending_ != Pending::nothing) {
        for (size_t i = 0; i < speakers.size(); ++i) {
            if (leases_[i] < now) {
                take(i, speakers[i], now);
            }
        }
    }
    if (pending_ != Pending::nothing) {
        publish();
    }
}

void SlotPublication::publish() {
    pending_ = Pending::nothing;
    earliest_ = leases_.empty() ? kNever : *std::min_element(leases_.begin(), leases_.end());
    tables_.publish(ownership_.actions(), earliest_);
}

}  // namespace evengate::control
