// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a series of traffic through the real estimate, planner, damping and answers to hosts, in
// virtual time. Thread: any. Used by: evengate-sim.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "balance/balancer.hpp"
#include "balance/estimate.hpp"
#include "balance/start.hpp"
#include "replay/hosts.hpp"
#include "replay/series.hpp"

namespace evengate::replay {

struct ReplayOptions {
    std::vector<balance::Load> capacities;  // a second, by gateway; at least one
    std::size_t n_vmacs = 64;               // 1 .. 255
    Policy policy = Policy::least_loaded;
    balance::EstimateOptions estimate;  // the interval is cut to a multiple of the step
    balance::BalanceOptions balance;
    std::vector<balance::Load> shares;  // with balance::Target::shares, by gateway, in any unit
    balance::Start start = balance::Start::even;
    Duration ask_again = std::chrono::minutes(20);
    std::uint32_t steered_hosts = 0;  // an interval, at most; 0: none (rule B12)
    std::uint64_t seed = 1;
};

// What a gateway of this capacity a second can process in so long.
[[nodiscard]] balance::Load room_in(balance::Load capacity, Duration interval);

// One run of the group. Volumes are of intervals.
struct Run {
    std::size_t n_intervals = 0;
    std::size_t rows_per_interval = 1;
    Duration interval{};
    balance::Assignment start;                   // owner by vMAC, at first
    std::vector<balance::Load> vmac_volumes;     // by interval and vMAC, as the hosts were mapped
    std::vector<balance::Load> gateway_volumes;  // by interval and gateway, what was offered
    std::vector<balance::Load> estimates;        // by interval and vMAC, at its end
    std::vector<balance::Decision> decisions;    // by interval
    std::uint64_t n_moved = 0;                   // vMACs
    std::uint64_t n_steered = 0;                 // hosts
};

// Not checked: the options' limits. Cost: some microseconds an interval and 64 vMACs.
[[nodiscard]] Run replay(const Series& series, const ReplayOptions& options);

}  // namespace evengate::replay
