// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/vmac_answers.hpp"

#include <algorithm>

#include "group/vmac_choice.hpp"

namespace evengate::control {

VmacAnswers::VmacAnswers(const VmacOwnership& ownership, const settings::Settings& settings,
                         uint64_t seed)
    : ownership_(ownership),
      clients_(settings.limits.n_clients, ownership.groups().size(), settings.timers.client_age,
               seed),
      last_round_robin_(ownership.groups().size()),
      n_answers_(ownership.groups().size()) {}

VmacNumber VmacAnswers::choose(size_t group_index, const MacAddress& host, TimePoint now) {
    const Group& group = ownership_.groups()[group_index];
    if (group.policy == settings::VmacPolicy::host_hash) {
        return group::choose_by_host_hash(host, group.answerable);
    }
    const auto before = clients_.find(group_index, host, now);
    if (before && std::binary_search(group.answerable.begin(), group.answerable.end(), *before)) {
        return *before;
    }
    VmacNumber& last = last_round_robin_[group_index];
    last = group::choose_round_robin(last, group.answerable);
    return last;
}

std::optional<MacAddress> VmacAnswers::answer(size_t group_index, const MacAddress& host,
                                              TimePoint now) {
    const Group& group = ownership_.groups()[group_index];
    if (group.answerable.empty()) {
        return std::nullopt;
    }
    return keep({group_index, choose(group_index, host, now)}, host, now);
}

MacAddress VmacAnswers::keep(VmacOwnership::Place place, const MacAddress& host, TimePoint now) {
    clients_.remember(place.group_index, host, place.number, now);
    ++n_answers_[place.group_index];
    return ownership_.groups()[place.group_index].vmac(place.number).mac;
}

}  // namespace evengate::control
