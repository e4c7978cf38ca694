// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the Ethernet header with up to two VLAN tags. Thread: any. Used by: dataplane, control.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/mac_address.hpp"

namespace evengate::packet {

inline constexpr size_t kEthernetHeaderSize = 14;
inline constexpr size_t kVlanTagSize = 4;
inline constexpr size_t kMaxVlanTags = 2;

inline constexpr uint16_t kEtherTypeIpv4 = 0x0800;
inline constexpr uint16_t kEtherTypeArp = 0x0806;
inline constexpr uint16_t kEtherTypeRarp = 0x8035;
inline constexpr uint16_t kEtherTypeVlan = 0x8100;   // IEEE 802.1Q C-tag
inline constexpr uint16_t kEtherTypeQinq = 0x88A8;   // IEEE 802.1ad S-tag
inline constexpr uint16_t kEtherTypeIpv6 = 0x86DD;

// The VLANs of a frame or of an interface; 0 is "no tag". A tag with VID 0 (priority only, IEEE
// 802.1Q 6.9) counts as no tag, also in front of another.
struct VlanIds {
    uint16_t outer = 0;
    uint16_t inner = 0;

    friend constexpr bool operator==(VlanIds, VlanIds) = default;
};

constexpr size_t n_vlan_tags(VlanIds vlans) {
    return (vlans.outer != 0 ? 1u : 0u) + (vlans.inner != 0 ? 1u : 0u);
}

// Where the payload of an Ethernet frame starts and what it is.
struct EthernetPayload {
    uint16_t offset = 0;      // bytes from the destination MAC
    uint16_t ethertype = 0;   // behind all tags
    VlanIds vlans;
    uint8_t n_tags = 0;       // as they stood in the frame, priority tags included
};

enum class EthernetVerdict : uint8_t { ok, too_short, too_many_tags };

constexpr bool is_vlan_tag(uint16_t ethertype) {
    return ethertype == kEtherTypeVlan || ethertype == kEtherTypeQinq;
}

// Reads the header of frame[0, length).
// Not checked: the MAC addresses, and what follows the header.
inline EthernetVerdict parse_ethernet(const uint8_t* frame, size_t length, EthernetPayload& payload) {
    if (length < kEthernetHeaderSize) {
        return EthernetVerdict::too_short;
    }
    size_t offset = kEthernetHeaderSize;
    uint16_t ethertype = load_be16(frame + offset - 2);
    payload = {};
    while (is_vlan_tag(ethertype)) {
        if (payload.n_tags == kMaxVlanTags) {
            return EthernetVerdict::too_many_tags;
        }
        if (length < offset + kVlanTagSize) {
            return EthernetVerdict::too_short;
        }
        const uint16_t vid = load_be16(frame + offset) & 0x0FFF;
        (payload.vlans.outer == 0 ? payload.vlans.outer : payload.vlans.inner) = vid;
        ++payload.n_tags;
        ethertype = load_be16(frame + offset + 2);
        offset += kVlanTagSize;
    }
    payload.offset = static_cast<uint16_t>(offset);
    payload.ethertype = ethertype;
    return EthernetVerdict::ok;
}

// Appends an untagged Ethernet header.
inline void write_ethernet(ByteWriter& out, const MacAddress& destination, const MacAddress& source,
                           uint16_t ethertype) {
    out.bytes(destination.bytes);
    out.bytes(source.bytes);
    out.be16(ethertype);
}

}  // namespace evengate::packet
