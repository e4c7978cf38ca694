// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "packet/fragment.hpp"

#include "base/bytes.hpp"
#include "packet/ipv4.hpp"

namespace evengate::packet {
namespace {

constexpr size_t kFragmentUnit = 8;
constexpr size_t kMaxDatagramSize = 65535;
constexpr uint8_t kOptionEnd = 0;
constexpr uint8_t kOptionNop = 1;
constexpr uint8_t kOptionCopied = 0x80;

// The header of all pieces but the first: options without the copied flag become padding.
std::vector<uint8_t> later_header(std::span<const uint8_t> header) {
    std::vector<uint8_t> result(header.begin(), header.begin() + kIpv4HeaderSize);
    size_t at = kIpv4HeaderSize;
    while (at < header.size() && header[at] != kOptionEnd) {
        const size_t size = header[at] == kOptionNop ? 1 : header[at + 1];
        if ((header[at] & kOptionCopied) != 0) {
            result.insert(result.end(), header.begin() + static_cast<std::ptrdiff_t>(at),
                          header.begin() + static_cast<std::ptrdiff_t>(at + size));
        }
        at += size;
    }
    while (result.size() % 4 != 0) {
        result.push_back(kOptionEnd);
    }
    result[0] = static_cast<uint8_t>(0x40 | result.size() / 4);
    return result;
}

}  // namespace

std::vector<std::vector<uint8_t>> fragment_ipv4(std::span<const uint8_t> datagram, uint16_t mtu) {
    const size_t header_length = ipv4_header_length(datagram.data());
    const size_t total_length = load_be16(datagram.data() + ipv4_offset::total_length);
    const uint16_t flags_and_offset = load_be16(datagram.data() + ipv4_offset::fragment);
    const std::span<const uint8_t> data = datagram.subspan(header_length, total_length - header_length);
    const size_t first_offset = flags_and_offset & kIpv4FragmentOffsetMask;
    if (mtu < header_length + kFragmentUnit ||
        header_length + first_offset * kFragmentUnit + data.size() > kMaxDatagramSize) {
        return {};
    }

    std::vector<std::vector<uint8_t>> pieces;
    std::vector<uint8_t> header(datagram.begin(), datagram.begin() + static_cast<std::ptrdiff_t>(header_length));
    const std::vector<uint8_t> next_header = later_header(header);
    for (size_t at = 0; at < data.size();) {
        const size_t room = (mtu - header.size()) / kFragmentUnit * kFragmentUnit;
        const size_t left = data.size() - at;
        const bool last = left <= mtu - header.size();
        const size_t taken = last ? left : room;

        std::vector<uint8_t> piece = header;
        piece.insert(piece.end(), data.begin() + static_cast<std::ptrdiff_t>(at),
                     data.begin() + static_cast<std::ptrdiff_t>(at + taken));
        const uint16_t more = last ? flags_and_offset & kIpv4MoreFragments : kIpv4MoreFragments;
        const size_t offset = first_offset + at / kFragmentUnit;
        store_be16(piece.data() + ipv4_offset::total_length, static_cast<uint16_t>(piece.size()));
        store_be16(piece.data() + ipv4_offset::fragment, static_cast<uint16_t>(more | offset));
        set_ipv4_checksum(piece.data(), header.size());
        pieces.push_back(std::move(piece));

        at += taken;
        header = next_header;
    }
    return pieces;
}

}  // namespace evengate::packet
