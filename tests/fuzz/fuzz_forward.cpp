// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a whole frame through the forwarding path. Input: the frame. Thread: one.
#include <algorithm>

#include "libfuzzer_entry.hpp"
#include "packet/ethernet.hpp"
#include "packet/ipv4.hpp"
#include "properties.hpp"

using namespace evengate;  // NOLINT: a program

int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
    static fuzz::FrameBuffer buffer;
    const std::span frame(bytes, std::min(size, fuzz::FrameBuffer::kMaxFrame));
    fuzz::require(fuzz::check_frame(frame, buffer).violation);
    return 0;
}

#ifdef EVENGATE_LIBFUZZER
// Nearly every mutation of a header breaks its checksum, behind which most of the path lies: mend it in
// seven mutations of eight.
size_t LLVMFuzzerCustomMutator(uint8_t* bytes, size_t size, size_t max_size, unsigned seed) {
    size = LLVMFuzzerMutate(bytes, size, max_size);
    packet::EthernetPayload payload;
    if (seed % 8 != 0 && packet::parse_ethernet(bytes, size, payload) == packet::EthernetVerdict::ok) {
        uint8_t* const header = bytes + payload.offset;
        const size_t header_length = size > payload.offset ? packet::ipv4_header_length(header) : 0;
        if (header_length >= packet::kIpv4HeaderSize && payload.offset + header_length <= size) {
            packet::set_ipv4_checksum(header, header_length);
        }
    }
    return size;
}
#endif
