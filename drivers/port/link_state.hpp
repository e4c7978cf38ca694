// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: whether a port has a link. Thread: any. Used by: port, link_monitor.
#pragma once

#include <cstdint>

namespace evengate::port {

enum class LinkState : uint8_t { down, up };

}  // namespace evengate::port
