// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "rewrite_properties.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "packet/icmp_embedded.hpp"
#include "packet/tcp_mss.hpp"
#include "packet/transport.hpp"
#include "packet/tunnel.hpp"

namespace evengate::fuzz {
namespace {

using packet::FlowEnd;
using packet::Ipv4Verdict;
namespace at = packet::ipv4_offset;

constexpr std::string_view kHeaderBroken = "a rewritten header is right, and its checksum not the other zero";

// Not inline: GCC 12 would warn of the null that an empty one has, which check_ipv4() rules out.
[[gnu::noinline]] Bytes copy_of(std::span<const uint8_t> datagram) { return {datagram.begin(), datagram.end()}; }

bool header_right(std::span<const uint8_t> header, size_t header_length) {
    return load_be16(header.data() + at::checksum) != 0xFFFF &&
           packet::fold_checksum(packet::add_checksum(header.data(), header_length)) == 0xFFFF;
}

// The sum over pseudo header and transport, checksum included: 0xFFFF when it is right. A wrong one
// must be as wrong afterwards.
uint16_t transport_sum(std::span<const uint8_t> datagram) {
    const size_t header_length = packet::ipv4_header_length(datagram.data());
    const size_t total_length = load_be16(datagram.data() + at::total_length);
    const size_t size = total_length - header_length;
    const uint64_t pseudo = packet::add_checksum(datagram.data() + at::source, 8) +
                            __builtin_bswap16(datagram[at::protocol]) +
                            __builtin_bswap16(static_cast<uint16_t>(size));
    return packet::fold_checksum(packet::add_checksum(datagram.data() + header_length, size, pseudo));
}

uint16_t icmp_sum(std::span<const uint8_t> datagram) {
    const size_t header_length = packet::ipv4_header_length(datagram.data());
    const size_t total_length = load_be16(datagram.data() + at::total_length);
    return packet::fold_checksum(packet::add_checksum(datagram.data() + header_length, total_length - header_length));
}

// 0xFFFF and zero are the same sum, but for a checksum over nothing but zeros.
bool same_sum(uint16_t a, uint16_t b) { return a % 0xFFFF == b % 0xFFFF; }

bool has_no_udp_checksum(const packet::Transport& transport) {
    return transport.protocol == packet::kIpProtocolUdp &&
           load_be16(transport.header + packet::transport_offset::udp_checksum) == 0;
}

// Whether nothing changed but what lies in the given places, of two or four bytes each.
struct Place {
    size_t at, size;
};
bool same_but(std::span<const uint8_t> before, std::span<const uint8_t> after, std::initializer_list<Place> places) {
    for (size_t i = 0; i < before.size(); ++i) {
        const bool may_change = std::any_of(places.begin(), places.end(), [i](const Place& place) {
            return i >= place.at && i < place.at + place.size;
        });
        if (before[i] != after[i] && !may_change) {
            return false;
        }
    }
    return true;
}

size_t checksum_offset(uint8_t protocol) {
    return protocol == packet::kIpProtocolTcp ? packet::transport_offset::tcp_checksum
                                              : packet::transport_offset::udp_checksum;
}

std::string_view check_ends(std::span<const uint8_t> datagram, const Bytes& rewritten, FlowEnd end,
                            const RewriteChoice& choice) {
    const size_t header_length = packet::ipv4_header_length(datagram.data());
    if (load_be32(rewritten.data() + packet::address_offset(end)) != choice.address ||
        load_be16(rewritten.data() + header_length + packet::port_offset(end)) != choice.number) {
        return "the end is the one that was asked for";
    }
    const size_t checksum = header_length + checksum_offset(datagram[at::protocol]);
    return same_but(datagram, rewritten,
                    {{at::checksum, 2}, {packet::address_offset(end), 4},
                     {header_length + packet::port_offset(end), 2}, {checksum, 2}})
               ? ""
               : "nothing but the end and the checksums changes";
}

}  // namespace

RewriteChoice read_choice(const uint8_t* bytes) {
    return {load_be32(bytes), load_be32(bytes + 4), load_be16(bytes + 8)};
}

Bytes sealed_datagram(const uint8_t* bytes, size_t size) {
    Bytes datagram(bytes, bytes + size);
    const size_t header_length = size == 0 ? 0 : packet::ipv4_header_length(datagram.data());
    if (header_length >= packet::kIpv4HeaderSize && header_length <= size) {
        packet::set_ipv4_checksum(datagram.data(), header_length);
    }
    return datagram;
}

std::string_view check_nat(std::span<const uint8_t> datagram, FlowEnd end, const RewriteChoice& choice) {
    Bytes rewritten = copy_of(datagram);
    const size_t header_length = packet::ipv4_header_length(datagram.data());
    packet::Transport transport;
    const packet::TransportVerdict verdict = packet::parse_transport(rewritten.data(), transport);
    if (verdict == packet::TransportVerdict::fragment_later) {
        packet::rewrite_address(rewritten.data(), end, choice.address);
        if (!same_but(datagram, rewritten, {{at::checksum, 2}, {packet::address_offset(end), 4}})) {
            return "nothing but the address and the header checksum of a later fragment changes";
        }
        return header_right(rewritten, header_length) ? "" : kHeaderBroken;
    }
    if (verdict != packet::TransportVerdict::ok) {
        return "";
    }
    const bool has_no_checksum = has_no_udp_checksum(transport);
    const uint16_t sum = transport_sum(datagram);
    packet::rewrite_end(rewritten.data(), transport, end, choice.address, choice.number);
    if (!header_right(rewritten, header_length)) {
        return kHeaderBroken;
    }
    if (has_no_checksum != has_no_udp_checksum(transport)) {
        return "UDP has a checksum if and only if it had one";
    }
    if (!has_no_checksum && !same_sum(transport_sum(rewritten), sum)) {
        return "a transport checksum is right if it was right, and as wrong as it was";
    }
    return check_ends(datagram, rewritten, end, choice);
}

std::string_view check_mss(std::span<const uint8_t> datagram, uint16_t mss) {
    Bytes clamped = copy_of(datagram);
    packet::Transport transport;
    if (packet::parse_transport(clamped.data(), transport) != packet::TransportVerdict::ok) {
        return "";
    }
    const bool lowered = packet::clamp_mss(transport, mss);
    if (lowered != !std::equal(datagram.begin(), datagram.end(), clamped.begin())) {
        return "a datagram changes if and only if an MSS was lowered";
    }
    if (lowered && !same_sum(transport_sum(datagram), transport_sum(clamped))) {
        return "a lower MSS leaves the checksum as right as it was";
    }
    return packet::clamp_mss(transport, mss) ? "an MSS is lowered once" : "";
}

std::string_view check_translated_error(std::span<const uint8_t> datagram, FlowEnd end, const RewriteChoice& choice) {
    Bytes translated = copy_of(datagram);
    packet::Quote quote;
    if (packet::find_quote(translated.data(), quote) != packet::QuoteVerdict::ok) {
        return "";
    }
    packet::Quote tunnelled;
    if (packet::find_tunnelled_quote(quote, tunnelled) == packet::QuoteVerdict::ok &&
        tunnelled.ip_header + packet::ipv4_header_length(tunnelled.ip_header) + tunnelled.available >
            translated.data() + translated.size()) {
        return "a quote within a quote lies within the datagram";
    }
    const auto quoted_at = static_cast<size_t>(quote.ip_header - translated.data());
    const size_t quoted_length = packet::ipv4_header_length(quote.ip_header);
    const uint16_t quoted_sum =
        packet::fold_checksum(packet::add_checksum(quote.ip_header, quoted_length));
    packet::translate_icmp_error(translated.data(), quote, end, choice.address, choice.number);
    if (!header_right(translated, packet::ipv4_header_length(datagram.data()))) {
        return kHeaderBroken;
    }
    if (!same_sum(icmp_sum(datagram), icmp_sum(translated))) {
        return "the checksum of ICMP is right if it was right, and as wrong as it was";
    }
    const uint8_t* const quoted = translated.data() + quoted_at;
    if (!same_sum(packet::fold_checksum(packet::add_checksum(quoted, quoted_length)), quoted_sum)) {
        return "the quoted header is as right as it was";
    }
    packet::Quote again;
    if (packet::find_quote(translated.data(), again) != packet::QuoteVerdict::ok ||
        again.flow.source != quote.flow.source || again.flow.destination != quote.flow.destination ||
        again.flow.source_port != quote.flow.source_port ||
        again.flow.destination_port != quote.flow.destination_port) {
        return "a translated error is one, about the flow that it was translated to";
    }
    return "";
}

template <packet::TunnelKind kind>
std::string_view check_through_tunnel(std::span<const uint8_t> datagram, const RewriteChoice& choice) {
    constexpr size_t kOverhead = packet::tunnel_overhead(kind);
    const size_t total_length = load_be16(datagram.data() + at::total_length);
    if (total_length + kOverhead > 0xFFFF) {
        return "";
    }
    Bytes memory(kOverhead + total_length);
    std::copy_n(datagram.begin(), total_length, memory.begin() + kOverhead);
    // A source that no host has is not of our choosing.
    const uint32_t source = packet::is_martian_source(static_cast<uint8_t>(choice.address >> 24))
                                ? kRouterAddress
                                : choice.address;
    uint8_t* const outer = packet::encapsulate<kind>(memory.data() + kOverhead,
                                                     {source, choice.other_address, choice.number});
    if (packet::check_ipv4(outer, memory.size()) != Ipv4Verdict::ok || !header_right(memory, packet::kIpv4HeaderSize)) {
        return "an outer header is right";
    }
    uint8_t* inner = nullptr;
    if (packet::decapsulate(outer, inner) != packet::DecapsulateVerdict::ok || inner != outer + kOverhead ||
        !std::equal(datagram.begin(), datagram.begin() + static_cast<std::ptrdiff_t>(total_length), inner)) {
        return "what went into a tunnel comes out of it as it was";
    }
    return "";
}

std::string_view check_into_tunnel(std::span<const uint8_t> datagram, const RewriteChoice& choice) {
    const std::string_view ipip = check_through_tunnel<packet::TunnelKind::ipip>(datagram, choice);
    return ipip.empty() ? check_through_tunnel<packet::TunnelKind::gre>(datagram, choice) : ipip;
}

std::string_view check_out_of_tunnel(std::span<const uint8_t> datagram) {
    Bytes memory = copy_of(datagram);
    uint8_t* inner = nullptr;
    const packet::DecapsulateVerdict verdict = packet::decapsulate(memory.data(), inner);
    if ((verdict == packet::DecapsulateVerdict::ok) != (inner != nullptr)) {
        return "there is an inner datagram if and only if the verdict says so";
    }
    if (inner == nullptr) {
        return std::equal(datagram.begin(), datagram.end(), memory.begin()) ? "" : "what is refused is left alone";
    }
    const auto inner_at = static_cast<size_t>(inner - memory.data());
    const size_t total_length = load_be16(datagram.data() + at::total_length);
    if (packet::check_ipv4(inner, total_length - inner_at) != Ipv4Verdict::ok) {
        return "an inner datagram is right, and within the outer one";
    }
    return same_but(datagram, memory, {{inner_at + at::tos, 1}, {inner_at + at::checksum, 2}})
               ? ""
               : "nothing but TOS and checksum of the inner header changes";
}

}  // namespace evengate::fuzz
