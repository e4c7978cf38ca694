// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "sim/datagram.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "packet/ethernet.hpp"
#include "packet/ipv4.hpp"
#include "packet/transport.hpp"
#include "sim/addresses.hpp"

namespace evengate::sim {
namespace {

constexpr uint16_t kPort = 9;  // discard
constexpr uint32_t kMark = 0x65'67'73'6D;
constexpr size_t kPayloadSize = 12;  // mark, host, direction, sequence
constexpr size_t kDatagramSize = packet::kIpv4HeaderSize + packet::kUdpHeaderSize + kPayloadSize;
constexpr uint8_t kTtl = 64;

}  // namespace

DatagramAddresses addresses_of(const Parcel& parcel, size_t n_servers) {
    const uint32_t host = host_address(Side::lan, parcel.host).to_v4();
    const uint32_t server = host_address(Side::wan, parcel.host % n_servers).to_v4();
    return parcel.direction == Direction::to_server ? DatagramAddresses{host, server}
                                                    : DatagramAddresses{server, host};
}

void write_bytes(Frame& frame, const MacNumbers& macs, size_t n_servers) {
    if (frame.size != 0) {
        return;
    }
    const DatagramAddresses addresses = addresses_of(frame.parcel, n_servers);
    ByteWriter out(frame.bytes);
    packet::write_ethernet(out, macs.mac(frame.destination), macs.mac(frame.source),
                           packet::kEtherTypeIpv4);
    out.u8(packet::kIpv4VersionAndNoOptions);
    out.u8(0);
    out.be16(kDatagramSize);
    out.be32(0);
    out.u8(kTtl);
    out.u8(packet::kIpProtocolUdp);
    out.be16(0);
    out.be32(addresses.source);
    out.be32(addresses.destination);
    out.be16(kPort);
    out.be16(kPort);
    out.be16(packet::kUdpHeaderSize + kPayloadSize);
    out.be16(0);
    out.be32(kMark);
    out.be16(frame.parcel.host);
    out.be16(static_cast<uint16_t>(frame.parcel.direction));
    out.be32(frame.parcel.sequence);
    packet::set_ipv4_checksum(frame.bytes.data() + packet::kEthernetHeaderSize,
                              packet::kIpv4HeaderSize);
    frame.size = static_cast<uint16_t>(out.size());
}

std::optional<Parcel> read_parcel(std::span<const uint8_t> datagram) {
    if (datagram.size() < kDatagramSize ||
        datagram[packet::ipv4_offset::protocol] != packet::kIpProtocolUdp) {
        return std::nullopt;
    }
    const uint8_t* payload = datagram.data() + packet::kIpv4HeaderSize + packet::kUdpHeaderSize;
    if (load_be32(payload) != kMark) {
        return std::nullopt;
    }
    return Parcel{.host = load_be16(payload + 4),
                  .direction = static_cast<Direction>(load_be16(payload + 6)),
                  .sequence = load_be32(payload + 8)};
}

}  // namespace evengate::sim
