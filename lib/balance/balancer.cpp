// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/balancer.hpp"

#include <algorithm>
#include <numeric>

namespace evengate::balance {
namespace {

// A plan this near to the best that can be, of what there is to gain, is good enough.
constexpr Price kGoodEnoughPart = 64;
// A move that gains less than this part of the round's first waits for the next round: in its first
// interval not all of a burst is seen, and small moves would have to be made again.
constexpr Price kLeastPart = 4;
// A round whose moves gain so many times what each of them must gain is no chance: it needs no second look.
constexpr Price kCertainTimes = 128;
// Where moves leave no more than this part of what there was to gain, no plan is asked for.
constexpr Price kRestPart = 4;

// Twice as many moves as usual: 64 times the gain.
Price raised(Price noise, std::uint64_t moved, std::uint64_t usual) {
    constexpr std::uint64_t kOne = 256;
    const std::uint64_t times =
        std::clamp(moved * kOne / std::max<std::uint64_t>(usual, 1), kOne, 8 * kOne);
    for (int i = 0; i < 6; ++i) {
        noise = static_cast<Price>(static_cast<std::uint64_t>(noise) * times / kOne);
    }
    return noise;
}

// Of a vMAC whose load never was another than foretold, one interval may be all that is known.
bool is_beyond_chance(const RoundInput& input, std::span<const Move> moves, Price gained, Price noise) {
    const auto is_known = [&](const Move& move) { return input.deviations[move.vmac] > 0; };
    const auto n_moves = static_cast<Price>(moves.size());
    return noise > 0 && !moves.empty() && gained / n_moves / kCertainTimes >= noise && std::ranges::all_of(moves, is_known);
}

}  // namespace

std::string_view name_of(Reason reason) {
    switch (reason) {
#define X(name, text)  \
    case Reason::name: \
        return #name;
        EVENGATE_BALANCE_REASONS(X)
#undef X
    }
    return "";
}

std::string to_text(const Decision& decision) {
    const auto words = [&]() -> std::string {
        switch (decision.reason) {
#define X(name, text)  \
    case Reason::name: \
        return text;
            EVENGATE_BALANCE_REASONS(X)
#undef X
        }
        return "";
    };
    std::string text = words();
    if (decision.reason == Reason::nothing_to_do || decision.reason == Reason::blind) {
        return text;
    }
    const auto number = [](Load load) { return std::to_string(load); };
    if (decision.n_found != 0) {
        text += (decision.reason == Reason::moved ? " " : ": ") + std::to_string(decision.n_found) +
                (decision.n_found == 1 ? " vMAC" : " vMACs");
    }
    text += ", J " + number(decision.before);
    if (decision.n_found != 0) {
        text += " -> " + number(decision.after);
    }
    return text + ", least " + number(decision.bound) + ", a round must gain " +
           number(decision.needed) + ", each move " + number(decision.noise);
}

Balancer::Balancer(const BalanceOptions& options, std::size_t n_vmacs)
    : options_(options), moves_(n_vmacs) {}

void Balancer::scale(const RoundInput& input) const {
    objective_.begin({.capacities = input.capacities,
                      .backgrounds = input.backgrounds,
                      .shares = input.shares,
                      .loads = input.loads},
                     options_.objective);
    scaled_.resize(input.loads.size());
    for (std::size_t j = 0; j < scaled_.size(); ++j) {
        scaled_[j] = objective_.scale(input.loads[j]);
    }
}

std::size_t Balancer::mark_movable(TimePoint now, const RoundInput& input) const {
    const std::size_t n = input.loads.size();
    const Load idle =
        idle_load(std::accumulate(input.loads.begin(), input.loads.end(), Load{0}), n);
    is_movable_.resize(n);
    barred_.resize(n);
    std::size_t n_dwelling = 0;
    for (std::size_t j = 0; j < n; ++j) {
        const PastMove& last = moves_[j].front();
        const bool dwells = last.has_moved && now - last.at < options_.dwell;
        const bool is_fixed = !input.is_eligible.empty() && input.is_eligible[j] == 0;
        // From a gateway that is to carry nothing the idle ones go as well.
        const bool is_idle = input.loads[j] <= idle && input.owners[j] != unassigned &&
                             objective_.takes(input.owners[j]);
        is_movable_[j] = dwells || is_fixed || is_idle ? 0 : 1;
        for (std::size_t k = 0; k < kMaxBarred; ++k) {
            const PastMove& past = moves_[j][k];
            const bool is_recent = past.has_moved && now - past.at < options_.no_return;
            barred_[j][k] = is_recent ? past.from : unassigned;
        }
        n_dwelling += dwells && !is_idle ? 1 : 0;
    }
    return n_dwelling;
}

void Balancer::sum_up(std::span<const Gateway> owners) const {
    gateway_loads_.resize(objective_.n_gateways());
    for (std::size_t i = 0; i < gateway_loads_.size(); ++i) {
        gateway_loads_[i] = objective_.background(i);
    }
    for (std::size_t j = 0; j < owners.size(); ++j) {
        if (owners[j] != unassigned) {
            gateway_loads_[owners[j]] += scaled_[j];
        }
    }
}

Price Balancer::price_of(std::span<const Gateway> owners) const {
    sum_up(owners);
    Price price = -objective_.least();
    for (std::size_t i = 0; i < gateway_loads_.size(); ++i) {
        price += objective_.of(i, gateway_loads_[i]);
    }
    return price;
}

// The mean distance stands for the standard deviation; vMACs vary independently.
Price Balancer::noise_of(const RoundInput& input) const {
    if (input.deviations.empty()) {
        return 0;
    }
    variances_.assign(objective_.n_gateways(), 0);
    const auto largest = static_cast<std::uint64_t>(std::max(objective_.total(), Load{1}));
    for (std::size_t j = 0; j < input.owners.size(); ++j) {
        if (input.owners[j] != unassigned) {
            const auto deviation = std::min(
                static_cast<std::uint64_t>(objective_.scale(input.deviations[j])), largest);
            std::uint64_t& variance = variances_[input.owners[j]];
            variance = std::min(variance + deviation * deviation, largest * largest);
        }
    }
    Price noise = 0;
    for (std::size_t i = 0; i < variances_.size(); ++i) {
        noise += objective_.takes(i) ? objective_.of_variance(i, variances_[i]) : 0;
    }
    return noise;
}

bool Balancer::is_over_capacity() const {
    bool is_over = false;
    for (std::size_t i = 0; i < gateway_loads_.size(); ++i) {
        is_over = is_over || gateway_loads_[i] > objective_.capacity(i);
    }
    return is_over;
}

// Rule B9: relabelled, so that among gateways alike most load stays.
void Balancer::make_plan(const RoundInput& input, Price before, Price bound) const {
    const std::size_t m = objective_.n_gateways();
    wanted_.resize(m);
    alike_.resize(m);
    for (std::size_t i = 0; i < m; ++i) {
        wanted_[i] = objective_.takes(i)
                         ? std::max(objective_.target(i) - objective_.background(i), Load{0})
                         : 0;
        alike_[i] = static_cast<Gateway>(i);
        for (std::size_t other = i; other-- > 0;) {
            const bool is_alike = wanted_[other] == wanted_[i] &&
                                  objective_.usable(other) == objective_.usable(i) &&
                                  objective_.background(other) == objective_.background(i);
            alike_[i] = is_alike ? alike_[other] : alike_[i];
        }
    }
    maker_.make(
        options_.method,
        {.capacities = wanted_,
         .loads = scaled_,
         .seed = input.seed,
         .good_enough = bound + (before - bound) / kGoodEnoughPart},
        [&](std::span<const Gateway> plan) -> __int128_t { return price_of(plan); }, plan_);
    relabeller_.relabel(scaled_, input.owners, alike_, plan_);
}

Price Balancer::find_moves(const RoundInput& input, const MoveLimits& limits, Price before,
                           Price bound, std::vector<Move>& moves) const {
    const Field field{
        .loads = scaled_, .owners = input.owners, .is_movable = is_movable_, .barred = barred_};
    Price gained = 0;
    if (options_.method == Method::portfolio) {
        gained = planner_.improve(objective_, field, limits, moves);
        // Moves that go on from here are the steepest there are; a plan helps where they came to
        // rest too early.
        const Price left = before - gained - bound;
        if (planner_.has_more() || moves.size() >= limits.n_vmacs || left <= (before - bound) / kRestPart) {
            return gained;
        }
    }
    make_plan(input, before, bound);
    planned_moves_.clear();
    const Price planned = planner_.approach(objective_, field, plan_, limits, planned_moves_);
    if (planned > gained) {
        moves.swap(planned_moves_);
    }
    return std::max(planned, gained);
}

Decision Balancer::decide(TimePoint now, const RoundInput& input) const {
    Decision decision;
    scale(input);
    if (input.loads.empty() || objective_.total() == 0) {
        return decision;
    }
    const std::size_t n_dwelling = mark_movable(now, input);
    const Price before = price_of(input.owners);
    const bool is_over = is_over_capacity();
    const bool loses = is_over || input.losses == RoundInput::Losses::seen;
    const Price bound =
        std::min(objective_.lower_bound(*std::max_element(scaled_.begin(), scaled_.end())), before);
    const Price needed = std::max<Price>((before - bound) * options_.min_gain / 1024, 1);
    const Price noise =
        raised(noise_of(input) * options_.noise / 1024, moved_lately_, options_.usual_moves << 6);
    decision.before = objective_.to_load(before);
    decision.after = decision.before;
    decision.bound = objective_.to_load(bound);
    decision.needed = objective_.to_load(needed);
    decision.noise = objective_.to_load(noise);
    std::vector<Move> moves;
    Price gained = 0;
    // Less than one move must gain is not worth a plan.
    if (before - bound > noise) {
        const MoveLimits limits{.n_vmacs = options_.max_moves, .least_gain = std::max<Price>(noise, 1),
                                .least_part = kLeastPart};
        gained = find_moves(input, limits, before, bound, moves);
        // Better back to a former owner than packets lost.
        if (gained < needed && is_over) {
            barred_.assign(barred_.size(), nowhere_barred);
            moves.clear();
            gained = find_moves(input, limits, before, bound, moves);
        }
    }
    const bool is_certain = is_beyond_chance(input, moves, gained, noise);
    decision.after = objective_.to_load(before - gained);
    decision.n_found = static_cast<std::uint32_t>(moves.size());
    if (now < quiet_until_) {
        decision.reason = Reason::quiet;
    } else if (moves.empty()) {
        decision.reason = n_dwelling != 0 ? Reason::dwelling : Reason::nothing_helps;
    } else if (gained < needed) {
        decision.reason = Reason::too_little;
    } else if (!loses && !is_certain && !was_worth_it_) {
        decision.reason = Reason::unconfirmed;
    } else {
        decision.reason = Reason::moved;
        decision.moves = std::move(moves);
    }
    return decision;
}

Decision Balancer::round(TimePoint now, const RoundInput& input) {
    Decision decision = decide(now, input);
    was_worth_it_ = decision.reason == Reason::unconfirmed || decision.reason == Reason::moved;
    const std::uint64_t moved =
        (std::uint64_t{decision.moves.size()} << 16) / std::max<std::size_t>(moves_.size(), 1);
    moved_lately_ = moved_lately_ - (moved_lately_ >> kMemoryShift) + (moved >> kMemoryShift);
    for (const Move& move : decision.moves) {
        note_move(move.vmac, move.from, now);
    }
    return decision;
}

}  // namespace evengate::balance
