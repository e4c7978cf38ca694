// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/moves.hpp"

#include <algorithm>
#include <numeric>

namespace evengate::balance {

void MovePlanner::set_up(const Objective& objective, const Field& field) {
    const std::size_t m = objective.n_gateways();
    loads_.resize(m);
    costs_.resize(m);
    counts_.assign(m, 0);
    for (std::size_t i = 0; i < m; ++i) {
        loads_[i] = objective.background(i);
    }
    for (std::size_t j = 0; j < field.owners.size(); ++j) {
        if (field.owners[j] != unassigned) {
            loads_[field.owners[j]] += field.loads[j];
            ++counts_[field.owners[j]];
        }
    }
    Load targets = 0;
    for (std::size_t i = 0; i < m; ++i) {
        costs_[i] = objective.of(i, loads_[i]);
        targets += objective.takes(i) ? objective.target(i) : 0;
    }
    fewest_.resize(m);
    most_.resize(m);
    for (std::size_t i = 0; i < m; ++i) {
        const auto twice = 2 * std::max(targets, Load{1});
        const auto share = static_cast<Load>(field.owners.size()) * objective.target(i);
        fewest_[i] = objective.takes(i) ? static_cast<std::uint32_t>(share / twice) : 0;
        most_[i] = static_cast<std::uint32_t>((3 * share + twice - 1) / twice);
    }
}

void MovePlanner::list_movable(const Objective& objective, const Field& field) {
    const std::size_t m = objective.n_gateways();
    end_.assign(m + 1, 0);
    for (std::size_t j = 0; j < field.owners.size(); ++j) {
        if (field.is_movable[j] != 0 && field.owners[j] != unassigned) {
            ++end_[field.owners[j]];
        }
    }
    first_.resize(m + 1);
    std::exclusive_scan(end_.begin(), end_.end(), first_.begin(), 0u);
    keys_.resize(first_[m]);
    std::copy(first_.begin(), first_.end(), end_.begin());
    for (std::size_t j = 0; j < field.owners.size(); ++j) {
        if (field.is_movable[j] != 0 && field.owners[j] != unassigned) {
            keys_[end_[field.owners[j]]++] =
                static_cast<std::uint64_t>(field.loads[j]) << kVmacBits | j;
        }
    }
    for (std::size_t i = 0; i < m; ++i) {
        std::sort(keys_.begin() + first_[i], keys_.begin() + end_[i]);
    }
}

void MovePlanner::rank_gateways(const Objective& objective) {
    by_slope_.clear();
    for (std::size_t i = 0; i < objective.n_gateways(); ++i) {
        if (objective.takes(i)) {
            by_slope_.push_back(static_cast<Gateway>(i));
        }
    }
    std::sort(by_slope_.begin(), by_slope_.end(), [&](Gateway a, Gateway b) {
        const auto slope_a = objective.slope(a, loads_[a]);
        const auto slope_b = objective.slope(b, loads_[b]);
        return slope_a != slope_b ? slope_a < slope_b : a < b;
    });
}

bool MovePlanner::keeps_band(std::size_t from, std::size_t to) const {
    return counts_[from] > fewest_[from] && counts_[to] < most_[to];
}

// What moving w gains is concave in w: the best of the sorted vMACs lie around the top.
MovePlanner::Step MovePlanner::best_move(const Objective& objective, const Field& field,
                                         std::size_t from, std::size_t to) const {
    const auto begin = keys_.begin() + first_[from];
    const auto end = keys_.begin() + end_[from];
    const auto grows = [&](std::uint64_t key) {
        const Load load = load_of(key);
        return objective.slope(from, loads_[from] - load) >
               objective.slope(to, loads_[to] + load) + objective.slope_of_move(from);
    };
    const auto top = std::partition_point(begin, end, grows);
    Step best;
    const auto consider = [&](std::uint64_t key) {
        const Load load = load_of(key);
        const Price gain = gain_of(objective, from, to, load) - objective.of_move(from, load);
        if (gain > best.gain) {
            best.gain = gain;
            best.first = {.vmac = vmac_of(key),
                          .from = static_cast<Gateway>(from),
                          .to = static_cast<Gateway>(to)};
            best.n_vmacs = 1;
        }
    };
    const auto try_from = [&](auto at, auto last, auto next) {
        for (int n = 0; n < kAllowedTries && at != last; ++n, at = next(at)) {
            if (may_go(field, vmac_of(*at), to)) {
                consider(*at);
                return;
            }
        }
    };
    try_from(top, end, [](auto at) { return at + 1; });
    try_from(std::make_reverse_iterator(top), std::make_reverse_iterator(begin),
             [](auto at) { return at + 1; });
    return best;
}

MovePlanner::Step MovePlanner::best_move(const Objective& objective, const Field& field,
                                         Band band) const {
    Step best;
    for (std::size_t from = 0; from < objective.n_gateways(); ++from) {
        if (first_[from] == end_[from]) {
            continue;
        }
        std::size_t n_tried = 0;
        for (const Gateway to : by_slope_) {
            if (to == from || (band == Band::kept && !keeps_band(from, to))) {
                continue;
            }
            const Step step = best_move(objective, field, from, to);
            if (step.gain > best.gain) {
                best = step;
            }
            if (++n_tried == kDestinations) {
                break;
            }
        }
    }
    return best;
}

// For each vMAC of the fuller gateway the one of the other that leaves nearest to the best
// difference.
MovePlanner::Step MovePlanner::best_swap(const Objective& objective, const Field& field,
                                         std::size_t from, std::size_t to) const {
    Load low = 0;
    Load high = loads_[from];
    while (low < high) {
        const Load middle = low + (high - low) / 2;
        if (objective.slope(from, loads_[from] - middle) >
            objective.slope(to, loads_[to] + middle)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    const Load wanted = low;
    Step best;
    std::uint32_t other = first_[to];
    for (std::uint32_t one = first_[from]; one < end_[from] && first_[to] != end_[to]; ++one) {
        const Load load = load_of(keys_[one]);
        const auto other_load = [&](std::uint32_t at) { return load_of(keys_[at]); };
        while (other + 1 < end_[to] && load - other_load(other + 1) >= wanted) {
            ++other;
        }
        for (std::uint32_t at = other; at < std::min(other + 2, end_[to]); ++at) {
            const Load difference = load - other_load(at);
            if (difference <= 0 || !may_go(field, vmac_of(keys_[one]), to) ||
                !may_go(field, vmac_of(keys_[at]), from)) {
                continue;
            }
            const Price gain = gain_of(objective, from, to, difference) -
                               objective.of_move(from, load) -
                               objective.of_move(to, other_load(at));
            if (gain > best.gain) {
                best = {.gain = gain,
                        .first = {.vmac = vmac_of(keys_[one]),
                                  .from = static_cast<Gateway>(from),
                                  .to = static_cast<Gateway>(to)},
                        .second = {.vmac = vmac_of(keys_[at]),
                                   .from = static_cast<Gateway>(to),
                                   .to = static_cast<Gateway>(from)},
                        .n_vmacs = 2};
            }
        }
    }
    return best;
}

MovePlanner::Step MovePlanner::best_swap(const Objective& objective, const Field& field) const {
    Step best;
    const std::size_t n = by_slope_.size();
    for (std::size_t s = 0; s < std::min(kSwapSources, n); ++s) {
        for (std::size_t d = 0; d < std::min(kSwapDestinations, n); ++d) {
            const Gateway from = by_slope_[n - 1 - s];
            const Gateway to = by_slope_[d];
            if (from != to) {
                const Step step = best_swap(objective, field, from, to);
                best = step.gain > best.gain ? step : best;
            }
        }
    }
    return best;
}

void MovePlanner::shift(const Objective& objective, const Move& move, Load load) {
    loads_[move.from] -= load;
    loads_[move.to] += load;
    --counts_[move.from];
    ++counts_[move.to];
    costs_[move.from] = objective.of(move.from, loads_[move.from]);
    costs_[move.to] = objective.of(move.to, loads_[move.to]);
}

void MovePlanner::take(const Objective& objective, const Field& field, const Step& step,
                       std::vector<Move>& moves) {
    const bool is_swap = step.n_vmacs == 2;
    shift(objective, step.first, field.loads[step.first.vmac]);
    moves.push_back(step.first);
    if (is_swap) {
        moves.back().part = Move::Part::first_of_swap;
        shift(objective, step.second, field.loads[step.second.vmac]);
        moves.push_back(step.second);
        moves.back().part = Move::Part::second_of_swap;
    }
}

Price MovePlanner::improve(const Objective& objective, const Field& field, const MoveLimits& limits,
                           std::vector<Move>& moves) {
    set_up(objective, field);
    list_movable(objective, field);
    Price gained = 0;
    Price least_gain = limits.least_gain;
    has_more_ = false;
    for (std::uint32_t n_left = limits.n_vmacs; n_left > 0;) {
        rank_gateways(objective);
        const auto is_worth_it = [&](const Step& step) {
            return step.n_vmacs != 0 && step.gain >= least_gain * step.n_vmacs;
        };
        Step step = best_move(objective, field, Band::kept);
        if (n_left >= 2) {
            const Step swap = best_swap(objective, field);
            step = is_worth_it(step) && swap.gain <= 2 * step.gain ? step : swap;
        }
        if (!is_worth_it(step)) {
            step = best_move(objective, field, Band::ignored);
        }
        if (!is_worth_it(step)) {
            has_more_ = step.n_vmacs != 0 && step.gain >= limits.least_gain * step.n_vmacs;
            break;
        }
        take(objective, field, step, moves);
        for (const Move* move : {&step.first, &step.second}) {
            if (move == &step.second && step.n_vmacs < 2) {
                break;
            }
            const auto key =
                static_cast<std::uint64_t>(field.loads[move->vmac]) << kVmacBits | move->vmac;
            const auto begin = keys_.begin() + first_[move->from];
            const auto end = keys_.begin() + end_[move->from];
            std::copy(std::lower_bound(begin, end, key) + 1, end,
                      std::lower_bound(begin, end, key));
            --end_[move->from];
        }
        least_gain = std::max(least_gain, gained == 0 ? least_behind(step, limits) : 0);
        gained += step.gain;
        n_left -= step.n_vmacs;
    }
    return gained;
}

void MovePlanner::price_planned(const Objective& objective, const Field& field,
                                std::span<const Gateway> plan, Planned& planned) const {
    const Load load = field.loads[planned.vmac];
    planned.gain = gain_of(objective, field.owners[planned.vmac], plan[planned.vmac], load) -
                   objective.of_move(field.owners[planned.vmac], load);
}

MovePlanner::Step MovePlanner::best_planned(const Field& field,
                                            std::span<const Gateway> plan) const {
    Step best;
    for (const Planned& planned : differing_) {
        if (planned.gain > best.gain) {
            best.gain = planned.gain;
            best.first.vmac = planned.vmac;
            best.n_vmacs = 1;
        }
    }
    best.first.from = field.owners[best.first.vmac];
    best.first.to = plan[best.first.vmac];
    return best;
}

MovePlanner::Step MovePlanner::best_planned_swap(const Objective& objective, const Field& field,
                                                 std::span<const Gateway> plan) const {
    Step best;
    const std::size_t n = std::min(differing_.size(), kMaxSwapped);
    for (std::size_t a = 0; a < n; ++a) {
        for (std::size_t b = 0; b < n; ++b) {
            const std::uint32_t one = differing_[a].vmac;
            const std::uint32_t other = differing_[b].vmac;
            const Load difference = field.loads[one] - field.loads[other];
            if (difference <= 0 || plan[one] != field.owners[other] ||
                plan[other] != field.owners[one]) {
                continue;
            }
            const Price gain = gain_of(objective, field.owners[one], plan[one], difference) -
                               objective.of_move(field.owners[one], field.loads[one]) -
                               objective.of_move(field.owners[other], field.loads[other]);
            if (gain > best.gain) {
                best = {.gain = gain,
                        .first = {.vmac = one, .from = field.owners[one], .to = plan[one]},
                        .second = {.vmac = other, .from = field.owners[other], .to = plan[other]},
                        .n_vmacs = 2};
            }
        }
    }
    return best;
}

Price MovePlanner::approach(const Objective& objective, const Field& field,
                            std::span<const Gateway> plan, const MoveLimits& limits,
                            std::vector<Move>& moves) {
    set_up(objective, field);
    differing_.clear();
    for (std::uint32_t j = 0; j < field.owners.size(); ++j) {
        const bool is_placed = field.owners[j] != unassigned && plan[j] != unassigned;
        if (is_placed && field.is_movable[j] != 0 && plan[j] != field.owners[j] &&
            may_go(field, j, plan[j]) && objective.takes(plan[j])) {
            differing_.push_back({.vmac = j, .gain = 0});
            price_planned(objective, field, plan, differing_.back());
        }
    }
    Price gained = 0;
    Price least_gain = limits.least_gain;
    for (std::uint32_t n_left = limits.n_vmacs; n_left > 0;) {
        Step step = best_planned(field, plan);
        if (step.gain < least_gain && n_left >= 2) {
            step = best_planned_swap(objective, field, plan);
        }
        if (step.n_vmacs == 0 || step.gain < least_gain * step.n_vmacs) {
            break;
        }
        take(objective, field, step, moves);
        std::erase_if(differing_, [&](const Planned& planned) {
            return planned.vmac == step.first.vmac ||
                   (step.n_vmacs == 2 && planned.vmac == step.second.vmac);
        });
        const auto is_touched = [&](Gateway gateway) {
            return gateway == step.first.from || gateway == step.first.to;
        };
        for (Planned& planned : differing_) {
            if (is_touched(field.owners[planned.vmac]) || is_touched(plan[planned.vmac])) {
                price_planned(objective, field, plan, planned);
            }
        }
        least_gain = std::max(least_gain, gained == 0 ? least_behind(step, limits) : 0);
        gained += step.gain;
        n_left -= step.n_vmacs;
    }
    return gained;
}

}  // namespace evengate::balance
