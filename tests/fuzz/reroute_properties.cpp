// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "reroute_properties.hpp"

#include <algorithm>
#include <optional>

#include "base/bytes.hpp"
#include "packet/icmp_embedded.hpp"
#include "packet/tcp_mss.hpp"
#include "packet/transport.hpp"
#include "packet/tunnel.hpp"

namespace evengate::fuzz {
namespace {

using reroute::Rewrite;
namespace at = packet::ipv4_offset;

// A frame of IPv4 taken apart, in memory of its own.
struct Parsed {
    MacAddress destination, source;
    packet::VlanIds vlans;
    Bytes datagram;  // without padding
};

std::optional<Parsed> parse(std::span<const uint8_t> frame) {
    packet::EthernetPayload payload;
    if (packet::parse_ethernet(frame.data(), frame.size(), payload) != packet::EthernetVerdict::ok ||
        payload.ethertype != packet::kEtherTypeIpv4) {
        return std::nullopt;
    }
    const std::span<const uint8_t> rest = frame.subspan(payload.offset);
    if (packet::check_ipv4(rest.data(), rest.size()) != packet::Ipv4Verdict::ok) {
        return std::nullopt;
    }
    const auto length = static_cast<std::ptrdiff_t>(load_be16(rest.data() + at::total_length));
    return Parsed{MacAddress::from_bytes(frame.data()), MacAddress::from_bytes(frame.data() + MacAddress::kSize),
                  payload.vlans, Bytes(rest.begin(), rest.begin() + length)};
}

uint32_t source(const Bytes& datagram) { return load_be32(datagram.data() + at::source); }
uint32_t destination(const Bytes& datagram) { return load_be32(datagram.data() + at::destination); }
bool is_published(uint32_t address) {
    return std::ranges::find(kPublishedAddresses, address) != kPublishedAddresses.end();
}

bool is_of_pool(uint32_t address) { return std::ranges::find(kPoolAddresses, address) != kPoolAddresses.end(); }

size_t mtu_towards(const Parsed& sent) {
    for (uint16_t i = 0; i < kTargets.size(); ++i) {
        if (sent.destination == target_mac(i)) {
            return kTargets[i].mtu;
        }
    }
    return destination(sent.datagram) >> 8 == kFarClients >> 8 ? 576 : 1500;
}

// What is within, where the datagram is a tunnel that ends here; otherwise itself.
Bytes without_tunnel(const Bytes& datagram) {
    Bytes copy = datagram;
    uint8_t* inner = nullptr;
    if (destination(datagram) != kTunnelEnd ||
        packet::decapsulate(copy.data(), inner) != packet::DecapsulateVerdict::ok) {
        return datagram;
    }
    return {inner, inner + load_be16(inner + at::total_length)};
}

// Sums as they are with the checksum included; 0xFFFF and 0 are the same.
uint16_t sum_of(const Bytes& datagram) {
    const size_t header_length = packet::ipv4_header_length(datagram.data());
    const size_t size = datagram.size() - header_length;
    uint64_t pseudo = 0;
    if (datagram[at::protocol] != packet::kIpProtocolIcmp) {
        pseudo = packet::add_checksum(datagram.data() + at::source, 8) + __builtin_bswap16(datagram[at::protocol]) +
                 __builtin_bswap16(static_cast<uint16_t>(size));
    }
    return packet::fold_checksum(packet::add_checksum(datagram.data() + header_length, size, pseudo)) % 0xFFFF;
}

bool has_no_checksum(Bytes datagram) {
    packet::Transport transport;
    return packet::parse_transport(datagram.data(), transport) == packet::TransportVerdict::ok &&
           transport.protocol == packet::kIpProtocolUdp &&
           load_be16(transport.header + packet::transport_offset::udp_checksum) == 0;
}

// Not inline: GCC 12 would warn of the null that an empty one has.
[[gnu::noinline]] Bytes one_hop_older(Bytes datagram) {
    packet::decrement_ttl(datagram.data());
    return datagram;
}

// As the service's mss makes it.
Bytes clamped(Bytes datagram, uint16_t mss) {
    packet::Transport transport;
    if (mss != 0 && packet::parse_transport(datagram.data(), transport) == packet::TransportVerdict::ok &&
        (transport.tcp_flags & packet::tcp_flag::syn) != 0) {
        packet::clamp_mss(transport, mss);
    }
    return datagram;
}

// Whether sent is before with other ends, or an error translated to them, and every sum as right as it was.
// The only rewriting of a checksum that is not compared with one computed anew is that of a first fragment.
std::string_view check_ends(const Bytes& before, const Bytes& sent) {
    if (sent.size() != before.size() || sent[at::ttl] != before[at::ttl]) {
        return "nat changes neither length nor TTL";
    }
    if (has_no_checksum(before) != has_no_checksum(sent)) {
        return "UDP has a checksum if and only if it had one";
    }
    const bool is_later = packet::is_later_fragment(before.data());
    if (!is_later && !has_no_checksum(before) && packet::is_first_fragment(before.data()) == false &&
        sum_of(before) != sum_of(sent)) {
        return "a checksum is right if it was right, and as wrong as it was";
    }
    if (before[at::protocol] == packet::kIpProtocolIcmp) {
        return "";
    }
    const size_t header_length = packet::ipv4_header_length(before.data());
    const size_t checksum = header_length + (before[at::protocol] == packet::kIpProtocolTcp
                                                 ? packet::transport_offset::tcp_checksum
                                                 : packet::transport_offset::udp_checksum);
    for (size_t i = 0; i < before.size(); ++i) {
        const bool is_end = (i >= at::source && i < at::source + 8) || i / 2 == at::checksum / 2 ||
                            (!is_later && i >= header_length && (i < header_length + 4 || i / 2 == checksum / 2));
        if (!is_end && before[i] != sent[i]) {
            return "nat changes nothing but ends and checksums";
        }
    }
    return "";
}

std::string_view check_at_target(const Bytes& datagram, const Parsed& sent, uint16_t number) {
    const OfferedTarget& target = kTargets[number];
    const OfferedService& service = kOffered[target.service];
    if (destination(datagram) != kPublishedAddresses[service.published]) {
        return "a target gets what is for its published address";
    }
    if (sent.vlans != target.vlans) {
        return "a target is behind its VLAN";
    }
    const Bytes expected = clamped(datagram, service.mss);
    switch (service.rewrite) {
        case Rewrite::mac: return sent.datagram == expected ? "" : "mac changes nothing but the MAC";
        case Rewrite::nat: {
            const bool is_error = datagram[at::protocol] == packet::kIpProtocolIcmp;
            const bool has_source = service.is_snat && !is_error ? is_of_pool(source(sent.datagram))
                                                                 : source(sent.datagram) == source(datagram);
            if (destination(sent.datagram) != target_address(number) ||
                !(has_source || (is_error && is_of_pool(source(sent.datagram))))) {
                return "nat: the destination is the target, the source the client, or with snat of a pool";
            }
            return check_ends(one_hop_older(expected), sent.datagram);
        }
        case Rewrite::ipip:
        case Rewrite::gre: break;
    }
    const size_t overhead = reroute::overhead_of(service.rewrite);
    const bool is_gre = service.rewrite == Rewrite::gre;
    const Bytes inner = one_hop_older(expected);
    if (sent.datagram.size() < overhead ||
        sent.datagram[at::protocol] != (is_gre ? packet::kIpProtocolGre : packet::kIpProtocolIpip) ||
        (is_gre && load_be32(sent.datagram.data() + packet::kIpv4HeaderSize) != packet::kEtherTypeIpv4) ||
        destination(sent.datagram) != target_address(number) || source(sent.datagram) != kTunnelSource ||
        packet::ipv4_header_length(sent.datagram.data()) != packet::kIpv4HeaderSize ||
        !std::equal(sent.datagram.begin() + static_cast<std::ptrdiff_t>(overhead), sent.datagram.end(), inner.begin(),
                    inner.end())) {
        return "ipip and gre: one outer header to the target, and behind it the datagram, one hop older";
    }
    return "";
}

std::string_view check_routed(const Bytes& datagram, const Parsed& sent) {
    if (is_published(destination(datagram))) {
        return "what is for a published address is not routed on";
    }
    const Bytes expected = one_hop_older(datagram);
    if (sent.datagram == expected) {
        return "";
    }
    if (is_of_pool(destination(datagram))) {
        return is_of_pool(destination(sent.datagram)) ? "what is for a pool is a client's, or is not sent on"
                                                      : check_ends(expected, sent.datagram);
    }
    if (destination(sent.datagram) != destination(datagram) ||
        !(is_published(source(sent.datagram)) || datagram[at::protocol] == packet::kIpProtocolIcmp)) {
        return "what is routed on is changed only if it is an answer";
    }
    return check_ends(expected, sent.datagram);
}

std::string_view check_sent(const Parsed& received, const Parsed& sent) {
    if (sent.source != kRouterMac) {
        return "what leaves is from us";
    }
    if (sent.datagram.size() > mtu_towards(sent)) {
        return "what leaves is no larger than its link takes";
    }
    const Bytes datagram = without_tunnel(received.datagram);
    // What is handed on by MAC alone is as old as it was.
    if (sent.datagram[at::ttl] == 0 && datagram[at::ttl] != 0) {
        return "nobody's time ends here unnoticed";
    }
    const bool was_in_tunnel = datagram.size() != received.datagram.size();
    if (was_in_tunnel && source(received.datagram) != kPeerAddress) {
        return "only a member's tunnel ends here";
    }
    if (sent.destination == kPeerMac) {
        if (received.source == kPeerMac || was_in_tunnel) {
            return "what a member sent does not go to another";
        }
        const bool is_expected = std::ranges::any_of(kOffered, [&](const OfferedService& service) {
            return sent.datagram == clamped(datagram, service.mss);
        });
        return is_published(destination(datagram)) && is_expected ? "" : "a member gets a client's packet as it is";
    }
    for (uint16_t i = 0; i < kTargets.size(); ++i) {
        if (sent.destination == target_mac(i)) {
            // To the target's own address, a datagram is routed like any other.
            return destination(received.datagram) == target_address(i) ? check_routed(datagram, sent)
                                                                      : check_at_target(datagram, sent, i);
        }
    }
    return was_in_tunnel ? "what was in a tunnel goes to a target" : check_routed(datagram, sent);
}

}  // namespace

std::string_view check_rerouted(std::span<const uint8_t> received, const StageOutcome& outcome) {
    if (outcome.fate == Fate::drop) {
        return "";
    }
    const std::optional<Parsed> before = parse(received);
    const std::optional<Parsed> after = parse(outcome.frame);
    if (before.has_value() != after.has_value()) {
        return "what leaves is valid IPv4, or never was";
    }
    if (outcome.fate == Fate::forward) {
        return before ? check_sent(*before, *after) : "only IPv4 is sent on";
    }
    if (!before) {
        return "";
    }
    const bool is_answer = is_published(source(after->datagram));
    const bool is_error = before->datagram[at::protocol] == packet::kIpProtocolIcmp;
    // What may be cut is so behind its translation: as the target sees it, or as its client does.
    const bool is_translated = is_of_pool(source(after->datagram)) || is_of_pool(destination(before->datagram));
    if (after->datagram != without_tunnel(before->datagram) && after->datagram != before->datagram && !is_translated &&
        !packet::is_later_fragment(before->datagram.data()) &&
        !(outcome.punt_reason == packet::PuntReason::local_address && (is_answer || is_error))) {
        return "control gets a frame as it came, but for answers to our own addresses";
    }
    return "";
}

}  // namespace evengate::fuzz
