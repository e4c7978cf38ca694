// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a dispatcher's buckets of flows and the gateways that have them (rule D16). Pure. Thread:
// any, one at a time. Used by: control, dataplane.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/time.hpp"
#include "reroute/flow.hpp"

namespace evengate::reroute {

inline constexpr uint32_t kMinBuckets = 256;
inline constexpr uint32_t kMaxBuckets = 65'536;
inline constexpr uint16_t kNoGateway = 0xFFFF;

enum class BucketBy : uint8_t { source_mac, flow };
enum class BucketPolicy : uint8_t { round_robin, weighted, least_load };
enum class BucketMove : uint8_t {
    now,              // cuts connections that the old gateway alone knows
    new_connections,  // those that exist stay with the old gateway for the transition
};

// The bucket of a frame: by station, or by both ends, so that both directions meet. Frames that are
// no IPv4 have their station's bucket with either. n_buckets: a power of two.
[[nodiscard]] constexpr uint32_t bucket_of(const HashKey& key, const MacAddress& source,
                                           uint32_t n_buckets) {
    return place_of(source_hash(key, source), n_buckets);
}
[[nodiscard]] constexpr uint32_t bucket_of(const HashKey& key, const Flow& flow,
                                           uint32_t n_buckets) {
    return place_of(symmetric_hash(key, flow), n_buckets);
}

// What is known of the connection that a frame belongs to. One that began while its bucket moved is
// recorded with its gateway, and goes there.
enum class Connection : uint8_t {
    begins,      // a SYN, or the first datagram
    unrecorded,  // older than the move, if there was one
};

class BucketMap {
 public:
    // All buckets belong to nobody. Not checked: n_buckets is a power of two, kMinBuckets to
    // kMaxBuckets.
    explicit BucketMap(uint32_t n_buckets) : buckets_(n_buckets) {}

    // Gives each bucket to one of the gateways of weight above 0, at once, by the policy: in turn;
    // in turn as often as the weight says; or the heaviest bucket first, each to the gateway with
    // the least load for its weight. loads: by bucket, for least_load; those left out are 0.
    // Without such a gateway, to nobody. Cost: O(buckets x gateways).
    void assign(BucketPolicy policy, std::span<const uint32_t> weights,
                std::span<const uint64_t> loads);

    // Not checked, here and below: that the bucket exists.
    // With new_connections, what is unrecorded stays with the owner until transition_end; a bucket
    // that moves again before the last one's end keeps the gateway that it had first.
    void move(uint32_t bucket, uint16_t gateway, BucketMove how, TimePoint now,
              TimePoint transition_end);

    // Where a frame of the bucket goes.
    [[nodiscard]] uint16_t gateway(uint32_t bucket, Connection connection, TimePoint now) const {
        const Bucket& found = buckets_[bucket];
        return connection == Connection::unrecorded && now < found.transition_end ? found.previous
                                                                                  : found.owner;
    }
    // The gateway that its new connections go to.
    [[nodiscard]] uint16_t owner(uint32_t bucket) const { return buckets_[bucket].owner; }
    // Whether connections that begin must be recorded, to be told from older ones.
    [[nodiscard]] bool is_moving(uint32_t bucket, TimePoint now) const {
        return now < buckets_[bucket].transition_end;
    }
    // The gateway is gone: no connection is kept for it. Its buckets stay to be moved.
    void end_transitions_from(uint16_t gateway);

    [[nodiscard]] uint32_t size() const { return static_cast<uint32_t>(buckets_.size()); }

 private:
    struct Bucket {
        uint16_t owner = kNoGateway;
        uint16_t previous = kNoGateway;
        TimePoint transition_end{};  // long ago: there is none
    };

    std::vector<Bucket> buckets_;
};

}  // namespace evengate::reroute
