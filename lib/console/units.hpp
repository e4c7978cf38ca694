// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: durations, sizes, rates and ratios as a person reads them. Counters are never rounded and
// need none of this. Thread: any. Used by: the show commands.
#pragma once

#include <cstdint>
#include <string>

#include "base/time.hpp"

namespace evengate::console {

// "850ns", "12.5us", "340.2ms", "4.2s", "3m 20s", "5h 3m", "12d 5h". A negative one is "0ns".
[[nodiscard]] std::string format_duration(Duration duration);

// "512 B", "1.5 KiB", "183.4 MiB", "2.0 GiB".
[[nodiscard]] std::string format_size(uint64_t bytes);

// Units: Mbit/s. "100 Mbps", "2.5 Gbps", "40 Gbps"; 0 is "unknown".
[[nodiscard]] std::string format_speed(uint32_t mbps);

// part / whole with one decimal, "-" where whole is 0.
[[nodiscard]] std::string format_percent(uint64_t part, uint64_t whole);

}  // namespace evengate::console
