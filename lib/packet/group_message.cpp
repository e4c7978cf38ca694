// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "packet/group_message.hpp"

#include "packet/checksum.hpp"

namespace evengate::packet {
namespace {

constexpr uint8_t kTtl = 255;
constexpr uint8_t kTos = 0xC0;  // precedence 6, internetwork control

// Field offsets, RFC 768.
constexpr size_t kUdpSourcePort = 0;
constexpr size_t kUdpDestinationPort = 2;
constexpr size_t kUdpLength = 4;
constexpr size_t kUdpChecksum = 6;

// The sum over the pseudo header and the datagram, as internet_checksum() has it.
uint16_t udp_checksum(const IpAddress& source, const IpAddress& destination,
                      std::span<const uint8_t> udp) {
    uint64_t sum = add_checksum(source.bytes().data(), IpAddress::kIpv4Size);
    sum = add_checksum(destination.bytes().data(), IpAddress::kIpv4Size, sum);
    uint8_t rest[4] = {0, kIpProtocolUdp, 0, 0};
    store_be16(rest + 2, static_cast<uint16_t>(udp.size()));
    sum = add_checksum(rest, sizeof rest, sum);
    return internet_checksum(udp.data(), udp.size(), sum);
}

}  // namespace

bool GroupDatagram::is_checksum_right() const {
    return load_raw<uint16_t>(udp.data() + kUdpChecksum) == 0 ||
           udp_checksum(source, destination, udp) == 0;
}

Result<GroupDatagram, GroupDatagramFault> parse_group_datagram(std::span<const uint8_t> datagram) {
    const uint8_t* const ip = datagram.data();
    const size_t header_length = ipv4_header_length(ip);
    const uint8_t* const udp = ip + header_length;
    if (ip[ipv4_offset::ttl] != kTtl) {
        return GroupDatagramFault::ttl_wrong;
    }
    if (load_be16(udp + kUdpSourcePort) != kGroupUdpPort) {
        return GroupDatagramFault::port_wrong;
    }
    const size_t available = load_be16(ip + ipv4_offset::total_length) - header_length;
    const size_t udp_length = load_be16(udp + kUdpLength);
    if (udp_length < kUdpHeaderSize || udp_length > available) {
        return GroupDatagramFault::length_wrong;
    }
    const auto whole = datagram.subspan(header_length, udp_length);
    return GroupDatagram{.source = IpAddress::v4(load_be32(ip + ipv4_offset::source)),
                         .destination = IpAddress::v4(load_be32(ip + ipv4_offset::destination)),
                         .udp = whole,
                         .message = whole.subspan(kUdpHeaderSize)};
}

void write_group_headers(std::span<uint8_t> frame, const GroupEnvelope& envelope) {
    ByteWriter ethernet(frame.first(kEthernetHeaderSize));
    write_ethernet(ethernet, envelope.destination_mac, envelope.source_mac, kEtherTypeIpv4);

    uint8_t* const ip = frame.data() + kEthernetHeaderSize;
    ip[0] = kIpv4VersionAndNoOptions;
    ip[ipv4_offset::tos] = kTos;
    store_be16(ip + ipv4_offset::total_length,
               static_cast<uint16_t>(frame.size() - kEthernetHeaderSize));
    store_be16(ip + ipv4_offset::identification, envelope.identification);
    store_be16(ip + ipv4_offset::fragment, kIpv4DontFragment);
    ip[ipv4_offset::ttl] = kTtl;
    ip[ipv4_offset::protocol] = kIpProtocolUdp;
    store_be32(ip + ipv4_offset::source, envelope.source.to_v4());
    store_be32(ip + ipv4_offset::destination, envelope.destination.to_v4());
    set_ipv4_checksum(ip, kIpv4HeaderSize);

    const auto udp = frame.subspan(kEthernetHeaderSize + kIpv4HeaderSize);
    store_be16(udp.data() + kUdpSourcePort, kGroupUdpPort);
    store_be16(udp.data() + kUdpDestinationPort, kGroupUdpPort);
    store_be16(udp.data() + kUdpLength, static_cast<uint16_t>(udp.size()));
    store_raw<uint16_t>(udp.data() + kUdpChecksum, 0);
    const uint16_t checksum = udp_checksum(envelope.source, envelope.destination, udp);
    // RFC 768: zero means that there is none.
    store_raw<uint16_t>(udp.data() + kUdpChecksum, checksum == 0 ? 0xFFFF : checksum);
}

}  // namespace evengate::packet
