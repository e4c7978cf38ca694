// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what a driver's name tells that ethdev does not. Thread: any. Used by: port.
#pragma once

#include <cstdint>
#include <string_view>

#include "port/queue_plan.hpp"

namespace evengate::port {

enum class Reception : uint8_t {
    filtered,    // only what its MAC filters let through, unless promiscuous
    everything,  // no filter in the way: whatever the other side puts in comes out
};
enum class Spread : uint8_t {
    by_rss,     // configured by us
    by_kernel,  // by the kernel's own hash, or by whoever fills the queues
};

struct DriverTraits {
    QueueRule queue_rule = QueueRule::independent;
    Reception reception = Reception::filtered;
    Spread spread = Spread::by_rss;
};

// Of a driver as rte_eth_dev_info names it. Unknown names are hardware.
constexpr DriverTraits driver_traits(std::string_view driver) {
    if (driver == "net_af_packet" || driver == "net_af_xdp") {
        return {QueueRule::paired_all, Reception::filtered, Spread::by_kernel};
    }
    if (driver == "net_tap") {
        return {QueueRule::paired, Reception::filtered, Spread::by_kernel};
    }
    if (driver == "net_pcap" || driver == "net_ring" || driver == "net_null") {
        return {QueueRule::independent, Reception::everything, Spread::by_kernel};
    }
    return {};
}

}  // namespace evengate::port
