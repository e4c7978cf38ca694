// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: which single hosts to give another vMAC, where that is better than moving a vMAC: finer,
// and it takes no hand-over (rule B12). Off unless an operator asks. Pure. Thread: any. Used by:
// control, replay.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "balance/moves.hpp"
#include "balance/objective.hpp"
#include "balance/problem.hpp"

namespace evengate::balance {

struct Steer {
    std::uint32_t host = 0;
    std::uint16_t vmac = 0;

    friend bool operator==(const Steer&, const Steer&) = default;
};

struct SteerInput {
    std::span<const Load> capacities;            // by gateway
    std::span<const Gateway> owners;             // by vMAC; unassigned: given to nobody
    std::span<const Load> host_loads;            // by host: the estimate
    std::span<const std::uint16_t> vmacs;        // by host: the vMAC it was given
    std::span<const std::uint8_t> is_steerable;  // by host; 0: stays
};

// Keeps its buffers.
class HostSteering {
 public:
    // Appends at most n_hosts hosts, best first, each with the vMAC of least load at its new
    // gateway. Each lowers J by at least least_gain, a share of J above its lower bound; units:
    // 1/1024. Cost: as MovePlanner::improve(), for hosts. Not checked: lists are of their length.
    void plan(const SteerInput& input, const ObjectiveOptions& options, std::uint32_t n_hosts,
              std::uint32_t least_gain, std::vector<Steer>& steers);

 private:
    Objective objective_;
    MovePlanner planner_;
    std::vector<Load> scaled_;      // by host
    std::vector<Load> vmac_loads_;  // scaled
    std::vector<Gateway> owners_;   // by host
    std::vector<Load> gateway_loads_;
    std::vector<Move> moves_;
};

}  // namespace evengate::balance
