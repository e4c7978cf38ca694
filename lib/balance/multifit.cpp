// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/multifit.hpp"

#include <algorithm>

namespace evengate::balance {
namespace {

// Capacities of a share; far above what one interval brings, far below what best-fit's keys hold.
constexpr Load kMaxScaled = kMaxLoad << 4;
// A million times the capacity; more than that is all the same.
constexpr std::int64_t kMaxThetaSteps = std::int64_t{1} << 40;
constexpr std::int64_t kThousandth = 1000;

// The share of its capacity that a load takes, rounded up.
Theta share(Load load, Load capacity) {
    const __int128_t steps = static_cast<__int128_t>(load) << Theta::kBits;
    return {static_cast<std::int64_t>(
        std::min<__int128_t>((steps + capacity - 1) / capacity, kMaxThetaSteps))};
}

// Of the fullest gateway.
Theta highest_share(std::span<const Load> capacities, const FlowOrder& flows,
                    std::vector<Load>& loads, std::span<const Gateway> assignment) {
    loads.assign(capacities.size(), 0);
    for (std::size_t place = 0; place < flows.size(); ++place) {
        const Gateway gateway = assignment[flows.flow(place)];
        if (gateway != unassigned) {
            loads[gateway] += flows.load(place);
        }
    }
    Theta highest;
    for (std::size_t gateway = 0; gateway < capacities.size(); ++gateway) {
        if (capacities[gateway] > 0) {
            highest.steps =
                std::max(highest.steps, share(loads[gateway], capacities[gateway]).steps);
        }
    }
    return highest;
}

}  // namespace

std::span<const Load> scale(std::span<const Load> capacities, Theta theta, Workspace& workspace) {
    workspace.scaled.resize(capacities.size());
    std::ranges::transform(capacities, workspace.scaled.begin(), [theta](Load capacity) {
        const __int128_t scaled = static_cast<__int128_t>(capacity) * theta.steps >> Theta::kBits;
        return static_cast<Load>(std::min<__int128_t>(scaled, kMaxScaled));
    });
    return workspace.scaled;
}

Theta least_theta(std::span<const Load> capacities, const FlowOrder& flows) {
    Load sum = 0;
    Load largest = 0;
    for (const Load capacity : capacities) {
        sum += capacity;
        largest = std::max(largest, capacity);
    }
    if (sum == 0 || flows.size() == 0) {
        return {};
    }
    return {std::max(share(flows.total(), sum).steps, share(flows.load(0), largest).steps)};
}

void multifit(std::span<const Load> capacities, const FlowOrder& flows, Workspace& workspace,
              Assignment& assignment) {
    even(capacities, flows, workspace, assignment);
    tighten(capacities, flows, workspace, assignment);
}

void tighten(std::span<const Load> capacities, const FlowOrder& flows, Workspace& workspace,
             Assignment& assignment) {
    Theta too_small = least_theta(capacities, flows);
    Theta enough = highest_share(capacities, flows, workspace.scaled, assignment);
    const std::int64_t near_enough = enough.steps / kThousandth;
    // The least share itself is tried first: it often suffices, and then nothing is better.
    Theta tried = too_small;
    while (tried.steps < enough.steps) {
        if (try_best_fit(scale(capacities, tried, workspace), flows, workspace, workspace.trial) ==
            Fit::all_fit) {
            enough = tried;
            assignment.swap(workspace.trial);
        } else {
            too_small = tried;
        }
        if (enough.steps - too_small.steps <= near_enough) {
            return;
        }
        tried.steps = too_small.steps + (enough.steps - too_small.steps + 1) / 2;
    }
}

}  // namespace evengate::balance
