// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: brings a device's filters to what is wanted, and falls back step by step: all groups, then
// promiscuous mode. Thread: one at a time. Used by: mac_filters.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "port/filter_device.hpp"
#include "port/mac_filter_plan.hpp"

namespace evengate::port {

// How well a device receives what is wanted.
struct FilterState {
    enum class Multicast : uint8_t { listed, all, by_promiscuous } multicast = Multicast::listed;

    uint32_t n_wanted = 0;  // unicast, the device's own MAC included
    uint32_t n_active = 0;  // of them, received without promiscuous mode
    Switch promiscuous = Switch::off;
    // Some of what is wanted may not arrive: neither filters nor promiscuous mode could be had.
    bool deaf = false;

    friend bool operator==(const FilterState&, const FilterState&) = default;
};

class FilterProgram {
 public:
    explicit FilterProgram(FilterDevice& device) : device_(device) {}

    // Programs what changed. While filters are added the device is promiscuous, so that slow
    // firmware loses no frame. Once interrupted is true it returns after the running call; the next
    // apply() goes on from there. Not checked: that no other thread programs the device. Cost: a
    // device call for each change; each may take a second.
    FilterState apply(const WantedFilters& wanted, const std::atomic<bool>& interrupted);

    // The device lost its filters (a restart): the next apply() programs all of them.
    void forget();

 private:
    // Whether filters let all wanted ones in.
    bool apply_unicast(const UnicastPlan& plan, const std::atomic<bool>& interrupted);
    FilterState::Multicast apply_multicast(const std::vector<MacAddress>& groups);
    void set_promiscuous(Switch setting);

    FilterDevice& device_;
    std::vector<MacAddress> active_;  // unicast filters in the device, in the order they were added
    bool adds_ = true;                // false once the device said that it never can
    Switch promiscuous_ = Switch::off;
    bool promiscuous_known_ = false;
};

}  // namespace evengate::port
