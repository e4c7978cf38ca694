// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: NAT of either end, its ICMP errors, and MSS. Input: an address, another, a port, then a datagram,
// whose header checksum is set for it. Thread: one.
#include "libfuzzer_entry.hpp"
#include "packet/ipv4.hpp"
#include "properties.hpp"
#include "rewrite_properties.hpp"

using namespace evengate;  // NOLINT: a program

int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    if (size < fuzz::kChoiceSize) {
        return 0;
    }
    const fuzz::RewriteChoice choice = fuzz::read_choice(bytes);
    const fuzz::Bytes datagram = fuzz::sealed_datagram(bytes + fuzz::kChoiceSize, size - fuzz::kChoiceSize);
    if (packet::check_ipv4(datagram.data(), datagram.size()) != packet::Ipv4Verdict::ok) {
        return 0;
    }
    for (const packet::FlowEnd end : {packet::FlowEnd::source, packet::FlowEnd::destination}) {
        fuzz::require(fuzz::check_nat(datagram, end, choice));
        fuzz::require(fuzz::check_translated_error(datagram, end, choice));
    }
    fuzz::require(fuzz::check_mss(datagram, choice.number));
    return 0;
}
