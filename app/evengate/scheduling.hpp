// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: makes the control lcore real-time where that is permitted (protocol rule 27).
// Thread: the control lcore, before the workers start. Used by: gateway.
#pragma once

#include <string>
#include <vector>

namespace evengate {

// SCHED_RR for the calling thread alone - control often shares its CPU with a worker, and workers
// stay as they are - short timer slack, and locked memory.
// Returns: what could not be had and the right that is missing; empty when all is well.
std::vector<std::string> make_real_time();

}  // namespace evengate
