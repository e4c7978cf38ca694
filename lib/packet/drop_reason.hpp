// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: every name under which a frame can be dropped, and why. Thread: any.
// Used by: packet, dataplane, counters, the console and the metrics (names become labels unchanged).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace evengate::packet {

// name, what it means to an operator
#define EVENGATE_DROP_REASONS(X)                                                                   \
    X(frame_too_short, "shorter than its headers claim or than Ethernet allows")                   \
    X(frame_segmented, "received in several buffers: larger than the port's MTU")                  \
    X(vlan_stack_too_deep, "more than two VLAN tags")                                              \
    X(vlan_not_configured, "VLAN tags that no interface of the port has")                          \
    X(source_mac_invalid, "source MAC is multicast")                                               \
    X(not_for_us, "unicast to a MAC that is not ours (flooded by a switch)")                       \
    X(foreign_vmac, "for a vMAC of the group that another member owns")                            \
    X(fenced, "for an own vMAC while the member's lease has run out")                              \
    X(multicast_unwanted, "multicast or broadcast that nothing here listens to")                   \
    X(ethertype_unsupported, "neither IPv4 nor ARP")                                               \
    X(ipv6_unsupported, "IPv6, which this version does not forward")                               \
    X(arp_malformed, "ARP that is not Ethernet/IPv4 or is cut short")                              \
    X(ipv4_header_invalid, "IPv4 version or header length wrong")                                  \
    X(ipv4_length_invalid, "IPv4 total length beyond the frame or below the header")               \
    X(ipv4_checksum_wrong, "IPv4 header checksum wrong")                                           \
    X(ipv4_source_invalid, "source address is multicast, broadcast, loopback or zero-net")         \
    X(ipv4_destination_invalid, "destination that no router may forward (RFC 1812 5.3.7)")         \
    X(ipv4_source_route, "IPv4 source route option")                                               \
    X(ipv4_in_link_broadcast, "IPv4 unicast in a link-layer broadcast or multicast")               \
    X(no_such_adjacency, "route names a next hop that is gone (an own bug if it grows)")           \
    X(egress_link_down, "the interface towards the destination has no link")                       \
    X(punt_limited, "for the control lcore, beyond the rate of its class")                         \
    X(punt_ring_full, "for the control lcore, which did not keep up")                              \
    X(tx_full, "the port's transmit queue had no room")                                            \
    X(tx_headroom, "no room in front of the frame for VLAN tags")                                  \
    X(no_target, "for a service none of whose targets can take it")                                \
    X(target_unresolved, "for a target whose MAC is not known yet")                                \
    X(service_malformed, "for a service, but cut short or with flags that no TCP sends")           \
    X(service_fragment, "a fragment for a service that is not to have any")                        \
    X(no_source, "for a service with return: snat all of whose ports are held")                    \
    X(tunnel_malformed, "with an outer header whose inner datagram is malformed")                  \
    X(tunnel_refused, "with an outer header from where none is taken off")                         \
    X(forwarding_stopped, "received while an operator had stopped forwarding")

enum class DropReason : uint8_t {
#define X(name, text) name,
    EVENGATE_DROP_REASONS(X)
#undef X
};

inline constexpr std::array kDropReasonNames = {
#define X(name, text) std::string_view(#name),
    EVENGATE_DROP_REASONS(X)
#undef X
};
inline constexpr std::array kDropReasonTexts = {
#define X(name, text) std::string_view(text),
    EVENGATE_DROP_REASONS(X)
#undef X
};
inline constexpr size_t kDropReasonCount = kDropReasonNames.size();

}  // namespace evengate::packet
