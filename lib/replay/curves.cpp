// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "replay/curves.hpp"

#include <algorithm>

namespace evengate::replay {

Curves make_curves(const ReplayOptions& options, const Run& run, std::size_t max_points) {
    const std::size_t m = options.capacities.size();
    const std::size_t per_point =
        std::max<std::size_t>((run.n_intervals + max_points - 1) / max_points, 1);
    Curves curves;
    curves.n_points = run.n_intervals / per_point;
    curves.point = run.interval * static_cast<Duration::rep>(per_point);
    for (std::size_t i = 0; i < m; ++i) {
        const auto room = static_cast<double>(
            std::max<balance::Load>(room_in(options.capacities[i], run.interval), 1));
        std::vector<double>& curve = curves.by_gateway.emplace_back();
        for (std::size_t point = 0; point < curves.n_points; ++point) {
            double sum = 0;
            for (std::size_t k = point * per_point; k < (point + 1) * per_point; ++k) {
                sum += static_cast<double>(run.gateway_volumes[k * m + i]);
            }
            // What a drained gateway is sent has no measure.
            curve.push_back(
                options.capacities[i] == 0 ? 0 : sum / room / static_cast<double>(per_point));
            curves.highest = std::max(curves.highest, curve.back());
        }
    }
    return curves;
}

}  // namespace evengate::replay
