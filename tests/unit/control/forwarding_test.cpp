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

TEST_CASE("the fixed routes lead where RFC 1812 and the configuration say") {
    World world;
    world.start();
    const auto kind_of = [&](std::string_view destination) {
        return world.tables.look_up(ip(destination));
    };
    for (const auto* nowhere :
         {"0.1.2.3", "127.0.0.1", "169.254.7.7", "224.0.0.102", "239.1.1.1", "240.0.0.1",
          "255.255.255.255", "10.0.0.0", "10.0.0.255", "192.0.2.0", "192.0.2.255"}) {
        INFO(nowhere);
        REQUIRE(kind_of(nowhere));
        CHECK(kind_of(nowhere)->kind == packet::AdjacencyKind::drop);
        CHECK(kind_of(nowhere)->drop_reason == packet::DropReason::ipv4_destination_invalid);
    }
    for (const auto* ours : {"10.0.0.1", "10.0.0.2", "192.0.2.1"}) {
        INFO(ours);
        CHECK(kind_of(ours)->kind == packet::AdjacencyKind::punt);
        CHECK(kind_of(ours)->punt_reason == packet::PuntReason::local_address);
    }
    for (const auto* unknown : {"10.0.0.77", "192.0.2.254", "203.0.113.9"}) {
        INFO(unknown);
        CHECK(kind_of(unknown)->kind == packet::AdjacencyKind::punt);
        CHECK(kind_of(unknown)->punt_reason == packet::PuntReason::unresolved);
    }
    CHECK_FALSE(world.tables.adjacencies.contains(0));  // the data plane's own
}

TEST_CASE("the first generation binds interfaces and vMACs to slots, with a lease without end") {
    World world;
    world.begin();
    REQUIRE(world.tables.bindings.size() == 2 + 4);
    REQUIRE(world.tables.actions.size() == 2 + 4);
    CHECK(world.tables.lease == kNever);
    CHECK(world.tables.actions[0] == packet::SlotAction::local);
    CHECK(world.tables.actions[2] == packet::SlotAction::other);  // it listens first (rule 15)
    world.pass(kUntilOwner);
    CHECK(world.tables.lease == kNever);
    CHECK(world.tables.actions[0] == packet::SlotAction::local);
    CHECK(world.tables.bindings[0].mac == kLanMac);
    CHECK(world.tables.bindings[1].interface == kWan);
    CHECK(world.tables.actions[2] == packet::SlotAction::own);
    CHECK(world.tables.bindings[2].mac == mac(0x0245'4700'0501));  // protocol rule 2
    CHECK(world.tables.bindings[2].interface == kLan);
    CHECK(world.tables.bindings[5].mac == mac(0x0245'4700'0504));
}

TEST_CASE("once the next hop answers, all static routes over it forward") {
    auto settings = lan_and_uplink();
    settings.routes.push_back({prefix("198.51.100.0/24"), kUplink});
    World world(settings);
    CHECK(world.control.start(world.now).ok());
    static_cast<void>(world.control.on_timers(world.now));
    const auto asked = world.take_frames();
    const auto request = std::find_if(asked.begin(), asked.end(),
                                      [](const SentFrame& f) { return f.arp().has_value(); });
    REQUIRE(request != asked.end());  // without waiting for traffic
    CHECK(request->arp()->target_ip == kUplink);

    world.resolve_uplink();
    for (const auto* far : {"203.0.113.9", "198.51.100.1", "192.0.2.254"}) {
        INFO(far);
        CHECK(world.tables.look_up(ip(far))->kind == packet::AdjacencyKind::forward);
        CHECK(world.tables.look_up(ip(far))->destination == kUplinkMac);
    }
    const auto before = world.control.counts().forwarded;
    world.receive_ipv4(kLan, make_datagram({.source = kHost, .destination = kFarAway}));
    CHECK(world.control.counts().forwarded ==
          before + 1);  // handed over just before: sent all the same
}

TEST_CASE("point-to-point prefixes have no broadcast address, and a /32 is only itself") {
    auto settings = lan_and_uplink();
    settings.interfaces[1].addresses = {prefix("192.0.2.1/31"), prefix("198.51.100.1/32")};
    settings.routes = {{prefix("0.0.0.0/0"), ip("192.0.2.0")}};
    World world(settings);
    world.start();
    REQUIRE(world.started);
    world.reply(kWan, kUplinkMac, ip("192.0.2.0"));
    CHECK(world.tables.look_up(ip("192.0.2.0"))->kind == packet::AdjacencyKind::forward);
    CHECK(world.tables.look_up(ip("198.51.100.1"))->punt_reason ==
          packet::PuntReason::local_address);
    CHECK(world.tables.look_up(ip("198.51.100.2"))->destination == kUplinkMac);
}

TEST_CASE("a next hop that no interface reaches is refused at start, by name") {
    for (const auto* via : {"172.16.0.1", "10.0.0.1", "192.0.2.1", "192.0.2.255"}) {
        INFO(via);
        auto settings = lan_and_uplink();
        settings.routes = {{prefix("203.0.113.0/24"), ip(via)}};
        World world(settings);
        const auto started = world.control.start(world.now);
        REQUIRE_FALSE(started.ok());
        CHECK(started.error().message.find(via) != std::string::npos);
    }
}

TEST_CASE("settings that the tables cannot hold are refused at start") {
    auto settings = lan_and_uplink();
    settings.tables.n_slots = 5;
    CHECK_FALSE(World(settings).control.start(TimePoint{}).ok());
    settings = lan_and_uplink();
    settings.tables.n_adjacencies = 8;
    CHECK_FALSE(World(settings).control.start(TimePoint{}).ok());
    World world;
    world.tables.max_routes = 3;
    CHECK_FALSE(world.control.start(world.now).ok());
}

TEST_CASE("a host behind a static route is not reached over the link it was heard on") {
    auto settings = lan_and_uplink();
    settings.routes.push_back({prefix("10.0.0.64/26"), kUplink});
    World world(settings);
    world.start();
    world.resolve_uplink();
    world.ask(kHostMac, ip("10.0.0.70"), kVip);
    CHECK_FALSE(world.tables.routes.contains(prefix("10.0.0.70/32")));
    CHECK(world.tables.look_up(ip("10.0.0.70"))->destination == kUplinkMac);
}

TEST_CASE("a datagram beyond the egress MTU leaves in fragments when it may") {
    auto settings = lan_and_uplink();
    settings.interfaces[1].mtu = 600;
    World world(settings);
    world.start();
    world.resolve_uplink();
    world.receive_ipv4(kLan, make_datagram({.source = kHost, .destination = kFarAway}, 1400),
                       packet::PuntReason::too_big);
    const auto frames = world.take_frames();
    REQUIRE(frames.size() == 3);
    size_t n_bytes = 0;
    for (const SentFrame& frame : frames) {
        CHECK(frame.egress == kWan);
        CHECK(frame.destination() == kUplinkMac);
        CHECK(frame.payload().size() <= 600);
        CHECK(packet::check_ipv4(frame.payload().data(), frame.payload().size()) ==
              packet::Ipv4Verdict::ok);
        CHECK(frame.payload()[packet::ipv4_offset::ttl] == 63);
        n_bytes += load_be16(frame.payload().data() + packet::ipv4_offset::total_length) -
                   packet::kIpv4HeaderSize;
    }
    CHECK(n_bytes == 1400);
    CHECK(world.control.counts().fragments_sent == 3);
    CHECK(world.control.counts().forwarded == 1);
}

TEST_CASE("what came in a link-layer broadcast is never forwarded") {
    World world;
    world.start();
    world.resolve_uplink();
    const auto datagram = make_datagram({.source = kHost, .destination = kFarAway});
    world.control.on_frame({.reason = packet::PuntReason::unresolved,
                            .interface = kLan,
                            .slot = kNoSlot,
                            .adjacency = kNoAdjacency,
                            .destination = kBroadcastMac,
                            .source = kHostMac,
                            .ethertype = packet::kEtherTypeIpv4,
                            .payload = datagram},
                           world.now);
    CHECK(world.take_frames().empty());
    CHECK(world.refused(Refusal::ipv4_in_link_broadcast) == 1);
}

TEST_CASE("frames that the port has no room for are counted by name") {
    World world;
    world.start();
    world.resolve_uplink();
    world.transmitter.full = true;
    world.receive_ipv4(kLan, make_datagram({.source = kHost, .destination = kFarAway}));
    world.ask(kHostMac, kHost, kVip);
    CHECK(world.refused(Refusal::transmit_failed) == 2);
    CHECK(world.control.counts().frames_not_sent == 2);
    CHECK(is_conserved(world.control.counts()));
}
