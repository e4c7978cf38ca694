// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the Multiple Gateway Traffic-Distribution Problem, version 1: flows with loads, gateways
// with capacities, each flow to at most one gateway, as much as possible processed. All in
// integers. Thread: any. Used by: everything in this folder, the planner, the simulator.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace evengate::balance {

// Units: packets (or bytes) an interval, 0 .. kMaxLoad.
using Load = std::int64_t;
inline constexpr Load kMaxLoad = Load{1} << 40;
// The load nearest to what was counted.
[[nodiscard]] constexpr Load to_load(std::uint64_t counted) {
    return static_cast<Load>(std::min(counted, static_cast<std::uint64_t>(kMaxLoad)));
}

// The place of a gateway in Problem::capacities.
using Gateway = std::uint16_t;
inline constexpr Gateway unassigned = 0xFFFF;

// At most kMaxGateways gateways and kMaxFlows flows: what a sum of loads, and a product of a load
// and a capacity in 128 bits, then still holds.
inline constexpr std::size_t kMaxGateways = 1024;
inline constexpr std::size_t kMaxFlows = std::size_t{1} << 20;

// Owns: nothing; both lists outlive it. Capacities and loads come in any order and may be 0.
// Nothing is assumed of them: a flow may be larger than any gateway, and all flows together smaller
// than one. Not checked: the limits above.
struct Problem {
    std::span<const Load> capacities;  // c_i, by gateway
    std::span<const Load> loads;       // w_j, by flow
};

// By flow; unassigned where the paper leaves a flow so.
using Assignment = std::vector<Gateway>;

// Returns what the gateways process: the sum over them of min(load, capacity). Cost: O(n + m), no
// allocation. Not checked: that the assignment has an entry for each flow, and names existing
// gateways.
[[nodiscard]] Load processed(const Problem& problem, std::span<const Gateway> assignment);

}  // namespace evengate::balance
