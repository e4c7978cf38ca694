// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the instances of the paper's simulation, one after the other.
// Thread: any. Used by: the paper's tables, tests.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "balance/problem.hpp"

namespace evengate::balance {

// All lists of n loads from 1 to 10 in descending order whose sum exceeds 10, the capacity of each
// gateway.
class Instances {
 public:
    static constexpr Load kCapacity = 10;
    static constexpr Load kLargest = 10;

    // Cost: a list of n loads. Precondition: n > 0.
    explicit Instances(std::size_t n_flows) : loads_(n_flows, 1), sum_(static_cast<Load>(n_flows)) {
        skip_small();
    }

    [[nodiscard]] bool at_end() const { return at_end_; }
    // The current instance; good until advance().
    [[nodiscard]] std::span<const Load> loads() const { return loads_; }
    [[nodiscard]] Load sum() const { return sum_; }

    void advance() {
        step();
        skip_small();
    }

 private:
    // As an odometer with its fastest wheel last, but that no wheel shows more than the one before
    // it.
    void step() {
        std::size_t i = loads_.size();
        while (i-- > 0) {
            const Load most = i == 0 ? kLargest : loads_[i - 1];
            if (loads_[i] < most) {
                ++loads_[i];
                ++sum_;
                return;
            }
            sum_ -= loads_[i] - 1;
            loads_[i] = 1;
        }
        at_end_ = true;
    }
    void skip_small() {
        while (!at_end_ && sum_ <= kCapacity) {
            step();
        }
    }

    std::vector<Load> loads_;
    Load sum_;
    bool at_end_ = false;
};

}  // namespace evengate::balance
