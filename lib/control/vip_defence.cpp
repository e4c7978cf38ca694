// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/vip_defence.hpp"

#include <algorithm>
#include <chrono>

#include "control/unasked_answer.hpp"

namespace evengate::control {

VipDefence::VipDefence(const settings::Limits& limits, const InterfaceSet& interfaces,
                       const VmacOwnership& ownership, VmacAnswers& answers, FrameSender& sender,
                       Counts& counts)
    : interfaces_(interfaces),
      ownership_(ownership),
      answers_(answers),
      sender_(sender),
      counts_(counts),
      gap_(Duration(std::chrono::seconds(1)) / std::max(limits.announcements_per_s, 1u)),
      rounds_(ownership.groups().size()) {}

void VipDefence::defend(size_t group_index, const IpAddress& vip, TimePoint now) {
    Round& round = rounds_[group_index];
    if (now < round.next_round) {
        return;
    }
    round.vip = vip;
    round.next_round = now + kBetweenRounds;
    round.next_answer = now;
    round.hosts.clear();
    answers_.clients().for_each(group_index, [&](const ClientTable::Host& host) {
        if (answers_.answers(group_index, host.mac)) {
            round.hosts.push_back(host);
        }
    });
}

TimePoint VipDefence::next_deadline() const {
    TimePoint next = kNever;
    for (const Round& round : rounds_) {
        if (!round.hosts.empty()) {
            next = std::min(next, round.next_answer);
        }
    }
    return next;
}

void VipDefence::on_timers(TimePoint now) {
    for (size_t i = 0; i < rounds_.size(); ++i) {
        Round& round = rounds_[i];
        while (!round.hosts.empty() && round.next_answer <= now) {
            answer(i, round.vip, round.hosts.back());
            round.hosts.pop_back();
            // A turn that came late does not make up for it with a burst.
            round.next_answer = std::max(round.next_answer + gap_, now - 10 * gap_);
        }
    }
}

void VipDefence::answer(size_t group_index, const IpAddress& vip, const ClientTable::Host& host) {
    const auto& answerable = answers_.standing(group_index).answerable;
    if (!std::binary_search(answerable.begin(), answerable.end(), host.vmac)) {
        return;  // it will ask, and be given another
    }
    const Group& group = ownership_.groups()[group_index];
    if (tell_host(sender_, interfaces_, group, vip, host, host.vmac) == Sent::sent) {
        ++counts_.hosts_reanswered;
    }
}

}  // namespace evengate::control
