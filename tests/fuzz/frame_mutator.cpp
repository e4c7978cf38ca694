// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "frame_mutator.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "packet/ipv4.hpp"

namespace evengate::fuzz {
namespace {

// Ethernet, two tags and the longest IPv4 header.
constexpr size_t kHeaderBytes = 14 + 8 + 60;

// Where decisions change: bounds of lengths, types, MTUs, fragment fields.
constexpr std::array<uint16_t, 16> kTurningPoints = {0,      1,      7,      8,      19,     20,     575,    577,
                                                     1499,   1501,   0x0800, 0x0806, 0x2000, 0x4000, 0x8100, 0xFFFF};

// One in each range that the router treats differently.
constexpr std::array<uint32_t, 12> kDestinations = {
    0x0A01'0005, 0x0A02'0005, 0x0A03'0005, 0x0A04'0005,    0x0A05'0005,   0x0A06'0005,
    0x0A07'0005, 0xCB00'7105, 0x7F00'0001, kRouterAddress, kGroupAddress, 0xFFFF'FFFF};

}  // namespace

void mend_checksum(std::span<uint8_t> frame) {
    packet::EthernetPayload payload;
    if (packet::parse_ethernet(frame.data(), frame.size(), payload) != packet::EthernetVerdict::ok ||
        payload.ethertype != packet::kEtherTypeIpv4 || frame.size() == payload.offset) {
        return;
    }
    uint8_t* const header = frame.data() + payload.offset;
    const size_t header_length = packet::ipv4_header_length(header);
    if (header_length >= packet::kIpv4HeaderSize && payload.offset + header_length <= frame.size()) {
        packet::set_ipv4_checksum(header, header_length);
    }
}

std::span<const uint8_t> FrameMutator::next() {
    const uint64_t dice = random_.next();
    if (dice % 16 == 0) {
        fill_randomly();
        return std::span(frame_).first(size_);
    }
    const Bytes& seed = seeds_[random_.below(seeds_.size())];
    std::copy(seed.begin(), seed.end(), frame_.begin());
    size_ = seed.size();
    const uint64_t n_mutations = dice >> 8 & 3;
    for (uint64_t i = 0; i < n_mutations; ++i) {
        mutate_once();
    }
    // Most of the path lies behind the header checksum, which nearly every mutation breaks.
    if ((dice >> 16 & 7) != 0) {
        mend_checksum(std::span(frame_).first(size_));
    }
    return std::span(frame_).first(size_);
}

void FrameMutator::fill_randomly() {
    size_ = random_.below(128);
    for (size_t i = 0; i < size_; i += sizeof(uint64_t)) {
        store_raw(frame_.data() + i, random_.next());
    }
}

void FrameMutator::mutate_once() {
    const uint64_t dice = random_.next();
    if (size_ < 2) {
        resize();
        return;
    }
    uint8_t* const place = frame_.data() + (dice >> 32) % (std::min(size_, kHeaderBytes) - 1);
    switch (dice % 8) {
        case 0: *place = static_cast<uint8_t>(dice >> 8); break;
        case 1: *place = static_cast<uint8_t>(*place ^ 1u << (dice >> 8) % 8); break;
        case 2: store_be16(place, kTurningPoints[(dice >> 8) % kTurningPoints.size()]); break;
        case 3: store_be16(place, static_cast<uint16_t>(dice >> 8)); break;
        case 4: resize(); break;
        case 5: frame_[random_.below(size_)] = static_cast<uint8_t>(dice >> 8); break;
        default: redirect(); break;
    }
}

// Another destination and TTL, where an IPv4 header would be.
void FrameMutator::redirect() {
    packet::EthernetPayload payload;
    if (packet::parse_ethernet(frame_.data(), size_, payload) != packet::EthernetVerdict::ok ||
        size_ < payload.offset + packet::kIpv4HeaderSize) {
        return;
    }
    uint8_t* const header = frame_.data() + payload.offset;
    store_be32(header + packet::ipv4_offset::destination, kDestinations[random_.below(kDestinations.size())]);
    header[packet::ipv4_offset::ttl] = static_cast<uint8_t>(random_.below(4));
}

void FrameMutator::resize() {
    if (random_.next() % 2 == 0) {
        size_ = random_.below(size_ + 1);
        return;
    }
    const size_t wanted = std::min(size_ + random_.below(64), frame_.size());
    std::fill(frame_.begin() + static_cast<std::ptrdiff_t>(size_),
              frame_.begin() + static_cast<std::ptrdiff_t>(wanted), static_cast<uint8_t>(random_.next()));
    size_ = wanted;
}

}  // namespace evengate::fuzz
