// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what the running group seeks (rule B5): J = lost + lambda E + mu (load moved) + nu (vMACs
// moved), in integers, so that members that compute for themselves agree. Pure. Thread: any.
// Used by: balance.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "balance/problem.hpp"

namespace evengate::balance {

// The share t_i of the whole that each gateway should have.
enum class Target : std::uint8_t { capacity, equal, shares };

// Units: 1/1024, so that a console and a file can say any of them in decimals.
struct ObjectiveOptions {
    std::uint32_t headroom = 922;    // h: of a capacity, what may be used; 0 .. 1024
    std::uint32_t evenness = 128;    // lambda
    std::uint32_t load_moved = 4;    // mu
    std::uint32_t vmacs_moved = 12;  // nu, of the mean load of all vMACs but the largest
    Target target = Target::capacity;
};

// Units: 1/1024 of a scaled load.
using Price = std::int64_t;

// Knows a round's gateways and total, and prices what they might carry. Loads are scaled by a power
// of two so that the total has kTotalBits bits: squares fit 64 bits, and small loads keep their
// precision. Kept from round to round: it allocates nothing once it has seen as many gateways.
class Objective {
 public:
    static constexpr int kTotalBits = 30;

    struct Round {
        std::span<const Load> capacities;   // 0: is to carry nothing
        std::span<const Load> backgrounds;  // B3; empty: none
        std::span<const Load> shares;       // with Target::shares, in any unit
        std::span<const Load> loads;
    };
    // Units: all loads and capacities alike, 0 .. 2^40. At most 2^16 loads and 1024 gateways.
    void begin(const Round& round, const ObjectiveOptions& options);

    [[nodiscard]] std::size_t n_gateways() const { return gateways_.size(); }
    [[nodiscard]] Load scale(Load load) const {
        return shift_ >= 0 ? load << shift_ : load >> -shift_;
    }
    // Back from 1/1024 of a scaled load to the caller's unit.
    [[nodiscard]] Load to_load(Price cost) const {
        const Price scaled = cost >> 10;
        return shift_ >= 0 ? scaled >> shift_ : scaled << -shift_;
    }
    // All below in scaled loads.
    [[nodiscard]] Load total() const { return total_; }
    [[nodiscard]] Load background(std::size_t gateway) const {
        return gateways_[gateway].background;
    }
    [[nodiscard]] Load usable(std::size_t gateway) const { return gateways_[gateway].usable; }
    [[nodiscard]] Load capacity(std::size_t gateway) const { return gateways_[gateway].capacity; }
    [[nodiscard]] Load target(std::size_t gateway) const { return gateways_[gateway].target; }
    [[nodiscard]] bool takes(std::size_t gateway) const { return gateways_[gateway].takes; }

    // What a gateway adds to J when it carries this much, background included; convex in load.
    [[nodiscard]] Price of(std::size_t gateway, Load load) const {
        const PerGateway& g = gateways_[gateway];
        const Load over = load > g.usable ? load - g.usable : 0;
        const auto square = static_cast<__uint128_t>(load) * static_cast<std::uint64_t>(load);
        return (over << 10) + static_cast<Price>((square * g.per_target) >> kReciprocalBits);
    }
    // The price of a little more on top of this load, to compare gateways by.
    // Units: 1/2^kSlopeBits of J for a unit of scaled load.
    static constexpr int kSlopeBits = 20;
    [[nodiscard]] std::int64_t slope(std::size_t gateway, Load load) const {
        const PerGateway& g = gateways_[gateway];
        const auto twice = static_cast<__uint128_t>(2 * load) * g.per_target;
        const auto even = static_cast<std::int64_t>(twice >> (kReciprocalBits - kSlopeBits));
        return even + (load >= g.usable ? std::int64_t{1024} << kSlopeBits : 0);
    }
    [[nodiscard]] std::int64_t slope_of_move(std::size_t from) const {
        return takes(from) ? mu_ << kSlopeBits : 0;
    }
    // What moving a vMAC of this load adds to J; leaving a gateway that is to carry nothing is
    // free.
    [[nodiscard]] Price of_move(std::size_t from, Load load) const {
        return takes(from) ? mu_ * load + nu_ : 0;
    }
    // What E counts for nothing: subtract it from a sum of of().
    [[nodiscard]] Price least() const { return least_; }
    // No assignment costs less (J, without moves); the largest load is one piece.
    [[nodiscard]] Price lower_bound(Load largest) const;
    // lambda times the sum of variance_i / t_i: what E is on average if loads vary so.
    // Units: variances of scaled loads.
    [[nodiscard]] Price of_variance(std::size_t gateway, std::uint64_t variance) const {
        const auto product = static_cast<__uint128_t>(variance) * gateways_[gateway].per_target;
        return static_cast<Price>(product >> kReciprocalBits);
    }

 private:
    static constexpr int kReciprocalBits = 48;
    struct PerGateway {
        std::uint64_t per_target = 0;  // lambda / t_i, in 1/2^48
        Load usable = 0;               // h c_i
        Load capacity = 0;
        Load target = 0;  // t_i times the total
        Load background = 0;
        bool takes = false;
    };

    [[nodiscard]] Price cost_of_level(std::span<const Load> least_loads) const;

    std::vector<PerGateway> gateways_;
    mutable std::vector<Load> at_least_;       // scratch of lower_bound()
    mutable std::vector<std::uint8_t> fixed_;  // scratch of lower_bound()
    Load total_ = 0;
    Price least_ = 0;
    Price mu_ = 0;
    Price nu_ = 0;
    int shift_ = 0;
};

}  // namespace evengate::balance
