// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: ARP parsing. Input: what stands behind the Ethernet header. Thread: one.
#include <algorithm>

#include "libfuzzer_entry.hpp"
#include "packet/arp.hpp"
#include "packet/ethernet.hpp"
#include "properties.hpp"

using namespace evengate;  // NOLINT: a program

int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    // A copy of its own size, so that a sanitizer sees a read too far.
    const fuzz::Bytes payload(bytes, bytes + size);
    const auto arp = packet::parse_arp(payload);
    if (!arp) {
        return 0;
    }
    if (arp->sender_mac.is_multicast() || arp->sender_mac.is_zero()) {
        fuzz::require("the sender of an ARP is a station");
    }
    const auto frame = packet::make_arp_frame(arp->target_mac, arp->sender_mac, *arp);
    if (!std::equal(payload.begin(), payload.begin() + packet::kArpSize,
                    frame.begin() + packet::kEthernetHeaderSize)) {
        fuzz::require("an ARP that was read is written as it came");
    }
    return 0;
}
