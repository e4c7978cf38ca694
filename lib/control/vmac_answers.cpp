// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/vmac_answers.hpp"

#include <algorithm>
#include <numeric>

#include "group/vmac_choice.hpp"

namespace evengate::control {
namespace {

// More answers of one turn than this are told with the host's next question.
constexpr size_t kMaxUntold = 4096;

}  // namespace

VmacAnswers::VmacAnswers(const VmacOwnership& ownership, const settings::Settings& settings,
                         MemberId self, uint64_t seed)
    : ownership_(ownership),
      self_(self),
      clients_(settings.limits.n_clients, ownership.groups().size(), settings.timers.client_age,
               seed) {
    for (size_t i = 0; i < ownership.groups().size(); ++i) {
        const size_t n_vmacs = ownership.groups()[i].vmacs.size();
        PerGroup group;
        group.answerer = settings.groups[i].answerer;
        group.vmac_loads.resize(n_vmacs);
        group.n_expected.resize(n_vmacs);
        groups_.push_back(std::move(group));
    }
}

void VmacAnswers::set_standing(size_t group_index, Standing standing) {
    groups_[group_index].standing = std::move(standing);
}

void VmacAnswers::set_loads(size_t group_index, std::vector<uint64_t> vmac_loads, Known known) {
    PerGroup& group = groups_[group_index];
    uint64_t load = 0;
    uint64_t n_hosts = 0;
    for (size_t i = 0; i < vmac_loads.size(); ++i) {
        if (vmac_loads[i] != 0) {
            load += vmac_loads[i];
            n_hosts += clients_.n_hosts(group_index, VmacNumber(static_cast<uint8_t>(i + 1)));
        }
    }
    group.load_of_host = std::max(kLeastLoadOfHost, n_hosts == 0 ? 0 : load / n_hosts);
    group.vmac_loads = std::move(vmac_loads);
    group.known = known;
    std::fill(group.n_expected.begin(), group.n_expected.end(), 0);
}

bool VmacAnswers::answers(size_t group_index, const MacAddress& host) const {
    const PerGroup& group = groups_[group_index];
    if (group.answerer == settings::Answerer::avg) {
        return group.standing.is_answerer;
    }
    const auto& live = group.standing.live_members;
    return !live.empty() && group::choose_answerer(host, live) == self_;
}

VmacNumber VmacAnswers::choose(size_t group_index, const MacAddress& host, TimePoint now) {
    PerGroup& group = groups_[group_index];
    const std::vector<VmacNumber>& answerable = group.standing.answerable;
    const settings::VmacPolicy policy = ownership_.groups()[group_index].policy;
    if (policy == settings::VmacPolicy::host_hash) {
        return group::choose_by_host_hash(host, answerable);
    }
    const auto before = clients_.find(group_index, host, now);
    if (before && std::binary_search(answerable.begin(), answerable.end(), *before)) {
        return *before;
    }
    switch (policy) {
        case settings::VmacPolicy::least_loaded:
            return choose_by_load(group_index);
        case settings::VmacPolicy::weighted:
            return choose_by_weight(group_index);
        case settings::VmacPolicy::round_robin:
        case settings::VmacPolicy::host_hash:
            break;
    }
    group.last_round_robin = group::choose_round_robin(group.last_round_robin, answerable);
    return group.last_round_robin;
}

// Without an estimate nothing is known of another member's vMAC: its hosts stand for its load, and
// its member's own report for the sum.
VmacNumber VmacAnswers::choose_by_load(size_t group_index) {
    const PerGroup& group = groups_[group_index];
    const Standing& standing = group.standing;
    gateway_loads_.clear();
    for (size_t g = 0; g < standing.gateways.size(); ++g) {
        gateway_loads_.push_back({.capacity = standing.capacities[g], .load = standing.loads[g]});
    }
    vmac_loads_.clear();
    for (size_t i = 0; i < standing.answerable.size(); ++i) {
        const VmacNumber number = standing.answerable[i];
        const uint16_t gateway = standing.gateway_of[i];
        const uint32_t n_hosts = clients_.n_hosts(group_index, number);
        const uint64_t expected = group.n_expected[number.value - 1u] * group.load_of_host;
        const bool is_known =
            group.known == Known::all || standing.gateways[gateway] == self_;
        const uint64_t known = is_known
                                   ? group.vmac_loads[number.value - 1u] + expected
                                   : n_hosts * group.load_of_host;
        gateway_loads_[gateway].load += expected;
        vmac_loads_.push_back(
            {.number = number, .gateway = gateway, .load = known, .n_hosts = n_hosts});
    }
    return group::choose_least_loaded(gateway_loads_, vmac_loads_);
}

// Hosts in place of load, weights in place of capacity.
VmacNumber VmacAnswers::choose_by_weight(size_t group_index) {
    const Standing& standing = groups_[group_index].standing;
    gateway_loads_.clear();
    for (const uint8_t weight : standing.weights) {
        gateway_loads_.push_back({.capacity = weight, .load = 1});  // with the host that asks
    }
    vmac_loads_.clear();
    for (size_t i = 0; i < standing.answerable.size(); ++i) {
        const uint32_t n_hosts = clients_.n_hosts(group_index, standing.answerable[i]);
        gateway_loads_[standing.gateway_of[i]].load += n_hosts;
        vmac_loads_.push_back({.number = standing.answerable[i],
                               .gateway = standing.gateway_of[i],
                               .load = n_hosts,
                               .n_hosts = n_hosts});
    }
    return group::choose_least_loaded(gateway_loads_, vmac_loads_);
}

std::optional<MacAddress> VmacAnswers::answer(size_t group_index, const MacAddress& host,
                                              const IpAddress& address, TimePoint now) {
    if (groups_[group_index].standing.answerable.empty()) {
        return std::nullopt;
    }
    return keep({group_index, choose(group_index, host, now)}, host, address, now);
}

void VmacAnswers::change(VmacOwnership::Place place, const MacAddress& host) {
    ++groups_[place.group_index].n_expected[place.number.value - 1u];
    clients_.change(place.group_index, host, place.number);
    if (answered_.size() < kMaxUntold) {
        answered_.push_back({place.group_index, host, place.number});
    }
}

MacAddress VmacAnswers::keep(VmacOwnership::Place place, const MacAddress& host,
                             const IpAddress& address, TimePoint now) {
    PerGroup& group = groups_[place.group_index];
    ++group.n_answers;
    if (clients_.find(place.group_index, host, now) != place.number) {
        ++group.n_expected[place.number.value - 1u];
    }
    const auto news = clients_.remember(place.group_index, host, address, place.number, now);
    if (news == ClientTable::News::worth_telling && answered_.size() < kMaxUntold) {
        answered_.push_back({place.group_index, host, place.number});
    }
    return ownership_.groups()[place.group_index].vmac(place.number).mac;
}

}  // namespace evengate::control
