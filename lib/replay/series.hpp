// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a recorded or made series of traffic: how much each flow brought in each interval.
// Thread: any. Used by: replay, evengate-sim.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "balance/problem.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace evengate::replay {

// Units: volumes are scaled so that all flows together bring kMeanRate a second on average; nothing
// that is measured of a replay depends on the series' own unit.
struct Series {
    static constexpr balance::Load kMeanRate = balance::Load{1} << 30;

    std::size_t n_flows = 0;
    std::size_t n_rows = 0;
    Duration step{};                     // of a row
    double scale = 1;                    // a volume here over the one in the file
    std::vector<balance::Load> volumes;  // row by row
    [[nodiscard]] std::span<const balance::Load> row(std::size_t index) const {
        return std::span(volumes).subspan(index * n_flows, n_flows);
    }
};

// Lines "time,flow_0,flow_1,...", the first of them names. Time counts in seconds; an empty,
// negative or non-numeric volume is none. The step is the median distance of two lines; lines that
// are missing are not made up. Fails: with the line, when there are fewer than two, or one lacks
// columns.
[[nodiscard]] Result<Series> parse_series(std::string_view text);

}  // namespace evengate::replay
