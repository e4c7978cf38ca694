// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: ICMP errors, echo replies and fragmentation. Input: two bytes of MTU, then a datagram, whose header
// checksum is set for it. Thread: one.
#include "base/bytes.hpp"
#include "libfuzzer_entry.hpp"
#include "packet/fragment.hpp"
#include "packet/ipv4.hpp"
#include "properties.hpp"

using namespace evengate;  // NOLINT: a program

int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    constexpr size_t kMtuSize = 2;
    if (size < kMtuSize + packet::kIpv4HeaderSize) {
        return 0;
    }
    const uint16_t mtu = load_be16(bytes);
    fuzz::Bytes datagram(bytes + kMtuSize, bytes + size);
    const size_t header_length = packet::ipv4_header_length(datagram.data());
    if (header_length >= packet::kIpv4HeaderSize && header_length <= datagram.size()) {
        packet::set_ipv4_checksum(datagram.data(), header_length);
    }
    fuzz::require(fuzz::check_ipv4_paths_agree(datagram));
    if (packet::check_ipv4(datagram.data(), datagram.size()) != packet::Ipv4Verdict::ok) {
        return 0;
    }
    fuzz::require(fuzz::check_icmp(datagram));
    const uint16_t flags = load_be16(datagram.data() + packet::ipv4_offset::fragment);
    const uint16_t total_length = load_be16(datagram.data() + packet::ipv4_offset::total_length);
    if (total_length > mtu && (flags & packet::kIpv4DontFragment) == 0) {
        fuzz::require(fuzz::check_fragments(datagram, mtu, packet::fragment_ipv4(datagram, mtu)));
    }
    return 0;
}
