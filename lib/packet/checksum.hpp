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

}  // namespace evengate::packet
