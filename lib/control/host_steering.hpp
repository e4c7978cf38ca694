// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: gives single hosts another vMAC where no move of a vMAC helps (balancing rule B12): a vMAC with
// several hosts cannot be split otherwise. The AVG does it, unasked, a few hosts a minute; off by default.
// Thread: control. Used by: control, report.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <vector>

#include "balance/steer.hpp"
#include "base/time.hpp"
#include "control/frame_sender.hpp"
#include "control/group_speakers.hpp"
#include "control/interface_set.hpp"
#include "control/vmac_answers.hpp"
#include "control/vmac_ownership.hpp"
#include "settings/settings.hpp"

namespace evengate::control {

class HostSteering {
 public:
    // So often a number of hosts; and so long a host keeps what it was told.
    static constexpr Duration kMinute = std::chrono::minutes(1);

    // Borrows all. Of settings, groups[].balance may change meanwhile.
    HostSteering(const settings::Settings& settings, const InterfaceSet& interfaces,
                 const VmacOwnership& ownership, const GroupSpeakers& speakers,
                 VmacAnswers& answers, FrameSender& sender);

    [[nodiscard]] TimePoint next_deadline() const;
    // Cost: O(1) but for each interval of a group that steers: O(hosts log hosts) there.
    void on_timers(TimePoint now);

    [[nodiscard]] uint64_t n_steered(size_t group_index) const {
        return groups_[group_index].n_steered;
    }

 private:
    struct PerGroup {
        TimePoint next_look{};
        bool was_needed = false;                     // when it was looked at last
        std::map<MacAddress, TimePoint> steered_at;  // in the last minute
        uint64_t n_steered = 0;
    };

    [[nodiscard]] bool steers(size_t group_index) const;
    void look(size_t group_index, TimePoint now);
    void steer(size_t group_index, const ClientTable::Host& host, VmacNumber vmac, TimePoint now);

    const settings::Settings& settings_;
    const InterfaceSet& interfaces_;
    const VmacOwnership& ownership_;
    const GroupSpeakers& speakers_;
    VmacAnswers& answers_;
    FrameSender& sender_;
    std::vector<PerGroup> groups_;  // by group index
    balance::HostSteering planner_;
};

}  // namespace evengate::control
