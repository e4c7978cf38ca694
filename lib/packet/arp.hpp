// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: ARP for Ethernet and IPv4 (RFC 826), and the frame that keeps a vMAC in the switches.
// Thread: any. Used by: control; the data plane only asks whether it is well formed.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "base/ip_address.hpp"
#include "base/mac_address.hpp"

namespace evengate::packet {

inline constexpr size_t kArpSize = 28;
// Ethernet's least frame, without the frame check sequence.
inline constexpr size_t kMinFrameSize = 60;

enum class ArpOperation : uint16_t { request = 1, reply = 2 };

struct Arp {
    ArpOperation operation = ArpOperation::request;
    MacAddress sender_mac;
    IpAddress sender_ip;  // 0.0.0.0 in a probe (RFC 5227)
    MacAddress target_mac;
    IpAddress target_ip;
};

using ControlFrame = std::array<uint8_t, kMinFrameSize>;

// The ARP behind an Ethernet header; nothing for other hardware, protocols, sizes or operations,
// or for a sender MAC that no station can have.
std::optional<Arp> parse_arp(std::span<const uint8_t> payload);

// A whole untagged frame, padded with zeros.
ControlFrame make_arp_frame(const MacAddress& destination, const MacAddress& source, const Arp& arp);

// A broadcast from the vMAC that no host interprets: RARP request (RFC 903) about itself
// (protocol rule 21).
ControlFrame make_vmac_keep_alive(const MacAddress& vmac);

}  // namespace evengate::packet
