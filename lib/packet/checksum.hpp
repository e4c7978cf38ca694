// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the Internet checksum (RFC 1071) and its incremental update (RFC 1624).
// Thread: any. Used by: packet, dataplane, control.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"

namespace evengate::packet {

// Folds a sum of native-order 16-bit words (or of wider words made of them) to 16 bits.
inline uint16_t fold_checksum(uint64_t sum) {
    sum = (sum & 0xFFFF'FFFF) + (sum >> 32);
    sum = (sum & 0xFFFF'FFFF) + (sum >> 32);
    sum = (sum & 0xFFFF) + (sum >> 16);
    sum = (sum & 0xFFFF) + (sum >> 16);
    return static_cast<uint16_t>(sum);
}

// The one's complement sum of bytes[0, size) in memory order, not complemented, added to initial.
// An odd last byte is padded with zero.
inline uint64_t add_checksum(const uint8_t* bytes, size_t size, uint64_t initial = 0) {
    uint64_t sum = initial;
    while (size >= 4) {
        sum += load_raw<uint32_t>(bytes);
        bytes += 4;
        size -= 4;
    }
    if (size >= 2) {
        sum += load_raw<uint16_t>(bytes);
        bytes += 2;
        size -= 2;
    }
    if (size == 1) {
        sum += *bytes;
    }
    return sum;
}

// The checksum field, in memory order, for data whose checksum field is zero.
inline uint16_t internet_checksum(const uint8_t* bytes, size_t size, uint64_t initial = 0) {
    return static_cast<uint16_t>(~fold_checksum(add_checksum(bytes, size, initial)));
}

// What a sum of words gains, modulo 0xFFFF, when the word old_word becomes new_word; both as they lie
// in memory. Gains of several words add up; thousands fit into 32 bits.
inline uint32_t checksum_gain(uint32_t old_word, uint32_t new_word) {
    const uint64_t gain = static_cast<uint64_t>(~old_word) + new_word;
    return static_cast<uint32_t>(gain & 0xFFFF) + static_cast<uint32_t>(gain >> 16 & 0xFFFF) +
           static_cast<uint32_t>(gain >> 32);
}
inline uint32_t checksum_gain(uint16_t old_word, uint16_t new_word) {
    return static_cast<uint32_t>(static_cast<uint16_t>(~old_word)) + new_word;
}

// The checksum field, in memory order, after its data gained as much (RFC 1624 eqn. 3): what it would
// be if it were computed anew, and so never 0xFFFF, the other zero. One that was wrong is wrong by as
// much as before. Not checked: that the data are not all zero, as no header is.
inline uint16_t updated_checksum(uint16_t checksum, uint32_t gain) {
    uint32_t sum = static_cast<uint16_t>(~checksum) + gain;
    sum = (sum & 0xFFFF) + (sum >> 16);
    sum = (sum & 0xFFFF) + (sum >> 16);
    return static_cast<uint16_t>(~(sum == 0 ? 0xFFFF : sum));
}

}  // namespace evengate::packet
