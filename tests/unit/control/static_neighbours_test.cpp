// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "catch.hpp"
#include "control/adjacencies.hpp"
#include "world.hpp"

using namespace evengate;
using namespace evengate::control;
using namespace evengate::control::test;

namespace {

const MacAddress kOtherMac = mac(0x5254'0000'0099);

settings::Settings with_static_neighbours() {
    auto settings = lan_and_uplink();
    settings.neighbours = {{"lan", kHost, kHostMac}, {"wan", kUplink, kUplinkMac}};
    return settings;
}

std::optional<admin::NeighbourReport> neighbour_at(World& world, const IpAddress& address) {
    const auto report = world.report();
    for (const auto& neighbour : report->neighbours) {
        if (neighbour.address == address) {
            return neighbour;
        }
    }
    return std::nullopt;
}

// Whether workers forward to this MAC what is for the destination.
bool is_forwarded_to(const World& world, const IpAddress& destination, const MacAddress& mac) {
    const auto adjacency = world.tables.look_up(destination);
    return adjacency && adjacency->kind == packet::AdjacencyKind::forward &&
           adjacency->destination == mac;
}

size_t n_arp_frames(const std::vector<SentFrame>& frames, const IpAddress& target) {
    return static_cast<size_t>(
        std::count_if(frames.begin(), frames.end(), [&](const SentFrame& frame) {
            const auto arp = frame.arp();
            return arp && arp->target_ip == target;
        }));
}

}  // namespace

TEST_CASE("workers forward to static hosts and next hops from the start, and nobody asks them") {
    World world(with_static_neighbours());
    REQUIRE(world.control.start(world.now).ok());
    world.pass(1h);
    CHECK(is_forwarded_to(world, kHost, kHostMac));
    CHECK(is_forwarded_to(world, kFarAway, kUplinkMac));
    CHECK(is_forwarded_to(world, kUplink, kUplinkMac));
    const auto frames = world.take_frames();
    CHECK(n_arp_frames(frames, kHost) == 0);
    CHECK(n_arp_frames(frames, kUplink) == 0);
    const auto host = neighbour_at(world, kHost);
    REQUIRE(host);
    CHECK(host->state == "static");
    CHECK(host->mac == kHostMac);
    const auto report = world.report();
    CHECK(std::all_of(report->routes.begin(), report->routes.end(),
                      [](const auto& route) { return route.usable; }));
}

TEST_CASE("a next hop that is configured has one adjacency, whether it is asked for or not") {
    World world(with_static_neighbours());
    world.start();
    CHECK(world.tables.routes.at(prefix("0.0.0.0/0")) ==
          world.tables.routes.at(IpPrefix::host(kUplink)));
}

TEST_CASE("what ARP says of a static neighbour is not believed") {
    World world(with_static_neighbours());
    world.start();
    world.ask(kOtherMac, kHost, kLanAddress);
    world.reply(kLan, kOtherMac, kHost);
    world.reply(kWan, kOtherMac, kUplink);
    CHECK(is_forwarded_to(world, kHost, kHostMac));
    CHECK(is_forwarded_to(world, kFarAway, kUplinkMac));
    CHECK(neighbour_at(world, kHost)->mac == kHostMac);
    CHECK(is_conserved(world.control.counts()));
}

TEST_CASE("control itself sends to a static neighbour without asking") {
    World world(with_static_neighbours());
    world.start();
    world.receive_ipv4(kWan, make_datagram({.source = kFarAway, .destination = kHost}));
    const auto frames = world.take_frames();
    REQUIRE(frames.size() == 1);
    CHECK(frames[0].egress == kLan);
    CHECK(frames[0].destination() == kHostMac);
    CHECK(world.control.counts().forwarded == 1);
}

TEST_CASE("frames for a static neighbour are dropped while its link is down, then flow at once") {
    World world(with_static_neighbours());
    world.start();
    world.control.on_link(kLanPort, LinkState::down, world.now);
    CHECK(world.tables.look_up(kHost)->kind == packet::AdjacencyKind::drop);
    world.pass(10min);
    CHECK(neighbour_at(world, kHost)->state == "static");
    world.control.on_link(kLanPort, LinkState::up, world.now);
    CHECK(is_forwarded_to(world, kHost, kHostMac));
    world.pass(1h);
    CHECK(n_arp_frames(world.take_frames(), kHost) == 0);
}

TEST_CASE("a scan of the LAN drives no static neighbour out") {
    auto settings = with_static_neighbours();
    settings.interfaces[0].addresses = {prefix("10.0.0.2/16")};
    settings.tables.n_adjacencies = 32;
    World world(settings);
    world.start();
    REQUIRE(world.started);
    for (uint32_t i = 0; i < 1000; ++i) {
        world.ask(mac(0x5254'0001'0000 + i), IpAddress::v4(0x0A00'1000 + i), kVip);
    }
    CHECK(is_forwarded_to(world, kHost, kHostMac));
    CHECK(is_forwarded_to(world, kFarAway, kUplinkMac));
}

TEST_CASE("start fails where adjacencies do not suffice for the static neighbours") {
    auto settings = with_static_neighbours();
    const auto n_needed = [&] {  // the one next hop counts twice, and hosts need a few
        return Adjacencies::n_fixed(settings.interfaces.size()) + settings.neighbours.size() + 1 +
               8;
    };
    settings.tables.n_adjacencies = static_cast<uint16_t>(n_needed());
    World enough(settings);
    CHECK(enough.control.start(enough.now).ok());
    settings.tables.n_adjacencies = static_cast<uint16_t>(n_needed() - 1);
    World too_few(settings);
    CHECK_FALSE(too_few.control.start(too_few.now).ok());
}

TEST_CASE("start fails where a static neighbour names an unknown interface") {
    auto settings = with_static_neighbours();
    settings.neighbours[0].interface = "dmz";
    World world(settings);
    const auto started = world.control.start(world.now);
    REQUIRE_FALSE(started.ok());
    CHECK(started.error().message.find("dmz") != std::string::npos);
}
