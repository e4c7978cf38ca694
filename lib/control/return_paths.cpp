// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/return_paths.hpp"

namespace evengate::control {

ReturnPaths::ReturnPaths(const settings::Settings& settings, const VmacOwnership& ownership,
                         VmacAnswers& answers, Neighbours& neighbours)
    : ownership_(ownership), answers_(answers), neighbours_(neighbours) {
    for (size_t i = 0; i < settings.groups.size(); ++i) {
        if (settings.groups[i].balance.count == settings::BalanceCount::both) {
            groups_.push_back(i);
        }
    }
}

void ReturnPaths::on_timers(TimePoint now) {
    if (groups_.empty() || now < next_pass_) {
        return;
    }
    next_pass_ = now + kPass;
    neighbours_.assign_returns(
        [&](InterfaceId interface, const MacAddress& host) {
            return slot_of(interface, host, now);
        },
        now);
}

SlotIndex ReturnPaths::slot_of(InterfaceId interface, const MacAddress& host, TimePoint now) const {
    SlotIndex slot = kNoSlot;
    TimePoint given_at{};
    for (const size_t group_index : groups_) {
        const Group& group = ownership_.groups()[group_index];
        if (group.interface != interface) {
            continue;
        }
        const auto given = answers_.clients().find_host(group_index, host, now);
        if (given && (slot == kNoSlot || given->heard_at > given_at)) {
            slot = group.vmac(given->vmac).slot;
            given_at = given->heard_at;
        }
    }
    return slot;
}

}  // namespace evengate::control
