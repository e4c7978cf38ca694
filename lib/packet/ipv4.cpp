// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "packet/ipv4.hpp"

namespace evengate::packet {
namespace {

constexpr uint8_t kOptionEnd = 0;
constexpr uint8_t kOptionNop = 1;
constexpr uint8_t kOptionLooseSourceRoute = 131;
constexpr uint8_t kOptionStrictSourceRoute = 137;

// RFC 791 3.1: each option but the two one-byte ones has a length that counts type and length.
Ipv4Verdict check_options(const uint8_t* options, size_t size) {
    size_t at = 0;
    while (at < size && options[at] != kOptionEnd) {
        if (options[at] == kOptionNop) {
            ++at;
            continue;
        }
        if (options[at] == kOptionLooseSourceRoute || options[at] == kOptionStrictSourceRoute) {
            return Ipv4Verdict::source_route;
        }
        if (size - at < 2 || options[at + 1] < 2 || options[at + 1] > size - at) {
            return Ipv4Verdict::header_invalid;
        }
        at += options[at + 1];
    }
    return Ipv4Verdict::ok;
}

}  // namespace

Ipv4Verdict check_ipv4(const uint8_t* header, size_t available) {
    if (available < kIpv4HeaderSize) {
        return Ipv4Verdict::length_invalid;
    }
    const size_t header_length = ipv4_header_length(header);
    if (header[0] >> 4 != 4 || header_length < kIpv4HeaderSize) {
        return Ipv4Verdict::header_invalid;
    }
    const size_t total_length = load_be16(header + ipv4_offset::total_length);
    if (total_length < header_length || total_length > available) {
        return Ipv4Verdict::length_invalid;
    }
    if (fold_checksum(add_checksum(header, header_length)) != 0xFFFF) {
        return Ipv4Verdict::checksum_wrong;
    }
    if (is_martian_source(header[ipv4_offset::source])) {
        return Ipv4Verdict::source_invalid;
    }
    return check_options(header + kIpv4HeaderSize, header_length - kIpv4HeaderSize);
}

}  // namespace evengate::packet
