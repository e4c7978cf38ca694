// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "packet/tcp_segment.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "packet/checksum.hpp"
#include "packet/ipv4.hpp"
#include "packet/transport.hpp"

namespace evengate::packet {
namespace {

constexpr uint8_t kTtl = 64;
constexpr size_t kIcmpHeaderSize = 8;
constexpr uint8_t kEchoRequest = 8;
constexpr uint8_t kEchoReply = 0;

namespace tcp_offset {
constexpr size_t sequence = 4;
constexpr size_t acknowledgement = 8;
constexpr size_t window = 14;
}  // namespace tcp_offset

std::vector<uint8_t> make_datagram(const IpAddress& source, const IpAddress& destination, uint8_t protocol,
                                   size_t payload_size) {
    std::vector<uint8_t> datagram(kIpv4HeaderSize + payload_size);
    uint8_t* const ip = datagram.data();
    ip[0] = kIpv4VersionAndNoOptions;
    store_be16(ip + ipv4_offset::total_length, static_cast<uint16_t>(datagram.size()));
    store_be16(ip + ipv4_offset::fragment, kIpv4DontFragment);
    ip[ipv4_offset::ttl] = kTtl;
    ip[ipv4_offset::protocol] = protocol;
    store_be32(ip + ipv4_offset::source, source.to_v4());
    store_be32(ip + ipv4_offset::destination, destination.to_v4());
    set_ipv4_checksum(ip, kIpv4HeaderSize);
    return datagram;
}

// RFC 9293 3.1: addresses, protocol and length, as the sum takes them.
uint64_t pseudo_header_sum(const uint8_t* ip, size_t length) {
    uint8_t rest[4] = {0, kIpProtocolTcp};
    store_be16(rest + 2, static_cast<uint16_t>(length));
    return add_checksum(rest, sizeof rest, add_checksum(ip + ipv4_offset::source, 2 * sizeof(uint32_t)));
}

IpAddress address_at(std::span<const uint8_t> datagram, size_t offset) {
    return IpAddress::v4(load_be32(datagram.data() + offset));
}

}  // namespace

std::vector<uint8_t> make_tcp_segment(const TcpSegment& segment) {
    constexpr uint8_t kNoOptions = 0x50;
    constexpr uint16_t kWindow = 0xFFFF;
    const size_t length = kTcpHeaderSize + segment.payload.size();
    std::vector<uint8_t> datagram = make_datagram(segment.source, segment.destination, kIpProtocolTcp, length);
    uint8_t* const tcp = datagram.data() + kIpv4HeaderSize;
    store_be16(tcp + transport_offset::source_port, segment.source_port);
    store_be16(tcp + transport_offset::destination_port, segment.destination_port);
    store_be32(tcp + tcp_offset::sequence, segment.sequence);
    store_be32(tcp + tcp_offset::acknowledgement, segment.acknowledgement);
    tcp[transport_offset::tcp_header_length] = kNoOptions;
    tcp[transport_offset::tcp_flags] = segment.flags;
    store_be16(tcp + tcp_offset::window, kWindow);
    std::copy(segment.payload.begin(), segment.payload.end(), tcp + kTcpHeaderSize);
    store_raw(tcp + transport_offset::tcp_checksum,
              internet_checksum(tcp, length, pseudo_header_sum(datagram.data(), length)));
    return datagram;
}

std::optional<TcpSegment> parse_tcp_segment(std::span<const uint8_t> datagram) {
    const uint8_t* const ip = datagram.data();
    const size_t header = ipv4_header_length(ip);
    const size_t length = load_be16(ip + ipv4_offset::total_length) - header;
    if (ip[ipv4_offset::protocol] != kIpProtocolTcp || is_fragment(ip) || length < kTcpHeaderSize) {
        return std::nullopt;
    }
    const uint8_t* const tcp = ip + header;
    const size_t tcp_header = (tcp[transport_offset::tcp_header_length] >> 4) * sizeof(uint32_t);
    if (tcp_header < kTcpHeaderSize || tcp_header > length ||
        internet_checksum(tcp, length, pseudo_header_sum(ip, length)) != 0) {
        return std::nullopt;
    }
    return TcpSegment{
        .source = address_at(datagram, ipv4_offset::source),
        .destination = address_at(datagram, ipv4_offset::destination),
        .source_port = load_be16(tcp + transport_offset::source_port),
        .destination_port = load_be16(tcp + transport_offset::destination_port),
        .sequence = load_be32(tcp + tcp_offset::sequence),
        .acknowledgement = load_be32(tcp + tcp_offset::acknowledgement),
        .flags = tcp[transport_offset::tcp_flags],
        .payload = {reinterpret_cast<const char*>(tcp) + tcp_header, length - tcp_header}};
}

std::vector<uint8_t> make_echo_request(const Echo& echo) {
    std::vector<uint8_t> datagram =
        make_datagram(echo.source, echo.destination, kIpProtocolIcmp, kIcmpHeaderSize);
    uint8_t* const icmp = datagram.data() + kIpv4HeaderSize;
    icmp[0] = kEchoRequest;
    store_be16(icmp + 4, echo.identifier);
    store_be16(icmp + 6, echo.sequence);
    store_raw(icmp + 2, internet_checksum(icmp, kIcmpHeaderSize));
    return datagram;
}

std::optional<Echo> parse_echo_reply(std::span<const uint8_t> datagram) {
    const uint8_t* const ip = datagram.data();
    const size_t header = ipv4_header_length(ip);
    const size_t length = load_be16(ip + ipv4_offset::total_length) - header;
    const uint8_t* const icmp = ip + header;
    if (ip[ipv4_offset::protocol] != kIpProtocolIcmp || is_fragment(ip) || length < kIcmpHeaderSize ||
        icmp[0] != kEchoReply || internet_checksum(icmp, length) != 0) {
        return std::nullopt;
    }
    return Echo{.source = address_at(datagram, ipv4_offset::source),
                .destination = address_at(datagram, ipv4_offset::destination),
                .identifier = load_be16(icmp + 4),
                .sequence = load_be16(icmp + 6)};
}

}  // namespace evengate::packet
