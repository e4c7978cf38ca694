// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what programming MAC filters needs of a device. Thread: the thread of its MacFilters.
// Used by: mac_filters; implemented over ethdev, and by tests.
#pragma once

#include <span>

#include "base/mac_address.hpp"
#include "port/mac_filter_plan.hpp"

namespace evengate::port {

// All calls return 0 or a negative errno value (-ENOTSUP: it never can), and may take a second.
class FilterDevice {
 public:
    virtual ~FilterDevice() = default;

    virtual FilterRoom room() = 0;
    virtual int add_unicast(const MacAddress& mac) = 0;
    virtual int remove_unicast(const MacAddress& mac) = 0;
    // Replaces the whole list.
    virtual int set_multicast(std::span<const MacAddress> groups) = 0;
    virtual int set_all_multicast(Switch setting) = 0;
    virtual int set_promiscuous(Switch setting) = 0;
};

}  // namespace evengate::port
