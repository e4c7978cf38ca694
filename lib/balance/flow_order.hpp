// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the flows of a problem in descending order of load. Every algorithm of the paper begins
// with it. Thread: any. Used by: the algorithms.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "balance/problem.hpp"

namespace evengate::balance {

// Equal loads stand in the order of their flows, so that all members see the same order.
class FlowOrder {
 public:
    // Cost: O(n) for many flows (radix sort), no allocation once a problem of this size was seen.
    void sort(std::span<const Load> loads);

    [[nodiscard]] std::size_t size() const { return keys_.size(); }
    // Of the flow at a place, 0 being the largest.
    [[nodiscard]] Load load(std::size_t place) const {
        return largest_ - static_cast<Load>(keys_[place] >> kFlowBits);
    }
    [[nodiscard]] std::size_t flow(std::size_t place) const { return keys_[place] & kFlowMask; }
    // The sum of all loads.
    [[nodiscard]] Load total() const { return total_; }

 private:
    static constexpr unsigned kFlowBits = 20;
    static constexpr std::uint64_t kFlowMask = (std::uint64_t{1} << kFlowBits) - 1;
    static_assert(kMaxFlows == kFlowMask + 1);

    void sort_by_digits();

    // The distance to the largest load, then the flow, in one number: what sorts ascending by it
    // sorts descending by load.
    std::vector<std::uint64_t> keys_;
    std::vector<std::uint64_t> other_keys_;
    Load largest_ = 0;
    Load total_ = 0;
};

}  // namespace evengate::balance
