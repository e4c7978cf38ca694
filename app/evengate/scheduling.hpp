// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: makes the control lcore real-time where that is permitted (protocol rule 27), for as long as it serves: what
// comes before and behind that is long, and other gateways may need the CPU for their hellos.
// Thread: the control lcore. Used by: gateway.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace evengate {

enum class CpuUse : uint8_t { alone, shared };

// SCHED_FIFO for the calling thread alone, or SCHED_RR where it shares its CPU with a worker; workers
// stay as they are. Short timer slack, and locked memory.
// Returns: what could not be had and the right that is missing; empty when all is well.
std::vector<std::string> make_real_time(CpuUse use);

// An ordinary thread again.
void end_real_time();

}  // namespace evengate
