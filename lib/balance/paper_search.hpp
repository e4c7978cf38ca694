// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the paper's branch and bound, with its counter, exactly as its Table 2 was made.
// Thread: any. Used by: the paper's tables.
#pragma once

#include <cstdint>

#include "balance/flow_order.hpp"
#include "balance/problem.hpp"

namespace evengate::balance {

struct PaperSearchResult {
    Load value = 0;
    std::uint64_t n_complete = 0;  // complete assignments that were evaluated
};

// Depth first, flows in descending order; the first best is 0. Children are the gateways in order,
// full ones skipped, then "unassigned"; before each, the bound of the current node (capacity left,
// load left) is tested again; that of a complete assignment is not. No symmetry is used. Cost:
// exponential, without a limit. Not checked: that the problem is small.
[[nodiscard]] PaperSearchResult paper_search(std::span<const Load> capacities,
                                             const FlowOrder& flows);

}  // namespace evengate::balance
