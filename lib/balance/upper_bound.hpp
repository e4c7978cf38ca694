// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what no assignment can exceed. Reaching it proves most results optimal.
// Thread: any. Used by: the exact solver, the simulator, tests.
#pragma once

#include <span>
#include <vector>

#include "balance/flow_order.hpp"
#include "balance/problem.hpp"

namespace evengate::balance {

// Returns the least, over q, of what the q largest gateways can hold and all flows but the q
// largest: q flows use at most q gateways. With q = 0 that is the sum of all loads, with q = m the
// sum of all capacities at most. The buffer receives the capacities, descending. Cost: O(n + m log
// m).
[[nodiscard]] Load upper_bound(std::span<const Load> capacities, const FlowOrder& flows,
                               std::vector<Load>& buffer);

}  // namespace evengate::balance
