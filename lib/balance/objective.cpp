// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/objective.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <numeric>

namespace evengate::balance {
namespace {

using Wide = __uint128_t;

// What a gateway without a share is held to: a thousandth of the whole, so that its price is finite
// and still the highest.
constexpr Load kNoShare = 1024;

Load times(Load load, Load part, Load whole) {
    return static_cast<Load>(static_cast<Wide>(load) * static_cast<std::uint64_t>(part) /
                             static_cast<std::uint64_t>(whole));
}

}  // namespace

void Objective::begin(const Round& round, const ObjectiveOptions& options) {
    const std::size_t n = round.capacities.size();
    const auto background_of = [&](std::size_t i) {
        return i < round.backgrounds.size() ? round.backgrounds[i] : Load{0};
    };
    Load total = std::accumulate(round.loads.begin(), round.loads.end(), Load{0});
    for (std::size_t i = 0; i < n; ++i) {
        total += background_of(i);
    }
    shift_ = kTotalBits - static_cast<int>(std::bit_width(static_cast<std::uint64_t>(total)));
    total_ = 0;
    for (const Load load : round.loads) {
        total_ += scale(load);
    }
    // Of all but the largest, as an elephant says nothing of the others.
    const Load largest = round.loads.empty() ? 0 : scale(*std::ranges::max_element(round.loads));
    const Load mean =
        (total_ - largest) / std::max<Load>(static_cast<Load>(round.loads.size()) - 1, 1);
    const auto share_of = [&](std::size_t i) -> Load {
        if (round.capacities[i] == 0) {
            return 0;
        }
        switch (options.target) {
            case Target::equal:
                return 1;
            case Target::shares:
                return i < round.shares.size() ? round.shares[i] : 0;
            case Target::capacity:
                break;
        }
        return round.capacities[i];
    };
    Load shares = 0;
    gateways_.resize(n);
    for (std::size_t i = 0; i < n; ++i) {
        shares += share_of(i);
        gateways_[i].background = scale(background_of(i));
        total_ += gateways_[i].background;
    }
    for (std::size_t i = 0; i < n; ++i) {
        PerGateway& gateway = gateways_[i];
        gateway.takes = share_of(i) > 0;
        gateway.target = gateway.takes ? std::max(times(total_, share_of(i), shares), Load{1})
                                       : std::max(total_ / kNoShare, Load{1});
        // More than there is can never be used, and could not be scaled.
        gateway.capacity = scale(std::min(round.capacities[i], 2 * total));
        gateway.usable = times(gateway.capacity, options.headroom, 1024);
        gateway.per_target = (std::uint64_t{options.evenness} << kReciprocalBits) /
                             static_cast<std::uint64_t>(gateway.target);
    }
    least_ = static_cast<Price>(options.evenness) * total_;
    mu_ = options.load_moved;
    nu_ = static_cast<Price>(options.vmacs_moved) * mean;
}

// Lost load and evenness each at its best, if load were as fine as water.
Price Objective::cost_of_level(std::span<const Load> least_loads) const {
    Load water = total_;
    Load room = 0;
    Price lost = 0;
    for (std::size_t i = 0; i < gateways_.size(); ++i) {
        const Load over = least_loads[i] - gateways_[i].usable;
        water -= least_loads[i];
        lost += std::max(over, Load{0});
        room += gateways_[i].takes ? std::max(-over, Load{0}) : 0;
    }
    if (water < 0) {
        return 0;
    }
    lost += std::max(water - room, Load{0});
    // Gateways that stand above the level keep what they have; the others share the rest.
    Load shared = water;
    Load targets = 0;
    const auto is_above = [&](std::size_t i) {
        return static_cast<Wide>(static_cast<std::uint64_t>(least_loads[i])) *
                   static_cast<std::uint64_t>(targets) >
               static_cast<Wide>(static_cast<std::uint64_t>(shared)) *
                   static_cast<std::uint64_t>(gateways_[i].target);
    };
    for (std::size_t i = 0; i < gateways_.size(); ++i) {
        if (gateways_[i].takes) {
            shared += least_loads[i];
            targets += gateways_[i].target;
        }
    }
    std::vector<std::uint8_t>& fixed = fixed_;
    fixed.assign(gateways_.size(), 0);
    for (bool changed = true; changed;) {
        changed = false;
        for (std::size_t i = 0; i < gateways_.size(); ++i) {
            if (gateways_[i].takes && fixed[i] == 0 && is_above(i)) {
                fixed[i] = 1;
                shared -= least_loads[i];
                targets -= gateways_[i].target;
                changed = true;
            }
        }
    }
    Price cost = lost << 10;
    for (std::size_t i = 0; i < gateways_.size(); ++i) {
        const bool is_level = gateways_[i].takes && fixed[i] == 0 && targets > 0;
        const Load load = is_level ? times(shared, gateways_[i].target, targets) : least_loads[i];
        const auto square = static_cast<Wide>(load) * static_cast<std::uint64_t>(load);
        cost += static_cast<Price>((square * gateways_[i].per_target) >> kReciprocalBits);
    }
    return std::max(cost - least_, Price{0});
}

Price Objective::lower_bound(Load largest) const {
    at_least_.resize(gateways_.size());
    bool may_stand_out = false;
    for (std::size_t i = 0; i < gateways_.size(); ++i) {
        at_least_[i] = gateways_[i].background;
        may_stand_out = may_stand_out || at_least_[i] + largest > gateways_[i].target;
    }
    const Price of_water = cost_of_level(at_least_);
    if (!may_stand_out) {
        return of_water;
    }
    Price best = std::numeric_limits<Price>::max();
    for (std::size_t i = 0; i < gateways_.size(); ++i) {
        at_least_[i] += largest;
        best = std::min(best, cost_of_level(at_least_));
        at_least_[i] -= largest;
    }
    return std::max(best, of_water);
}

}  // namespace evengate::balance
