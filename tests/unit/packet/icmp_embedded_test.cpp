// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "packet/icmp_embedded.hpp"

#include "catch.hpp"
#include "packet/tunnel.hpp"
#include "transports.hpp"

using namespace evengate::packet;  // NOLINT: a test
using namespace evengate::packet::testing;  // NOLINT: a test

namespace {

constexpr uint32_t kRouter = 0xCB00'7101;  // 203.0.113.1

QuoteVerdict verdict_of(Bytes datagram) {
    datagram.shrink_to_fit();
    Quote quote;
    return find_quote(datagram.data(), quote);
}

Bytes with_total_length(Bytes datagram, size_t size) {
    datagram.resize(size);
    put_be16(datagram, 2, static_cast<uint16_t>(size));
    seal(datagram);
    return datagram;
}

// The datagram as it looks to the target, or with one end exchanged for another.
Bytes with_end(Bytes datagram, FlowEnd end, uint32_t address, uint16_t port) {
    const bool has_none = datagram[9] == 17 && get_be16(datagram, 26) == 0;
    put_be32(datagram, end == FlowEnd::source ? 12 : 16, address);
    put_be16(datagram, transport_at(datagram) + (end == FlowEnd::source ? 0 : 2), port);
    seal(datagram);
    if (!has_none) {
        seal_transport(datagram);
    }
    return datagram;
}

Bytes translated(Bytes datagram, FlowEnd end, uint32_t address, uint16_t port) {
    datagram.shrink_to_fit();
    Quote quote;
    REQUIRE(find_quote(datagram.data(), quote) == QuoteVerdict::ok);
    translate_icmp_error(datagram.data(), quote, end, address, port);
    Quote again;
    const bool directed = find_quote(datagram.data(), again) == QuoteVerdict::ok;
    CHECK(directed);
    CHECK((again.flow.source == quote.flow.source && again.flow.destination == quote.flow.destination));
    CHECK((again.flow.source_port == quote.flow.source_port &&
           again.flow.destination_port == quote.flow.destination_port));
    return datagram;
}

Bytes without_checksum(Bytes udp) {
    put_be16(udp, 26, 0);
    return udp;
}

// Half a checksum of TCP cannot be updated, as the other half is not known: it stays as it is.
bool ends_within_checksum(const Bytes& offending, size_t n_quoted) {
    return offending[9] == 6 && n_quoted == transport_checksum_at(offending) + 1;
}

std::vector<Bytes> quotable() {
    return {make_tcp(100, 0x10), make_tcp(0, 0x02, {2, 4, 5, 0xB4}, {0x94, 4, 0, 0}), make_udp(0), make_udp(33),
            without_checksum(make_udp(12))};
}

}  // namespace

TEST_CASE("the flow of a quote is read with 8 bytes of its transport, and not with 7") {
    for (const Bytes& offending : quotable()) {
        const size_t least = transport_at(offending) + 8;
        for (size_t n_quoted = 0; n_quoted <= offending.size(); ++n_quoted) {
            INFO(n_quoted);
            Bytes error = make_error(kTarget, offending, n_quoted);
            error.shrink_to_fit();
            Quote quote;
            const QuoteVerdict verdict = find_quote(error.data(), quote);
            REQUIRE(verdict == (n_quoted >= least ? QuoteVerdict::ok : QuoteVerdict::too_short));
            if (verdict == QuoteVerdict::ok) {
                CHECK(quote.has_ports());
                CHECK(quote.ip_header == error.data() + 28);
                CHECK(quote.available == n_quoted - transport_at(offending));
                CHECK(quote.flow.source == kClient);
                CHECK(quote.flow.destination == kPublished);
                CHECK(quote.flow.source_port == 40000);
                CHECK(quote.flow.destination_port == 80);
                CHECK(quote.flow.protocol == offending[9]);
            }
        }
    }
}

TEST_CASE("only errors that quote, sent to whom they quote, are taken") {
    const Bytes offending = make_udp(20);
    const Bytes error = make_error(kTarget, offending, 36);
    for (unsigned type = 0; type < 256; ++type) {
        Bytes other = error;
        other[20] = static_cast<uint8_t>(type);
        const bool quotes = type == 3 || type == 4 || type == 11 || type == 12;
        CHECK(verdict_of(other) == (quotes ? QuoteVerdict::ok : QuoteVerdict::not_an_error));
    }
    Bytes changed = error;
    changed[9] = 17;
    CHECK(verdict_of(changed) == QuoteVerdict::not_an_error);
    changed = error;
    put_be16(changed, 6, 0x2003);
    CHECK(verdict_of(changed) == QuoteVerdict::fragment_later);
    changed = error;
    put_be32(changed, 16, kRouter);
    CHECK(verdict_of(changed) == QuoteVerdict::misdirected);
    changed = error;
    changed[28] = 0x65;
    CHECK(verdict_of(changed) == QuoteVerdict::header_invalid);
    changed[28] = 0x44;
    CHECK(verdict_of(changed) == QuoteVerdict::header_invalid);
    changed[28] = 0x4F;
    CHECK(verdict_of(changed) == QuoteVerdict::too_short);
    CHECK(verdict_of(with_total_length(error, 20)) == QuoteVerdict::too_short);
    CHECK(verdict_of(with_total_length(error, 27)) == QuoteVerdict::too_short);
    CHECK(verdict_of(with_total_length(error, 28)) == QuoteVerdict::too_short);
}

TEST_CASE("a quote of something else, or of a later fragment, has addresses and no ports") {
    Bytes other = make_udp(20);
    other[9] = 50;
    Bytes fragment = make_udp(20);
    put_be16(fragment, 6, 0x2003);
    for (Bytes offending : {other, fragment}) {
        seal(offending);
        const Bytes error = make_error(kTarget, offending, offending.size());
        Bytes copy = error;
        Quote quote;
        REQUIRE(find_quote(copy.data(), quote) == QuoteVerdict::ok);
        CHECK_FALSE(quote.has_ports());
        CHECK(quote.flow.source_port == 0);
        Bytes expected = offending;
        put_be32(expected, 16, kTarget);
        seal(expected);
        CHECK(translated(error, FlowEnd::destination, kTarget, 8080) ==
              make_error(kTarget, expected, expected.size()));
    }
}

TEST_CASE("a target's error about a request reaches the client as if from the published address") {
    for (const Bytes& offending : quotable()) {
        const Bytes sent_on = with_end(offending, FlowEnd::destination, kTarget, 8080);
        for (size_t n_quoted = transport_at(offending) + 8; n_quoted <= offending.size(); ++n_quoted) {
            INFO(n_quoted);
            if (ends_within_checksum(offending, n_quoted)) {
                continue;
            }
            REQUIRE(translated(make_error(kTarget, sent_on, n_quoted), FlowEnd::destination, kPublished, 80) ==
                    make_error(kPublished, offending, n_quoted));
            // A router on the way speaks for itself.
            REQUIRE(translated(make_error(kRouter, sent_on, n_quoted), FlowEnd::destination, kPublished, 80) ==
                    make_error(kRouter, offending, n_quoted));
        }
    }
}

TEST_CASE("a client's error about an answer reaches the target") {
    for (const Bytes& request : quotable()) {
        const Bytes answer = with_end(with_end(request, FlowEnd::source, kPublished, 80), FlowEnd::destination,
                                      kClient, 40000);
        const Bytes as_sent = with_end(answer, FlowEnd::source, kTarget, 8080);
        for (size_t n_quoted = transport_at(answer) + 8; n_quoted <= answer.size(); ++n_quoted) {
            INFO(n_quoted);
            if (ends_within_checksum(answer, n_quoted)) {
                continue;
            }
            for (const uint32_t teller : {kClient, kRouter}) {
                REQUIRE(translated(make_error(teller, answer, n_quoted), FlowEnd::source, kTarget, 8080) ==
                        make_error(teller, as_sent, n_quoted));
            }
        }
    }
}

TEST_CASE("half a checksum in the quote stays as it is, and the error's own is right") {
    const Bytes sent_on = with_end(make_tcp(10, 0x10), FlowEnd::destination, kTarget, 8080);
    const Bytes error = make_error(kTarget, sent_on, 20 + 17);
    const Bytes after = translated(error, FlowEnd::destination, kPublished, 80);
    CHECK(after.back() == error.back());
    CHECK(reference_checksum(std::span(after).subspan(20)) == 0);
}

TEST_CASE("an error is translated as another implementation builds it") {
    // scapy: IP(id=9, ttl=60)/ICMP(type=3, code=3)/IP(id=7, ttl=61)/UDP(sport=4000, dport=5353 or 53)/"hello"
    const Bytes from_target = {0x45, 0x00, 0x00, 0x3D, 0x00, 0x09, 0x00, 0x00, 0x3C, 0x01, 0xB0, 0xA9, 0x0A,
                               0x01, 0x02, 0x03, 0xC0, 0x00, 0x02, 0x0A, 0x03, 0x03, 0xCB, 0x29, 0x00, 0x00,
                               0x00, 0x00, 0x45, 0x00, 0x00, 0x21, 0x00, 0x07, 0x00, 0x00, 0x3D, 0x11, 0xAF,
                               0xB7, 0xC0, 0x00, 0x02, 0x0A, 0x0A, 0x01, 0x02, 0x03, 0x0F, 0xA0, 0x14, 0xE9,
                               0x00, 0x0D, 0xC9, 0x6A, 0x68, 0x65, 0x6C, 0x6C, 0x6F};
    const Bytes to_client = {0x45, 0x00, 0x00, 0x3D, 0x00, 0x09, 0x00, 0x00, 0x3C, 0x01, 0x92, 0x72, 0xC6,
                             0x33, 0x64, 0x07, 0xC0, 0x00, 0x02, 0x0A, 0x03, 0x03, 0xE9, 0x60, 0x00, 0x00,
                             0x00, 0x00, 0x45, 0x00, 0x00, 0x21, 0x00, 0x07, 0x00, 0x00, 0x3D, 0x11, 0x91,
                             0x80, 0xC0, 0x00, 0x02, 0x0A, 0xC6, 0x33, 0x64, 0x07, 0x0F, 0xA0, 0x00, 0x35,
                             0x00, 0x0D, 0xBF, 0xE7, 0x68, 0x65, 0x6C, 0x6C, 0x6F};
    CHECK(translated(from_target, FlowEnd::destination, kPublished, 53) == to_client);
}

TEST_CASE("with another source as well, both ends are translated one after the other") {
    constexpr uint32_t kPool = 0x0A00'0064;
    const Bytes request = make_tcp(20, 0x18);
    const Bytes sent_on = with_end(with_end(request, FlowEnd::destination, kTarget, 8080), FlowEnd::source, kPool, 6000);
    const Bytes error = make_error(kTarget, sent_on, sent_on.size());
    const Bytes half = translated(error, FlowEnd::destination, kPublished, 80);
    CHECK(translated(half, FlowEnd::source, kClient, 40000) == make_error(kPublished, request, request.size()));
}

TEST_CASE("padding and extensions behind a quoted SYN are not its checksum") {
    // RFC 4884: a quote of 28 bytes in an error of 128, whose rest must stay as it is.
    const Bytes offending = make_udp(0);
    Bytes padded = offending;
    padded.resize(128, 0x5A);
    Bytes error = make_error(kClient, padded, padded.size());
    error[28 + 9] = 6;
    error[28 + 10] = static_cast<uint8_t>(error[28 + 10] + 11);
    put_be16(error, 22, 0);
    put_be16(error, 22, reference_checksum(std::span(error).subspan(20)));
    const Bytes after = translated(error, FlowEnd::source, kTarget, 8080);
    CHECK(std::equal(error.begin() + 28 + 28, error.end(), after.begin() + 28 + 28));
    CHECK(reference_checksum(std::span(after).subspan(20)) == 0);
}

TEST_CASE("an error about the tunnel tells whose datagram was in it") {
    const Bytes inner = make_tcp(20, 0x10);
    Bytes memory(20);
    memory.insert(memory.end(), inner.begin(), inner.end());
    encapsulate(memory.data() + 20, {.source = kRouter, .destination = kTarget, .identification = 1});
    Bytes error = make_error(kTarget, memory, 20 + 20 + 8);
    error.shrink_to_fit();
    Quote outer;
    Quote quote;
    REQUIRE(find_quote(error.data(), outer) == QuoteVerdict::ok);
    CHECK_FALSE(outer.has_ports());
    REQUIRE(find_tunnelled_quote(outer, quote) == QuoteVerdict::ok);
    CHECK(quote.flow.source == kClient);
    CHECK(quote.flow.destination == kPublished);
    CHECK(quote.flow.destination_port == 80);
    error = make_error(kTarget, memory, 20 + 20 + 7);
    error.shrink_to_fit();
    REQUIRE(find_quote(error.data(), outer) == QuoteVerdict::ok);
    CHECK(find_tunnelled_quote(outer, quote) == QuoteVerdict::too_short);
}
