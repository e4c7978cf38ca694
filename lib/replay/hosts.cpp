// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "replay/hosts.hpp"

#include <algorithm>
#include <numeric>

#include "group/least_loaded.hpp"
#include "group/mix.hpp"
#include "group/vmac_choice.hpp"

namespace evengate::replay {
namespace {

// Locally administered, so that no host of the world has it.
constexpr std::uint64_t kFirstMac = 0x0200'0000'0000;
constexpr std::uint64_t kMacBits = 0xFF'FFFF'FFFF;

}  // namespace

Hosts::Hosts(std::size_t n_hosts, std::size_t n_vmacs, Policy policy, std::uint64_t seed)
    : policy_(policy),
      order_(n_hosts),
      vmac_of_(n_hosts, balance::unassigned),
      n_hosts_(n_vmacs),
      n_expected_(n_vmacs) {
    std::vector<std::uint64_t> drawn(n_hosts);
    for (std::size_t host = 0; host < n_hosts; ++host) {
        drawn[host] = group::mix(group::mix(seed + group::kMixSalt) + host);
        macs_.push_back(MacAddress::from_u64(kFirstMac | (drawn[host] & kMacBits)));
    }
    std::iota(order_.begin(), order_.end(), 0u);
    std::sort(order_.begin(), order_.end(), [&](std::uint32_t a, std::uint32_t b) {
        return drawn[a] != drawn[b] ? drawn[a] < drawn[b] : a < b;
    });
    for (std::size_t vmac = 0; vmac < n_vmacs; ++vmac) {
        numbers_.emplace_back(static_cast<std::uint8_t>(vmac + 1));
    }
}

void Hosts::ask(std::size_t host, const Standing& standing) {
    if (!has_asked(host)) {
        const VmacNumber number = choose(host, standing);
        vmac_of_[host] = static_cast<std::uint16_t>(number.value - 1);
        ++n_hosts_[vmac_of_[host]];
        ++n_expected_[vmac_of_[host]];
    }
}

void Hosts::forget_expected() {
    std::fill(n_expected_.begin(), n_expected_.end(), 0);
}

void Hosts::steer(std::size_t host, std::uint16_t vmac) {
    --n_hosts_[vmac_of_[host]];
    ++n_hosts_[vmac];
    vmac_of_[host] = vmac;
}

VmacNumber Hosts::choose(std::size_t host, const Standing& standing) {
    switch (policy_) {
        case Policy::host_hash:
            return group::choose_by_host_hash(macs_[host], numbers_);
        case Policy::least_loaded:
            return choose_by_load(standing);
        case Policy::weighted:
            return choose_by_weight(standing);
        case Policy::round_robin:
            break;
    }
    last_round_robin_ = group::choose_round_robin(last_round_robin_, numbers_);
    return last_round_robin_;
}

// A host that was just answered will bring what a host brings on average.
VmacNumber Hosts::choose_by_load(const Standing& standing) {
    const auto load =
        std::accumulate(standing.vmac_loads.begin(), standing.vmac_loads.end(), std::uint64_t{0});
    const auto n_measured =
        std::accumulate(n_hosts_.begin(), n_hosts_.end(), std::uint64_t{0}) -
        std::accumulate(n_expected_.begin(), n_expected_.end(), std::uint64_t{0});
    const std::uint64_t of_host =
        std::max<std::uint64_t>(n_measured == 0 ? 1 : load / n_measured, 1);
    std::vector<group::GatewayLoad> gateways;
    for (std::size_t i = 0; i < standing.capacities.size(); ++i) {
        gateways.push_back({.capacity = static_cast<std::uint64_t>(standing.capacities[i]),
                            .load = static_cast<std::uint64_t>(standing.gateway_loads[i])});
    }
    std::vector<group::VmacLoad> vmacs;
    for (std::size_t j = 0; j < numbers_.size(); ++j) {
        const std::uint64_t expected = n_expected_[j] * of_host;
        gateways[standing.owners[j]].load += expected;
        vmacs.push_back({.number = numbers_[j],
                         .gateway = standing.owners[j],
                         .load = static_cast<std::uint64_t>(standing.vmac_loads[j]) + expected,
                         .n_hosts = n_hosts_[j]});
    }
    return group::choose_least_loaded(gateways, vmacs);
}

// Hosts in place of load.
VmacNumber Hosts::choose_by_weight(const Standing& standing) const {
    std::vector<group::GatewayLoad> gateways;
    for (const balance::Load capacity : standing.capacities) {
        gateways.push_back({.capacity = static_cast<std::uint64_t>(capacity), .load = 1});
    }
    std::vector<group::VmacLoad> vmacs;
    for (std::size_t j = 0; j < numbers_.size(); ++j) {
        gateways[standing.owners[j]].load += n_hosts_[j];
        vmacs.push_back({.number = numbers_[j],
                         .gateway = standing.owners[j],
                         .load = n_hosts_[j],
                         .n_hosts = n_hosts_[j]});
    }
    return group::choose_least_loaded(gateways, vmacs);
}

}  // namespace evengate::replay
