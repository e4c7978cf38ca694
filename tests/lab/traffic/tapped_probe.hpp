// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: finds a probe in an IPv4 datagram as an interface delivers it. Pure. Thread: any.
// Used by: the traffic of many hosts, its tests.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "../prober/wire.hpp"

namespace evengate::traffic {

// The probe in a datagram that goes to this UDP port. Nothing: too short, not UDP to that port, a
// fragment, or no probe.
std::optional<prober::ProbePayload> find_probe(std::span<const uint8_t> datagram, uint16_t port);

}  // namespace evengate::traffic
