// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <set>

#include "catch.hpp"
#include "group/vmac_choice.hpp"
#include "world.hpp"

using namespace std::chrono_literals;
using namespace evengate;
using namespace evengate::control;
using namespace evengate::control::test;

namespace {

constexpr uint64_t kFirstVmac = 0x0245'4700'0501;

settings::Settings with_round_robin() {
    auto settings = lan_and_uplink();
    settings.groups[0].policy = settings::VmacPolicy::round_robin;
    return settings;
}

// The sender MAC of the only frame sent, an ARP reply.
MacAddress answered_mac(World& world) {
    const auto frames = world.take_frames();
    REQUIRE(frames.size() == 1);
    REQUIRE(frames[0].arp());
    CHECK(frames[0].arp()->operation == packet::ArpOperation::reply);
    return frames[0].arp()->sender_mac;
}

}  // namespace

TEST_CASE("a request for an interface's own address is answered with its own MAC") {
    World world;
    world.start();
    world.ask(kHostMac, kHost, kLanAddress);
    const auto frames = world.take_frames();
    REQUIRE(frames.size() == 1);
    CHECK(frames[0].destination() == kHostMac);
    CHECK(frames[0].source() == kLanMac);
    REQUIRE(frames[0].arp());
    CHECK(frames[0].arp()->sender_mac == kLanMac);
    CHECK(frames[0].arp()->sender_ip == kLanAddress);
    CHECK(frames[0].arp()->target_mac == kHostMac);
    CHECK(frames[0].arp()->target_ip == kHost);
    CHECK(world.control.counts().arp_answered == 1);
}

TEST_CASE("a request for the VIP is answered with a vMAC by unicast from the interface's own MAC") {
    World world;
    world.start();
    world.ask(kHostMac, kHost, kVip);
    const auto frames = world.take_frames();
    REQUIRE(frames.size() == 1);
    CHECK(frames[0].destination() == kHostMac);
    CHECK(frames[0].source() == kLanMac);  // protocol rule 20
    const auto live = std::vector{VmacNumber(1), VmacNumber(2), VmacNumber(3), VmacNumber(4)};
    const auto expected = group::choose_by_host_hash(kHostMac, live);
    CHECK(frames[0].arp()->sender_mac == mac(kFirstVmac + expected.value - 1u));
    CHECK(frames[0].arp()->sender_ip == kVip);
}

TEST_CASE("under round robin new hosts get the vMACs in turn, and a known host its own again") {
    World world(with_round_robin());
    world.start();
    std::vector<MacAddress> given;
    for (uint64_t i = 0; i < 8; ++i) {
        world.ask(mac(0x5254'0000'0100 + i), IpAddress::v4(0x0A00'0064 + static_cast<uint32_t>(i)),
                  kVip);
        given.push_back(answered_mac(world));
    }
    for (uint64_t i = 0; i < 8; ++i) {
        CHECK(given[i] == mac(kFirstVmac + i % 4));
        world.ask(mac(0x5254'0000'0100 + i), IpAddress::v4(0x0A00'0064 + static_cast<uint32_t>(i)),
                  kVip);
        CHECK(answered_mac(world) == given[i]);
    }
    CHECK(world.report()->groups[0].n_hosts == 8);
    CHECK(world.report()->groups[0].vmacs[0].n_hosts == 2);
    CHECK(world.report()->groups[0].arp_answers == 16);
}

TEST_CASE("a host that was silent for the client age is given the next vMAC") {
    World world(with_round_robin());
    world.start();
    world.ask(kHostMac, kHost, kVip);
    CHECK(answered_mac(world) == mac(kFirstVmac));
    world.now += 1'200s;
    world.ask(kHostMac, kHost, kVip);
    CHECK(answered_mac(world) == mac(kFirstVmac));
    world.now += 1'201s;
    world.ask(kHostMac, kHost, kVip);
    CHECK(answered_mac(world) == mac(kFirstVmac + 1));
}

TEST_CASE("a unicast probe of a vMAC is answered with that vMAC, and the host stays on it") {
    World world(with_round_robin());
    world.start();
    const packet::Arp probe{.operation = packet::ArpOperation::request,
                            .sender_mac = kHostMac,
                            .sender_ip = kHost,
                            .target_mac = mac(kFirstVmac + 2),
                            .target_ip = kVip};
    world.receive_arp(kLan, probe, mac(kFirstVmac + 2), SlotIndex(4));
    CHECK(answered_mac(world) == mac(kFirstVmac + 2));
    world.ask(kHostMac, kHost, kVip);
    CHECK(answered_mac(world) == mac(kFirstVmac + 2));
}

TEST_CASE("an RFC 5227 probe for the VIP is answered by unicast, and its sender is not learnt") {
    World world;
    world.start();
    world.ask(kHostMac, ip("0.0.0.0"), kVip);
    const auto frames = world.take_frames();
    REQUIRE(frames.size() == 1);
    CHECK(frames[0].destination() == kHostMac);
    CHECK(frames[0].arp()->sender_ip == kVip);
    CHECK(world.report()->neighbours.size() == 1);  // the uplink's next hop
}

TEST_CASE("the sender of a request is learnt, so that the way back is there at once") {
    World world;
    world.start();
    world.ask(kHostMac, kHost, kVip);
    REQUIRE(world.tables.look_up(kHost));
    CHECK(world.tables.look_up(kHost)->kind == packet::AdjacencyKind::forward);
    CHECK(world.tables.look_up(kHost)->destination == kHostMac);
}

TEST_CASE("broadcasts overheard teach hosts, replies to others do not") {
    World world;
    world.start();
    world.ask(kHostMac, kHost, ip("10.0.0.99"));
    CHECK(world.tables.routes.contains(IpPrefix::host(kHost)));
    CHECK(world.control.counts().noted == 1);
    world.receive_arp(kLan, {.operation = packet::ArpOperation::reply,
                             .sender_mac = mac(0x5254'0000'0012),
                             .sender_ip = ip("10.0.0.12"),
                             .target_mac = kHostMac,
                             .target_ip = kHost});
    CHECK_FALSE(world.tables.routes.contains(prefix("10.0.0.12/32")));
    CHECK(world.refused(Refusal::arp_not_for_us) == 1);
    CHECK(world.take_frames().empty());
}

namespace {

packet::Arp claim_of_host(const MacAddress& mac) {
    return {.operation = packet::ArpOperation::reply,
            .sender_mac = mac,
            .sender_ip = kHost,
            .target_mac = kBroadcastMac,
            .target_ip = kHost};
}

}  // namespace

TEST_CASE("a known host that turns up with another MAC is followed at once") {
    World world;
    world.start();
    world.ask(kHostMac, kHost, kVip);
    world.pass(1s);
    const MacAddress moved = mac(0x5254'0000'0099);
    world.receive_arp(kLan, claim_of_host(moved));
    CHECK(world.tables.look_up(kHost)->destination == moved);
}

TEST_CASE("stations that quarrel over an address move it ten times a second at most, then it is probed") {
    World world;
    world.start();
    world.resolve_uplink();
    world.ask(kHostMac, kHost, kVip);
    world.pass(1s);
    const MacAddress first = mac(0x5254'0000'0091);
    const MacAddress second = mac(0x5254'0000'0092);
    world.receive_arp(kLan, claim_of_host(first));
    for (int i = 0; i < 101; ++i) {
        world.receive_arp(kLan, claim_of_host(i % 2 == 0 ? second : first));
        CHECK(world.tables.look_up(kHost)->destination == first);
    }
    world.take_frames();
    world.pass(150ms);
    CHECK(world.take_frames().size() == 1);  // the probe of the one that was followed
}

TEST_CASE("senders outside the prefixes of the interface are answered but not learnt") {
    World world;
    world.start();
    for (const auto* stranger :
         {"172.16.0.1", "192.0.2.77", "10.0.0.0", "10.0.0.255", "224.0.0.1"}) {
        INFO(stranger);
        world.ask(kHostMac, ip(stranger), kVip);
        CHECK(world.take_frames().size() == 1);
    }
    CHECK(world.report()->neighbours.size() == 1);
}

TEST_CASE("a stranger's claim to an address of ours raises one alarm an interval and is counted") {
    World world;
    world.start();
    for (int i = 0; i < 5; ++i) {
        world.ask(kHostMac, kVip, kVip);
        world.ask(kHostMac, kLanAddress, kHost);
    }
    CHECK(world.refused(Refusal::arp_conflict) == 10);
    CHECK(world.take_frames().empty());  // never an announcement of the VIP to all
    const auto alarms = [&] {
        const auto report = world.report();
        return std::count_if(report->events.begin(), report->events.end(), [](const auto& event) {
            return event.severity == admin::Event::Severity::alarm;
        });
    };
    CHECK(alarms() == 1);
    CHECK(world.report()->events.back().text.find(kHostMac.to_string()) != std::string::npos);
    world.now += 10s;
    world.ask(kHostMac, kVip, kVip);
    CHECK(alarms() == 2);
}

TEST_CASE("ARP from elsewhere with a MAC of ours is an alarm and teaches nothing") {
    World world;
    world.start();
    world.ask(kLanMac, kHost, kVip);
    world.ask(mac(kFirstVmac), kHost, kVip);
    CHECK(world.refused(Refusal::arp_from_own_mac) == 2);
    CHECK(world.take_frames().empty());
    CHECK_FALSE(world.tables.routes.contains(IpPrefix::host(kHost)));
}

TEST_CASE("an address of ours is answered only on its own interface") {
    World world;
    world.start();
    world.receive_arp(kWan, {.operation = packet::ArpOperation::request,
                             .sender_mac = kUplinkMac,
                             .sender_ip = kUplink,
                             .target_mac = {},
                             .target_ip = kVip});
    CHECK(world.take_frames().empty());
}

TEST_CASE("an address of a pool is ours to answer for on a link that it is on") {
    auto settings = lan_and_uplink();
    settings::Service& service = settings.services.emplace_back();
    service.name = "web";
    service.addresses = {ip("198.51.100.7")};
    service.ports = {{80, 80}};
    service.mode = settings::Rewrite::nat;
    service.answers = settings::Answers::snat;
    service.snat = {*IpPrefix::parse("10.0.0.64/31"), *IpPrefix::parse("198.51.100.64/31")};
    World world(settings);
    world.start();
    world.ask(kHostMac, kHost, ip("10.0.0.65"));
    CHECK(answered_mac(world) == kLanMac);
    for (const char* const elsewhere : {"10.0.0.66", "198.51.100.64"}) {
        world.ask(kHostMac, kHost, ip(elsewhere));
        CHECK(world.take_frames().empty());
    }
}

TEST_CASE("malformed ARP is counted and ignored") {
    World world;
    world.start();
    const std::vector<uint8_t> truncated(27, 1);
    world.control.on_frame({.reason = packet::PuntReason::arp,
                            .interface = kLan,
                            .slot = kNoSlot,
                            .adjacency = kNoAdjacency,
                            .destination = kBroadcastMac,
                            .source = kHostMac,
                            .ethertype = packet::kEtherTypeArp,
                            .payload = truncated},
                           world.now);
    CHECK(world.refused(Refusal::arp_malformed) == 1);
    CHECK(is_conserved(world.control.counts()));
}

TEST_CASE("no frame that control sends names the VIP but an answer to one host") {
    World world;
    CHECK(world.control.start(world.now).ok());
    world.pass(1h);
    for (uint32_t i = 0; i < 50; ++i) {
        world.ask(mac(0x5254'0000'0100 + i), IpAddress::v4(0x0A00'0064 + i), kVip);
    }
    world.pass(1h);
    for (const SentFrame& frame : world.take_frames()) {
        const auto arp = frame.arp();
        if (arp && (arp->sender_ip == kVip || arp->target_ip == kVip)) {
            CHECK(arp->operation == packet::ArpOperation::reply);
            CHECK_FALSE(frame.destination().is_multicast());
        }
    }
}
