// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: MAC filters of an ethdev port. Thread: that of its MacFilters; each call holds the port's
// lock. Used by: port.
#pragma once

#include <cstdint>
#include <mutex>
#include <span>

#include "port/driver_traits.hpp"
#include "port/filter_device.hpp"

namespace evengate::port {

class EthdevFilters final : public FilterDevice {
 public:
    // device: ethdev's control calls on this port are made under it; outlives this.
    EthdevFilters(uint16_t ethdev_id, Reception reception, std::mutex& device)
        : ethdev_id_(ethdev_id), reception_(reception), device_(device) {}

    FilterRoom room() override;
    int add_unicast(const MacAddress& mac) override;
    int remove_unicast(const MacAddress& mac) override;
    int set_multicast(std::span<const MacAddress> groups) override;
    int set_all_multicast(Switch setting) override;
    int set_promiscuous(Switch setting) override;

 private:
    const uint16_t ethdev_id_;
    const Reception reception_;
    std::mutex& device_;
};

}  // namespace evengate::port
