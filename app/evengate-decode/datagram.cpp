// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "evengate-decode/datagram.hpp"

#include <cstring>

#include "base/bytes.hpp"
#include "packet/checksum.hpp"
#include "packet/ethernet.hpp"
#include "packet/group_message.hpp"
#include "packet/ipv4.hpp"

namespace evengate::decode {
namespace {

using Bytes = std::span<const uint8_t>;

constexpr size_t kUdpHeaderSize = 8;
constexpr size_t kUdpDestinationPort = 2;
constexpr size_t kUdpLength = 4;
constexpr uint16_t kEtherTypeOldQinq = 0x9100;

struct NetworkPacket {
    uint16_t ethertype = 0;
    Bytes bytes;
};

// Behind the link's header and all VLAN tags; nullopt when it ends before.
std::optional<NetworkPacket> skip_link_header(LinkType link_type, Bytes frame) {
    constexpr size_t kCookedSize = 16;
    constexpr size_t kCookedV2Size = 20;
    size_t size = packet::kEthernetHeaderSize;
    size_t type_at = size - 2;
    if (link_type == LinkType::linux_cooked) {
        size = kCookedSize;
        type_at = size - 2;
    } else if (link_type == LinkType::linux_cooked_v2) {
        size = kCookedV2Size;
        type_at = 0;
    }
    if (frame.size() < size) {
        return std::nullopt;
    }
    uint16_t ethertype = load_be16(frame.data() + type_at);
    frame = frame.subspan(size);
    while (packet::is_vlan_tag(ethertype) || ethertype == kEtherTypeOldQinq) {
        if (frame.size() < packet::kVlanTagSize) {
            return std::nullopt;
        }
        ethertype = load_be16(frame.data() + 2);
        frame = frame.subspan(packet::kVlanTagSize);
    }
    return NetworkPacket{ethertype, frame};
}

// The UDP header, when there is one with our port.
bool is_to_our_port(Bytes udp) {
    return udp.size() >= kUdpDestinationPort + sizeof(uint16_t) &&
           load_be16(udp.data() + kUdpDestinationPort) == packet::kGroupUdpPort;
}

// udp: what is captured of it; size: what IP says there is.
void take_payload(Bytes udp, size_t size, Datagram& datagram) {
    if (datagram.fault != DatagramFault::none) {
        return;
    }
    if (size < kUdpHeaderSize) {
        datagram.fault = DatagramFault::udp_length_invalid;
    } else if (udp.size() < size) {
        datagram.fault = DatagramFault::ip_length_invalid;
    } else if (load_be16(udp.data() + kUdpLength) != size) {
        datagram.fault = DatagramFault::udp_length_invalid;
    } else {
        datagram.payload = udp.subspan(kUdpHeaderSize, size - kUdpHeaderSize);
    }
}

std::optional<Datagram> find_in_ipv4(Bytes packet) {
    namespace at = packet::ipv4_offset;
    if (packet.size() < packet::kIpv4HeaderSize || packet[at::protocol] != packet::kIpProtocolUdp ||
        packet[0] >> 4 != 4) {
        return std::nullopt;
    }
    const uint16_t fragments = load_be16(packet.data() + at::fragment);
    const size_t header_size = packet::ipv4_header_length(packet.data());
    if ((fragments & packet::kIpv4FragmentOffsetMask) != 0 ||
        header_size < packet::kIpv4HeaderSize || packet.size() < header_size ||
        !is_to_our_port(packet.subspan(header_size))) {
        return std::nullopt;
    }
    Datagram datagram;
    datagram.source = IpAddress::v4(load_be32(packet.data() + at::source));
    datagram.destination = IpAddress::v4(load_be32(packet.data() + at::destination));
    datagram.ttl = packet[at::ttl];
    const size_t total = load_be16(packet.data() + at::total_length);
    if (total < header_size) {
        datagram.fault = DatagramFault::ip_length_invalid;
    } else if (load_be16(packet.data() + at::checksum) != 0 &&
               packet::internet_checksum(packet.data(), header_size) != 0) {
        datagram.fault = DatagramFault::ip_checksum_wrong;
    } else if ((fragments & packet::kIpv4MoreFragments) != 0) {
        datagram.fault = DatagramFault::ip_fragment;
    }
    take_payload(packet.subspan(header_size), total - header_size, datagram);
    return datagram;
}

IpAddress load_ipv6(const uint8_t* bytes) {
    std::array<uint8_t, IpAddress::kIpv6Size> address;
    std::memcpy(address.data(), bytes, address.size());
    return IpAddress::v6(address);
}

// Where the extension headers end (RFC 8200 4).
struct Ipv6Payload {
    uint8_t protocol = 0;
    size_t offset = 0;
    bool is_fragment = false;
    bool is_later_fragment = false;
};

std::optional<Ipv6Payload> skip_ipv6_headers(Bytes packet) {
    constexpr size_t kHeaderSize = 40;
    constexpr size_t kNextHeader = 6;
    constexpr size_t kUnit = 8;
    constexpr uint8_t kHopByHop = 0;
    constexpr uint8_t kRouting = 43;
    constexpr uint8_t kFragment = 44;
    constexpr uint8_t kDestinationOptions = 60;
    constexpr uint16_t kOffsetMask = 0xFFF8;
    if (packet.size() < kHeaderSize || packet[0] >> 4 != 6) {
        return std::nullopt;
    }
    Ipv6Payload found{packet[kNextHeader], kHeaderSize};
    while (found.protocol == kHopByHop || found.protocol == kRouting ||
           found.protocol == kFragment || found.protocol == kDestinationOptions) {
        if (packet.size() < found.offset + kUnit) {
            return std::nullopt;
        }
        const uint8_t* header = packet.data() + found.offset;
        size_t size = kUnit;
        if (found.protocol == kFragment) {
            found.is_fragment = true;
            found.is_later_fragment =
                found.is_later_fragment || (load_be16(header + 2) & kOffsetMask) != 0;
        } else {
            size += kUnit * header[1];
        }
        found.protocol = header[0];
        found.offset += size;
    }
    return found.offset > packet.size() ? std::nullopt : std::optional(found);
}

std::optional<Datagram> find_in_ipv6(Bytes packet) {
    constexpr size_t kHeaderSize = 40;
    constexpr size_t kPayloadLength = 4;
    constexpr size_t kHopLimit = 7;
    constexpr size_t kSource = 8;
    constexpr size_t kDestination = 24;
    const auto found = skip_ipv6_headers(packet);
    if (!found || found->protocol != packet::kIpProtocolUdp || found->is_later_fragment ||
        !is_to_our_port(packet.subspan(found->offset))) {
        return std::nullopt;
    }
    Datagram datagram;
    datagram.source = load_ipv6(packet.data() + kSource);
    datagram.destination = load_ipv6(packet.data() + kDestination);
    datagram.ttl = packet[kHopLimit];
    const size_t end = kHeaderSize + load_be16(packet.data() + kPayloadLength);
    if (end < found->offset) {
        datagram.fault = DatagramFault::ip_length_invalid;
    } else if (found->is_fragment) {
        datagram.fault = DatagramFault::ip_fragment;
    }
    take_payload(packet.subspan(found->offset), end - found->offset, datagram);
    return datagram;
}

}  // namespace

std::string_view to_text(DatagramFault fault) {
    switch (fault) {
#define X(name, text)         \
    case DatagramFault::name: \
        return #name;
        EVENGATE_DATAGRAM_FAULTS(X)
#undef X
    }
    return "unknown";
}

std::optional<Datagram> find_datagram(LinkType link_type, const CapturedFrame& frame) {
    const auto network = skip_link_header(link_type, frame.bytes);
    std::optional<Datagram> datagram;
    if (network && network->ethertype == packet::kEtherTypeIpv4) {
        datagram = find_in_ipv4(network->bytes);
    } else if (network && network->ethertype == packet::kEtherTypeIpv6) {
        datagram = find_in_ipv6(network->bytes);
    }
    // The cause of what looks too short.
    if (datagram && datagram->fault == DatagramFault::ip_length_invalid &&
        frame.bytes.size() < frame.size_on_wire) {
        datagram->fault = DatagramFault::frame_cut;
    }
    return datagram;
}

}  // namespace evengate::decode
