// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what must hold for every datagram that rerouting rewrites. Thread: any. Used by: the fuzz targets of
// NAT and of tunnels.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "forward_path.hpp"
#include "packet/nat.hpp"

namespace evengate::fuzz {

// The other address and port, or the outer addresses and identification.
struct RewriteChoice {
    uint32_t address = 0;
    uint32_t other_address = 0;
    uint16_t number = 0;
};

// The 10 bytes that an input starts with. Not checked: that they are there.
RewriteChoice read_choice(const uint8_t* bytes);
inline constexpr size_t kChoiceSize = 10;

// The datagram behind the choice, in memory of its size, with its header checksum set.
Bytes sealed_datagram(const uint8_t* bytes, size_t size);

// The single properties: empty, or the sentence that did not hold. Not checked: the datagram passed
// check_ipv4().
std::string_view check_nat(std::span<const uint8_t> datagram, packet::FlowEnd end, const RewriteChoice& choice);
std::string_view check_mss(std::span<const uint8_t> datagram, uint16_t mss);
std::string_view check_translated_error(std::span<const uint8_t> datagram, packet::FlowEnd end,
                                        const RewriteChoice& choice);
std::string_view check_into_tunnel(std::span<const uint8_t> datagram, const RewriteChoice& choice);
std::string_view check_out_of_tunnel(std::span<const uint8_t> datagram);

}  // namespace evengate::fuzz
