// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: IPv4 in IPv4 (RFC 2003) and in GRE without options (RFC 2784), with ECN (RFC 6040).
// Thread: any. Used by: dataplane (hot path).
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "packet/checksum.hpp"
#include "packet/ethernet.hpp"
#include "packet/ipv4.hpp"

namespace evengate::packet {

enum class TunnelKind : uint8_t { ipip, gre };

inline constexpr size_t kGreHeaderSize = 4;  // neither checksum nor key nor sequence number

// What the tunnel puts in front, in bytes: the inner datagram's MTU is smaller by as much.
constexpr size_t tunnel_overhead(TunnelKind kind) {
    return kIpv4HeaderSize + (kind == TunnelKind::gre ? kGreHeaderSize : 0);
}

// What differs between outer headers; in host order.
struct TunnelHeader {
    uint32_t source = 0;
    uint32_t destination = 0;
    // Tells the fragments of datagrams without DF apart (RFC 6864 4.2); of no meaning with it.
    uint16_t identification = 0;
};

// Puts an outer header in front of the datagram and returns it: TTL 64, TOS and DF those of the inner
// one, checksum set. The inner one stays as it is; its TTL falls by one in who forwards it, before.
// Not checked: that tunnel_overhead() bytes lie in front of inner; check_ipv4() passed for it; its
// total length is at most 65535 - tunnel_overhead().
template <TunnelKind kind = TunnelKind::ipip>
inline uint8_t* encapsulate(uint8_t* inner, const TunnelHeader& header) {
    constexpr uint16_t kTtl = 64;
    constexpr uint16_t kProtocol = kind == TunnelKind::gre ? kIpProtocolGre : kIpProtocolIpip;
    // The 16-bit words of the outer header, in host order, as its sum needs them.
    const auto first = static_cast<uint16_t>(kIpv4VersionAndNoOptions << 8 | inner[ipv4_offset::tos]);
    const auto total_length =
        static_cast<uint16_t>(load_be16(inner + ipv4_offset::total_length) + tunnel_overhead(kind));
    const auto fragment = static_cast<uint16_t>(load_be16(inner + ipv4_offset::fragment) & kIpv4DontFragment);
    constexpr uint16_t kTtlAndProtocol = kTtl << 8 | kProtocol;
    const uint64_t sum = uint64_t{first} + total_length + header.identification + fragment +
                         kTtlAndProtocol + header.source + header.destination;

    uint8_t* const outer = inner - tunnel_overhead(kind);
    store_be16(outer, first);
    store_be16(outer + ipv4_offset::total_length, total_length);
    store_be16(outer + ipv4_offset::identification, header.identification);
    store_be16(outer + ipv4_offset::fragment, fragment);
    store_be16(outer + ipv4_offset::ttl, kTtlAndProtocol);
    store_be16(outer + ipv4_offset::checksum, static_cast<uint16_t>(~fold_checksum(sum)));
    store_be32(outer + ipv4_offset::source, header.source);
    store_be32(outer + ipv4_offset::destination, header.destination);
    if constexpr (kind == TunnelKind::gre) {
        store_be32(outer + kIpv4HeaderSize, kEtherTypeIpv4);
    }
    return outer;
}

inline uint8_t* encapsulate(TunnelKind kind, uint8_t* inner, const TunnelHeader& header) {
    return kind == TunnelKind::gre ? encapsulate<TunnelKind::gre>(inner, header)
                                   : encapsulate<TunnelKind::ipip>(inner, header);
}

enum class DecapsulateVerdict : uint8_t {
    ok,
    not_a_tunnel,            // neither IPIP nor GRE
    fragment,                // the outer datagram; who fragments outside DF has to be told to stop
    gre_unsupported,         // with options (RFC 2890), another version, or not of IPv4
    inner_invalid,           // the inner header does not pass check_ipv4(), cut short included
    congestion_unsupported,  // congestion met by a datagram that is not ECN-capable (RFC 6040 4.2)
};

// The datagram within. Sets inner to its header, in the same bytes, whose TOS and checksum have taken
// over congestion that the outer one met (RFC 6040 4.2); inner stays as it was unless ok. Not checked:
// check_ipv4() passed for the outer one; who sent it and to whom, which the caller must before it
// believes the inner one.
DecapsulateVerdict decapsulate(uint8_t* outer, uint8_t*& inner);

}  // namespace evengate::packet
