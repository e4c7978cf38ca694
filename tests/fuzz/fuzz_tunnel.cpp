// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: into tunnels and out of them. Input: the outer addresses and identification, then a datagram, whose
// header checksum is set for it, and that of the one within too if the identification is odd. Thread: one.
#include <algorithm>

#include "libfuzzer_entry.hpp"
#include "packet/ipv4.hpp"
#include "packet/tunnel.hpp"
#include "properties.hpp"
#include "rewrite_properties.hpp"

using namespace evengate;  // NOLINT: a program

namespace {

// Most of what follows lies behind the inner checksum, which nearly every change breaks.
void seal_inner(fuzz::Bytes& datagram) {
    const bool is_gre = datagram[packet::ipv4_offset::protocol] == packet::kIpProtocolGre;
    const size_t at = packet::ipv4_header_length(datagram.data()) + (is_gre ? packet::kGreHeaderSize : 0);
    if (at >= datagram.size()) {
        return;
    }
    const fuzz::Bytes inner = fuzz::sealed_datagram(datagram.data() + at, datagram.size() - at);
    std::copy(inner.begin(), inner.end(), datagram.begin() + static_cast<std::ptrdiff_t>(at));
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    if (size < fuzz::kChoiceSize) {
        return 0;
    }
    const fuzz::RewriteChoice choice = fuzz::read_choice(bytes);
    fuzz::Bytes datagram = fuzz::sealed_datagram(bytes + fuzz::kChoiceSize, size - fuzz::kChoiceSize);
    if (packet::check_ipv4(datagram.data(), datagram.size()) != packet::Ipv4Verdict::ok) {
        return 0;
    }
    if (choice.number % 2 != 0) {
        seal_inner(datagram);
    }
    fuzz::require(fuzz::check_into_tunnel(datagram, choice));
    fuzz::require(fuzz::check_out_of_tunnel(datagram));
    return 0;
}
