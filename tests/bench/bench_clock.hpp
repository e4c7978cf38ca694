// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the times that a bench measures with. Thread: any.
// Used by: forward_publish, reroute_run.
#pragma once

#include <chrono>

namespace evengate::bench {

using Seconds = std::chrono::duration<double>;

// Of CLOCK_MONOTONIC.
std::chrono::nanoseconds now();
void sleep_until(std::chrono::nanoseconds deadline);

// The CPU time of the one worker of this process so far, in seconds: others on the same CPU do not
// count. 0: there is no worker. Cost: some files of /proc.
double worker_seconds();

}  // namespace evengate::bench
