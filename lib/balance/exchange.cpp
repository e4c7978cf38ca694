// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/exchange.hpp"

#include <algorithm>

namespace evengate::balance {

Load Exchange::improve(std::span<const Load> capacities, const FlowOrder& flows, Load goal,
                       std::uint64_t look_limit, Assignment& assignment) {
    flows_ = &flows;
    set_up(capacities, assignment);
    while (value_ < goal && look_limit > 0 && improve_once(goal, look_limit)) {
    }
    for (std::size_t gateway = 0; gateway < capacities.size(); ++gateway) {
        for (const std::uint32_t place : places_[gateway]) {
            assignment[flows.flow(place)] = static_cast<Gateway>(gateway);
        }
    }
    return value_;
}

void Exchange::set_up(std::span<const Load> capacities, const Assignment& assignment) {
    excess_.resize(capacities.size());
    std::ranges::transform(capacities, excess_.begin(), [](Load capacity) { return -capacity; });
    // Lists keep their memory from problem to problem.
    places_.resize(std::max(places_.size(), capacities.size()));
    for (auto& list : places_) {
        list.clear();
    }
    for (std::size_t place = 0; place < flows_->size(); ++place) {
        const Gateway gateway = assignment[flows_->flow(place)];
        if (gateway != unassigned) {
            places_[gateway].push_back(static_cast<std::uint32_t>(place));
            excess_[gateway] += flows_->load(place);
        }
    }
    value_ = 0;
    for (std::size_t gateway = 0; gateway < capacities.size(); ++gateway) {
        value_ += capacities[gateway] + std::min<Load>(excess_[gateway], 0);
    }
}

// Goes once through all pairs, those with most to gain first. Returns whether anything improved.
bool Exchange::improve_once(Load goal, std::uint64_t& n_looks_left) {
    with_excess_.clear();
    with_free_.clear();
    for (std::size_t gateway = 0; gateway < excess_.size(); ++gateway) {
        if (excess_[gateway] > 0) {
            with_excess_.push_back(static_cast<Gateway>(gateway));
        } else if (excess_[gateway] < 0) {
            with_free_.push_back(static_cast<Gateway>(gateway));
        }
    }
    const auto by_size = [this](Gateway a, Gateway b) {
        const Load size_a = std::abs(excess_[a]);
        const Load size_b = std::abs(excess_[b]);
        return size_a != size_b ? size_a > size_b : a < b;
    };
    std::ranges::sort(with_excess_, by_size);
    std::ranges::sort(with_free_, by_size);
    bool improved = false;
    for (const Gateway to : with_free_) {
        for (const Gateway from : with_excess_) {
            if (value_ >= goal || n_looks_left == 0) {
                return improved;
            }
            if (excess_[from] <= 0 || excess_[to] >= 0) {
                continue;
            }
            n_looks_left -= std::min(n_looks_left, places_[from].size() + places_[to].size());
            const Choice choice = choose(from, to);
            if (choice.gain > 0) {
                apply(choice, from, to);
                improved = true;
            }
        }
    }
    return improved;
}

Exchange::Choice Exchange::choose(std::size_t from, std::size_t to) const {
    const auto& here = places_[from];
    const auto& there = places_[to];
    const Load excess = excess_[from];
    const Load free = -excess_[to];
    const Load wanted = std::min(excess, free);
    Choice best;
    const auto consider = [&](std::size_t i, std::size_t back) {
        const Load returned = back < there.size() ? flows_->load(there[back]) : 0;
        const Load difference = flows_->load(here[i]) - returned;
        const Load gain = std::min(difference, free) - std::max<Load>(0, difference - excess);
        if (gain > best.gain) {
            best = {gain, i, back};
        }
    };
    // The smaller the flow that goes, the smaller the one that should come back: both lists are
    // walked once. Next to the first that comes back with a difference of at least what is wanted
    // stands the last with less.
    std::size_t back = 0;
    for (std::size_t i = 0; i < here.size() && best.gain < wanted; ++i) {
        const Load most_back = flows_->load(here[i]) - wanted;
        while (back < there.size() && flows_->load(there[back]) > most_back) {
            ++back;
        }
        consider(i, back);
        if (back > 0) {
            consider(i, back - 1);
        }
    }
    return best;
}

void Exchange::apply(const Choice& choice, std::size_t from, std::size_t to) {
    auto& here = places_[from];
    auto& there = places_[to];
    const std::uint32_t goes = here[choice.there];
    here.erase(here.begin() + static_cast<std::ptrdiff_t>(choice.there));
    Load difference = flows_->load(goes);
    if (choice.back < there.size()) {
        const std::uint32_t comes = there[choice.back];
        there.erase(there.begin() + static_cast<std::ptrdiff_t>(choice.back));
        here.insert(std::ranges::lower_bound(here, comes), comes);
        difference -= flows_->load(comes);
    }
    there.insert(std::ranges::lower_bound(there, goes), goes);
    excess_[from] -= difference;
    excess_[to] += difference;
    value_ += choice.gain;
}

}  // namespace evengate::balance
