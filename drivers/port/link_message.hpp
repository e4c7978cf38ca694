// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: reads the kernel's netlink messages on links (rtnetlink(7)), strictly. Pure. Thread: any.
// Used by: link_monitor.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "port/link_state.hpp"

namespace evengate::port {

struct LinkMessage {
    unsigned interface = 0;             // the kernel's index
    LinkState state = LinkState::down;  // down too when the interface is gone
};

// Calls on_link for each message of a datagram that tells an interface's state. Messages of other
// kinds, and those of bridge ports (AF_BRIDGE), are passed over. Returns false when the datagram is
// malformed; what came before that place was reported.
bool parse_link_messages(std::span<const uint8_t> datagram,
                         const std::function<void(const LinkMessage&)>& on_link);

}  // namespace evengate::port
