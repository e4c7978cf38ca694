// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the keyed hashes of flows, addresses and stations (rule D5): SipHash-1-3 over bytes whose
// order docs/rerouting.md fixes. Thread: any. Used by: reroute, table, dataplane, control.
#pragma once

#include <bit>
#include <cstdint>

#include "base/mac_address.hpp"

namespace evengate::reroute {

// A packet's addresses in host order, as the client sends it; an answer is turned around first.
// Protocols without ports have ports of 0.
struct Flow {
    uint32_t client = 0;
    uint32_t published = 0;
    uint16_t client_port = 0;
    uint16_t published_port = 0;
    uint8_t protocol = 0;

    friend constexpr bool operator==(const Flow&, const Flow&) = default;
};

// The group's secret; SipHash's two little-endian halves. Who knows it can choose the target.
struct HashKey {
    uint64_t k0 = 0;
    uint64_t k1 = 0;

    friend constexpr bool operator==(const HashKey&, const HashKey&) = default;
};

// SipHash-1-3 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012, with one round a
// word and three at the end) of messages of which the caller has the words. One round is enough
// here: who attacks sees which target served him, never the hash.
class SipHash13 {
 public:
    constexpr explicit SipHash13(const HashKey& key)
        : v0_(key.k0 ^ 0x736F'6D65'7073'6575),
          v1_(key.k1 ^ 0x646F'7261'6E64'6F6D),
          v2_(key.k0 ^ 0x6C79'6765'6E65'7261),
          v3_(key.k1 ^ 0x7465'6462'7974'6573) {}

    // Eight bytes of the message as a little-endian word.
    constexpr void add(uint64_t word) {
        v3_ ^= word;
        round();
        v0_ ^= word;
    }
    // The word with the 0 to 7 bytes that are left; size is that of the whole message.
    // Not checked: that the word's upper bytes are zero, which take the size.
    [[nodiscard]] constexpr uint64_t finish(uint64_t rest, uint64_t size) {
        add(rest | size << 56);
        v2_ ^= 0xFF;
        round();
        round();
        round();
        return v0_ ^ v1_ ^ v2_ ^ v3_;
    }

 private:
    constexpr void round() {
        v0_ += v1_;
        v2_ += v3_;
        v1_ = std::rotl(v1_, 13) ^ v0_;
        v3_ = std::rotl(v3_, 16) ^ v2_;
        v0_ = std::rotl(v0_, 32);
        v2_ += v1_;
        v0_ += v3_;
        v1_ = std::rotl(v1_, 17) ^ v2_;
        v3_ = std::rotl(v3_, 21) ^ v0_;
        v2_ = std::rotl(v2_, 32);
    }

    uint64_t v0_;
    uint64_t v1_;
    uint64_t v2_;
    uint64_t v3_;
};

// The hash from words as a client's packet has them in memory (load_raw): addresses the eight
// bytes from the IPv4 header's source address on, ports the first four bytes behind the header.
// Cost: wait-free, five rounds of SipHash; of many, see flow_bulk.hpp.
[[nodiscard]] constexpr uint64_t flow_hash_raw(const HashKey& key, uint64_t addresses, uint64_t ends) {
    constexpr uint64_t kSize = 13;
    SipHash13 hash(key);
    hash.add(addresses);
    return hash.finish(ends, kSize);
}
// ends: the ports, and the protocol as the byte behind them.
[[nodiscard]] constexpr uint64_t flow_ends_raw(uint32_t ports, uint8_t protocol) {
    return ports | uint64_t{protocol} << 32;
}

// Both addresses as a packet from the first to the second has them in memory.
[[nodiscard]] constexpr uint64_t raw_addresses(uint32_t first, uint32_t second) {
    return __builtin_bswap32(first) | uint64_t{__builtin_bswap32(second)} << 32;
}
[[nodiscard]] constexpr uint32_t raw_ports(uint16_t first, uint16_t second) {
    return __builtin_bswap16(first) | uint32_t{__builtin_bswap16(second)} << 16;
}

[[nodiscard]] constexpr uint64_t flow_hash(const HashKey& key, const Flow& flow) {
    return flow_hash_raw(key, raw_addresses(flow.client, flow.published),
                         flow_ends_raw(raw_ports(flow.client_port, flow.published_port), flow.protocol));
}

// For services that tell clients, not connections, apart: stickiness, and fragments by address
// (rule D9). Host order. The _raw form as flow_hash_raw().
[[nodiscard]] constexpr uint64_t address_hash_raw(const HashKey& key, uint64_t addresses) {
    constexpr uint64_t kSize = 8;
    SipHash13 hash(key);
    hash.add(addresses);
    return hash.finish(0, kSize);
}
[[nodiscard]] constexpr uint64_t address_hash(const HashKey& key, uint32_t client,
                                              uint32_t published) {
    return address_hash_raw(key, raw_addresses(client, published));
}

// For a dispatcher's buckets by station (rule D16).
[[nodiscard]] constexpr uint64_t source_hash(const HashKey& key, const MacAddress& source) {
    constexpr uint64_t kSize = 6;
    SipHash13 hash(key);
    return hash.finish(__builtin_bswap64(source.to_u64()) >> 16, kSize);
}

// The same for both directions of a connection: the end with the lower address, of equal ones that
// with the lower port, counts as the client.
[[nodiscard]] constexpr uint64_t symmetric_hash(const HashKey& key, const Flow& flow) {
    const uint64_t client = uint64_t{flow.client} << 16 | flow.client_port;
    const uint64_t published = uint64_t{flow.published} << 16 | flow.published_port;
    if (client <= published) {
        return flow_hash(key, flow);
    }
    return flow_hash(key, {.client = flow.published,
                           .published = flow.client,
                           .client_port = flow.published_port,
                           .published_port = flow.client_port,
                           .protocol = flow.protocol});
}

// One of n_places places, all equally likely, by the hash's upper half.
// Not checked: that there is a place.
[[nodiscard]] constexpr uint32_t place_of(uint64_t hash, uint32_t n_places) {
    return static_cast<uint32_t>((hash >> 32) * n_places >> 32);
}

}  // namespace evengate::reroute
