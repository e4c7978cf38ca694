// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "packet/tcp_mss.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "packet/checksum.hpp"

namespace evengate::packet {
namespace {

constexpr uint8_t kOptionEnd = 0;
constexpr uint8_t kOptionNop = 1;
constexpr uint8_t kOptionMss = 2;
constexpr size_t kOptionMssSize = 4;

void replace_mss(uint8_t* tcp, size_t at, uint16_t mss) {
    const uint16_t old_word = load_raw<uint16_t>(tcp + at);
    const uint16_t new_word = __builtin_bswap16(mss);
    store_raw(tcp + at, new_word);
    // At an odd place its two bytes are halves of two words: the sum of swapped words (RFC 1071 2).
    const bool is_odd = at % 2 != 0;
    const uint32_t gain = is_odd ? checksum_gain(__builtin_bswap16(old_word), __builtin_bswap16(new_word))
                                 : checksum_gain(old_word, new_word);
    uint8_t* const checksum = tcp + transport_offset::tcp_checksum;
    store_raw(checksum, updated_checksum(load_raw<uint16_t>(checksum), gain));
}

}  // namespace

bool clamp_mss(Transport& transport, uint16_t mss) {
    if ((transport.tcp_flags & tcp_flag::syn) == 0) {
        return false;
    }
    uint8_t* const tcp = transport.header;
    const size_t header_length = static_cast<size_t>(tcp[transport_offset::tcp_header_length] >> 4) * 4;
    const size_t end = std::min<size_t>(header_length, transport.available);
    bool lowered = false;
    for (size_t at = kTcpHeaderSize; at < end && tcp[at] != kOptionEnd;) {
        if (tcp[at] == kOptionNop) {
            ++at;
            continue;
        }
        if (end - at < 2 || tcp[at + 1] < 2 || tcp[at + 1] > end - at) {
            break;
        }
        // Every one of them: which of two a receiver takes is not laid down.
        if (tcp[at] == kOptionMss && tcp[at + 1] == kOptionMssSize && load_be16(tcp + at + 2) > mss) {
            replace_mss(tcp, at + 2, mss);
            lowered = true;
        }
        at += tcp[at + 1];
    }
    return lowered;
}

}  // namespace evengate::packet
