// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: who gets which vMAC before anything was measured (rule B11). Pure. Thread: any.
// Used by: group, replay.
#pragma once

#include <cstdint>
#include <span>

#include "balance/problem.hpp"

namespace evengate::balance {

enum class Start : std::uint8_t {
    random,  // each to any gateway, as in the paper
    even,    // as many vMACs to each as its capacity says
};

// Gateways of capacity 0 get none, unless all are. The same seed gives the same assignment.
// Not checked: there is a gateway. Cost: O(n m).
[[nodiscard]] Assignment make_start(Start start, std::span<const Load> capacities,
                                    std::size_t n_vmacs, std::uint64_t seed);

}  // namespace evengate::balance
