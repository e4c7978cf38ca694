// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "packet/rewrite.hpp"

#include "catch.hpp"
#include "datagrams.hpp"

using namespace evengate::packet;  // NOLINT: a test
using evengate::MacAddress;
using evengate::packet::testing::Bytes;

namespace {

constexpr MacAddress kDestination = MacAddress::from_u64(0x0200'0000'000A);
constexpr MacAddress kSource = MacAddress::from_u64(0x0245'4700'0102);

Bytes written(VlanIds vlans, uint16_t ethertype = kEtherTypeIpv4) {
    Bytes buffer(64, 0xEE);
    uint8_t* const ip_header = buffer.data() + 32;
    uint8_t* const first = write_link_header(ip_header, ethertype, vlans, kDestination, kSource);
    const size_t size = kEthernetHeaderSize + n_vlan_tags(vlans) * kVlanTagSize;
    CHECK(first == ip_header - size);
    CHECK(*(first - 1) == 0xEE);
    CHECK(*ip_header == 0xEE);
    return {first, ip_header};
}

}  // namespace

TEST_CASE("the link header is that of another implementation") {
    // scapy: Ether(dst="02:00:00:00:00:0a", src="02:45:47:00:01:02") with no tag, Dot1Q(vlan=4094), and
    // type 0x88a8 with Dot1Q(vlan=200)/Dot1Q(vlan=300).
    CHECK(written({}) == Bytes{2, 0, 0, 0, 0, 0x0A, 2, 0x45, 0x47, 0, 1, 2, 8, 0});
    CHECK(written({.outer = 4094}) ==
          Bytes{2, 0, 0, 0, 0, 0x0A, 2, 0x45, 0x47, 0, 1, 2, 0x81, 0, 0x0F, 0xFE, 8, 0});
    CHECK(written({.outer = 200, .inner = 300}, kEtherTypeArp) ==
          Bytes{2, 0, 0, 0, 0, 0x0A, 2, 0x45, 0x47, 0, 1, 2, 0x88, 0xA8, 0, 200, 0x81, 0, 1, 0x2C, 8, 6});
}

TEST_CASE("what is written is parsed as the same VLANs") {
    for (const VlanIds vlans : {VlanIds{}, VlanIds{.outer = 1}, VlanIds{.outer = 4094, .inner = 1}}) {
        const Bytes header = written(vlans);
        EthernetPayload payload;
        REQUIRE(parse_ethernet(header.data(), header.size(), payload) == EthernetVerdict::ok);
        CHECK(payload.vlans == vlans);
        CHECK(payload.n_tags == n_vlan_tags(vlans));
        CHECK(payload.offset == header.size());
    }
}

TEST_CASE("an adjacency says what to do, and one that nobody filled drops") {
    const Adjacency empty{};
    CHECK(empty.kind == AdjacencyKind::drop);
    CHECK(empty.drop_reason == DropReason::no_such_adjacency);
    CHECK(Adjacency::drop(DropReason::egress_link_down).drop_reason == DropReason::egress_link_down);
    const Adjacency punt = Adjacency::punt(PuntReason::no_route, evengate::InterfaceId{3});
    CHECK(punt.kind == AdjacencyKind::punt);
    CHECK(punt.punt_reason == PuntReason::no_route);
    CHECK(punt.interface == evengate::InterfaceId{3});
}

TEST_CASE("every punt reason has the class whose ring it shares") {
    CHECK(punt_class(PuntReason::group_message) == PuntClass::group);
    CHECK(punt_class(PuntReason::arp) == PuntClass::arp);
    CHECK(punt_class(PuntReason::local_address) == PuntClass::local);
    CHECK(punt_class(PuntReason::unresolved) == PuntClass::unresolved);
    for (const PuntReason reason : {PuntReason::ttl_expired, PuntReason::too_big, PuntReason::no_route}) {
        CHECK(punt_class(reason) == PuntClass::icmp_error);
    }
}
