// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "port/filter_program.hpp"

#include <algorithm>
#include <cerrno>

namespace evengate::port {

FilterState FilterProgram::apply(const WantedFilters& wanted,
                                 const std::atomic<bool>& interrupted) {
    FilterRoom room = device_.room();
    if (!adds_) {
        room.n_unicast = 0;
    }
    const UnicastPlan plan = plan_unicast(wanted.unicast, active_, room);
    if (wanted.promiscuous == Switch::on || plan.n_without_room > 0 || !plan.add.empty()) {
        set_promiscuous(Switch::on);
    }
    const bool all_unicast = apply_unicast(plan, interrupted);
    FilterState state;
    state.multicast = apply_multicast(wanted.multicast);
    const bool needed = wanted.promiscuous == Switch::on || !all_unicast ||
                        state.multicast == FilterState::Multicast::by_promiscuous;
    set_promiscuous(needed ? Switch::on : Switch::off);

    state.promiscuous = promiscuous_;
    state.deaf = needed && promiscuous_ == Switch::off;
    const FilterRoom unlimited{room.device_mac, UINT32_MAX};
    const size_t n_missing = plan_unicast(wanted.unicast, active_, unlimited).add.size();
    state.n_wanted =
        1 + static_cast<uint32_t>(plan_unicast(wanted.unicast, {}, unlimited).add.size());
    state.n_active = state.n_wanted - static_cast<uint32_t>(n_missing);
    return state;
}

void FilterProgram::forget() {
    active_.clear();
    promiscuous_known_ = false;
}

bool FilterProgram::apply_unicast(const UnicastPlan& plan, const std::atomic<bool>& interrupted) {
    for (const MacAddress& mac : plan.remove) {
        // One that cannot be removed lets a few frames more in; the table of MACs drops them.
        if (device_.remove_unicast(mac) == 0) {
            std::erase(active_, mac);
        }
    }
    bool all = plan.n_without_room == 0;
    for (const MacAddress& mac : plan.add) {
        const int error = device_.add_unicast(mac);
        if (error == 0) {
            active_.push_back(mac);
        }
        all = all && error == 0;
        adds_ = error != -ENOTSUP;
        // Relaxed: a hint; what it announces is read under the lock of MacFilters.
        if (!adds_ || interrupted.load(std::memory_order_relaxed)) {
            return all && mac == plan.add.back();
        }
    }
    return all;
}

FilterState::Multicast FilterProgram::apply_multicast(const std::vector<MacAddress>& groups) {
    if (device_.set_multicast(groups) == 0) {
        // Left on by an earlier fallback, it would only cost; that it cannot be switched off is no
        // loss.
        static_cast<void>(device_.set_all_multicast(Switch::off));
        return FilterState::Multicast::listed;
    }
    if (device_.set_all_multicast(Switch::on) == 0) {
        return FilterState::Multicast::all;
    }
    return FilterState::Multicast::by_promiscuous;
}

void FilterProgram::set_promiscuous(Switch setting) {
    if (promiscuous_known_ && promiscuous_ == setting) {
        return;
    }
    promiscuous_known_ = device_.set_promiscuous(setting) == 0;
    if (promiscuous_known_) {
        promiscuous_ = setting;
    } else if (setting == Switch::on) {
        promiscuous_ = Switch::off;
    }
}

}  // namespace evengate::port
