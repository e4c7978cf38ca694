// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: finds the ethdev port of a configured device, and says what is missing when there is none.
// Thread: start-up. Used by: port.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "port/device_name.hpp"

namespace evengate::port {

struct FoundPort {
    uint16_t ethdev_id = 0;
    bool probed_here = false;  // and so to be removed with the port
};

// The ethdev port of this device; one that DPDK has not seen yet is probed.
// Fails: no such device or no right to it; the message names what mends it.
Result<FoundPort> find_port(const DeviceName& device);

}  // namespace evengate::port
