// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/paper_search.hpp"

#include <algorithm>
#include <array>

namespace evengate::balance {
namespace {

class PaperSearch {
 public:
    PaperSearch(std::span<const Load> capacities, const FlowOrder& flows)
        : flows_(flows), n_gateways_(capacities.size()) {
        std::ranges::copy(capacities, left_.begin());
    }

    PaperSearchResult run() {
        Load capacity = 0;
        for (std::size_t i = 0; i < n_gateways_; ++i) {
            capacity += left_[i];
        }
        visit(0, 0, capacity, flows_.total());
        return result_;
    }

 private:
    void visit(std::size_t place, Load value, Load capacity_left, Load load_left) {
        if (place == flows_.size()) {
            ++result_.n_complete;
            result_.value = std::max(result_.value, value);
            return;
        }
        const Load load = flows_.load(place);
        const Load bound = value + std::min(capacity_left, load_left);
        for (std::size_t i = 0; i < n_gateways_; ++i) {
            const Load left = left_[i];
            if (left == 0) {
                continue;
            }
            if (bound <= result_.value) {
                return;
            }
            const Load taken = std::min(left, load);
            left_[i] -= taken;
            visit(place + 1, value + taken, capacity_left - taken, load_left - load);
            left_[i] = left;
        }
        if (bound > result_.value) {
            visit(place + 1, value, capacity_left, load_left - load);
        }
    }

    const FlowOrder& flows_;
    std::size_t n_gateways_;
    std::array<Load, kMaxGateways> left_{};
    PaperSearchResult result_;
};

}  // namespace

PaperSearchResult paper_search(std::span<const Load> capacities, const FlowOrder& flows) {
    return PaperSearch(capacities, flows).run();
}

}  // namespace evengate::balance
