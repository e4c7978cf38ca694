// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: which gateway behind a dispatcher has which bucket, by what the buckets carry: the estimate and
// the rounds of the group, with buckets in place of vMACs (rule D16). Pure. Thread: any, one at a time.
// Used by: control, replay.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "balance/balancer.hpp"
#include "balance/bucket_map.hpp"
#include "balance/estimate.hpp"

namespace evengate::balance {

inline constexpr std::uint32_t kMinBuckets = 256;
inline constexpr std::uint32_t kMaxBuckets = 65'536;

enum class BucketPolicy : std::uint8_t {
    balanced,     // by measured load, a few buckets a round
    round_robin,  // as many buckets to each
    weighted,     // as many as its weight says
    least_load,   // a bucket in use stays; one that is not goes to who has least
};

struct BucketGateway {
    Load capacity = 0;  // packets a second; 0: not known
    std::uint32_t weight = 100;  // its share where a capacity is not known; 0: gets nothing
};

struct BucketOptions {
    std::uint32_t n_buckets = 4096;  // kMinBuckets .. kMaxBuckets
    BucketPolicy policy = BucketPolicy::balanced;
    BucketMove move = BucketMove::now;
    Duration interval = std::chrono::seconds(1);
    Duration transition = std::chrono::seconds(60);
    std::vector<BucketGateway> gateways;  // at least one
};

class BucketPlanner {
 public:
    // All gateways are down, and buckets nobody's.
    explicit BucketPlanner(const BucketOptions& options);

    // A gateway that went down loses its buckets at once; one that came up gets those that are idle,
    // and by and by others.
    void set_up(Gateway gateway, TimePoint now);
    void set_down(Gateway gateway, TimePoint now);

    // Ends an interval: the packets of each bucket, since start. Returns whether a bucket moved.
    bool end_interval(std::span<const std::uint64_t> counts, TimePoint now);

    [[nodiscard]] const BucketMap& map() const { return map_; }
    [[nodiscard]] bool is_up(Gateway gateway) const { return is_up_[gateway] != 0; }
    [[nodiscard]] std::size_t n_gateways() const { return is_up_.size(); }
    // Buckets that got another gateway, since start.
    [[nodiscard]] std::uint64_t n_moved() const { return n_moved_; }
    // Of the last round, in words.
    [[nodiscard]] const std::string& reason() const { return reason_; }
    // What each is worth now, by gateway; 0: it gets nothing.
    [[nodiscard]] std::vector<std::uint32_t> weights() const;
    // The estimate. Units: packets a second.
    [[nodiscard]] Load load(Gateway gateway) const;

 private:
    [[nodiscard]] std::vector<std::uint8_t> idle_buckets() const;
    std::uint32_t balance(TimePoint now);
    std::uint32_t deal_idle(TimePoint now);

    BucketOptions options_;
    BucketMap map_;
    LoadEstimate estimate_;
    Balancer balancer_;
    std::vector<std::uint8_t> is_up_;  // by gateway
    std::vector<Load> loads_;          // by bucket
    std::uint64_t n_moved_ = 0;
    std::string reason_;
};

}  // namespace evengate::balance
