// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: branch and bound over the flows in descending order, for what the fast algorithms leave
// open. Thread: any. Used by: the exact solver.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "balance/flow_order.hpp"
#include "balance/problem.hpp"

namespace evengate::balance {

// What is cut off, beside the two bounds (capacity and load left; upper_bound() of what is left):
// - a flow that fits a gateway exactly goes there: what an optimum has there instead can change
// places
//   with it and loses nothing;
// - of the gateways that a flow would fill or more, only the one with most left is tried, by the
// same
//   exchange; so leaving a flow unassigned is never better, as long as any gateway has capacity
//   left;
// - gateways with equal capacity left are tried once;
// - a state (flows left, capacities left in any order) that was searched before is not searched
// again:
//   what was processed follows from it.
class Search {
 public:
    enum class Outcome : std::uint8_t { exhausted, reached_goal, limited };
    struct Result {
        Load value = 0;
        std::uint64_t n_nodes = 0;  // calls that none of the bounds ended
        Outcome outcome = Outcome::exhausted;
    };

    // Looks for an assignment that processes more than the floor, until one processes the goal (an
    // upper bound), nothing is left to try, or so many nodes were searched. The assignment is
    // overwritten only with better ones. Returns the floor as value if there was none. Cost: O(m) a
    // node.
    Result run(std::span<const Load> capacities, const FlowOrder& flows, Load floor, Load goal,
               std::uint64_t node_limit, Assignment& assignment);

 private:
    void visit(std::size_t place, Load left);
    void place_on(std::size_t index, std::size_t place, Load left);
    void keep_best(std::size_t n_placed, Load value);
    [[nodiscard]] Load bound(std::size_t place, Load left) const;
    [[nodiscard]] bool remember(std::size_t place);

    const FlowOrder* flows_ = nullptr;
    Assignment* assignment_ = nullptr;
    Load capacity_ = 0;
    Load goal_ = 0;
    std::uint64_t node_limit_ = 0;
    Result result_;
    bool done_ = false;
    std::vector<std::uint64_t> gateways_;  // capacity left and gateway, ascending
    std::vector<Load> loads_left_;         // by place: this flow and all smaller ones
    std::vector<Gateway> path_;            // by place
    // One state a slot: the run, the place, the capacities left. The newest replaces what was
    // there.
    std::vector<std::uint64_t> states_;
    std::uint64_t run_number_ = 0;
};

}  // namespace evengate::balance
