// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "packet/icmp.hpp"

#include "catch.hpp"
#include "datagrams.hpp"
#include "packet/ipv4.hpp"

using namespace evengate::packet;  // NOLINT: a test
using evengate::IpAddress;
using evengate::packet::testing::Bytes;
using evengate::packet::testing::get_be16;
using evengate::packet::testing::make_datagram;
using evengate::packet::testing::put_be16;
using evengate::packet::testing::reference_checksum;
using evengate::packet::testing::seal;

namespace {

const IpAddress kGateway = IpAddress::v4(0xC000'0201);

// scapy: IP(src="192.0.2.10", dst="198.51.100.7", id=0x1234, tos=0x10)/UDP(sport=4000, dport=53)/"abc"
const Bytes kUdp = {0x45, 0x10, 0x00, 0x1F, 0x12, 0x34, 0x00, 0x00, 0x40, 0x11, 0x7C, 0x45, 0xC0, 0x00, 0x02, 0x0A,
                    0xC6, 0x33, 0x64, 0x07, 0x0F, 0xA0, 0x00, 0x35, 0x00, 0x0B, 0x3F, 0x5B, 0x61, 0x62, 0x63};

// scapy: IP(src="192.0.2.10", dst="192.0.2.1", id=0x4321, tos=0x28, ttl=17)/ICMP(id=7, seq=9)/"hello"
const Bytes kEchoRequest = {0x45, 0x28, 0x00, 0x21, 0x43, 0x21, 0x00, 0x00, 0x11, 0x01, 0xE2,
                            0x87, 0xC0, 0x00, 0x02, 0x0A, 0xC0, 0x00, 0x02, 0x01, 0x08, 0x00,
                            0xB4, 0x1D, 0x00, 0x07, 0x00, 0x09, 0x68, 0x65, 0x6C, 0x6C, 0x6F};

Bytes joined(Bytes first, const Bytes& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

Bytes with_byte(Bytes datagram, size_t at, uint8_t value) {
    datagram[at] = value;
    seal(datagram);
    return datagram;
}

// An ICMP datagram of this type with size bytes of ICMP, its ICMP checksum right.
Bytes make_icmp(uint8_t type, size_t size, std::initializer_list<uint8_t> options = {}) {
    Bytes datagram = make_datagram(size, options);
    const size_t icmp = datagram.size() - size;
    if (size >= 4) {
        datagram[icmp] = type;
        datagram[icmp + 1] = 0;
        put_be16(datagram, icmp + 2, 0);
        put_be16(datagram, icmp + 2, reference_checksum(std::span(datagram).subspan(icmp)));
    }
    return with_byte(std::move(datagram), 9, kIpProtocolIcmp);
}

void check_well_formed(const Bytes& datagram) {
    CHECK(check_ipv4(datagram.data(), datagram.size()) == Ipv4Verdict::ok);
    CHECK(get_be16(datagram, 2) == datagram.size());
    CHECK(reference_checksum(std::span(datagram).subspan(kIpv4HeaderSize)) == 0);
}

}  // namespace

TEST_CASE("time exceeded is what another implementation would send") {
    const Bytes header = {0x45, 0xC0, 0x00, 0x3B, 0x00, 0x00, 0x00, 0x00, 0x40, 0x01, 0xF5, 0xF6, 0xC0, 0x00,
                          0x02, 0x01, 0xC0, 0x00, 0x02, 0x0A, 0x0B, 0x00, 0xE1, 0x61, 0x00, 0x00, 0x00, 0x00};
    CHECK(make_icmp_error(IcmpError::time_exceeded(), kGateway, kUdp) == joined(header, kUdp));
}

TEST_CASE("fragmentation needed carries the MTU of the next hop (RFC 1191 4)") {
    const Bytes header = {0x45, 0xC0, 0x00, 0x3B, 0x00, 0x00, 0x00, 0x00, 0x40, 0x01, 0xF5, 0xF6, 0xC0, 0x00,
                          0x02, 0x01, 0xC0, 0x00, 0x02, 0x0A, 0x03, 0x04, 0xE3, 0xE5, 0x00, 0x00, 0x05, 0x78};
    CHECK(make_icmp_error(IcmpError::fragmentation_needed(1400), kGateway, kUdp) == joined(header, kUdp));
}

TEST_CASE("each error has its type and code") {
    const auto type_and_code = [](IcmpError error) {
        const Bytes message = make_icmp_error(error, kGateway, kUdp);
        check_well_formed(message);
        return std::pair<int, int>(message[20], message[21]);
    };
    CHECK(type_and_code(IcmpError::net_unreachable()) == std::pair(3, 0));
    CHECK(type_and_code(IcmpError::host_unreachable()) == std::pair(3, 1));
    CHECK(type_and_code(IcmpError::protocol_unreachable()) == std::pair(3, 2));
    CHECK(type_and_code(IcmpError::port_unreachable()) == std::pair(3, 3));
    CHECK(type_and_code(IcmpError::fragmentation_needed(68)) == std::pair(3, 4));
    CHECK(type_and_code(IcmpError::time_exceeded()) == std::pair(11, 0));
}

TEST_CASE("an error quotes all that fits into 576 bytes (RFC 1812 4.3.2.3)") {
    for (const size_t offending_size : {20u, 21u, 28u, 547u, 548u, 549u, 1500u, 65535u}) {
        INFO(offending_size);
        const Bytes offending = make_datagram(offending_size - kIpv4HeaderSize);
        const Bytes error = make_icmp_error(IcmpError::time_exceeded(), kGateway, offending);
        const size_t quoted = std::min<size_t>(offending_size, 548);
        REQUIRE(error.size() == 28 + quoted);
        CHECK(error.size() <= 576);
        CHECK(std::equal(error.begin() + 28, error.end(), offending.begin()));
        check_well_formed(error);
    }
}

TEST_CASE("an error quotes the options of the offending datagram and has none itself") {
    const Bytes offending = make_datagram(100, {0x94, 4, 0, 0, 1, 1, 1, 0});
    const Bytes error = make_icmp_error(IcmpError::time_exceeded(), kGateway, offending);
    CHECK(error[0] == 0x45);
    CHECK(Bytes(error.begin() + 28, error.end()) == offending);
    check_well_formed(error);
}

TEST_CASE("link padding is not quoted") {
    Bytes padded = kUdp;
    padded.resize(46, 0);
    CHECK(make_icmp_error(IcmpError::time_exceeded(), kGateway, padded) ==
          make_icmp_error(IcmpError::time_exceeded(), kGateway, kUdp));
}

TEST_CASE("errors are sent about what one host sent to one host") {
    CHECK(may_cause_icmp_error(make_datagram(8)));
    CHECK(may_cause_icmp_error(make_datagram(0)));
    CHECK(may_cause_icmp_error(make_datagram(8, {}, kIpv4MoreFragments)));
    CHECK(may_cause_icmp_error(make_datagram(8, {}, kIpv4DontFragment)));
    CHECK_FALSE(may_cause_icmp_error(make_datagram(8, {}, 1)));
    CHECK_FALSE(may_cause_icmp_error(make_datagram(8, {}, kIpv4FragmentOffsetMask)));
    for (const uint8_t first : {uint8_t{224}, uint8_t{239}}) {
        CHECK_FALSE(may_cause_icmp_error(with_byte(make_datagram(8), 16, first)));
    }
    Bytes broadcast = make_datagram(8);
    std::fill_n(broadcast.begin() + 16, 4, uint8_t{255});
    seal(broadcast);
    CHECK_FALSE(may_cause_icmp_error(broadcast));
    for (const uint8_t first : {uint8_t{0}, uint8_t{127}, uint8_t{224}, uint8_t{240}, uint8_t{255}}) {
        CHECK_FALSE(may_cause_icmp_error(with_byte(make_datagram(8), 12, first)));
    }
}

TEST_CASE("no error is sent about an ICMP error, but about ICMP that asks or answers") {
    for (unsigned type = 0; type < 256; ++type) {
        const bool error = type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
        INFO(type);
        CHECK(may_cause_icmp_error(make_icmp(static_cast<uint8_t>(type), 8)) == !error);
        CHECK(may_cause_icmp_error(make_icmp(static_cast<uint8_t>(type), 8, {1, 1, 1, 0})) == !error);
    }
}

TEST_CASE("no error is sent about ICMP without a type, even when padding stands in its place") {
    Bytes empty = make_icmp(0, 0);
    CHECK_FALSE(may_cause_icmp_error(empty));
    empty.resize(46, 0);
    CHECK_FALSE(may_cause_icmp_error(empty));
}

TEST_CASE("an echo request is answered as another implementation answers it") {
    // scapy: the request with addresses swapped, ttl=64 and ICMP(type=0).
    const Bytes expected = {0x45, 0x28, 0x00, 0x21, 0x43, 0x21, 0x00, 0x00, 0x40, 0x01, 0xB3,
                            0x87, 0xC0, 0x00, 0x02, 0x01, 0xC0, 0x00, 0x02, 0x0A, 0x00, 0x00,
                            0xBC, 0x1D, 0x00, 0x07, 0x00, 0x09, 0x68, 0x65, 0x6C, 0x6C, 0x6F};
    CHECK(make_echo_reply(kEchoRequest) == expected);
    Bytes padded = kEchoRequest;
    padded.resize(46, 0);
    CHECK(make_echo_reply(padded) == expected);
}

TEST_CASE("echo requests of every size are answered whole, odd ones too") {
    for (const size_t size : {8u, 9u, 10u, 63u, 64u, 65u, 1479u, 1480u, 65515u}) {
        INFO(size);
        const Bytes request = make_icmp(8, size);
        const auto reply = make_echo_reply(request);
        REQUIRE(reply.has_value());
        check_well_formed(*reply);
        CHECK((*reply)[20] == 0);
        CHECK(std::equal(reply->begin() + 24, reply->end(), request.begin() + 24, request.end()));
    }
}

TEST_CASE("the options of an echo request are left out of the reply") {
    const Bytes request = make_icmp(8, 16, {0x94, 4, 0, 0});
    const auto reply = make_echo_reply(request);
    REQUIRE(reply.has_value());
    check_well_formed(*reply);
    CHECK(reply->size() == kIpv4HeaderSize + 16);
    CHECK(std::equal(reply->begin() + 24, reply->end(), request.begin() + 28, request.end()));
}

TEST_CASE("what is not a whole, right echo request is not answered") {
    CHECK(make_echo_reply(make_icmp(8, 8)).has_value());
    CHECK_FALSE(make_echo_reply(make_icmp(8, 7)).has_value());
    CHECK_FALSE(make_echo_reply(make_icmp(8, 0)).has_value());
    CHECK_FALSE(make_echo_reply(make_icmp(0, 8)).has_value());
    CHECK_FALSE(make_echo_reply(make_icmp(13, 8)).has_value());
    CHECK_FALSE(make_echo_reply(with_byte(make_icmp(8, 8), 9, kIpProtocolUdp)).has_value());
    CHECK_FALSE(make_echo_reply(with_byte(make_icmp(8, 8), 6, 0x20)).has_value());
    CHECK_FALSE(make_echo_reply(with_byte(make_icmp(8, 8), 7, 1)).has_value());
    CHECK(make_echo_reply(with_byte(make_icmp(8, 8), 6, 0x40)).has_value());
}

TEST_CASE("an echo request with a wrong checksum is not answered, whichever bit is wrong") {
    for (size_t bit = 0; bit < 8 * (kEchoRequest.size() - kIpv4HeaderSize); ++bit) {
        Bytes bad = kEchoRequest;
        bad[kIpv4HeaderSize + bit / 8] = static_cast<uint8_t>(bad[kIpv4HeaderSize + bit / 8] ^ 1u << bit % 8);
        INFO(bit);
        CHECK_FALSE(make_echo_reply(bad).has_value());
    }
}
