// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "packet/nat.hpp"

#include "catch.hpp"
#include "transports.hpp"

using namespace evengate::packet;  // NOLINT: a test
using namespace evengate::packet::testing;  // NOLINT: a test

namespace {

// Not inline, so that GCC 12 does not warn of the null that an empty datagram would have.
[[gnu::noinline]] Bytes with_end(Bytes datagram, FlowEnd end, uint32_t address, uint16_t port) {
    Transport transport;
    REQUIRE(parse_transport(datagram.data(), transport) == TransportVerdict::ok);
    rewrite_end(datagram.data(), transport, end, address, port);
    CHECK((end == FlowEnd::source ? transport.source_port : transport.destination_port) == port);
    return datagram;
}

// The same, every checksum computed anew.
[[gnu::noinline]] Bytes expected_with_end(Bytes datagram, FlowEnd end, uint32_t address, uint16_t port) {
    put_be32(datagram, end == FlowEnd::source ? 12 : 16, address);
    put_be16(datagram, transport_at(datagram) + (end == FlowEnd::source ? 0 : 2), port);
    seal(datagram);
    seal_transport(datagram);
    return datagram;
}

[[gnu::noinline]] Bytes with_last_bit_flipped(Bytes datagram) {
    datagram.back() ^= 1;
    return datagram;
}

}  // namespace

TEST_CASE("a SYN to a published address goes to the target as another implementation builds it") {
    // scapy: IP(id=0x1234)/TCP(sport=40000, dport=80 or 8080, flags="S", seq=1, window=64240, MSS 1460)
    Bytes datagram = {0x45, 0x00, 0x00, 0x2C, 0x12, 0x34, 0x00, 0x00, 0x40, 0x06, 0x7C, 0x53, 0xC0, 0x00, 0x02,
                      0x0A, 0xC6, 0x33, 0x64, 0x07, 0x9C, 0x40, 0x00, 0x50, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00,
                      0x00, 0x00, 0x60, 0x02, 0xFA, 0xF0, 0x14, 0x5F, 0x00, 0x00, 0x02, 0x04, 0x05, 0xB4};
    const Bytes before = datagram;
    const Bytes after = {0x45, 0x00, 0x00, 0x2C, 0x12, 0x34, 0x00, 0x00, 0x40, 0x06, 0x9A, 0x8A, 0xC0, 0x00, 0x02,
                         0x0A, 0x0A, 0x01, 0x02, 0x03, 0x9C, 0x40, 0x1F, 0x90, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00,
                         0x00, 0x00, 0x60, 0x02, 0xFA, 0xF0, 0x13, 0x56, 0x00, 0x00, 0x02, 0x04, 0x05, 0xB4};
    Transport transport;
    REQUIRE(parse_transport(datagram.data(), transport) == TransportVerdict::ok);
    rewrite_destination(datagram.data(), transport, kTarget, 8080);
    CHECK(datagram == after);
    rewrite_destination(datagram.data(), transport, kPublished, 80);
    CHECK(datagram == before);
}

TEST_CASE("either end of TCP and UDP, with and without options and odd sizes, is rewritten right") {
    const std::vector<Bytes> datagrams = {make_tcp(0, 0x10), make_tcp(33, 0x18, {1, 1, 1, 0}, {0x94, 4, 0, 0}),
                                          make_udp(0), make_udp(1), make_udp(77, {1, 1, 1, 0})};
    for (const Bytes& datagram : datagrams) {
        for (const FlowEnd end : {FlowEnd::source, FlowEnd::destination}) {
            for (const uint32_t address : {kTarget, kClient, kPublished, 0x0000'0001u, 0xFFFF'FFFFu, 0u}) {
                for (const uint16_t port : {uint16_t{0}, uint16_t{1}, uint16_t{80}, uint16_t{65535}}) {
                    REQUIRE(with_end(datagram, end, address, port) ==
                            expected_with_end(datagram, end, address, port));
                }
            }
        }
    }
}

TEST_CASE("every checksum of UDP comes out as computed anew, and never as none") {
    const Bytes base = make_udp(2);
    for (uint32_t word = 0; word <= 0xFFFF; ++word) {
        Bytes datagram = base;
        put_be16(datagram, 28, static_cast<uint16_t>(word));
        seal_transport(datagram);
        const Bytes rewritten = with_end(datagram, FlowEnd::destination, kTarget, 5353);
        if (rewritten != expected_with_end(datagram, FlowEnd::destination, kTarget, 5353) ||
            get_be16(rewritten, 26) == 0) {
            FAIL("with " << word << " as data");
        }
    }
}

TEST_CASE("every checksum of TCP comes out as computed anew, zero included") {
    const Bytes base = make_tcp(2, 0x10);
    bool zero_came = false;
    for (uint32_t word = 0; word <= 0xFFFF; ++word) {
        Bytes datagram = base;
        put_be16(datagram, 40, static_cast<uint16_t>(word));
        seal_transport(datagram);
        const Bytes rewritten = with_end(datagram, FlowEnd::source, kTarget, 5353);
        zero_came = zero_came || get_be16(rewritten, 36) == 0;
        if (rewritten != expected_with_end(datagram, FlowEnd::source, kTarget, 5353)) {
            FAIL("with " << word << " as data");
        }
    }
    CHECK(zero_came);
}

TEST_CASE("UDP without a checksum has none afterwards") {
    Bytes datagram = make_udp(20);
    put_be16(datagram, 26, 0);
    Bytes expected = expected_with_end(datagram, FlowEnd::destination, kTarget, 53);
    put_be16(expected, 26, 0);
    CHECK(with_end(datagram, FlowEnd::destination, kTarget, 53) == expected);
}

TEST_CASE("a checksum that was wrong stays wrong") {
    for (const Bytes& datagram : {make_udp(20), make_tcp(20, 0x10)}) {
        const Bytes rewritten = with_end(with_last_bit_flipped(datagram), FlowEnd::destination, kTarget, 53);
        CHECK(get_be16(rewritten, transport_checksum_at(rewritten)) != reference_transport_checksum(rewritten));
    }
}

TEST_CASE("every header checksum comes out as computed anew, also from the other zero") {
    Bytes datagram = make_datagram(16, {}, 0x2003);
    for (uint32_t identification = 0; identification <= 0xFFFF; ++identification) {
        put_be32(datagram, 16, kPublished);
        put_be16(datagram, 4, static_cast<uint16_t>(identification));
        seal(datagram);
        if (get_be16(datagram, 10) == 0) {
            put_be16(datagram, 10, 0xFFFF);
        }
        Bytes expected = datagram;
        put_be32(expected, 16, kTarget);
        seal(expected);
        rewrite_destination_address(datagram.data(), kTarget);
        if (datagram != expected) {
            FAIL("with identification " << identification);
        }
        rewrite_source_address(datagram.data(), kTarget);
        put_be32(expected, 12, kTarget);
        seal(expected);
        if (datagram != expected) {
            FAIL("source, with identification " << identification);
        }
        put_be32(datagram, 12, kClient);
    }
}

TEST_CASE("no gain at all turns the other zero into the one that is computed") {
    CHECK(updated_checksum(0xFFFF, checksum_gain(uint32_t{7}, uint32_t{7})) == 0);
    CHECK(updated_checksum(0xFFFF, checksum_gain(uint32_t{0xFFFF'FFFF}, uint32_t{0})) == 0);
    CHECK(updated_checksum(0x1234, checksum_gain(uint16_t{0xFFFF}, uint16_t{0})) == 0x1234);
}

TEST_CASE("nothing but the end and the checksums changes") {
    const Bytes datagram = make_tcp(50, 0x18, {1, 1, 1, 0});
    const Bytes rewritten = with_end(datagram, FlowEnd::destination, kTarget, 8080);
    for (size_t i = 0; i < datagram.size(); ++i) {
        const bool may_change = i == 10 || i == 11 || (i >= 16 && i < 20) || i == 22 || i == 23 || i == 36 || i == 37;
        if (!may_change) {
            REQUIRE(rewritten[i] == datagram[i]);
        }
    }
}
