// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <map>
#include <set>

#include "catch.hpp"
#include "control/adjacencies.hpp"
#include "world.hpp"

using namespace evengate;
using namespace evengate::control;
using namespace evengate::control::test;

namespace {

std::vector<SentFrame> requests_for(const std::vector<SentFrame>& frames, const IpAddress& target) {
    std::vector<SentFrame> found;
    for (const SentFrame& frame : frames) {
        const auto arp = frame.arp();
        if (arp && arp->operation == packet::ArpOperation::request && arp->target_ip == target) {
            found.push_back(frame);
        }
    }
    return found;
}

std::string state_of(World& world, const IpAddress& address) {
    const auto report = world.report();
    for (const auto& neighbour : report->neighbours) {
        if (neighbour.address == address) {
            return neighbour.state;
        }
    }
    return "unknown";
}

// A frame from the uplink to a host of the LAN.
void send_to(World& world, const IpAddress& host) {
    world.receive_ipv4(kWan, make_datagram({.source = kFarAway, .destination = host}));
}

IpAddress lan_host(uint32_t number) {
    return IpAddress::v4(0x0A00'0000 + number);
}

settings::Settings with_large_lan() {
    auto settings = lan_and_uplink();
    settings.interfaces[0].addresses = {prefix("10.0.0.2/16")};
    return settings;
}

}  // namespace

TEST_CASE("a host that does not answer is asked three times, then its frames are reported") {
    World world;
    world.start();
    world.resolve_uplink();
    send_to(world, kHost);
    world.pass(2'999ms);
    CHECK(requests_for(world.take_frames(), kHost).size() == 3);
    CHECK(state_of(world, kHost) == "incomplete");

    world.pass(1ms);
    CHECK(state_of(world, kHost) == "failed");
    const auto frames = world.take_frames();
    REQUIRE(frames.size() == 1);
    CHECK(frames[0].egress == kWan);
    CHECK(frames[0].payload()[packet::kIpv4HeaderSize] == 3);      // destination unreachable
    CHECK(frames[0].payload()[packet::kIpv4HeaderSize + 1] == 1);  // host
    CHECK(world.refused(Refusal::neighbour_unreachable) == 1);
    CHECK(world.control.counts().held == 0);
    CHECK(is_conserved(world.control.counts()));
}

TEST_CASE("a failed host is left alone while held down, then asked again on demand") {
    World world;
    world.start();
    world.resolve_uplink();
    send_to(world, kHost);
    world.pass(3s);
    world.transmitter.frames.clear();
    send_to(world, kHost);
    const auto during = world.take_frames();
    REQUIRE(during.size() == 1);  // at once: host unreachable, no ARP
    CHECK(during[0].payload()[packet::kIpv4HeaderSize] == 3);
    world.pass(5s);
    CHECK(state_of(world, kHost) == "unknown");
    CHECK(requests_for(world.take_frames(), kHost).empty());
    send_to(world, kHost);
    CHECK(requests_for(world.take_frames(), kHost).size() == 1);
}

TEST_CASE("of the frames for an unresolved host the latest are kept, in order") {
    World world;
    world.start();
    world.resolve_uplink();
    for (uint8_t ttl = 10; ttl < 16; ++ttl) {
        world.receive_ipv4(kWan,
                           make_datagram({.source = kFarAway, .destination = kHost, .ttl = ttl}));
    }
    CHECK(world.refused(Refusal::held_displaced) == 2);
    CHECK(world.control.counts().held == 4);
    world.transmitter.frames.clear();
    world.reply(kLan, kHostMac, kHost);
    const auto frames = world.take_frames();
    REQUIRE(frames.size() == 4);
    for (size_t i = 0; i < frames.size(); ++i) {
        CHECK(frames[i].payload()[packet::ipv4_offset::ttl] == 11 + i);
    }
    CHECK(is_conserved(world.control.counts()));
}

TEST_CASE("a reachable host is asked by unicast before 240 s, and frames flow meanwhile") {
    World world;
    world.start();
    world.resolve_uplink();
    world.ask(kHostMac, kHost, kVip);
    world.pass(149s);
    CHECK(requests_for(world.take_frames(), kHost).empty());
    const TimePoint heard = world.now - 149s;
    while (state_of(world, kHost) == "reachable" && world.now < heard + 300s) {
        world.pass(100ms);
    }
    CHECK(world.now <= heard + 200s + 100ms);
    const auto requests = requests_for(world.take_frames(), kHost);
    REQUIRE(requests.size() == 1);
    CHECK(requests[0].destination() == kHostMac);
    CHECK(world.tables.look_up(kHost)->kind == packet::AdjacencyKind::forward);
    world.reply(kLan, kHostMac, kHost);
    CHECK(state_of(world, kHost) == "reachable");
}

TEST_CASE("a host that answers no unicast is asked by broadcast once, then workers stop") {
    World world;
    world.start();
    world.resolve_uplink();
    world.ask(kHostMac, kHost, kVip);
    world.transmitter.frames.clear();
    world.pass(210s);
    const auto requests = requests_for(world.take_frames(), kHost);
    REQUIRE(requests.size() == 3);
    CHECK(requests[0].destination() == kHostMac);
    CHECK(requests[1].destination() == kHostMac);
    CHECK(requests[2].destination() == kBroadcastMac);
    CHECK_FALSE(world.tables.routes.contains(IpPrefix::host(kHost)));
    CHECK(world.tables.look_up(kHost)->punt_reason == packet::PuntReason::unresolved);
}

TEST_CASE("hosts that came up together are not refreshed together") {
    World world(with_large_lan());
    world.start();
    for (uint32_t i = 0; i < 1000; ++i) {
        world.ask(mac(0x5254'0001'0000 + i), lan_host(256 + i), kVip);
    }
    world.pass(149s);
    world.transmitter.frames.clear();
    unsigned busiest_second = 0;
    for (int second = 0; second < 52; ++second) {
        world.pass(1s);
        const auto frames = world.take_frames();
        std::set<IpAddress> asked;
        for (const SentFrame& frame : frames) {
            if (const auto arp = frame.arp(); arp && !frame.destination().is_multicast()) {
                asked.insert(arp->target_ip);
                world.reply(kLan, frame.destination(), arp->target_ip);
            }
        }
        busiest_second = std::max(busiest_second, static_cast<unsigned>(asked.size()));
    }
    CHECK(busiest_second > 0);
    CHECK(busiest_second < 60);  // 1000 over 50 s, and chance
    CHECK(world.report()->neighbours.size() == 1000 + 1);
}

TEST_CASE("a scan displaces only those nobody heard of") {
    auto settings = with_large_lan();
    settings.tables.n_adjacencies = 128;
    World world(settings);
    world.start();
    world.resolve_uplink();
    world.ask(kHostMac, kHost, kVip);  // spoke, never asked by us
    const IpAddress asked_host = ip("10.0.0.12");
    send_to(world, asked_host);
    world.reply(kLan, mac(0x5254'0000'0012), asked_host);  // answered us

    for (uint32_t i = 0; i < 60'000; ++i) {
        send_to(world, lan_host(1024 + i));
    }
    CHECK(world.report()->neighbours.size() < 128);
    CHECK(world.tables.look_up(kHost)->kind == packet::AdjacencyKind::forward);
    CHECK(world.tables.look_up(asked_host)->kind == packet::AdjacencyKind::forward);
    CHECK(world.tables.look_up(kFarAway)->kind == packet::AdjacencyKind::forward);
    CHECK(world.control.counts().arp_requests_sent < 200);  // the rate limit
    CHECK(is_conserved(world.control.counts()));
}

TEST_CASE("a flood of forged senders displaces no host that answered us") {
    auto settings = with_large_lan();
    settings.tables.n_adjacencies = 128;
    World world(settings);
    world.start();
    send_to(world, kHost);
    world.reply(kLan, kHostMac, kHost);
    for (uint32_t i = 0; i < 60'000; ++i) {
        world.now += 1ms;
        world.ask(mac(0x5254'0001'0000 + i), lan_host(1024 + i), kVip);
    }
    CHECK(world.tables.look_up(kHost)->kind == packet::AdjacencyKind::forward);
    CHECK(world.report()->neighbours.size() < 128);
    CHECK(world.tables.routes.size() < 128 + 20);
}

TEST_CASE("an adjacency is not used for another host before workers forgot it") {
    auto settings = with_large_lan();
    settings.tables.n_adjacencies = 32;
    World world(settings);
    world.start();
    std::map<uint16_t, std::pair<IpAddress, TimePoint>> last_used;
    unsigned n_reused = 0;
    for (uint32_t i = 0; i < 2000; ++i) {
        world.now += 3ms;
        for (const auto& [prefix, index] : world.tables.routes) {
            if (prefix.length == 32 && index.value > 4) {
                const auto [entry, added] =
                    last_used.try_emplace(index.value, prefix.address, world.now);
                if (entry->second.first != prefix.address) {
                    CHECK(world.now - entry->second.second >= Adjacencies::kQuarantine);
                    ++n_reused;
                }
                entry->second = {prefix.address, world.now};
            }
        }
        world.ask(mac(0x5254'0001'0000 + i), lan_host(1024 + i), kVip);
    }
    CHECK(n_reused > 10);
}

TEST_CASE("when the route table is full, control forwards by itself") {
    World world;
    world.start();
    world.resolve_uplink();
    world.tables.max_routes = world.tables.routes.size();
    send_to(world, kHost);
    world.reply(kLan, kHostMac, kHost);
    world.transmitter.frames.clear();
    send_to(world, kHost);
    const auto frames = world.take_frames();
    REQUIRE(frames.size() == 1);
    CHECK(frames[0].destination() == kHostMac);
    const auto events = world.report()->events;
    CHECK(events.back().text.find("route table is full") != std::string::npos);
}

TEST_CASE("a next hop that is silent is asked for ever, and its routes wait") {
    World world;
    world.start();
    world.pass(60s);
    CHECK(requests_for(world.take_frames(), kUplink).size() > 15);
    CHECK(world.tables.look_up(kFarAway)->punt_reason == packet::PuntReason::unresolved);
    world.resolve_uplink();
    CHECK(world.tables.look_up(kFarAway)->kind == packet::AdjacencyKind::forward);
}

TEST_CASE("a link that goes takes its neighbours out of service by name, and brings them back") {
    World world;
    world.start();
    world.resolve_uplink();
    world.ask(kHostMac, kHost, kVip);
    send_to(world, ip("10.0.0.50"));
    CHECK(world.control.counts().held == 1);

    world.control.on_link(kLanPort, LinkState::down, world.now);
    for (const auto* there : {"10.0.0.11", "10.0.0.50", "10.0.0.51"}) {
        INFO(there);
        CHECK(world.tables.look_up(ip(there))->kind == packet::AdjacencyKind::drop);
        CHECK(world.tables.look_up(ip(there))->drop_reason == packet::DropReason::egress_link_down);
    }
    CHECK(world.tables.look_up(kFarAway)->kind == packet::AdjacencyKind::forward);
    CHECK(world.control.counts().held == 0);
    CHECK(world.refused(Refusal::link_down) == 1);
    world.transmitter.frames.clear();
    world.pass(1h);
    for (const SentFrame& frame : world.take_frames()) {
        CHECK(frame.egress == kWan);
    }

    world.control.on_link(kLanPort, LinkState::up, world.now);
    CHECK(world.tables.look_up(kHost)->kind == packet::AdjacencyKind::forward);
    CHECK(world.tables.look_up(ip("10.0.0.50"))->punt_reason == packet::PuntReason::unresolved);
    world.pass(20s);
    CHECK(requests_for(world.take_frames(), kHost).size() == 3);  // asked again
    CHECK(is_conserved(world.control.counts()));
}

TEST_CASE("the next hop is asked for as soon as its link comes up") {
    World world(lan_and_uplink(), {{.mac = kLanMac}, {.mac = kWanMac, .link = LinkState::down}});
    world.start();
    world.pass(60s);
    CHECK(requests_for(world.take_frames(), kUplink).empty());
    CHECK(world.tables.look_up(kFarAway)->drop_reason == packet::DropReason::egress_link_down);
    world.control.on_link(kWanPort, LinkState::up, world.now);
    CHECK(requests_for(world.take_frames(), kUplink).size() == 1);
    world.resolve_uplink();
    CHECK(world.tables.look_up(kFarAway)->kind == packet::AdjacencyKind::forward);
}

TEST_CASE("a jump of the clock by a day does each timer once") {
    World world;
    world.start();
    world.resolve_uplink();
    for (uint32_t i = 0; i < 100; ++i) {
        world.ask(mac(0x5254'0001'0000 + i), lan_host(100 + i), kVip);
    }
    world.transmitter.frames.clear();
    world.now += 24h;
    CHECK(world.control.on_timers(world.now) > world.now);
    CHECK(world.take_frames().size() <= 101 + 4);
}
