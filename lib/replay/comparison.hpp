// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what others would have made of the traffic of a run: GLBP's round robin, host hash, the
// best static assignment in hindsight, re-planning without damping, and a clairvoyant. Thread: any.
// Used by: evengate-sim.
#pragma once

#include "replay/replay.hpp"

namespace evengate::replay {

// Shares of all volume that were processed: the sum of min(load, capacity) over the sum of load.
struct Shares {
    double processed = 0;    // by the run
    double optimum = 0;      // upper bound over hosts, whatever their mapping
    double round_robin = 0;  // host i of first appearance on gateway i mod m
    double host_hash = 0;    // vMACs never moved
    double undamped = 0;     // all planned anew in each interval, same estimate, same target
    double best_static = 0;  // vMACs planned once, with the whole of their volumes known
    // The same, then improved with every interval known: it fits the noise as well, so that nobody
    // who looks ahead only can be asked for as much.
    double searched_static = 0;
};
[[nodiscard]] Shares compare(const Series& series, const ReplayOptions& options, const Run& run);

// The part of all volume that came to each gateway, to be compared with the target.
[[nodiscard]] std::vector<double> parts_of_volume(const ReplayOptions& options, const Run& run);

// Highest over mean utilisation of the gateways, by interval.
[[nodiscard]] std::vector<double> max_over_mean(const ReplayOptions& options, const Run& run);

}  // namespace evengate::replay
