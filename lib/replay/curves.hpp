// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the utilisation of each gateway over a run, as curves for a picture. Thread: any.
// Used by: evengate-sim.
#pragma once

#include <vector>

#include "replay/replay.hpp"

namespace evengate::replay {

struct Curves {
    // By gateway, then by point. Units: 1 is the gateway's capacity.
    std::vector<std::vector<double>> by_gateway;
    std::size_t n_points = 0;
    Duration point{};    // that a point stands for
    double highest = 1;  // of all points, or the capacity
};

// A long run becomes the mean of so many intervals a point that at most max_points remain; what is
// left over at its end is not shown. Not checked: max_points > 0.
[[nodiscard]] Curves make_curves(const ReplayOptions& options, const Run& run,
                                 std::size_t max_points);

}  // namespace evengate::replay
