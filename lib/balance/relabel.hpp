// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a plan from scratch says how to divide the vMACs, not who gets which part: among gateways
// that are alike each part goes where most of its load is already (rule B9). Pure. Thread: any.
// Used by: balancer.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "balance/problem.hpp"

namespace evengate::balance {

// Keeps its buffers: it allocates nothing once it has seen a plan as large.
class Relabeller {
 public:
    // Gateways of one number are alike. Of all ways to exchange their parts, the one in which most
    // load stays; more than kMaxAlike of them exchange theirs in groups of so many.
    // Cost: O(n + k^3) for k gateways alike. Not checked: lists are as long as the others, and
    // owners and plan name gateways or are unassigned.
    void relabel(std::span<const Load> loads, std::span<const Gateway> owners,
                 std::span<const Gateway> alike, Assignment& plan);

    static constexpr std::size_t kMaxAlike = 64;

 private:
    void exchange(std::size_t n_gateways);

    std::vector<Load> kept_;             // by part and owner: the load that is in both
    std::vector<Gateway> group_;         // gateways that exchange their parts now
    std::vector<Gateway> renamed_;       // by gateway: who gets its part
    std::vector<std::uint8_t> is_done_;  // by gateway
    // Of the assignment problem, with a row and a column more than there are (Kuhn, 1955, in the
    // form with potentials).
    std::vector<Load> row_potentials_;
    std::vector<Load> column_potentials_;
    std::vector<Load> slack_;
    std::vector<std::uint16_t> row_of_;
    std::vector<std::uint16_t> came_from_;
    std::vector<std::uint8_t> is_used_;
};

}  // namespace evengate::balance
