// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the group protocol of one interface: the machine that decides, who may speak to it, and how
// punctual it is. Thread: control. Used by: group_speakers, group_actions, slot_publication, report.
#pragma once

#include <algorithm>
#include <chrono>
#include <span>
#include <utility>
#include <vector>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "control/group_admission.hpp"
#include "control/group_messages.hpp"
#include "control/interface_set.hpp"
#include "control/local_addresses.hpp"
#include "control/vmac_ownership.hpp"
#include "group/segment.hpp"
#include "settings/settings.hpp"

namespace evengate::control {

// The worst of the last ten to twenty seconds.
class WorstOfLate {
 public:
    void note(Duration value, TimePoint now) {
        roll(now);
        current_ = std::max(current_, value);
    }
    [[nodiscard]] Duration worst(TimePoint now) {
        roll(now);
        return std::max(current_, last_);
    }

 private:
    static constexpr Duration kWindow = std::chrono::seconds(10);

    void roll(TimePoint now) {
        if (now >= window_end_) {
            last_ = std::exchange(current_, Duration::zero());
            if (now >= window_end_ + kWindow) {
                last_ = Duration::zero();
            }
            window_end_ = now + kWindow;
        }
    }

    Duration current_{};
    Duration last_{};
    TimePoint window_end_{};
};

struct Speaker {
    InterfaceId interface;
    std::vector<size_t> group_indexes;  // into VmacOwnership::groups()
    group::Segment segment;
    GroupAdmission admission;

    // Protocol rule 12: frames that a worker received before this are thrown away.
    TimePoint stale_before{};
    TimePoint noticed_lease = kNever;  // the lease whose end was noticed last

    // The machine's time stands still while workers do: it could neither hear nor be heard.
    TimePoint time{};
    TimePoint look_again_at{};  // then

    WorstOfLate lateness;                        // of timers, behind their time
    std::vector<uint64_t> answerable_revisions;  // by place in group_indexes, as last copied

    // The group's place in group_indexes.
    [[nodiscard]] std::optional<size_t> find(std::span<const Group> groups, GroupId id) const;
};

// Who this member is, to others.
struct Self {
    glbp::Incarnation incarnation;
    std::string name;
    uint64_t seed = 0;
    group::Weaknesses weaknesses{};
};

// One for each interface that has groups, in the order of their first groups.
std::vector<Speaker> make_speakers(const settings::Settings& settings, const Self& self,
                                   const InterfaceSet& interfaces, const LocalAddresses& locals,
                                   const GroupMessages& messages);

// The appliance's id in the protocol: the configured one, or one made of the first port's MAC and
// the name, which stays as long as they do.
MemberId member_id(const settings::Appliance& appliance, std::span<const PortFacts> ports);

}  // namespace evengate::control
