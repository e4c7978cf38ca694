// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "packet/icmp.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "packet/checksum.hpp"
#include "packet/ipv4.hpp"

namespace evengate::packet {
namespace {

constexpr size_t kIcmpHeaderSize = 8;
constexpr uint8_t kIcmpEchoReply = 0;
constexpr uint8_t kIcmpEchoRequest = 8;
// RFC 1812 4.3.2.3: the whole error datagram should not exceed this.
constexpr size_t kMaxErrorSize = 576;
constexpr uint8_t kTtl = 64;
// RFC 1812 4.3.2.5: errors are sent with precedence 6.
constexpr uint8_t kErrorTos = 0xC0;

struct Ipv4Envelope {
    uint8_t tos = 0;
    uint16_t identification = 0;
    uint16_t fragment = 0;
    uint32_t source = 0;
    uint32_t destination = 0;
};

void write_ipv4_header(uint8_t* header, const Ipv4Envelope& envelope, size_t total_length) {
    header[0] = kIpv4VersionAndNoOptions;
    header[ipv4_offset::tos] = envelope.tos;
    store_be16(header + ipv4_offset::total_length, static_cast<uint16_t>(total_length));
    store_be16(header + ipv4_offset::identification, envelope.identification);
    store_be16(header + ipv4_offset::fragment, envelope.fragment);
    header[ipv4_offset::ttl] = kTtl;
    header[ipv4_offset::protocol] = kIpProtocolIcmp;
    store_be32(header + ipv4_offset::source, envelope.source);
    store_be32(header + ipv4_offset::destination, envelope.destination);
    set_ipv4_checksum(header, kIpv4HeaderSize);
}

// RFC 1122 3.2.2: types that report an error rather than ask or answer.
constexpr bool is_icmp_error_type(uint8_t type) {
    return type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
}

}  // namespace

bool may_cause_icmp_error(std::span<const uint8_t> datagram) {
    const uint8_t* header = datagram.data();
    const uint16_t fragment = load_be16(header + ipv4_offset::fragment);
    const uint32_t destination = load_be32(header + ipv4_offset::destination);
    const bool later_fragment = (fragment & kIpv4FragmentOffsetMask) != 0;
    const bool to_many = destination >> 28 == 0xE || destination == 0xFFFF'FFFF;
    if (later_fragment || to_many || is_martian_source(header[ipv4_offset::source])) {
        return false;
    }
    if (header[ipv4_offset::protocol] != kIpProtocolIcmp) {
        return true;
    }
    // Without a type byte nobody knows; link padding does not stand for it.
    const size_t header_length = ipv4_header_length(header);
    return load_be16(header + ipv4_offset::total_length) > header_length &&
           !is_icmp_error_type(header[header_length]);
}

std::vector<uint8_t> make_icmp_error(IcmpError error, const IpAddress& source,
                                     std::span<const uint8_t> offending) {
    // Link padding behind the datagram is not part of it.
    const size_t offending_size =
        std::min<size_t>(offending.size(), load_be16(offending.data() + ipv4_offset::total_length));
    const size_t quoted = std::min(offending_size, kMaxErrorSize - kIpv4HeaderSize - kIcmpHeaderSize);

    std::vector<uint8_t> datagram(kIpv4HeaderSize + kIcmpHeaderSize + quoted);
    uint8_t* icmp = datagram.data() + kIpv4HeaderSize;
    icmp[0] = error.type;
    icmp[1] = error.code;
    store_be16(icmp + 6, error.next_hop_mtu);
    std::copy_n(offending.begin(), quoted, icmp + kIcmpHeaderSize);
    store_raw(icmp + 2, internet_checksum(icmp, kIcmpHeaderSize + quoted));

    write_ipv4_header(datagram.data(),
                      {.tos = kErrorTos,
                       .source = source.to_v4(),
                       .destination = load_be32(offending.data() + ipv4_offset::source)},
                      datagram.size());
    return datagram;
}

std::optional<std::vector<uint8_t>> make_echo_reply(std::span<const uint8_t> datagram) {
    const uint8_t* header = datagram.data();
    const size_t header_length = ipv4_header_length(header);
    const size_t total_length = load_be16(header + ipv4_offset::total_length);
    const uint16_t fragment = load_be16(header + ipv4_offset::fragment);
    const bool fragmented = (fragment & (kIpv4MoreFragments | kIpv4FragmentOffsetMask)) != 0;
    if (header[ipv4_offset::protocol] != kIpProtocolIcmp || fragmented ||
        total_length < header_length + kIcmpHeaderSize) {
        return std::nullopt;
    }
    // 16 bits, which it has, so that GCC with LTO does not warn of a size below zero.
    const auto request_size = static_cast<uint16_t>(total_length - header_length);
    const std::span<const uint8_t> request = datagram.subspan(header_length, request_size);
    if (request[0] != kIcmpEchoRequest || request[1] != 0 ||
        fold_checksum(add_checksum(request.data(), request.size())) != 0xFFFF) {
        return std::nullopt;
    }
    std::vector<uint8_t> reply(kIpv4HeaderSize + request.size());
    uint8_t* icmp = reply.data() + kIpv4HeaderSize;
    std::copy(request.begin(), request.end(), icmp);
    icmp[0] = kIcmpEchoReply;
    store_raw<uint16_t>(icmp + 2, 0);
    store_raw(icmp + 2, internet_checksum(icmp, request.size()));
    write_ipv4_header(reply.data(),
                      {.tos = header[ipv4_offset::tos],
                       .identification = load_be16(header + ipv4_offset::identification),
                       .source = load_be32(header + ipv4_offset::destination),
                       .destination = load_be32(header + ipv4_offset::source)},
                      reply.size());
    return reply;
}

}  // namespace evengate::packet
