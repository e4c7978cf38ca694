// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "packet/transport.hpp"

#include "catch.hpp"
#include "transports.hpp"

using namespace evengate::packet;  // NOLINT: a test
using namespace evengate::packet::testing;  // NOLINT: a test

namespace {

TransportVerdict verdict_of(Bytes datagram) {
    Transport transport;
    return parse_transport(datagram.data(), transport);
}

// The datagram cut behind so many bytes of its transport, with a length that says so.
Bytes cut(Bytes datagram, size_t n_transport) {
    datagram.resize(transport_at(datagram) + n_transport);
    put_be16(datagram, 2, static_cast<uint16_t>(datagram.size()));
    seal(datagram);
    datagram.shrink_to_fit();
    return datagram;
}

}  // namespace

TEST_CASE("ports and flags of TCP are read behind options of IP as well") {
    for (Bytes datagram : {make_tcp(5, 0x12), make_tcp(5, 0x12, {}, {0x94, 4, 0, 0})}) {
        Transport transport;
        REQUIRE(parse_transport(datagram.data(), transport) == TransportVerdict::ok);
        CHECK(transport.header == datagram.data() + transport_at(datagram));
        CHECK(transport.available == 25);
        CHECK(transport.protocol == kIpProtocolTcp);
        CHECK(transport.source_port == 40000);
        CHECK(transport.destination_port == 80);
        CHECK(transport.tcp_flags == (tcp_flag::syn | tcp_flag::ack));
    }
}

TEST_CASE("UDP has ports and no flags, whatever stands where TCP has them") {
    Bytes datagram = make_udp(30);
    datagram[20 + 13] = 0xFF;
    Transport transport;
    REQUIRE(parse_transport(datagram.data(), transport) == TransportVerdict::ok);
    CHECK(transport.protocol == kIpProtocolUdp);
    CHECK(transport.source_port == 40000);
    CHECK(transport.destination_port == 80);
    CHECK(transport.tcp_flags == 0);
    CHECK(transport.available == 38);
}

TEST_CASE("padding of the link is not available") {
    Bytes datagram = make_udp(0);
    datagram.resize(46, 0xEE);
    Transport transport;
    REQUIRE(parse_transport(datagram.data(), transport) == TransportVerdict::ok);
    CHECK(transport.available == 8);
}

TEST_CASE("a header that is cut short is refused to the byte, without a look behind it") {
    for (size_t size = 0; size <= 20; ++size) {
        INFO(size);
        CHECK((verdict_of(cut(make_tcp(0, 2), size)) == TransportVerdict::ok) == (size == 20));
        CHECK((verdict_of(cut(make_udp(20), size)) == TransportVerdict::ok) == (size >= 8));
    }
    CHECK(verdict_of(cut(make_tcp(0, 2), 19)) == TransportVerdict::too_short);
}

TEST_CASE("only a later fragment lacks the header, and no other protocol has one") {
    Bytes datagram = make_udp(16);
    const auto with_fragment = [&](uint16_t fragment) {
        put_be16(datagram, 6, fragment);
        seal(datagram);
        return datagram;
    };
    CHECK(verdict_of(with_fragment(0x4000)) == TransportVerdict::ok);
    CHECK(verdict_of(with_fragment(0x2000)) == TransportVerdict::ok);
    CHECK(verdict_of(with_fragment(0x2001)) == TransportVerdict::fragment_later);
    CHECK(verdict_of(with_fragment(0x1FFF)) == TransportVerdict::fragment_later);
    for (unsigned protocol = 0; protocol < 256; ++protocol) {
        Transport transport;
        Bytes other = make_udp(16);
        other[9] = static_cast<uint8_t>(protocol);
        const bool known = protocol == 6 || protocol == 17;
        CHECK((parse_transport(other.data(), transport) == TransportVerdict::ok) == known);
        CHECK(transport.protocol == protocol);
    }
}

TEST_CASE("a fragment is the first, a later one, or none") {
    struct Row {
        uint16_t field;
        bool first, later;
    };
    for (const Row row : {Row{0, false, false}, Row{0x4000, false, false}, Row{0x8000, false, false},
                          Row{0x2000, true, false}, Row{0x6000, true, false}, Row{0x2001, false, true},
                          Row{0x0001, false, true}, Row{0x1FFF, false, true}}) {
        INFO(row.field);
        const Bytes datagram = make_datagram(8, {}, row.field);
        CHECK(is_first_fragment(datagram.data()) == row.first);
        CHECK(is_later_fragment(datagram.data()) == row.later);
        CHECK(is_fragment(datagram.data()) == (row.first || row.later));
    }
}
