// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "port/mac_filter_plan.hpp"

#include <algorithm>

namespace evengate::port {

namespace {

bool contains(const std::vector<MacAddress>& macs, const MacAddress& mac) {
    return std::find(macs.begin(), macs.end(), mac) != macs.end();
}

}  // namespace

UnicastPlan plan_unicast(const std::vector<MacAddress>& wanted,
                         const std::vector<MacAddress>& active, const FilterRoom& room) {
    UnicastPlan plan;
    std::vector<MacAddress> fitting;
    std::vector<MacAddress> seen;
    for (const MacAddress& mac : wanted) {
        if (mac == room.device_mac || contains(seen, mac)) {
            continue;
        }
        seen.push_back(mac);
        if (fitting.size() < room.n_unicast) {
            fitting.push_back(mac);
        } else {
            ++plan.n_without_room;
        }
    }
    for (const MacAddress& mac : active) {
        if (!contains(fitting, mac)) {
            plan.remove.push_back(mac);
        }
    }
    for (const MacAddress& mac : fitting) {
        if (!contains(active, mac)) {
            plan.add.push_back(mac);
        }
    }
    return plan;
}

}  // namespace evengate::port
