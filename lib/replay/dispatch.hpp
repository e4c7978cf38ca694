// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a series of traffic through a dispatcher's buckets, in virtual time: its flows are stations,
// hashed as workers hash them, and the planner is the running one (rule D16). Thread: any.
// Used by: evengate-sim.
#pragma once

#include <cstdint>
#include <vector>

#include "balance/bucket_planner.hpp"
#include "replay/series.hpp"

namespace evengate::replay {

struct DispatchOptions {
    balance::BucketOptions buckets;  // the interval is cut to a multiple of the step
    std::uint64_t seed = 1;          // of the hash
};

struct DispatchRun {
    std::size_t n_intervals = 0;
    Duration interval{};
    std::uint64_t n_moved = 0;              // buckets, since all gateways were up
    // By interval in which something came, of what gateways got for what they are worth.
    std::vector<double> max_over_mean;
    std::vector<double> largest_bucket;     // its share of the interval's volume
    std::vector<double> parts;              // of all volume, by gateway
};

// Not checked: there is a gateway, n_buckets is a power of two in its range.
[[nodiscard]] DispatchRun dispatch(const Series& series, const DispatchOptions& options);

}  // namespace evengate::replay
