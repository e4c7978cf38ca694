// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a member's clock, which started at some time of its own and runs a little fast or slow.
// Thread: any. Used by: sim.
#pragma once

#include <cstdint>

#include "base/time.hpp"

namespace evengate::sim {

class DriftingClock {
 public:
    // Units: millionths that it runs fast. Not checked: within 100,000.
    DriftingClock(TimePoint local_at_zero, int32_t fast_ppm)
        : base_local_(local_at_zero), fast_ppm_(fast_ppm) {}

    [[nodiscard]] TimePoint local(TimePoint truth) const {
        const Duration passed = truth - base_;
        return base_local_ + passed + passed / 1'000'000 * fast_ppm_;
    }
    // The first moment at which the clock shows this or more; kNever for kNever.
    [[nodiscard]] TimePoint truth(TimePoint local_time) const {
        if (local_time == kNever) {
            return kNever;
        }
        const Duration shown = local_time - base_local_;
        TimePoint guess = base_ + shown - shown / (1'000'000 + fast_ppm_) * fast_ppm_;
        while (local(guess) < local_time) {
            guess += Duration(1'000);
        }
        return guess;
    }
    // From now on, without a jump.
    void set_drift(TimePoint now, int32_t fast_ppm) {
        base_local_ = local(now);
        base_ = now;
        fast_ppm_ = fast_ppm;
    }

 private:
    TimePoint base_{};
    TimePoint base_local_;
    int32_t fast_ppm_;
};

}  // namespace evengate::sim
