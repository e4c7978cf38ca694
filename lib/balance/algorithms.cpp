// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/algorithms.hpp"

#include <algorithm>
#include <bit>
#include <cassert>

namespace evengate::balance {
namespace {

// A gateway's capacity left and its place in one number.
constexpr unsigned kGatewayBits = 16;
constexpr std::uint64_t kGatewayMask = (std::uint64_t{1} << kGatewayBits) - 1;

std::uint64_t pack(Load left, std::uint64_t gateway) {
    return static_cast<std::uint64_t>(left) << kGatewayBits | gateway;
}

// Gateways by capacity left, ascending, then by place.
class SortedGateways {
 public:
    SortedGateways(std::span<const Load> capacities, std::vector<std::uint64_t>& keys)
        : keys_(keys) {
        keys_.resize(capacities.size());
        for (std::size_t gateway = 0; gateway < capacities.size(); ++gateway) {
            keys_[gateway] = pack(capacities[gateway], gateway);
        }
        std::ranges::sort(keys_);
    }

    [[nodiscard]] Load most_left() const { return keys_.empty() ? 0 : left(keys_.back()); }
    // Takes the load from the first gateway with the least left that is at least so much.
    Gateway take(Load at_least, Load load) {
        auto from = std::ranges::lower_bound(keys_, pack(at_least, 0));
        const std::uint64_t gateway = *from & kGatewayMask;
        const std::uint64_t key = pack(std::max<Load>(left(*from) - load, 0), gateway);
        for (; from != keys_.begin() && *(from - 1) > key; --from) {
            *from = *(from - 1);
        }
        *from = key;
        return static_cast<Gateway>(gateway);
    }

 private:
    static Load left(std::uint64_t key) { return static_cast<Load>(key >> kGatewayBits); }

    std::vector<std::uint64_t>& keys_;
};

// Finds the gateway with the least (load + flow) / capacity. Gateways stand by capacity,
// descending, then by place, so that the first of equals is the one that ties go to.
class Quotients {
 public:
    Quotients(std::span<const Load> capacities, Load total, Workspace& workspace)
        : order_(workspace.order),
          rank_(workspace.rank),
          loads_(workspace.keys),
          inverses_(workspace.inverses) {
        order_.clear();
        rank_.assign(capacities.size(), 0);
        for (std::size_t gateway = 0; gateway < capacities.size(); ++gateway) {
            if (capacities[gateway] > 0) {
                order_.push_back(static_cast<Gateway>(gateway));
            }
        }
        std::ranges::sort(order_, [capacities](Gateway a, Gateway b) {
            return capacities[a] != capacities[b] ? capacities[a] > capacities[b] : a < b;
        });
        // Loads use the upper bits of 64, so that the upper half of a product keeps what matters.
        shift_ = static_cast<unsigned>(std::countl_zero(static_cast<std::uint64_t>(total) | 1)) - 1;
        // An odd one gets a neighbour that is never better: no quotient reaches 2^62.
        loads_.assign(order_.size() + order_.size() % 2, std::uint64_t{1} << 62);
        std::fill_n(loads_.begin(), order_.size(), 0);
        inverses_.assign(loads_.size(), ~std::uint64_t{0});
        for (std::size_t i = 0; i < order_.size(); ++i) {
            rank_[order_[i]] = static_cast<Gateway>(i);
            const auto smallest = static_cast<__uint128_t>(capacities[order_.back()]);
            inverses_[i] = static_cast<std::uint64_t>(
                (smallest << 63) / static_cast<__uint128_t>(capacities[order_[i]]));
        }
    }

    [[nodiscard]] bool has_capacity() const { return !order_.empty(); }
    // A gateway without capacity never has the least, so its load need not be known.
    void add(Gateway gateway, Load load) {
        if (order_[rank_[gateway]] == gateway) {
            loads_[rank_[gateway]] += static_cast<std::uint64_t>(load) << shift_;
        }
    }
    Gateway take_least(Load load) {
        const std::uint64_t more = static_cast<std::uint64_t>(load) << shift_;
        // The place of the gateway in the last bits: then the least number is all that is sought.
        // Two searches side by side keep the processor from waiting for each comparison.
        std::uint64_t least_even = ~std::uint64_t{0};
        std::uint64_t least_odd = ~std::uint64_t{0};
        for (std::size_t i = 0; i < loads_.size(); i += 2) {
            least_even = std::min(least_even, quotient_and_place(i, more));
            least_odd = std::min(least_odd, quotient_and_place(i + 1, more));
        }
        const std::size_t best = std::min(least_even, least_odd) & (kMaxGateways - 1);
        loads_[best] += more;
        return order_[best];
    }

 private:
    [[nodiscard]] std::uint64_t quotient_and_place(std::size_t i, std::uint64_t more) const {
        const auto product = static_cast<__uint128_t>(loads_[i] + more) * inverses_[i];
        return (static_cast<std::uint64_t>(product >> 64) & ~std::uint64_t{kMaxGateways - 1}) | i;
    }

    std::vector<Gateway>& order_;
    std::vector<Gateway>& rank_;
    std::vector<std::uint64_t>& loads_;
    std::vector<std::uint64_t>& inverses_;
    unsigned shift_ = 0;
};

}  // namespace

void sequential(std::span<const Load> capacities, const FlowOrder& flows, Assignment& assignment) {
    assignment.assign(flows.size(), unassigned);
    std::size_t place = 0;
    for (std::size_t gateway = 0; gateway < capacities.size(); ++gateway) {
        Load load = 0;
        for (; place < flows.size() && load < capacities[gateway]; ++place) {
            load += flows.load(place);
            assignment[flows.flow(place)] = static_cast<Gateway>(gateway);
        }
    }
}

void greedy(std::span<const Load> capacities, const FlowOrder& flows, Workspace& workspace,
            Assignment& assignment) {
    assignment.assign(flows.size(), unassigned);
    // A tournament: each inner key is the larger of the two below it, the first is the winner. The
    // place counts down, so that the first of equals wins.
    const std::size_t n_leaves = std::bit_ceil(std::max<std::size_t>(capacities.size(), 1));
    std::vector<std::uint64_t>& keys = workspace.keys;
    keys.assign(2 * n_leaves, 0);
    for (std::size_t gateway = 0; gateway < capacities.size(); ++gateway) {
        keys[n_leaves + gateway] = pack(capacities[gateway], kGatewayMask - gateway);
    }
    for (std::size_t i = n_leaves - 1; i > 0; --i) {
        keys[i] = std::max(keys[2 * i], keys[2 * i + 1]);
    }
    for (std::size_t place = 0; place < flows.size(); ++place) {
        const auto left = static_cast<Load>(keys[1] >> kGatewayBits);
        if (left <= 0) {
            return;
        }
        const std::size_t gateway = kGatewayMask - (keys[1] & kGatewayMask);
        assignment[flows.flow(place)] = static_cast<Gateway>(gateway);
        std::size_t i = n_leaves + gateway;
        keys[i] = pack(std::max<Load>(left - flows.load(place), 0), kGatewayMask - gateway);
        for (i /= 2; i > 0; i /= 2) {
            keys[i] = std::max(keys[2 * i], keys[2 * i + 1]);
        }
    }
}

void best_fit(std::span<const Load> capacities, const FlowOrder& flows, Workspace& workspace,
              Assignment& assignment) {
    assignment.assign(flows.size(), unassigned);
    SortedGateways gateways(capacities, workspace.keys);
    for (std::size_t place = 0; place < flows.size(); ++place) {
        const Load most = gateways.most_left();
        if (most <= 0) {
            return;
        }
        const Load load = flows.load(place);
        // Not even an idle flow fits a full gateway, or one without capacity.
        assignment[flows.flow(place)] = gateways.take(std::clamp<Load>(load, 1, most), load);
    }
}

Fit try_best_fit(std::span<const Load> capacities, const FlowOrder& flows, Workspace& workspace,
                 Assignment& assignment) {
    assignment.assign(flows.size(), unassigned);
    SortedGateways gateways(capacities, workspace.keys);
    for (std::size_t place = 0; place < flows.size(); ++place) {
        const Load load = flows.load(place);
        const Load wanted = std::max<Load>(load, 1);
        if (wanted > gateways.most_left()) {
            return Fit::some_do_not;
        }
        assignment[flows.flow(place)] = gateways.take(wanted, load);
    }
    return Fit::all_fit;
}

void random_assignment(std::size_t n_gateways, std::size_t n_flows, std::uint64_t seed,
                       Assignment& assignment) {
    assignment.assign(n_flows, unassigned);
    if (n_gateways == 0) {
        return;
    }
    std::uint64_t state = seed;
    for (Gateway& gateway : assignment) {
        // SplitMix64 (Steele, Lea, Flood 2014): the same on every machine, unlike the standard's
        // distributions.
        state += 0x9E3779B97F4A7C15;
        std::uint64_t bits = state;
        bits = (bits ^ bits >> 30) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ bits >> 27) * 0x94D049BB133111EB;
        bits ^= bits >> 31;
        gateway = static_cast<Gateway>((bits >> 32) * n_gateways >> 32);
    }
}

void even(std::span<const Load> capacities, const FlowOrder& flows, Workspace& workspace,
          Assignment& assignment) {
    assignment.assign(flows.size(), unassigned);
    place_rest(capacities, flows, workspace, assignment);
}

void place_rest(std::span<const Load> capacities, const FlowOrder& flows, Workspace& workspace,
                Assignment& assignment) {
    assert(assignment.size() == flows.size());
    Quotients quotients(capacities, flows.total(), workspace);
    if (!quotients.has_capacity()) {
        return;
    }
    for (std::size_t place = 0; place < flows.size(); ++place) {
        const Gateway gateway = assignment[flows.flow(place)];
        if (gateway != unassigned) {
            quotients.add(gateway, flows.load(place));
        }
    }
    for (std::size_t place = 0; place < flows.size(); ++place) {
        Gateway& gateway = assignment[flows.flow(place)];
        if (gateway == unassigned) {
            gateway = quotients.take_least(flows.load(place));
        }
    }
}

}  // namespace evengate::balance
