// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "packet/arp.hpp"

#include "catch.hpp"
#include "datagrams.hpp"

using namespace evengate::packet;  // NOLINT: a test
using evengate::IpAddress;
using evengate::MacAddress;
using evengate::packet::testing::Bytes;

namespace {

constexpr MacAddress kHost = MacAddress::from_u64(0x0200'0000'000A);
constexpr MacAddress kVmac = MacAddress::from_u64(0x0245'4700'0102);

// scapy: Ether(dst=kHost, src=kVmac)/ARP(op=2, hwsrc=kVmac, psrc="192.0.2.1", hwdst=kHost, pdst="192.0.2.10")
const Bytes kReplyFrame = {0x02, 0x00, 0x00, 0x00, 0x00, 0x0A, 0x02, 0x45, 0x47, 0x00, 0x01, 0x02, 0x08, 0x06,
                           0x00, 0x01, 0x08, 0x00, 0x06, 0x04, 0x00, 0x02, 0x02, 0x45, 0x47, 0x00, 0x01, 0x02,
                           0xC0, 0x00, 0x02, 0x01, 0x02, 0x00, 0x00, 0x00, 0x00, 0x0A, 0xC0, 0x00, 0x02, 0x0A};

Bytes reply_payload() { return {kReplyFrame.begin() + 14, kReplyFrame.end()}; }

Bytes padded(Bytes frame) {
    frame.resize(kMinFrameSize, 0);
    return frame;
}

bool parses_with(size_t at, std::initializer_list<uint8_t> replacement) {
    Bytes payload = reply_payload();
    std::copy(replacement.begin(), replacement.end(), payload.begin() + static_cast<std::ptrdiff_t>(at));
    return parse_arp(payload).has_value();
}

}  // namespace

TEST_CASE("an ARP reply from another implementation is read field by field") {
    const auto arp = parse_arp(reply_payload());
    REQUIRE(arp.has_value());
    CHECK(arp->operation == ArpOperation::reply);
    CHECK(arp->sender_mac == kVmac);
    CHECK(arp->sender_ip == *IpAddress::parse("192.0.2.1"));
    CHECK(arp->target_mac == kHost);
    CHECK(arp->target_ip == *IpAddress::parse("192.0.2.10"));
}

TEST_CASE("an ARP reply is written as another implementation writes it, padded with zeros") {
    const ControlFrame frame = make_arp_frame(
        kHost, kVmac,
        {ArpOperation::reply, kVmac, *IpAddress::parse("192.0.2.1"), kHost, *IpAddress::parse("192.0.2.10")});
    CHECK(Bytes(frame.begin(), frame.end()) == padded(kReplyFrame));
}

TEST_CASE("a keep-alive is a broadcast RARP request of the vMAC about itself") {
    // scapy: Ether(dst=broadcast, src=kVmac, type=0x8035)/ARP(op=3, hwsrc=kVmac, psrc="0.0.0.0", hwdst=kVmac,
    // pdst="0.0.0.0")
    const Bytes expected = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02, 0x45, 0x47, 0x00, 0x01, 0x02, 0x80, 0x35,
                            0x00, 0x01, 0x08, 0x00, 0x06, 0x04, 0x00, 0x03, 0x02, 0x45, 0x47, 0x00, 0x01, 0x02,
                            0x00, 0x00, 0x00, 0x00, 0x02, 0x45, 0x47, 0x00, 0x01, 0x02, 0x00, 0x00, 0x00, 0x00};
    const ControlFrame frame = make_vmac_keep_alive(kVmac);
    CHECK(Bytes(frame.begin(), frame.end()) == padded(expected));
    CHECK_FALSE(parse_arp(std::span(frame).subspan(14)).has_value());
}

TEST_CASE("an address probe, with no sender address, is read (RFC 5227)") {
    Bytes payload = reply_payload();
    payload[7] = 1;
    std::fill_n(payload.begin() + 14, 4, uint8_t{0});
    std::fill_n(payload.begin() + 18, 6, uint8_t{0});
    const auto arp = parse_arp(payload);
    REQUIRE(arp.has_value());
    CHECK(arp->operation == ArpOperation::request);
    CHECK(arp->sender_ip == IpAddress{});
    CHECK(arp->target_mac.is_zero());
}

TEST_CASE("an ARP that is cut anywhere is refused, and nothing behind the cut is read") {
    const Bytes whole = reply_payload();
    for (size_t length = 0; length < whole.size(); ++length) {
        INFO(length);
        const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
        CHECK_FALSE(parse_arp(cut).has_value());
    }
}

TEST_CASE("padding behind an ARP is not read") {
    Bytes payload = reply_payload();
    payload.resize(46, 0xAA);
    CHECK(parse_arp(payload).has_value());
}

TEST_CASE("any other hardware, protocol, size or operation is refused") {
    CHECK(parses_with(0, {0x00, 0x01}));
    CHECK_FALSE(parses_with(0, {0x00, 0x06}));  // IEEE 802
    CHECK_FALSE(parses_with(0, {0x01, 0x00}));  // the right number in the wrong order
    CHECK_FALSE(parses_with(2, {0x86, 0xDD}));
    CHECK_FALSE(parses_with(4, {8}));
    CHECK_FALSE(parses_with(4, {0}));
    CHECK_FALSE(parses_with(5, {16}));
    CHECK_FALSE(parses_with(5, {0}));
    for (uint8_t operation = 0; operation < 26; ++operation) {
        INFO(unsigned{operation});
        CHECK(parses_with(6, {0, operation}) == (operation == 1 || operation == 2));
    }
    CHECK_FALSE(parses_with(6, {1, 1}));
}

TEST_CASE("a sender that no station can be is refused") {
    CHECK_FALSE(parses_with(8, {0, 0, 0, 0, 0, 0}));
    CHECK_FALSE(parses_with(8, {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}));
    CHECK_FALSE(parses_with(8, {0x01, 0x00, 0x5E, 0x00, 0x00, 0x66}));
    CHECK(parses_with(8, {0, 0, 0, 0, 0, 1}));
}
