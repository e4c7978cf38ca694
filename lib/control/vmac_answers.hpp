// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: which vMAC a host that asks for a VIP is answered with, by the group's policy and by what
// the host was given before. Thread: control. Used by: arp_responder, report.
#pragma once

#include <optional>
#include <vector>

#include "base/mac_address.hpp"
#include "base/time.hpp"
#include "control/client_table.hpp"
#include "control/vmac_ownership.hpp"

namespace evengate::control {

class VmacAnswers {
 public:
    VmacAnswers(const VmacOwnership& ownership, const settings::Settings& settings, uint64_t seed);

    // The vMAC for this host from now on; nothing while the group has none to give.
    std::optional<MacAddress> answer(size_t group_index, const MacAddress& host, TimePoint now);

    // The host probed a vMAC that it uses already and stays on it (protocol rule 23).
    MacAddress keep(VmacOwnership::Place place, const MacAddress& host, TimePoint now);

    [[nodiscard]] uint64_t n_answers(size_t group_index) const { return n_answers_[group_index]; }
    [[nodiscard]] ClientTable& clients() { return clients_; }

 private:
    VmacNumber choose(size_t group_index, const MacAddress& host, TimePoint now);

    const VmacOwnership& ownership_;
    ClientTable clients_;
    std::vector<VmacNumber> last_round_robin_;  // by group index
    std::vector<uint64_t> n_answers_;           // by group index
};

}  // namespace evengate::control
