// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a picture of a run: the utilisation of each gateway over time. Thread: any.
// Used by: evengate-sim.
#pragma once

#include <string>

#include "replay/replay.hpp"

namespace evengate::replay {

// Returns SVG. A long run is drawn as the mean of so many intervals that a column remains for each.
[[nodiscard]] std::string draw_utilisation(const ReplayOptions& options, const Run& run);

}  // namespace evengate::replay
