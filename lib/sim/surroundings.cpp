// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "sim/surroundings.hpp"

namespace evengate::sim {

void Surroundings::say(TimePoint now, std::string_view who, std::string_view what) const {
    if (!trace) {
        return;
    }
    const auto us = now.time_since_epoch() / std::chrono::microseconds(1);
    std::string fraction = std::to_string(us % 1'000'000);
    fraction.insert(0, 6 - fraction.size(), '0');
    std::string line = std::to_string(us / 1'000'000);
    line.insert(0, line.size() < 3 ? 3 - line.size() : 0, ' ');
    line += "." + fraction + " ";
    line.append(who).append(who.size() < 4 ? 4 - who.size() : 0, ' ').append(" ").append(what);
    trace(line);
}

}  // namespace evengate::sim
