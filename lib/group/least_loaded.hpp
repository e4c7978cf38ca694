// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the vMAC for a new host by load: the gateway that is least loaded for what it can do, on it
// the vMAC with least load. Pure. Thread: any. Used by: control.
#pragma once

#include <cstdint>
#include <span>

#include "base/ids.hpp"

namespace evengate::group {

// Units of load and capacity: the same, whichever (packets a second; hosts and weights).
struct GatewayLoad {
    uint64_t capacity = 0;  // 0: given nothing while another has any
    uint64_t load = 0;      // what the hosts just answered will bring included
};
struct VmacLoad {
    VmacNumber number;
    uint16_t gateway = 0;  // index of its owner
    uint64_t load = 0;     // what the hosts just answered will bring included
    uint32_t n_hosts = 0;  // breaks ties of load
};

// Ties go to the first gateway, and to the first vMAC.
// Not checked: vmacs is not empty, and each names one of the gateways.
// Cost: O(gateways + vMACs), no allocation.
[[nodiscard]] VmacNumber choose_least_loaded(std::span<const GatewayLoad> gateways,
                                             std::span<const VmacLoad> vmacs);

}  // namespace evengate::group
