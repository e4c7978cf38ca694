// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: few moves and swaps, each of which makes J better (rule B9), from where the vMACs are,
// freely or towards a plan. Pure. Thread: any. Used by: balancer.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "balance/objective.hpp"
#include "balance/problem.hpp"

namespace evengate::balance {

struct Move {
    std::uint32_t vmac = 0;
    Gateway from = 0;
    Gateway to = 0;
    // The two of a swap follow each other and are made together or not at all.
    enum class Part : std::uint8_t { alone, first_of_swap, second_of_swap } part = Part::alone;

    friend bool operator==(const Move&, const Move&) = default;
};

// Gateways that a vMAC may not go to; unassigned: none.
inline constexpr std::size_t kMaxBarred = 3;
using Barred = std::array<Gateway, kMaxBarred>;
inline constexpr Barred nowhere_barred{unassigned, unassigned, unassigned};

// A round's vMACs, by place.
struct Field {
    std::span<const Load> loads;               // scaled by the objective
    std::span<const Gateway> owners;           // unassigned: nobody's, and never moved here
    std::span<const std::uint8_t> is_movable;  // 0: stays
    std::span<const Barred> barred;            // empty: each may go anywhere
};

struct MoveLimits {
    std::uint32_t n_vmacs = 8;  // that may move; a swap moves two
    Price least_gain = 1;       // of J, by each move; a swap must gain twice as much
    // What each must gain of what the first gained: 1/least_part. Range: above 0.
    Price least_part = std::numeric_limits<Price>::max();
};

// Keeps its buffers: it allocates nothing once it has seen a field as large.
class MovePlanner {
 public:
    // Appends moves, best first, of which every prefix lowers J; the two of a swap count as one
    // step. No vMAC moves twice. While one of them helps, only such moves are made as keep the
    // number of vMACs of a gateway within half and one and a half of its share (rule B8). Returns
    // what they gain, their own price deducted. Cost: O(n log n + moves m (log n + n / m)). Not
    // checked: owners are gateways of the objective.
    Price improve(const Objective& objective, const Field& field, const MoveLimits& limits,
                  std::vector<Move>& moves);
    // Whether the last improve() left out a move that was worth it but for least_part, which is for the next round.
    [[nodiscard]] bool has_more() const { return has_more_; }

    // The same with moves that this plan has as well. Cost: O(moves d) for d vMACs that differ, and
    // d^2 for swaps of at most kMaxSwapped of them.
    Price approach(const Objective& objective, const Field& field, std::span<const Gateway> plan,
                   const MoveLimits& limits, std::vector<Move>& moves);

 private:
    static constexpr int kVmacBits = 20;
    static constexpr std::size_t kDestinations = 3;
    static constexpr std::size_t kSwapSources = 1;
    static constexpr std::size_t kSwapDestinations = 2;
    static constexpr std::size_t kMaxSwapped = 128;
    static constexpr int kAllowedTries = 4;  // vMACs beside the best one, should that be barred

    // A move, or a swap when there is another.
    struct Step {
        Price gain = 0;
        Move first;
        Move second;
        std::uint32_t n_vmacs = 0;  // 0: none
    };
    enum class Band : std::uint8_t { kept, ignored };

    // What each vMAC must gain behind the first step.
    [[nodiscard]] static Price least_behind(const Step& first, const MoveLimits& limits) {
        return first.gain / first.n_vmacs / limits.least_part;
    }

    void set_up(const Objective& objective, const Field& field);
    void list_movable(const Objective& objective, const Field& field);
    void rank_gateways(const Objective& objective);
    [[nodiscard]] bool may_go(const Field& field, std::uint32_t vmac, std::size_t to) const {
        return field.barred.empty() ||
               std::ranges::find(field.barred[vmac], to) == field.barred[vmac].end();
    }
    [[nodiscard]] static std::uint32_t vmac_of(std::uint64_t key) {
        return static_cast<std::uint32_t>(key & ((1u << kVmacBits) - 1));
    }
    [[nodiscard]] static Load load_of(std::uint64_t key) {
        return static_cast<Load>(key >> kVmacBits);
    }
    [[nodiscard]] bool keeps_band(std::size_t from, std::size_t to) const;
    [[nodiscard]] Step best_move(const Objective& objective, const Field& field, Band band) const;
    [[nodiscard]] Step best_move(const Objective& objective, const Field& field, std::size_t from,
                                 std::size_t to) const;
    [[nodiscard]] Step best_swap(const Objective& objective, const Field& field) const;
    [[nodiscard]] Step best_swap(const Objective& objective, const Field& field, std::size_t from,
                                 std::size_t to) const;
    struct Planned {
        std::uint32_t vmac = 0;
        Price gain = 0;
    };
    void price_planned(const Objective& objective, const Field& field,
                       std::span<const Gateway> plan, Planned& planned) const;
    [[nodiscard]] Step best_planned(const Field& field, std::span<const Gateway> plan) const;
    [[nodiscard]] Step best_planned_swap(const Objective& objective, const Field& field,
                                         std::span<const Gateway> plan) const;
    // What J loses when this much goes from one to the other, moves not counted.
    [[nodiscard]] Price gain_of(const Objective& objective, std::size_t from, std::size_t to,
                                Load load) const {
        return costs_[from] - objective.of(from, loads_[from] - load) + costs_[to] -
               objective.of(to, loads_[to] + load);
    }
    void take(const Objective& objective, const Field& field, const Step& step,
              std::vector<Move>& moves);
    void shift(const Objective& objective, const Move& move, Load load);

    std::vector<Load> loads_;            // by gateway
    std::vector<Price> costs_;           // by gateway
    std::vector<std::uint32_t> counts_;  // vMACs, by gateway
    std::vector<std::uint32_t> fewest_;
    std::vector<std::uint32_t> most_;
    std::vector<Gateway> by_slope_;  // gateways, a little more is cheapest on the first
    // Movable vMACs of a gateway, ascending: load << kVmacBits | place.
    std::vector<std::uint64_t> keys_;
    std::vector<std::uint32_t> first_;  // by gateway, into keys_
    std::vector<std::uint32_t> end_;
    std::vector<Planned> differing_;  // vMACs whose plan is another
    bool has_more_ = false;
};

}  // namespace evengate::balance
