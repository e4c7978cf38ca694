// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/bucket_planner.hpp"

#include <algorithm>
#include <numeric>

namespace evengate::balance {
namespace {

// Nobody need hear of a bucket that moves, so there is nothing to wait for, and more may move.
BalanceOptions balance_options(const BucketOptions& options) {
    constexpr std::uint32_t kPartOfBuckets = 32;
    BalanceOptions balance;
    balance.max_moves = std::max<std::uint32_t>(options.n_buckets / kPartOfBuckets, balance.max_moves);
    balance.dwell = 2 * options.interval;
    balance.objective.load_moved = 1;
    balance.objective.vmacs_moved = 4;
    const bool is_limited = std::all_of(options.gateways.begin(), options.gateways.end(),
                                        [](const BucketGateway& gateway) { return gateway.capacity != 0; });
    balance.objective.target = is_limited ? Target::capacity : Target::shares;
    return balance;
}

}  // namespace

BucketPlanner::BucketPlanner(const BucketOptions& options)
    : options_(options), map_(options.n_buckets, options.move, options.transition),
      estimate_(1, options.n_buckets, {.alpha = {}, .interval = options.interval}),
      balancer_(balance_options(options), options.n_buckets), is_up_(options.gateways.size()),
      loads_(options.n_buckets) {
    // One counts for all of them: whose a bucket is makes no difference to what it carries.
    for (std::size_t bucket = 0; bucket < options.n_buckets; ++bucket) {
        estimate_.set_owners(bucket, 0);
    }
}

std::vector<std::uint32_t> BucketPlanner::weights() const {
    std::vector<std::uint32_t> worth;
    for (std::size_t i = 0; i < is_up_.size(); ++i) {
        const std::uint32_t weight =
            options_.policy == BucketPolicy::round_robin ? 1 : options_.gateways[i].weight;
        worth.push_back(is_up_[i] != 0 && options_.gateways[i].weight != 0 ? weight : 0);
    }
    if (options_.policy == BucketPolicy::balanced && balancer_.options().objective.target == Target::capacity) {
        Load highest = 1;
        for (const BucketGateway& gateway : options_.gateways) {
            highest = std::max(highest, gateway.capacity);
        }
        constexpr Load kRange = 1 << 16;
        for (std::size_t i = 0; i < worth.size(); ++i) {
            const Load scaled = std::max<Load>(options_.gateways[i].capacity * kRange / highest, 1);
            worth[i] = worth[i] == 0 ? 0 : static_cast<std::uint32_t>(scaled);
        }
    }
    return worth;
}

std::vector<std::uint8_t> BucketPlanner::idle_buckets() const {
    std::vector<std::uint8_t> is_idle(loads_.size());
    std::transform(loads_.begin(), loads_.end(), is_idle.begin(),
                   [](Load load) { return load == 0 ? std::uint8_t{1} : std::uint8_t{0}; });
    return is_idle;
}

void BucketPlanner::set_up(Gateway gateway, TimePoint now) {
    is_up_[gateway] = 1;
    const std::vector<std::uint32_t> worth = weights();
    n_moved_ += map_.hand_on(worth, loads_);
    const bool goes_by_load =
        options_.policy == BucketPolicy::balanced || options_.policy == BucketPolicy::least_load;
    n_moved_ += map_.deal(worth, goes_by_load ? idle_buckets() : std::vector<std::uint8_t>(), now);
    reason_ = "a gateway came up";
}

void BucketPlanner::set_down(Gateway gateway, TimePoint now) {
    is_up_[gateway] = 0;
    n_moved_ += map_.hand_on(weights(), loads_);
    balancer_.note_failure(now);
    reason_ = "a gateway went down";
}

bool BucketPlanner::end_interval(std::span<const std::uint64_t> counts, TimePoint now) {
    static_cast<void>(estimate_.read({.gateway = 0,
                                      .boot_nonce = 1,
                                      .sent_at = now.time_since_epoch(),
                                      .forwarded = counts,
                                      .processed = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}),
                                      .received = 0,
                                      .missed = 0}));
    estimate_.end_interval();
    for (std::size_t bucket = 0; bucket < loads_.size(); ++bucket) {
        loads_[bucket] = estimate_.load(bucket);
    }
    std::uint32_t n_moved = 0;
    switch (options_.policy) {
        case BucketPolicy::balanced: n_moved = balance(now); break;
        case BucketPolicy::least_load: n_moved = deal_idle(now); break;
        case BucketPolicy::round_robin:
        case BucketPolicy::weighted: reason_ = "buckets stay while gateways do"; break;
    }
    n_moved_ += n_moved;
    return n_moved != 0;
}

std::uint32_t BucketPlanner::balance(TimePoint now) {
    const std::vector<std::uint32_t> worth = weights();
    std::vector<Load> capacities;
    std::vector<Load> shares;
    for (std::size_t i = 0; i < worth.size(); ++i) {
        const Load known = options_.gateways[i].capacity;
        capacities.push_back(worth[i] == 0 ? 0 : known != 0 ? known : kMaxLoad);
        shares.push_back(worth[i]);
    }
    std::vector<Gateway> owners(map_.size());
    std::vector<Load> deviations(map_.size());
    for (std::uint32_t bucket = 0; bucket < map_.size(); ++bucket) {
        owners[bucket] = map_.owner(bucket);
        deviations[bucket] = estimate_.deviation(bucket);
    }
    const Decision decision = balancer_.round(now, {.capacities = capacities,
                                                    .backgrounds = {},
                                                    .shares = shares,
                                                    .loads = loads_,
                                                    .deviations = deviations,
                                                    .owners = owners,
                                                    .is_eligible = {}});
    for (const Move& move : decision.moves) {
        map_.move(move.vmac, move.to, now);
    }
    reason_ = to_text(decision);
    return static_cast<std::uint32_t>(decision.moves.size());
}

// By what each lacks of its share, so that what begins goes where there is room.
std::uint32_t BucketPlanner::deal_idle(TimePoint now) {
    const std::vector<std::uint32_t> worth = weights();
    const auto sum = std::accumulate(worth.begin(), worth.end(), std::uint64_t{0});
    const Load total = std::accumulate(loads_.begin(), loads_.end(), Load{0});
    reason_ = "buckets in use stay";
    if (sum == 0 || total == 0) {
        return 0;
    }
    constexpr Load kRange = 1 << 20;
    std::vector<std::uint32_t> room;
    for (Gateway i = 0; i < worth.size(); ++i) {
        const auto wanted = static_cast<Load>(static_cast<__int128_t>(total) * worth[i] / static_cast<__int128_t>(sum));
        const Load lacks = std::max<Load>(wanted - load(i), 0);
        // All get some: what is idle may be so for long.
        const Load part = worth[i] == 0 ? 0 : 1 + lacks * kRange / total;
        room.push_back(static_cast<std::uint32_t>(part));
    }
    return map_.deal(room, idle_buckets(), now);
}

Load BucketPlanner::load(Gateway gateway) const {
    Load sum = 0;
    for (std::uint32_t bucket = 0; bucket < map_.size(); ++bucket) {
        sum += map_.owner(bucket) == gateway ? loads_[bucket] : 0;
    }
    return sum;
}

}  // namespace evengate::balance
