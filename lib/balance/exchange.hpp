// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: improves an assignment by exchanging flows between a gateway that has too much and one that
// has capacity left. Thread: any. Used by: the exact solver.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "balance/flow_order.hpp"
#include "balance/problem.hpp"

namespace evengate::balance {

// An exchange moves one flow there and at most one flow back, so that the difference of their loads
// moves. What is processed grows by min(difference, free there) - max(0, difference - excess here):
// with many flows there is a difference for nearly every purpose, and packing becomes exact where
// no order of placing flows once could be.
class Exchange {
 public:
    // Improves until no single exchange does, or what is processed reaches the goal (an upper
    // bound), or so many flows were looked at: all those of two gateways for an exchange between
    // them. Returns what is processed then. All flows that are assigned stay so.
    // Cost: O(n + m log m), and some nanoseconds for each flow looked at.
    Load improve(std::span<const Load> capacities, const FlowOrder& flows, Load goal,
                 std::uint64_t look_limit, Assignment& assignment);

 private:
    struct Choice {
        Load gain = 0;
        std::size_t there = 0;  // index in the list of the gateway with too much
        std::size_t back = 0;   // in the other one's; its size: no flow comes back
    };

    void set_up(std::span<const Load> capacities, const Assignment& assignment);
    bool improve_once(Load goal, std::uint64_t& n_looks_left);
    [[nodiscard]] Choice choose(std::size_t from, std::size_t to) const;
    void apply(const Choice& choice, std::size_t from, std::size_t to);

    const FlowOrder* flows_ = nullptr;
    Load value_ = 0;
    std::vector<Load> excess_;  // load minus capacity, by gateway; negative: free
    std::vector<std::vector<std::uint32_t>> places_;  // by gateway, ascending: loads descending
    std::vector<Gateway> with_excess_;
    std::vector<Gateway> with_free_;
};

}  // namespace evengate::balance
