// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "catch.hpp"
#include "packet/icmp.hpp"
#include "world.hpp"

using namespace evengate;
using namespace evengate::control;
using namespace evengate::control::test;

TEST_CASE("a ping through: the first frame waits for ARP, is sent on, and workers do the rest") {
    World world;
    world.start();
    REQUIRE(world.started);
    world.resolve_uplink();
    const auto datagram = make_echo_request(kFarAway, kHost);

    world.receive_ipv4(kWan, datagram);
    const auto asked = world.take_frames();
    REQUIRE(asked.size() == 1);
    CHECK(asked[0].egress == kLan);
    CHECK(asked[0].destination() == kBroadcastMac);
    CHECK(asked[0].source() == kLanMac);
    REQUIRE(asked[0].arp());
    CHECK(asked[0].arp()->operation == packet::ArpOperation::request);
    CHECK(asked[0].arp()->sender_mac == kLanMac);
    CHECK(asked[0].arp()->sender_ip == kLanAddress);  // never the VIP
    CHECK(asked[0].arp()->target_ip == kHost);
    CHECK(world.control.counts().held == 1);
    CHECK(world.tables.look_up(kHost)->kind == packet::AdjacencyKind::punt);

    world.reply(kLan, kHostMac, kHost);
    const auto forwarded = world.take_frames();
    REQUIRE(forwarded.size() == 1);
    CHECK(forwarded[0].egress == kLan);
    CHECK(forwarded[0].destination() == kHostMac);
    CHECK(forwarded[0].source() == kLanMac);
    auto expected = datagram;
    packet::decrement_ttl(expected.data());
    const auto sent = forwarded[0].payload().first(datagram.size());
    CHECK(std::equal(sent.begin(), sent.end(), expected.begin(), expected.end()));
    CHECK(packet::check_ipv4(sent.data(), sent.size()) == packet::Ipv4Verdict::ok);

    const auto adjacency = world.tables.look_up(kHost);
    REQUIRE(adjacency);
    CHECK(adjacency->kind == packet::AdjacencyKind::forward);
    CHECK(adjacency->destination == kHostMac);
    CHECK(adjacency->source == kLanMac);
    CHECK(adjacency->port == kLanPort);
    CHECK(adjacency->mtu == 1500);
    CHECK(world.tables.routes.contains(IpPrefix::host(kHost)));
    CHECK(world.control.counts().held == 0);
    CHECK(world.control.counts().forwarded == 1);
    CHECK(is_conserved(world.control.counts()));
}
