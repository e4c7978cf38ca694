// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/host_steering.hpp"

#include <algorithm>

#include "control/balance_settings.hpp"
#include "control/unasked_answer.hpp"

namespace evengate::control {
namespace {

balance::Load to_load(uint64_t pps) {
    return static_cast<balance::Load>(std::min<uint64_t>(pps, balance::kMaxLoad));
}

// No gateway carries more than this much above the mean: percent.
constexpr uint64_t kEvenEnough = 105;

bool is_even(const group::BalanceView& view) {
    __uint128_t load = 0;
    __uint128_t capacity = 0;
    for (const group::BalanceGatewayView& gateway : view.gateways) {
        load += gateway.load_pps + gateway.background_pps;
        capacity += gateway.capacity_pps;
    }
    return std::ranges::all_of(view.gateways, [&](const group::BalanceGatewayView& gateway) {
        const __uint128_t carried = gateway.load_pps + gateway.background_pps;
        return carried * capacity * 100 <= load * gateway.capacity_pps * kEvenEnough;
    });
}

// Rule B12: where a vMAC may still be moved, that is better than to tell hosts.
bool moves_are_at_an_end(const group::BalanceView& view) {
    switch (view.dry_run.decision.reason) {
        case balance::Reason::nothing_helps:
        case balance::Reason::too_little:
            return true;
        default:
            return false;
    }
}

// What is left of each gateway of the answers for this group.
std::vector<balance::Load> free_capacities(const VmacAnswers::Standing& standing,
                                           const group::BalanceView& view) {
    std::vector<balance::Load> found;
    for (const MemberId member : standing.gateways) {
        const auto gateway = std::ranges::find(view.gateways, member, &group::BalanceGatewayView::member);
        const bool is_there = gateway != view.gateways.end();
        const uint64_t beside = is_there ? std::min(gateway->background_pps, gateway->capacity_pps) : 0;
        found.push_back(is_there ? to_load(gateway->capacity_pps - beside) : 0);
    }
    return found;
}

}  // namespace

HostSteering::HostSteering(const settings::Settings& settings, const InterfaceSet& interfaces,
                           const VmacOwnership& ownership, const GroupSpeakers& speakers,
                           VmacAnswers& answers, FrameSender& sender)
    : settings_(settings),
      interfaces_(interfaces),
      ownership_(ownership),
      speakers_(speakers),
      answers_(answers),
      sender_(sender),
      groups_(ownership.groups().size()) {}

bool HostSteering::steers(size_t group_index) const {
    return settings_.groups[group_index].balance.steer_hosts != 0 &&
           answers_.standing(group_index).is_answerer;
}

TimePoint HostSteering::next_deadline() const {
    TimePoint next = kNever;
    for (size_t i = 0; i < groups_.size(); ++i) {
        next = steers(i) ? std::min(next, groups_[i].next_look) : next;
    }
    return next;
}

void HostSteering::on_timers(TimePoint now) {
    for (size_t i = 0; i < groups_.size(); ++i) {
        if (steers(i) && now >= groups_[i].next_look) {
            // So that what was done is measured before more is done: a whole interval, whenever it began.
            groups_[i].next_look = now + 2 * settings_.groups[i].balance.interval;
            look(i, now);
        }
    }
}

uint32_t HostSteering::allowance(size_t group_index, TimePoint now) {
    PerGroup& group = groups_[group_index];
    if (now - group.minute_began >= std::chrono::minutes(1)) {
        group.minute_began = now;
        group.n_in_minute = 0;
    }
    const uint32_t a_minute = settings_.groups[group_index].balance.steer_hosts;
    return a_minute - std::min(a_minute, group.n_in_minute);
}

void HostSteering::look(size_t group_index, TimePoint now) {
    PerGroup& group = groups_[group_index];
    const Group& owned = ownership_.groups()[group_index];
    const uint32_t most = allowance(group_index, now);
    const auto view = speakers_.all()[speakers_.place_of(group_index).speaker_index].segment.balance_view(
        owned.id, now);
    if (most == 0 || !view || view->loads.empty() || is_even(*view) || !moves_are_at_an_end(*view)) {
        return;
    }
    std::erase_if(group.steered_at,
                  [now](const auto& steered) { return now - steered.second >= kHostStays; });
    const VmacAnswers::Standing& standing = answers_.standing(group_index);
    const size_t n_vmacs = std::min(owned.vmacs.size(), view->loads.size());
    std::vector<balance::Gateway> owners(n_vmacs, balance::unassigned);
    for (size_t place = 0; place < standing.answerable.size(); ++place) {
        if (standing.answerable[place].value <= n_vmacs) {
            owners[standing.answerable[place].value - 1u] =
                static_cast<balance::Gateway>(standing.gateway_of[place]);
        }
    }
    std::vector<ClientTable::Host> hosts;
    std::vector<balance::Load> loads;
    std::vector<std::uint16_t> vmacs;
    std::vector<std::uint8_t> is_steerable;
    answers_.clients().for_each(group_index, [&](const ClientTable::Host& host) {
        if (host.vmac.value == 0 || host.vmac.value > n_vmacs) {
            return;
        }
        // Who of a vMAC's hosts brings its load is not known: each as much.
        const uint32_t n_sharing = std::max(answers_.clients().n_hosts(group_index, host.vmac), 1u);
        hosts.push_back(host);
        loads.push_back(to_load(view->loads[host.vmac.value - 1u] / n_sharing));
        vmacs.push_back(static_cast<std::uint16_t>(host.vmac.value - 1));
        is_steerable.push_back(host.address != IpAddress::v4(0) && !group.steered_at.contains(host.mac) ? 1 : 0);
    });
    const std::vector<balance::Load> capacities = free_capacities(standing, *view);
    const group::BalanceSettings settings = to_balance_settings(settings_.groups[group_index].balance);
    std::vector<balance::Steer> found;
    planner_.plan({.capacities = capacities,
                   .owners = owners,
                   .host_loads = loads,
                   .vmacs = vmacs,
                   .is_steerable = is_steerable},
                  settings.rounds.objective, most, settings.rounds.min_gain, found);
    for (const balance::Steer& chosen : found) {
        steer(group_index, hosts[chosen.host], VmacNumber(static_cast<uint8_t>(chosen.vmac + 1)), now);
    }
}

void HostSteering::steer(size_t group_index, const ClientTable::Host& host, VmacNumber vmac,
                         TimePoint now) {
    PerGroup& group = groups_[group_index];
    const Group& owned = ownership_.groups()[group_index];
    bool was_sent = false;
    for (const IpAddress& vip : settings_.groups[group_index].virtual_addresses) {
        const bool is_for_arp = vip.is_v4();
        was_sent = (is_for_arp && tell_host(sender_, interfaces_, owned, vip, host, vmac) == Sent::sent) || was_sent;
    }
    if (was_sent) {
        answers_.keep({group_index, vmac}, host.mac, host.address, now);
        group.steered_at[host.mac] = now;
        ++group.n_in_minute;
        ++group.n_steered;
    }
}

}  // namespace evengate::control
