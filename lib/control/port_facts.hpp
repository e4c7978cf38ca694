// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what control has to be told about a port. Thread: any. Used by: control, app.
#pragma once

#include <cstdint>

#include "base/mac_address.hpp"

namespace evengate::control {

enum class LinkState : uint8_t { down, up };

struct PortFacts {
    MacAddress mac;
    LinkState link = LinkState::up;
};

}  // namespace evengate::control
