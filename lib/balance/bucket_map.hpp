// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a dispatcher's buckets of flows and the gateways that have them (rule D16). Pure. Thread:
// any, one at a time. Used by: bucket_planner, control.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "balance/problem.hpp"
#include "base/time.hpp"

namespace evengate::balance {

enum class BucketMove : std::uint8_t {
    now,              // cuts connections that the old gateway alone knows
    new_connections,  // those that exist stay with the old gateway for the transition
};

class BucketMap {
 public:
    // All buckets belong to nobody.
    BucketMap(std::uint32_t n_buckets, BucketMove how, Duration transition)
        : how_(how), transition_(transition), buckets_(n_buckets) {}

    // Not checked, here and below: that the bucket exists.
    // With new_connections, connections that exist stay with the owner for the transition; a bucket
    // that moves again before its end keeps the gateway that it had first.
    void move(std::uint32_t bucket, Gateway gateway, TimePoint now);

    // Deals the buckets that may move (by bucket, 0: must stay; empty: all may) out by weight,
    // moving as few as that takes. Without a weight, nothing moves. Returns how many moved.
    // Cost: O(buckets + gateways).
    std::uint32_t deal(std::span<const std::uint32_t> weights, std::span<const std::uint8_t> may_move,
                       TimePoint now);
    // Gives the buckets of the gateways without weight, and of nobody, to the others at once, the
    // heaviest first, each to the gateway with the least load for its weight; loads: by bucket.
    // Without a weight, they are nobody's. Returns how many moved. Cost: O(buckets x gateways).
    std::uint32_t hand_on(std::span<const std::uint32_t> weights, std::span<const Load> loads);

    // The gateway that its new connections go to.
    [[nodiscard]] Gateway owner(std::uint32_t bucket) const { return buckets_[bucket].owner; }
    // The gateway that its older connections go to: the owner but during a transition.
    [[nodiscard]] Gateway previous(std::uint32_t bucket, TimePoint now) const {
        return is_moving(bucket, now) ? buckets_[bucket].previous : buckets_[bucket].owner;
    }
    // Whether there are older connections to be told from those that began since.
    [[nodiscard]] bool is_moving(std::uint32_t bucket, TimePoint now) const {
        return now < buckets_[bucket].transition_end;
    }
    // The next end of a transition; kNever: there is none. Cost: O(buckets).
    [[nodiscard]] TimePoint next_end(TimePoint now) const;
    [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(buckets_.size()); }

 private:
    struct Bucket {
        Gateway owner = unassigned;
        Gateway previous = unassigned;
        TimePoint transition_end{};  // long ago: there is none
    };

    BucketMove how_;
    Duration transition_;
    std::vector<Bucket> buckets_;
};

}  // namespace evengate::balance
