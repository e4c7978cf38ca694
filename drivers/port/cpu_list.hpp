// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: CPU lists as taskset and the kernel write them ("0-1,4"). Thread: any.
// Used by: eal_arguments, eal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace evengate::port {

// Far beyond any machine; bounds what a typing error ("0-1000000000") can allocate.
inline constexpr unsigned kMaxCpu = 4095;

// The CPUs of a list, ascending, each once. Fails: empty, not a list, a CPU above kMaxCpu.
Result<std::vector<unsigned>> parse_cpu_list(std::string_view text);

// The list of these ascending CPUs, ranges joined: "0-1,4".
std::string to_string(const std::vector<unsigned>& cpus);

}  // namespace evengate::port
