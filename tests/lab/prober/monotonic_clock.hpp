// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: CLOCK_MONOTONIC, which all programs of the lab and scripts/lab measure by. Thread: any.
// Used by: the prober, the flooder, the traffic.
#pragma once

#include <chrono>
#include <ctime>

#include "base/time.hpp"

namespace evengate::prober {

inline TimePoint now() {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return TimePoint(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
}

inline timespec to_timespec(TimePoint time) {
    const auto since_zero = time.time_since_epoch();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since_zero);
    return {.tv_sec = seconds.count(), .tv_nsec = (since_zero - seconds).count()};
}

// A signal may end it early.
inline void sleep_until(TimePoint deadline) {
    const timespec until = to_timespec(deadline);
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr);
}

}  // namespace evengate::prober
