// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the description of a next hop, and how a frame is rewritten for it.
// Thread: any. Used by: dataplane (hot path), table (stores it), control (fills it).
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/mac_address.hpp"
#include "packet/drop_reason.hpp"
#include "packet/ethernet.hpp"
#include "packet/punt.hpp"

namespace evengate::packet {

enum class AdjacencyKind : uint8_t {
    forward,  // rewrite and transmit
    punt,     // to control, for punt_reason
    drop,     // for drop_reason
    service,  // a published address: rerouted, or to control where no service has the port
    tunnel,   // an own address: an outer header is taken off, the rest goes to control
};

// Whether what is forwarded to a host counts for the vMAC that the host was last given, too.
enum class Returns : uint8_t { uncounted, counted };

// What a route leads to. Small enough that the data plane reads it from one cache line.
struct Adjacency {
    AdjacencyKind kind = AdjacencyKind::drop;
    Returns returns = Returns::uncounted;  // only with kind forward
    union {
        DropReason drop_reason = DropReason::no_such_adjacency;
        PuntReason punt_reason;
        uint16_t published;    // its number in the set of services
        uint16_t return_slot;  // the SlotIndex of a vMAC, with kind forward and counted returns
    };
    PortIndex port{0};
    InterfaceId interface = kNoInterface;
    uint16_t mtu = 0;  // bytes of IP
    VlanIds vlans;     // tags to put on; 0 = none
    MacAddress destination;
    MacAddress source;

    static Adjacency drop(DropReason reason) {
        Adjacency adjacency;
        adjacency.drop_reason = reason;
        return adjacency;
    }
    static Adjacency punt(PuntReason reason, InterfaceId interface) {
        Adjacency adjacency;
        adjacency.kind = AdjacencyKind::punt;
        adjacency.punt_reason = reason;
        adjacency.interface = interface;
        return adjacency;
    }
    static Adjacency service(uint16_t published, InterfaceId interface) {
        Adjacency adjacency;
        adjacency.kind = AdjacencyKind::service;
        adjacency.published = published;
        adjacency.interface = interface;
        return adjacency;
    }
    static Adjacency tunnel(InterfaceId interface) {
        Adjacency adjacency;
        adjacency.kind = AdjacencyKind::tunnel;
        adjacency.interface = interface;
        return adjacency;
    }
};

// Writes the Ethernet header of an IPv4 frame, tags included, so that it ends where the IP header
// starts, and returns its first byte.
// Not checked: that kEthernetHeaderSize + n tags * kVlanTagSize bytes lie in front of ip_header.
inline uint8_t* write_link_header(uint8_t* ip_header, uint16_t ethertype, VlanIds vlans,
                                  const MacAddress& destination, const MacAddress& source) {
    uint8_t* at = ip_header - 2;
    store_be16(at, ethertype);
    if (vlans.inner != 0) {
        at -= kVlanTagSize;
        store_be16(at + 2, vlans.inner);
        store_be16(at, kEtherTypeVlan);
    }
    if (vlans.outer != 0) {
        at -= kVlanTagSize;
        store_be16(at + 2, vlans.outer);
        store_be16(at, vlans.inner != 0 ? kEtherTypeQinq : kEtherTypeVlan);
    }
    at -= MacAddress::kSize;
    std::memcpy(at, source.bytes.data(), MacAddress::kSize);
    at -= MacAddress::kSize;
    std::memcpy(at, destination.bytes.data(), MacAddress::kSize);
    return at;
}

}  // namespace evengate::packet
