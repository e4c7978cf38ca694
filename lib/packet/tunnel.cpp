// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "packet/tunnel.hpp"

#include "packet/transport.hpp"

namespace evengate::packet {
namespace {

constexpr uint8_t kEcnMask = 0x03;
// RFC 3168 5.
constexpr uint8_t kNotCapable = 0x00;
constexpr uint8_t kCapable1 = 0x01;
constexpr uint8_t kCapable0 = 0x02;
constexpr uint8_t kCongestion = 0x03;

// The inner ECN field after the tunnel, RFC 6040 figure 4, without the cell that drops.
constexpr uint8_t ecn_behind_tunnel(uint8_t inner, uint8_t outer) {
    const bool is_marked = outer == kCongestion && inner != kNotCapable;
    const bool is_changed = outer == kCapable1 && inner == kCapable0;
    return is_marked || is_changed ? outer : inner;
}

void set_ecn(uint8_t* header, uint8_t ecn) {
    const uint16_t old_word = load_raw<uint16_t>(header);
    const uint32_t cleared = header[ipv4_offset::tos] & ~uint32_t{kEcnMask};
    header[ipv4_offset::tos] = static_cast<uint8_t>(cleared | ecn);
    uint8_t* const checksum = header + ipv4_offset::checksum;
    const uint32_t gain = checksum_gain(old_word, load_raw<uint16_t>(header));
    store_raw(checksum, updated_checksum(load_raw<uint16_t>(checksum), gain));
}

}  // namespace

DecapsulateVerdict decapsulate(uint8_t* outer, uint8_t*& inner) {
    const uint8_t protocol = outer[ipv4_offset::protocol];
    if (protocol != kIpProtocolIpip && protocol != kIpProtocolGre) {
        return DecapsulateVerdict::not_a_tunnel;
    }
    if (is_fragment(outer)) {
        return DecapsulateVerdict::fragment;
    }
    const size_t header_length = ipv4_header_length(outer);
    uint8_t* header = outer + header_length;
    size_t available = load_be16(outer + ipv4_offset::total_length) - header_length;
    if (protocol == kIpProtocolGre) {
        // RFC 2784 2.1: flags and version, all zero, then the EtherType.
        if (available < kGreHeaderSize || load_be32(header) != kEtherTypeIpv4) {
            return DecapsulateVerdict::gre_unsupported;
        }
        header += kGreHeaderSize;
        available -= kGreHeaderSize;
    }
    const bool is_plain = available >= kIpv4HeaderSize && is_plain_ipv4(header, available);
    if (!is_plain && check_ipv4(header, available) != Ipv4Verdict::ok) {
        return DecapsulateVerdict::inner_invalid;
    }
    const uint8_t inner_ecn = header[ipv4_offset::tos] & kEcnMask;
    const uint8_t outer_ecn = outer[ipv4_offset::tos] & kEcnMask;
    if (outer_ecn == kCongestion && inner_ecn == kNotCapable) {
        return DecapsulateVerdict::congestion_unsupported;
    }
    if (const uint8_t ecn = ecn_behind_tunnel(inner_ecn, outer_ecn); ecn != inner_ecn) {
        set_ecn(header, ecn);
    }
    inner = header;
    return DecapsulateVerdict::ok;
}

}  // namespace evengate::packet
