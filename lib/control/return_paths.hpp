// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: for which vMAC the packets count that are forwarded to a host: the one that the host was
// last given, in groups that count both directions (balancing rule B3). Off by default. Thread:
// control. Used by: control.
#pragma once

#include <chrono>
#include <vector>

#include "base/time.hpp"
#include "control/neighbours.hpp"
#include "control/vmac_answers.hpp"
#include "control/vmac_ownership.hpp"
#include "settings/settings.hpp"

namespace evengate::control {

class ReturnPaths {
 public:
    // So long a host's new vMAC may not be known to the workers: far less than loads are averaged
    // over, and few enough passes for a full table of neighbours.
    static constexpr Duration kPass = std::chrono::seconds(1);

    ReturnPaths(const settings::Settings& settings, const VmacOwnership& ownership,
                VmacAnswers& answers, Neighbours& neighbours);

    // kNever where no group counts both.
    [[nodiscard]] TimePoint next_deadline() const { return groups_.empty() ? kNever : next_pass_; }
    // Cost: a pass over all neighbours when one is due.
    void on_timers(TimePoint now);

 private:
    [[nodiscard]] SlotIndex slot_of(InterfaceId interface, const MacAddress& host,
                                    TimePoint now) const;

    const VmacOwnership& ownership_;
    VmacAnswers& answers_;
    Neighbours& neighbours_;
    std::vector<size_t> groups_;  // indexes of those that count both
    TimePoint next_pass_{};
};

}  // namespace evengate::control
