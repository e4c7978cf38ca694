// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: how flows are named between workers, control and members (rule D8). Pure. Thread: any.
// Used by: dataplane, control.
#pragma once

#include <cstdint>

#include "packet/ipv4.hpp"

namespace evengate::reroute {

// A flow that members should know, or that one told us; an element of the rings between worker and
// control.
struct ToldFlow {
    uint64_t ends = 0;  // client address, client port, published port
    uint16_t kind = 0;
    uint16_t target = 0;
    uint8_t state = 0;  // ConnectionState; the two uppermost bits have no meaning here
    uint8_t unused[3] = {};
};
static_assert(sizeof(ToldFlow) == 16, "an element of a ring");

// Which flows a key is of: those of a published address and protocol, and sticky clients apart.
constexpr uint16_t flow_kind(uint16_t published, uint8_t protocol) {
    return static_cast<uint16_t>(published << 1 | (protocol == packet::kIpProtocolUdp ? 1 : 0));
}
constexpr uint16_t published_of(uint16_t kind) { return kind >> 1; }
// In place of a published address, of a flow that a dispatcher sent on: its ends are a hash of the flow.
inline constexpr uint16_t kDispatched = 0x7FFF;
constexpr uint8_t protocol_of(uint16_t kind) {
    return (kind & 1) != 0 ? packet::kIpProtocolUdp : packet::kIpProtocolTcp;
}
constexpr uint64_t flow_ends(uint32_t client, uint16_t client_port, uint16_t published_port) {
    return uint64_t{client} << 32 | uint64_t{client_port} << 16 | published_port;
}

}  // namespace evengate::reroute
