// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/search.hpp"

#include <algorithm>
#include <numeric>

namespace evengate::balance {
namespace {

constexpr unsigned kGatewayBits = 16;
constexpr std::uint64_t kGatewayMask = (std::uint64_t{1} << kGatewayBits) - 1;
constexpr std::size_t kStates = 1024;
static_assert(kMaxFlows <= std::size_t{1} << 24);

Load left_of(std::uint64_t key) {
    return static_cast<Load>(key >> kGatewayBits);
}

}  // namespace

Search::Result Search::run(std::span<const Load> capacities, const FlowOrder& flows, Load floor,
                           Load goal, std::uint64_t node_limit, Assignment& assignment) {
    flows_ = &flows;
    assignment_ = &assignment;
    goal_ = goal;
    node_limit_ = node_limit;
    result_ = {.value = floor};
    done_ = false;
    gateways_.resize(capacities.size());
    for (std::size_t i = 0; i < capacities.size(); ++i) {
        gateways_[i] = static_cast<std::uint64_t>(capacities[i]) << kGatewayBits | i;
    }
    std::ranges::sort(gateways_);
    capacity_ = std::accumulate(capacities.begin(), capacities.end(), Load{0});
    loads_left_.resize(flows.size() + 1);
    loads_left_[flows.size()] = 0;
    for (std::size_t place = flows.size(); place-- > 0;) {
        loads_left_[place] = loads_left_[place + 1] + flows.load(place);
    }
    path_.resize(flows.size());
    // States of earlier runs are told apart by the number of the run.
    const std::size_t n_words = kStates * (capacities.size() + 1);
    if (states_.size() != n_words || ++run_number_ >> 40 != 0) {
        states_.assign(n_words, 0);
        run_number_ = 1;
    }
    visit(0, capacity_);
    return result_;
}

void Search::keep_best(std::size_t n_placed, Load value) {
    result_.value = value;
    assignment_->assign(flows_->size(), unassigned);
    for (std::size_t place = 0; place < n_placed; ++place) {
        (*assignment_)[flows_->flow(place)] = path_[place];
    }
    if (value >= goal_) {
        result_.outcome = Outcome::reached_goal;
        done_ = true;
    }
}

// As upper_bound(), of what is left.
Load Search::bound(std::size_t place, Load left) const {
    Load with_q = loads_left_[place];
    Load least = std::min(with_q, left);
    const std::size_t n = std::min(gateways_.size(), flows_->size() - place);
    for (std::size_t q = 0; q < n; ++q) {
        with_q += left_of(gateways_[gateways_.size() - 1 - q]) - flows_->load(place + q);
        least = std::min(least, with_q);
    }
    return capacity_ - left + least;
}

// Returns whether the state is new.
bool Search::remember(std::size_t place) {
    const std::uint64_t stamp = run_number_ << 24 | place;
    std::uint64_t hash = stamp;
    for (const std::uint64_t key : gateways_) {
        hash = (hash ^ key >> kGatewayBits) * 0x9E3779B97F4A7C15;
        hash ^= hash >> 29;
    }
    std::uint64_t* const state = &states_[hash % kStates * (gateways_.size() + 1)];
    bool is_new = state[0] != stamp;
    state[0] = stamp;
    for (std::size_t i = 0; i < gateways_.size(); ++i) {
        const std::uint64_t left = gateways_[i] >> kGatewayBits;
        is_new = is_new || state[i + 1] != left;
        state[i + 1] = left;
    }
    return is_new;
}

void Search::visit(std::size_t place, Load left) {
    const Load value = capacity_ - left;
    if (value > result_.value) {
        keep_best(place, value);
    }
    if (done_ || left == 0 || loads_left_[place] == 0 || bound(place, left) <= result_.value ||
        !remember(place)) {
        return;
    }
    if (result_.n_nodes == node_limit_) {
        result_.outcome = Outcome::limited;
        done_ = true;
        return;
    }
    ++result_.n_nodes;
    const auto load = static_cast<std::uint64_t>(flows_->load(place));
    const auto fitting = static_cast<std::size_t>(
        std::ranges::lower_bound(gateways_, load << kGatewayBits) - gateways_.begin());
    const bool fits_exactly =
        fitting < gateways_.size() && gateways_[fitting] >> kGatewayBits == load;
    if (fits_exactly) {
        place_on(fitting, place, left);
        return;
    }
    for (std::size_t i = fitting; i < gateways_.size() && !done_; ++i) {
        if (i == fitting || left_of(gateways_[i]) != left_of(gateways_[i - 1])) {
            place_on(i, place, left);
        }
    }
    if (fitting > 0 && left_of(gateways_[fitting - 1]) > 0 && !done_) {
        place_on(fitting - 1, place, left);
    }
}

void Search::place_on(std::size_t index, std::size_t place, Load left) {
    const std::uint64_t before = gateways_[index];
    const Load taken = std::min(left_of(before), flows_->load(place));
    const std::uint64_t after = before - (static_cast<std::uint64_t>(taken) << kGatewayBits);
    std::size_t to = index;
    for (; to > 0 && gateways_[to - 1] > after; --to) {
        gateways_[to] = gateways_[to - 1];
    }
    gateways_[to] = after;
    path_[place] = static_cast<Gateway>(before & kGatewayMask);
    visit(place + 1, left - taken);
    for (; to < index; ++to) {
        gateways_[to] = gateways_[to + 1];
    }
    gateways_[index] = before;
}

}  // namespace evengate::balance
