// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "packet/icmp_embedded.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "packet/checksum.hpp"
#include "packet/ethernet.hpp"
#include "packet/ipv4.hpp"
#include "packet/tunnel.hpp"

namespace evengate::packet {
namespace {

constexpr size_t kIcmpHeaderSize = 8;
constexpr size_t kIcmpChecksum = 2;
// RFC 792: what an error quotes behind the IP header at least.
constexpr size_t kMinQuoted = 8;

constexpr bool is_error_with_quote(uint8_t type) {
    constexpr uint8_t kUnreachable = 3;
    constexpr uint8_t kSourceQuench = 4;
    constexpr uint8_t kTimeExceeded = 11;
    constexpr uint8_t kParameterProblem = 12;
    return type == kUnreachable || type == kSourceQuench || type == kTimeExceeded ||
           type == kParameterProblem;
}

// The datagram that starts at quoted[0, size), which may be cut anywhere.
QuoteVerdict read_quote(uint8_t* quoted, size_t size, Quote& quote) {
    if (size < kIpv4HeaderSize) {
        return QuoteVerdict::too_short;
    }
    const size_t header_length = ipv4_header_length(quoted);
    const size_t total_length = load_be16(quoted + ipv4_offset::total_length);
    if (quoted[0] >> 4 != 4 || header_length < kIpv4HeaderSize) {
        return QuoteVerdict::header_invalid;
    }
    // Padding and extensions behind a short datagram (RFC 4884 5.1) are not part of it.
    const size_t quoted_length = std::min(size, total_length);
    if (quoted_length < header_length + kMinQuoted) {
        return QuoteVerdict::too_short;
    }
    quote = {};
    quote.ip_header = quoted;
    quote.available = static_cast<uint16_t>(quoted_length - header_length);
    quote.flow.source = load_be32(quoted + ipv4_offset::source);
    quote.flow.destination = load_be32(quoted + ipv4_offset::destination);
    quote.flow.protocol = quoted[ipv4_offset::protocol];
    const bool known = quote.flow.protocol == kIpProtocolTcp || quote.flow.protocol == kIpProtocolUdp;
    if (known && !is_later_fragment(quoted)) {
        quote.transport = quoted + header_length;
        quote.flow.source_port = load_be16(quote.transport + transport_offset::source_port);
        quote.flow.destination_port = load_be16(quote.transport + transport_offset::destination_port);
    }
    return QuoteVerdict::ok;
}

// Replaces the word and returns what the sum around it gained.
uint32_t replace_word(uint8_t* place, uint16_t word) {
    const uint32_t gain = checksum_gain(load_raw<uint16_t>(place), word);
    store_raw(place, word);
    return gain;
}

// Rewrites the port and the checksum of the quoted transport, as far as it is there; returns what
// the sum of the quote gained.
uint32_t rewrite_quoted_port(const Quote& quote, FlowEnd end, uint16_t port, uint32_t address_gain) {
    const uint32_t port_gain = replace_word(quote.transport + port_offset(end), __builtin_bswap16(port));
    const uint32_t gain = address_gain + port_gain;
    if (quote.flow.protocol == kIpProtocolUdp) {
        uint8_t* const checksum = quote.transport + transport_offset::udp_checksum;
        return port_gain + replace_word(checksum, updated_udp_checksum(load_raw<uint16_t>(checksum), gain));
    }
    if (quote.available < transport_offset::tcp_checksum + sizeof(uint16_t)) {
        return port_gain;
    }
    uint8_t* const checksum = quote.transport + transport_offset::tcp_checksum;
    return port_gain + replace_word(checksum, updated_checksum(load_raw<uint16_t>(checksum), gain));
}

}  // namespace

QuoteVerdict find_quote(uint8_t* ip_header, Quote& quote) {
    const size_t header_length = ipv4_header_length(ip_header);
    const size_t size = load_be16(ip_header + ipv4_offset::total_length) - header_length;
    if (ip_header[ipv4_offset::protocol] != kIpProtocolIcmp) {
        return QuoteVerdict::not_an_error;
    }
    if (is_later_fragment(ip_header)) {
        return QuoteVerdict::fragment_later;
    }
    if (size != 0 && !is_error_with_quote(ip_header[header_length])) {
        return QuoteVerdict::not_an_error;
    }
    if (size < kIcmpHeaderSize) {
        return QuoteVerdict::too_short;
    }
    const QuoteVerdict verdict =
        read_quote(ip_header + header_length + kIcmpHeaderSize, size - kIcmpHeaderSize, quote);
    const bool is_directed = load_be32(ip_header + ipv4_offset::destination) == quote.flow.source;
    return verdict == QuoteVerdict::ok && !is_directed ? QuoteVerdict::misdirected : verdict;
}

QuoteVerdict find_tunnelled_quote(const Quote& outer, Quote& quote) {
    const bool is_gre = outer.flow.protocol == kIpProtocolGre;
    if ((!is_gre && outer.flow.protocol != kIpProtocolIpip) || is_later_fragment(outer.ip_header)) {
        return QuoteVerdict::header_invalid;
    }
    uint8_t* const behind = outer.ip_header + ipv4_header_length(outer.ip_header);
    if (!is_gre) {
        return read_quote(behind, outer.available, quote);
    }
    // At least 8 bytes are there.
    return load_be32(behind) == kEtherTypeIpv4
               ? read_quote(behind + kGreHeaderSize, outer.available - kGreHeaderSize, quote)
               : QuoteVerdict::header_invalid;
}

void translate_icmp_error(uint8_t* ip_header, Quote& quote, FlowEnd end, uint32_t address, uint16_t port) {
    uint32_t& quoted_address = end == FlowEnd::source ? quote.flow.source : quote.flow.destination;
    const FlowEnd own_end = end == FlowEnd::source ? FlowEnd::destination : FlowEnd::source;
    if (load_be32(ip_header + address_offset(own_end)) == quoted_address) {
        rewrite_address(ip_header, own_end, address);
    }

    uint8_t* const header_checksum = quote.ip_header + ipv4_offset::checksum;
    const uint16_t old_header_checksum = load_raw<uint16_t>(header_checksum);
    const uint32_t address_gain = rewrite_address(quote.ip_header, end, address);
    uint32_t gain = address_gain + checksum_gain(old_header_checksum, load_raw<uint16_t>(header_checksum));
    quoted_address = address;
    if (quote.has_ports()) {
        gain += rewrite_quoted_port(quote, end, port, address_gain);
        (end == FlowEnd::source ? quote.flow.source_port : quote.flow.destination_port) = port;
    }
    uint8_t* const checksum = ip_header + ipv4_header_length(ip_header) + kIcmpChecksum;
    store_raw(checksum, updated_checksum(load_raw<uint16_t>(checksum), gain));
}

}  // namespace evengate::packet
