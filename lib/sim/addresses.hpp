// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: who has which address in the simulated world. Thread: any. Used by: sim.
#pragma once

#include <cstdint>
#include <string>

#include "base/ids.hpp"
#include "base/ip_address.hpp"
#include "base/mac_address.hpp"
#include "sim/frame.hpp"

namespace evengate::sim {

constexpr uint32_t network_of(Side side) { return side == Side::lan ? 0x0A00'0000 : 0xC000'0200; }
constexpr IpAddress virtual_address(Side side) { return IpAddress::v4(network_of(side) + 1); }
constexpr IpAddress member_address(Side side, size_t member) {
    return IpAddress::v4(network_of(side) + 11 + static_cast<uint32_t>(member));
}
constexpr MacAddress member_mac(Side side, size_t member) {
    return MacAddress::from_u64(0x0200'0000'0000 | (index_of(side) + 1) << 8 | (member + 1));
}
// Hosts on the LAN, servers on the other side.
constexpr IpAddress host_address(Side side, size_t host) {
    return IpAddress::v4(network_of(side) + 101 + static_cast<uint32_t>(host));
}
constexpr MacAddress host_mac(Side side, size_t host) {
    return MacAddress::from_u64(0x5254'0000'0000 | (index_of(side) + 1) << 8 | (host + 1));
}
inline constexpr MacAddress kAttackerMac = MacAddress::from_u64(0x5254'0000'FF01);
constexpr GroupId group_of(Side side) { return GroupId(static_cast<uint16_t>(index_of(side) + 1)); }
inline constexpr uint64_t kVmacPrefix = 0x0245'4700'0000;
constexpr MacAddress vmac_address(Side side, VmacNumber vmac) {
    return MacAddress::from_u64(kVmacPrefix | uint64_t{group_of(side).value} << 8 | vmac.value);
}
// 0 when it is none of the side's.
constexpr VmacNumber vmac_number(Side side, const MacAddress& mac) {
    const uint64_t value = mac.to_u64();
    return VmacNumber((value & ~uint64_t{0xFF}) == (kVmacPrefix | uint64_t{group_of(side).value} << 8)
                          ? static_cast<uint8_t>(value & 0xFF)
                          : uint8_t{0});
}

// "g1" is the first.
inline std::string member_name(size_t member) {
    return std::string(1, 'g').append(std::to_string(member + 1));
}

}  // namespace evengate::sim
