// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "packet/ipv4.hpp"

#include "catch.hpp"
#include "datagrams.hpp"

using namespace evengate::packet;  // NOLINT: a test
using evengate::packet::testing::Bytes;
using evengate::packet::testing::make_datagram;
using evengate::packet::testing::put_be16;
using evengate::packet::testing::seal;

namespace {

// The verdict, after both paths agreed: what is plain is right.
Ipv4Verdict check(const Bytes& datagram) {
    const Ipv4Verdict verdict = check_ipv4(datagram.data(), datagram.size());
    if (datagram.size() >= kIpv4HeaderSize) {
        const bool plain = is_plain_ipv4(datagram.data(), datagram.size());
        const bool no_options = datagram[0] == kIpv4VersionAndNoOptions;
        CHECK(plain == (verdict == Ipv4Verdict::ok && no_options));
    }
    return verdict;
}

Bytes with_byte(Bytes datagram, size_t at, uint8_t value) {
    datagram[at] = value;
    seal(datagram);
    return datagram;
}

Bytes with_total_length(Bytes datagram, uint16_t length) {
    put_be16(datagram, 2, length);
    seal(datagram);
    return datagram;
}

}  // namespace

TEST_CASE("a datagram from another implementation passes, and loses one TTL to the byte") {
    // scapy: IP(src="192.0.2.10", dst="198.51.100.7", id=0x1234, tos=0x10)/UDP(sport=4000, dport=53)/"abc"
    Bytes datagram = {0x45, 0x10, 0x00, 0x1F, 0x12, 0x34, 0x00, 0x00, 0x40, 0x11, 0x7C, 0x45, 0xC0, 0x00, 0x02, 0x0A,
                      0xC6, 0x33, 0x64, 0x07, 0x0F, 0xA0, 0x00, 0x35, 0x00, 0x0B, 0x3F, 0x5B, 0x61, 0x62, 0x63};
    Bytes expected = datagram;
    expected[8] = 0x3F;
    expected[10] = 0x7D;
    REQUIRE(check(datagram) == Ipv4Verdict::ok);
    decrement_ttl(datagram.data());
    CHECK(datagram == expected);
    CHECK(check(datagram) == Ipv4Verdict::ok);
}

TEST_CASE("the incremental checksum is the recomputed one for every checksum") {
    for (const unsigned ttl : {1u, 2u, 64u, 128u, 255u}) {
        for (uint32_t identification = 0; identification <= 0xFFFF; ++identification) {
            Bytes header = make_datagram(0);
            header[8] = static_cast<uint8_t>(ttl);
            put_be16(header, 4, static_cast<uint16_t>(identification));
            seal(header);
            Bytes expected = header;
            --expected[8];
            seal(expected);
            decrement_ttl(header.data());
            if (header != expected) {
                FAIL("TTL " << ttl << ", identification " << identification);
            }
        }
    }
}

TEST_CASE("a checksum of 0xFFFF, which means the same as 0, is updated to the right one") {
    // A header whose checksum is 0 may also carry 0xFFFF (RFC 1624 3).
    Bytes header = make_datagram(0);
    const uint16_t checksum = testing::get_be16(header, 10);
    put_be16(header, 4, static_cast<uint16_t>(0x1234 + checksum));
    seal(header);
    REQUIRE(testing::get_be16(header, 10) == 0);
    put_be16(header, 10, 0xFFFF);
    REQUIRE(check(header) == Ipv4Verdict::ok);
    decrement_ttl(header.data());
    CHECK(testing::get_be16(header, 10) == 0x0100);
    CHECK(check(header) == Ipv4Verdict::ok);
}

TEST_CASE("the checks of RFC 1812 5.2.2 each have their own verdict") {
    const Bytes good = make_datagram(20);
    CHECK(check(good) == Ipv4Verdict::ok);
    CHECK(check(with_byte(good, 0, 0x55)) == Ipv4Verdict::header_invalid);
    CHECK(check(with_byte(good, 0, 0x65)) == Ipv4Verdict::header_invalid);
    CHECK(check(with_byte(good, 0, 0x44)) == Ipv4Verdict::header_invalid);
    CHECK(check(with_byte(good, 0, 0x40)) == Ipv4Verdict::header_invalid);
    CHECK(check(with_total_length(good, 19)) == Ipv4Verdict::length_invalid);
    CHECK(check(with_total_length(good, 0)) == Ipv4Verdict::length_invalid);
    CHECK(check(with_total_length(good, 20)) == Ipv4Verdict::ok);
    CHECK(check(with_total_length(good, 40)) == Ipv4Verdict::ok);
    CHECK(check(with_total_length(good, 41)) == Ipv4Verdict::length_invalid);
    CHECK(check(with_total_length(good, 0xFFFF)) == Ipv4Verdict::length_invalid);
}

TEST_CASE("each flipped bit of a header is noticed by the checksum") {
    const Bytes good = make_datagram(4);
    for (size_t bit = 8 * 4; bit < 8 * kIpv4HeaderSize; ++bit) {
        Bytes bad = good;
        bad[bit / 8] = static_cast<uint8_t>(bad[bit / 8] ^ 1u << bit % 8);
        INFO(bit);
        CHECK(check(bad) == Ipv4Verdict::checksum_wrong);
    }
}

TEST_CASE("a datagram that is cut anywhere is refused, and nothing behind the cut is read") {
    const Bytes good = make_datagram(3, {0x94, 4, 0, 0});
    for (size_t length = 0; length < good.size(); ++length) {
        INFO(length);
        const Bytes cut(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(length));
        CHECK(check(cut) == Ipv4Verdict::length_invalid);
    }
}

TEST_CASE("padding behind a datagram is not part of it") {
    Bytes datagram = make_datagram(1);
    datagram.resize(46, 0xAA);
    CHECK(check(datagram) == Ipv4Verdict::ok);
}

TEST_CASE("no source but one host's is accepted") {
    const Bytes good = make_datagram(4);
    for (unsigned first = 0; first < 256; ++first) {
        const bool martian = first == 0 || first == 127 || first >= 224;
        INFO(first);
        CHECK(check(with_byte(good, 12, static_cast<uint8_t>(first))) ==
              (martian ? Ipv4Verdict::source_invalid : Ipv4Verdict::ok));
    }
}

TEST_CASE("well-formed options pass") {
    CHECK(check(make_datagram(0, {1, 1, 1, 0})) == Ipv4Verdict::ok);
    CHECK(check(make_datagram(0, {0x94, 4, 0, 0})) == Ipv4Verdict::ok);           // router alert
    CHECK(check(make_datagram(0, {7, 7, 4, 0, 0, 0, 0, 0})) == Ipv4Verdict::ok);  // record route
    CHECK(check(make_datagram(0, {1, 1, 0x99, 2})) == Ipv4Verdict::ok);
    // What follows the end of the options is padding, whatever it holds.
    CHECK(check(make_datagram(0, {0, 131, 1, 0xFF})) == Ipv4Verdict::ok);
}

TEST_CASE("options whose lengths do not add up are refused") {
    CHECK(check(make_datagram(0, {1, 1, 1, 0x94})) == Ipv4Verdict::header_invalid);
    CHECK(check(make_datagram(0, {0x94, 0, 0, 0})) == Ipv4Verdict::header_invalid);
    CHECK(check(make_datagram(0, {0x94, 1, 0, 0})) == Ipv4Verdict::header_invalid);
    CHECK(check(make_datagram(0, {0x94, 5, 0, 0})) == Ipv4Verdict::header_invalid);
    CHECK(check(make_datagram(8, {1, 0x94, 4, 0})) == Ipv4Verdict::header_invalid);
    CHECK(check(make_datagram(8, {0x94, 0xFF, 0, 0})) == Ipv4Verdict::header_invalid);
}

TEST_CASE("source routes are refused by name, loose and strict, behind other options too") {
    CHECK(check(make_datagram(0, {131, 3, 4, 0})) == Ipv4Verdict::source_route);
    CHECK(check(make_datagram(0, {137, 3, 4, 0})) == Ipv4Verdict::source_route);
    CHECK(check(make_datagram(0, {1, 0x94, 4, 0, 0, 1, 1, 131})) == Ipv4Verdict::source_route);
}

TEST_CASE("the longest header is checked whole") {
    std::vector<uint8_t> options(40, 1);
    Bytes datagram = make_datagram(0);
    datagram.insert(datagram.end(), options.begin(), options.end());
    datagram[0] = 0x4F;
    CHECK(check(with_total_length(datagram, 60)) == Ipv4Verdict::ok);
    datagram[59] = 0x94;
    CHECK(check(with_total_length(datagram, 60)) == Ipv4Verdict::header_invalid);
    CHECK(check(with_total_length(datagram, 59)) == Ipv4Verdict::length_invalid);
}
