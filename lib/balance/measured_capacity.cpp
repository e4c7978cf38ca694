// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/measured_capacity.hpp"

#include <algorithm>

namespace evengate::balance {

void MeasuredCapacity::add(const Sample& sample, TimePoint now) {
    const bool is_used = static_cast<__uint128_t>(sample.busy_cycles) * 100 >
                         static_cast<__uint128_t>(sample.all_cycles) * kLeastUsePercent;
    if (!is_used || sample.packets == 0 || sample.busy_cycles == 0) {
        return;
    }
    const auto measured =
        static_cast<Load>(std::min(static_cast<__uint128_t>(sample.hz) * sample.n_workers *
                                       sample.packets / sample.busy_cycles,
                                   static_cast<__uint128_t>(kMaxLoad)));
    if (value_ == 0) {
        value_ = measured;
        minute_began_ = now;
        return;
    }
    if (now - minute_began_ >= std::chrono::minutes(1)) {
        minute_began_ = now;
        n_steps_ = 0;
    }
    const Load step = std::max(value_ * kStepPercent / 100, Load{1});
    const bool is_apart = std::max(measured, value_) - std::min(measured, value_) >= step;
    if (is_apart && n_steps_ < kStepsAMinute) {
        value_ += measured > value_ ? step : -step;
        ++n_steps_;
    }
}

}  // namespace evengate::balance
