// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: which MAC filters a device lacks or has too many of, and whether it needs promiscuous mode;
// pure. Thread: any. Used by: mac_filters.
#pragma once

#include <cstdint>
#include <vector>

#include "base/mac_address.hpp"

namespace evengate::port {

enum class Switch : uint8_t { off, on };

// What a port should receive, whatever the device makes of it.
struct WantedFilters {
    std::vector<MacAddress> unicast;    // interfaces' own MACs and vMACs
    std::vector<MacAddress> multicast;  // groups
    Switch promiscuous = Switch::off;   // the operator's wish

    friend bool operator==(const WantedFilters&, const WantedFilters&) = default;
};

struct FilterRoom {
    MacAddress device_mac;   // always received; takes no room
    uint32_t n_unicast = 0;  // filters besides it
};

struct UnicastPlan {
    std::vector<MacAddress> remove;
    std::vector<MacAddress> add;
    uint32_t n_without_room = 0;  // received only in promiscuous mode
};

// The change from the filters that are active to those that are wanted. First ones in the list
// first: what has no room is at its end. The device's own MAC and repeated ones are left out.
UnicastPlan plan_unicast(const std::vector<MacAddress>& wanted,
                         const std::vector<MacAddress>& active, const FilterRoom& room);

}  // namespace evengate::port
