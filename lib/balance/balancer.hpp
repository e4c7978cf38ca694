// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the rounds of a running group: from loads and owners to the few moves worth making now, and
// a reason in words (rules B5-B11). Pure. Thread: any. Used by: group, control, replay.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "balance/moves.hpp"
#include "balance/objective.hpp"
#include "balance/planning.hpp"
#include "balance/problem.hpp"
#include "balance/relabel.hpp"
#include "base/time.hpp"

namespace evengate::balance {

struct BalanceOptions {
    // Portfolio also looks for moves without a plan, from where the vMACs are.
    Method method = Method::portfolio;
    ObjectiveOptions objective{};
    std::uint32_t max_moves = 8;  // vMACs a round
    // What a round must gain. Units: 1/1024 of what J is above its lower bound.
    std::uint32_t min_gain = 51;
    // What each move must gain. Units: 1/1024 of what the loads' own unsteadiness makes of J; where
    // they are steady this asks for nothing.
    std::uint32_t noise = 64;
    // Where noise makes for more moves than this each must gain more, the more so the more there
    // are. Units: 1/1024 of the vMACs, a round, averaged over 64 rounds.
    std::uint32_t usual_moves = 12;
    // A moved vMAC stays for this long: at least linger and announcement (rule B10) ...
    Duration dwell = std::chrono::seconds(5);
    // ... and does not go back to where it came from for this long, over its last kMaxBarred moves;
    // but for where a gateway is over its capacity and nothing else helps enough.
    Duration no_return = std::chrono::seconds(30);
    Duration quiet = std::chrono::seconds(10);  // after a failure
};

// A vMAC with no more than this is idle: it stays where it is (rule B8). Not checked: n_vmacs > 0.
[[nodiscard]] constexpr Load idle_load(Load total, std::size_t n_vmacs) {
    constexpr Load kPartOfMean = 16;
    return total / (kPartOfMean * static_cast<Load>(n_vmacs));
}

struct RoundInput {
    std::span<const Load> capacities;           // by gateway; 0: is to carry nothing
    std::span<const Load> backgrounds;          // by gateway; empty: none (rule B3)
    std::span<const Load> shares;               // by gateway, with Target::shares
    std::span<const Load> loads;                // by vMAC: the estimate
    std::span<const Load> deviations;           // by vMAC; empty: loads are exact
    std::span<const Gateway> owners;            // by vMAC
    std::span<const std::uint8_t> is_eligible;  // by vMAC, 0: must stay; empty: all may move
    enum class Losses : std::uint8_t { none, seen } losses = Losses::none;  // of packets
    std::uint64_t seed = 0;  // of Method::random: the assignment's name (rule B11)
};

#define EVENGATE_BALANCE_REASONS(X)                      \
    X(moved, "moved")                                    \
    X(nothing_to_do, "no load, or nobody to give it to") \
    X(nothing_helps, "no move helps enough")             \
    X(too_little, "all moves together gain too little")  \
    X(unconfirmed, "worth it, if it still is next time") \
    X(dwelling, "what would help was moved only lately") \
    X(quiet, "quiet after a failure")                    \
    X(blind, "some member does not report its load")

enum class Reason : std::uint8_t {
#define X(name, text) name,
    EVENGATE_BALANCE_REASONS(X)
#undef X
};
[[nodiscard]] std::string_view name_of(Reason reason);

struct Decision {
    std::vector<Move> moves;  // to be made now, best first; every prefix lowers J
    Reason reason = Reason::nothing_to_do;
    // Units: of the loads. J without the price of moves.
    Load before = 0;
    Load after = 0;             // with the moves that were found, made or not, and their price
    Load bound = 0;             // no assignment has less
    Load needed = 0;            // that a round had to gain
    Load noise = 0;             // that each move had to gain
    std::uint32_t n_found = 0;  // vMACs that were found worth moving, made or not
};

// A line for an operator: what was done, why, and J.
[[nodiscard]] std::string to_text(const Decision& decision);

class Balancer {
 public:
    Balancer(const BalanceOptions& options, std::size_t n_vmacs);

    void set_options(const BalanceOptions& options) { options_ = options; }
    [[nodiscard]] const BalanceOptions& options() const { return options_; }

    // A member failed: nothing moves for a while.
    void note_failure(TimePoint now) { quiet_until_ = now + options_.quiet; }
    // The vMAC left this owner, by whatever cause. A move that round() decided counts once, from when it was made.
    void note_move(std::size_t vmac, Gateway from, TimePoint now) {
        const PastMove& last = moves_[vmac].front();
        if (last.has_moved && last.from == from && now - last.at < options_.dwell) {
            moves_[vmac].front().at = now;
            return;
        }
        std::shift_right(moves_[vmac].begin(), moves_[vmac].end(), 1);
        moves_[vmac].front() = {.at = now, .from = from, .has_moved = true};
    }

    // One interval's decision; its moves count as made. Determined by what was said before: no
    // clock, no chance. Not checked: lists are of their length, owners and vMACs exist, loads are
    // within 0 .. kMaxLoad.
    [[nodiscard]] Decision round(TimePoint now, const RoundInput& input);
    // What round() would say; changes nothing.
    [[nodiscard]] Decision dry_run(TimePoint now, const RoundInput& input) const {
        return decide(now, input);
    }

 private:
    static constexpr int kMemoryShift = 6;  // 64 rounds

    struct PastMove {
        TimePoint at{};
        Gateway from = unassigned;
        bool has_moved = false;
    };

    [[nodiscard]] Decision decide(TimePoint now, const RoundInput& input) const;
    void scale(const RoundInput& input) const;
    // Returns how many would be movable but for their dwell.
    std::size_t mark_movable(TimePoint now, const RoundInput& input) const;
    void sum_up(std::span<const Gateway> owners) const;
    [[nodiscard]] Price price_of(std::span<const Gateway> owners) const;
    [[nodiscard]] Price noise_of(const RoundInput& input) const;
    [[nodiscard]] Price find_moves(const RoundInput& input, const MoveLimits& limits, Price before,
                                   Price bound, std::vector<Move>& moves) const;
    void make_plan(const RoundInput& input, Price before, Price bound) const;
    [[nodiscard]] bool is_over_capacity() const;

    BalanceOptions options_;
    std::vector<std::array<PastMove, kMaxBarred>> moves_;  // by vMAC, the last one first
    TimePoint quiet_until_{};
    std::uint64_t moved_lately_ = 0;  // of the vMACs, a round, averaged; in 1/2^16
    bool was_worth_it_ = false;       // in the round before

    // Scratch: what is in it between two calls means nothing.
    mutable Objective objective_;
    mutable MovePlanner planner_;
    mutable PlanMaker maker_;
    mutable Relabeller relabeller_;
    mutable Assignment plan_;
    mutable std::vector<Load> scaled_;         // by vMAC
    mutable std::vector<Load> gateway_loads_;  // by gateway, scaled
    mutable std::vector<Load> wanted_;         // by gateway, scaled
    mutable std::vector<Gateway> alike_;       // by gateway
    mutable std::vector<std::uint64_t> variances_;
    mutable std::vector<std::uint8_t> is_movable_;
    mutable std::vector<Barred> barred_;
    mutable std::vector<Move> planned_moves_;
};

}  // namespace evengate::balance
