// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/host_steering.hpp"

#include <algorithm>
#include <utility>

#include "control/balance_settings.hpp"
#include "control/unasked_answer.hpp"

namespace evengate::control {
namespace {

using balance::to_load;

// J that is less than this part of the load is even enough: of two gateways, one carries an eighth
// more than it should.
constexpr balance::Load kEvenEnoughPart = 512;

// Rule B12: where a vMAC may still be moved, that is better than to tell hosts; and what is noise, or
// hardly uneven, is left alone.
bool only_hosts_help(const group::BalanceView& view) {
    const balance::Decision& decision = view.dry_run.decision;
    const bool has_ended = decision.reason == balance::Reason::nothing_helps ||
                           decision.reason == balance::Reason::too_little;
    balance::Load load = 0;
    for (const uint64_t of_vmac : view.loads) {
        load += to_load(of_vmac);
    }
    return has_ended && decision.before > std::max(decision.noise, load / kEvenEnoughPart);
}

// What a gateway has for hosts that are known: what else it carries stays there. known_pps: theirs.
balance::Load free_capacity(const group::BalanceView& view, MemberId member, balance::Load known_pps) {
    const auto gateway = std::ranges::find(view.gateways, member, &group::BalanceGatewayView::member);
    if (gateway == view.gateways.end()) {
        return 0;
    }
    const balance::Load unknown = std::max<balance::Load>(to_load(gateway->load_pps) - known_pps, 0);
    return std::max<balance::Load>(to_load(gateway->capacity_pps) - to_load(gateway->background_pps) - unknown, 0);
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

void HostSteering::look(size_t group_index, TimePoint now) {
    PerGroup& group = groups_[group_index];
    const Group& owned = ownership_.groups()[group_index];
    const auto view = speakers_.all()[speakers_.place_of(group_index).speaker_index].segment.balance_view(
        owned.id, now);
    const bool is_needed = view && !view->loads.empty() && only_hosts_help(*view);
    if (!std::exchange(group.was_needed, is_needed) || !is_needed) {
        return;  // what is seen once may be gone
    }
    std::erase_if(group.steered_at,
                  [now](const auto& steered) { return now - steered.second >= kMinute; });
    const size_t a_minute = settings_.groups[group_index].balance.steer_hosts;
    const auto most = static_cast<uint32_t>(a_minute - std::min(a_minute, group.steered_at.size()));
    if (most == 0) {
        return;
    }
    answers_.clients().expire(now);
    const VmacAnswers::Standing& standing = answers_.standing(group_index);
    const size_t n_vmacs = std::min(owned.vmacs.size(), view->loads.size());
    std::vector<balance::Gateway> owners(n_vmacs, balance::unassigned);
    for (size_t place = 0; place < standing.answerable.size(); ++place) {
        if (standing.answerable[place].value <= n_vmacs) {
            owners[standing.answerable[place].value - 1u] =
                static_cast<balance::Gateway>(standing.gateway_of[place]);
        }
    }
    std::vector<balance::Load> known(standing.gateways.size());
    std::vector<ClientTable::Host> hosts;
    std::vector<balance::Load> loads;
    std::vector<std::uint16_t> vmacs;
    std::vector<std::uint8_t> is_steerable;
    answers_.clients().for_each(group_index, [&](const ClientTable::Host& host) {
        if (host.vmac.value == 0 || host.vmac.value > n_vmacs ||
            owners[host.vmac.value - 1u] == balance::unassigned) {
            return;
        }
        // Who of a vMAC's hosts brings its load is not known: each as much.
        const uint32_t n_sharing = answers_.clients().n_hosts(group_index, host.vmac);
        hosts.push_back(host);
        loads.push_back(to_load(view->loads[host.vmac.value - 1u] / n_sharing));
        vmacs.push_back(static_cast<std::uint16_t>(host.vmac.value - 1));
        known[owners[host.vmac.value - 1u]] += loads.back();
        is_steerable.push_back(host.address != IpAddress{} && !group.steered_at.contains(host.mac) ? 1 : 0);
    });
    std::vector<balance::Load> capacities;
    for (size_t gateway = 0; gateway < known.size(); ++gateway) {
        capacities.push_back(free_capacity(*view, standing.gateways[gateway], known[gateway]));
    }
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
        answers_.change({group_index, vmac}, host.mac);
        group.steered_at[host.mac] = now;
        ++group.n_steered;
    }
}

}  // namespace evengate::control
