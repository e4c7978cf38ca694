// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: after a stranger claimed a VIP, tells the hosts again whom they were given, each by unicast
// and paced (protocol rule 23); never to all, as each host has a vMAC of its own.
// Thread: control. Used by: arp_responder, control.
#pragma once

#include <chrono>
#include <vector>

#include "base/time.hpp"
#include "control/counts.hpp"
#include "control/frame_sender.hpp"
#include "control/interface_set.hpp"
#include "control/vmac_answers.hpp"
#include "control/vmac_ownership.hpp"
#include "settings/settings.hpp"

namespace evengate::control {

class VipDefence {
 public:
    // A stranger who goes on cannot make us send more than one round in so long.
    static constexpr Duration kBetweenRounds = std::chrono::seconds(5);

    VipDefence(const settings::Limits& limits, const InterfaceSet& interfaces,
               const VmacOwnership& ownership, VmacAnswers& answers, FrameSender& sender,
               Counts& counts);

    // Somebody claimed this VIP of the group. Cost: O(hosts) for the first of a round.
    void defend(size_t group_index, const IpAddress& vip, TimePoint now);

    [[nodiscard]] TimePoint next_deadline() const;
    void on_timers(TimePoint now);

 private:
    struct Round {
        IpAddress vip;
        TimePoint next_round{};
        TimePoint next_answer{};
        std::vector<ClientTable::Host> hosts;  // that were not told yet; the last is next
    };

    void answer(size_t group_index, const IpAddress& vip, const ClientTable::Host& host);

    const InterfaceSet& interfaces_;
    const VmacOwnership& ownership_;
    VmacAnswers& answers_;
    FrameSender& sender_;
    Counts& counts_;
    Duration gap_;
    std::vector<Round> rounds_;  // by group index
};

}  // namespace evengate::control
