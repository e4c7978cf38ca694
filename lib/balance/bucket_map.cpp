// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/bucket_map.hpp"

#include <algorithm>
#include <numeric>

namespace evengate::balance {
namespace {

bool has_weight(Gateway gateway, std::span<const std::uint32_t> weights) {
    return gateway != unassigned && weights[gateway] != 0;
}

// The gateway for which (given + more) / weight is least; of equal ones the first.
Gateway least_given(std::span<const Load> given, Load more, std::span<const std::uint32_t> weights) {
    Gateway best = unassigned;
    for (Gateway i = 0; i < weights.size(); ++i) {
        if (weights[i] == 0) {
            continue;
        }
        if (best == unassigned || static_cast<__int128_t>(given[i] + more) * weights[best] <
                                      static_cast<__int128_t>(given[best] + more) * weights[i]) {
            best = i;
        }
    }
    return best;
}

// So many buckets of each, by weight, that all are somebody's.
std::vector<std::uint32_t> quotas_of(std::uint32_t n_buckets, std::span<const std::uint32_t> weights) {
    const std::uint64_t sum = std::accumulate(weights.begin(), weights.end(), std::uint64_t{0});
    std::vector<std::uint32_t> quotas(weights.size());
    std::uint64_t passed = 0;
    std::uint64_t given = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        passed += weights[i];
        const std::uint64_t until = n_buckets * passed / sum;
        quotas[i] = static_cast<std::uint32_t>(until - given);
        given = until;
    }
    return quotas;
}

}  // namespace

void BucketMap::move(std::uint32_t bucket, Gateway gateway, TimePoint now) {
    Bucket& found = buckets_[bucket];
    if (found.owner == gateway) {
        return;
    }
    if (how_ == BucketMove::now || found.owner == unassigned) {
        found = {.owner = gateway};
        return;
    }
    found = {.owner = gateway, .previous = previous(bucket, now), .transition_end = now + transition_};
}

std::uint32_t BucketMap::deal(std::span<const std::uint32_t> weights, std::span<const std::uint8_t> may_move,
                              TimePoint now) {
    if (std::all_of(weights.begin(), weights.end(), [](std::uint32_t weight) { return weight == 0; })) {
        return 0;
    }
    std::vector<std::uint32_t> movable;
    for (std::uint32_t bucket = 0; bucket < size(); ++bucket) {
        if (may_move.empty() || may_move[bucket] != 0) {
            movable.push_back(bucket);
        }
    }
    std::vector<std::uint32_t> left = quotas_of(static_cast<std::uint32_t>(movable.size()), weights);
    std::erase_if(movable, [&](std::uint32_t bucket) {
        const Gateway owner = buckets_[bucket].owner;
        if (owner >= left.size() || left[owner] == 0) {  // nobody's, or a gateway's that is gone
            return false;
        }
        --left[owner];
        return true;
    });
    Gateway next = 0;
    for (const std::uint32_t bucket : movable) {
        // In turn, so that neighbours do not share a gateway.
        do {
            next = static_cast<Gateway>((next + 1) % weights.size());
        } while (left[next] == 0);
        --left[next];
        move(bucket, next, now);
    }
    return static_cast<std::uint32_t>(movable.size());
}

std::uint32_t BucketMap::hand_on(std::span<const std::uint32_t> weights, std::span<const Load> loads) {
    std::vector<std::uint32_t> homeless;
    std::vector<Load> given(weights.size());
    std::vector<Load> n_given(weights.size());
    for (std::uint32_t bucket = 0; bucket < size(); ++bucket) {
        Bucket& found = buckets_[bucket];
        if (found.previous != unassigned && !has_weight(found.previous, weights)) {
            found = {.owner = found.owner};
        }
        if (has_weight(found.owner, weights)) {
            given[found.owner] += loads[bucket];
            ++n_given[found.owner];
        } else {
            homeless.push_back(bucket);
        }
    }
    std::stable_sort(homeless.begin(), homeless.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return loads[a] > loads[b]; });
    std::uint32_t n_moved = 0;
    for (const std::uint32_t bucket : homeless) {
        // Those without load are dealt out by number.
        const Gateway gateway = loads[bucket] != 0 ? least_given(given, loads[bucket], weights)
                                                   : least_given(n_given, 1, weights);
        if (gateway != unassigned) {
            given[gateway] += loads[bucket];
            ++n_given[gateway];
        }
        n_moved += buckets_[bucket].owner != gateway ? 1 : 0;
        // There is no way to the old one that connections could stay with.
        buckets_[bucket] = {.owner = gateway};
    }
    return n_moved;
}

TimePoint BucketMap::next_end(TimePoint now) const {
    TimePoint next = kNever;
    for (const Bucket& bucket : buckets_) {
        next = bucket.transition_end > now ? std::min(next, bucket.transition_end) : next;
    }
    return next;
}

}  // namespace evengate::balance
