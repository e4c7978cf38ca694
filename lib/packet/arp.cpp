// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "packet/arp.hpp"

#include "base/bytes.hpp"
#include "packet/ethernet.hpp"

namespace evengate::packet {
namespace {

constexpr uint16_t kHardwareEthernet = 1;
constexpr uint16_t kRarpRequest = 3;

struct Addresses {
    MacAddress sender_mac;
    uint32_t sender_ip = 0;
    MacAddress target_mac;
    uint32_t target_ip = 0;
};

ControlFrame make_frame(const MacAddress& destination, const MacAddress& source, uint16_t ethertype,
                        uint16_t operation, const Addresses& addresses) {
    ControlFrame frame{};
    ByteWriter out(frame);
    write_ethernet(out, destination, source, ethertype);
    out.be16(kHardwareEthernet);
    out.be16(kEtherTypeIpv4);
    out.u8(MacAddress::kSize);
    out.u8(IpAddress::kIpv4Size);
    out.be16(operation);
    out.bytes(addresses.sender_mac.bytes);
    out.be32(addresses.sender_ip);
    out.bytes(addresses.target_mac.bytes);
    out.be32(addresses.target_ip);
    return frame;
}

}  // namespace

std::optional<Arp> parse_arp(std::span<const uint8_t> payload) {
    if (payload.size() < kArpSize) {
        return std::nullopt;
    }
    const uint8_t* at = payload.data();
    const uint16_t operation = load_be16(at + 6);
    const bool ethernet_and_ipv4 = load_be16(at) == kHardwareEthernet &&
                                   load_be16(at + 2) == kEtherTypeIpv4 &&
                                   at[4] == MacAddress::kSize && at[5] == IpAddress::kIpv4Size;
    const bool known_operation = operation == static_cast<uint16_t>(ArpOperation::request) ||
                                 operation == static_cast<uint16_t>(ArpOperation::reply);
    const MacAddress sender_mac = MacAddress::from_bytes(at + 8);
    if (!ethernet_and_ipv4 || !known_operation || sender_mac.is_multicast() || sender_mac.is_zero()) {
        return std::nullopt;
    }
    Arp arp;
    arp.operation = static_cast<ArpOperation>(operation);
    arp.sender_mac = sender_mac;
    arp.sender_ip = IpAddress::v4(load_be32(at + 14));
    arp.target_mac = MacAddress::from_bytes(at + 18);
    arp.target_ip = IpAddress::v4(load_be32(at + 24));
    return arp;
}

ControlFrame make_arp_frame(const MacAddress& destination, const MacAddress& source, const Arp& arp) {
    return make_frame(destination, source, kEtherTypeArp, static_cast<uint16_t>(arp.operation),
                      {arp.sender_mac, arp.sender_ip.to_v4(), arp.target_mac, arp.target_ip.to_v4()});
}

ControlFrame make_vmac_keep_alive(const MacAddress& vmac) {
    return make_frame(kBroadcastMac, vmac, kEtherTypeRarp, kRarpRequest, {vmac, 0, vmac, 0});
}

}  // namespace evengate::packet
