// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: how many packets this member can forward in a second for a group: as configured, in bits as
// well, or as its workers measured (balancing rule B4, protocol rule 28).
// Thread: control. Used by: load_meter.
#pragma once

#include <cstdint>

#include "balance/measured_capacity.hpp"
#include "base/time.hpp"
#include "control/outside.hpp"
#include "settings/settings.hpp"

namespace evengate::control {

class Capacity {
 public:
    // Of one that is to be measured, until it was.
    static constexpr uint64_t kUnknownPps = 1'000'000;

    // Takes what all slots forwarded and all workers did since start. The more often the better; a
    // sample is taken once a second.
    void note(const SlotCounts& forwarded, const WorkerTotals& workers, TimePoint now);

    // Units: packets a second. A limit in bits counts packets of the size that the appliance
    // forwarded of late, with all that they take on an Ethernet wire; it holds from the first on.
    [[nodiscard]] uint64_t of(const settings::Group& group) const;

 private:
    balance::MeasuredCapacity measured_;
    SlotCounts forwarded_;
    WorkerTotals workers_;
    TimePoint sampled_at_{};
    uint64_t wire_bits_ = 0;  // of the mean packet; 0: none was seen
};

}  // namespace evengate::control
