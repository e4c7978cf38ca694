// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: why a frame goes to the control lcore, and the class whose ring and rate it shares.
// Thread: any. Used by: dataplane, control, counters, console, metrics.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace evengate::packet {

// Each class has a ring and a rate of its own, so that a flood of one cannot starve another.
// name, frames per second, ring size in frames; both of each worker
#define EVENGATE_PUNT_CLASSES(X)                                                                   \
    X(group, 400'000, 1024)                                                                        \
    X(arp, 600'000, 2048)                                                                          \
    X(local, 20'000, 512)                                                                          \
    X(unresolved, 20'000, 512)                                                                     \
    X(icmp_error, 10'000, 512)

enum class PuntClass : uint8_t {
#define X(name, rate, ring) name,
    EVENGATE_PUNT_CLASSES(X)
#undef X
};
inline constexpr std::array kPuntClassNames = {
#define X(name, rate, ring) std::string_view(#name),
    EVENGATE_PUNT_CLASSES(X)
#undef X
};
inline constexpr size_t kPuntClassCount = kPuntClassNames.size();

struct PuntClassLimits {
    uint32_t rate_per_s;
    uint32_t ring_size;
};
inline constexpr std::array<PuntClassLimits, kPuntClassCount> kPuntClassLimits = {{
#define X(name, rate, ring) {rate, ring},
    EVENGATE_PUNT_CLASSES(X)
#undef X
}};

enum class PuntReason : uint8_t {
    group_message,   // multicast of the group protocol, or unicast to its UDP port
    arp,             // ARP, broadcast or unicast
    local_address,   // IPv4 to one of our own addresses or to a VIP
    unresolved,      // forwarded, but the next hop's MAC is not known yet
    ttl_expired,     // RFC 1812 5.3.1
    too_big,         // beyond the egress MTU: fragment it, or say that it is needed
    tunnel_too_big,  // the same once an outer header is in front
    no_route,        // RFC 1812 5.2.7.1
};

constexpr PuntClass punt_class(PuntReason reason) {
    switch (reason) {
        case PuntReason::group_message: return PuntClass::group;
        case PuntReason::arp: return PuntClass::arp;
        case PuntReason::local_address: return PuntClass::local;
        case PuntReason::unresolved: return PuntClass::unresolved;
        case PuntReason::ttl_expired:
        case PuntReason::too_big:
        case PuntReason::tunnel_too_big:
        case PuntReason::no_route: break;
    }
    return PuntClass::icmp_error;
}

}  // namespace evengate::packet
