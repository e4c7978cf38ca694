// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the time types of the control plane. Nobody here reads a clock: time is a parameter.
// Thread: any. Used by: control, group, admin, the simulator.
#pragma once

#include <chrono>

namespace evengate {

// Time since boot, suspend included (CLOCK_BOOTTIME), so that a member that slept knows it
// (protocol rule 12). In the simulator: virtual time from 0.
struct BootClock {
    using duration = std::chrono::nanoseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<BootClock>;
    static constexpr bool is_steady = true;
};

using Duration = BootClock::duration;
using TimePoint = BootClock::time_point;

inline constexpr TimePoint kNever = TimePoint::max();

// 0 for no time.
[[nodiscard]] constexpr uint64_t per_second(uint64_t count, Duration elapsed) {
    const double seconds = std::chrono::duration<double>(elapsed).count();
    return seconds > 0 ? static_cast<uint64_t>(static_cast<double>(count) / seconds) : 0;
}

}  // namespace evengate
