// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "reroute/buckets.hpp"

#include <algorithm>
#include <numeric>

namespace evengate::reroute {
namespace {

// The gateway for which (given + more) / weight is least; of equal ones the first.
uint16_t least_given(std::span<const uint64_t> given, uint64_t more,
                     std::span<const uint32_t> weights) {
    uint16_t best = kNoGateway;
    for (uint16_t i = 0; i < weights.size(); ++i) {
        if (weights[i] == 0) {
            continue;
        }
        if (best == kNoGateway || static_cast<__uint128_t>(given[i] + more) * weights[best] <
                                      static_cast<__uint128_t>(given[best] + more) * weights[i]) {
            best = i;
        }
    }
    return best;
}

}  // namespace

void BucketMap::assign(BucketPolicy policy, std::span<const uint32_t> weights,
                       std::span<const uint64_t> loads) {
    const auto load_of = [&](uint32_t bucket) {
        return bucket < loads.size() ? loads[bucket] : uint64_t{0};
    };
    std::vector<uint32_t> order(buckets_.size());
    std::iota(order.begin(), order.end(), 0U);
    std::vector<uint32_t> counted(weights.begin(), weights.end());
    if (policy == BucketPolicy::least_load) {
        std::stable_sort(order.begin(), order.end(),
                         [&](uint32_t a, uint32_t b) { return load_of(a) > load_of(b); });
    } else if (policy == BucketPolicy::round_robin) {
        std::transform(counted.begin(), counted.end(), counted.begin(),
                       [](uint32_t weight) { return weight == 0 ? 0U : 1U; });
    }
    // Buckets without load are dealt out by number, behind those that have some.
    std::vector<uint64_t> given(weights.size());
    std::vector<uint64_t> n_given(weights.size());
    for (const uint32_t bucket : order) {
        const uint64_t load = policy == BucketPolicy::least_load ? load_of(bucket) : 0;
        const uint16_t gateway =
            load != 0 ? least_given(given, load, counted) : least_given(n_given, 1, counted);
        buckets_[bucket] = {.owner = gateway};
        if (gateway != kNoGateway) {
            given[gateway] += load;
            ++n_given[gateway];
        }
    }
}

void BucketMap::move(uint32_t bucket, uint16_t gateway, BucketMove how, TimePoint now,
                     TimePoint transition_end) {
    Bucket& found = buckets_[bucket];
    if (found.owner == gateway) {
        return;
    }
    if (how == BucketMove::now || found.owner == kNoGateway) {
        found = {.owner = gateway};
        return;
    }
    const uint16_t previous = is_moving(bucket, now) ? found.previous : found.owner;
    found = {.owner = gateway, .previous = previous, .transition_end = transition_end};
}

void BucketMap::end_transitions_from(uint16_t gateway) {
    for (Bucket& bucket : buckets_) {
        if (bucket.previous == gateway) {
            bucket = {.owner = bucket.owner};
        }
    }
}

}  // namespace evengate::reroute
