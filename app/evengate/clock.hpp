// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: reads the clock; the only place that does, besides the workers' TSC. Thread: any. Used by: app.
#pragma once

#include <ctime>

#include "base/time.hpp"

namespace evengate {

inline TimePoint boot_time() {
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return TimePoint(std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec));
}

}  // namespace evengate
