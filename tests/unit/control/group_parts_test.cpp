// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "catch.hpp"
#include "control/group_notes.hpp"
#include "control/speaker.hpp"
#include "control/tracking.hpp"
#include "packet/group_message.hpp"
#include "world.hpp"

using namespace std::chrono_literals;
using namespace evengate;
using namespace evengate::control;
using namespace evengate::control::test;

TEST_CASE("headers that are written are read back, and any changed byte of the payload is noticed") {
    for (const size_t size : {0u, 1u, 12u, 331u, 1232u}) {
        std::vector<uint8_t> frame(packet::kGroupHeadersSize + size);
        for (size_t i = 0; i < size; ++i) {
            frame[packet::kGroupHeadersSize + i] = static_cast<uint8_t>(i * 7);
        }
        packet::write_group_headers(frame, {.destination_mac = packet::kGroupMulticastIpv4,
                                            .source_mac = kLanMac,
                                            .source = kLanAddress,
                                            .destination = packet::kGroupAddressIpv4,
                                            .identification = 77});
        const auto datagram = std::span(frame).subspan(packet::kEthernetHeaderSize);
        REQUIRE(packet::check_ipv4(datagram.data(), datagram.size()) == packet::Ipv4Verdict::ok);
        CHECK(packet::is_group_message(datagram.data()));
        const auto parsed = packet::parse_group_datagram(datagram);
        REQUIRE(parsed.ok());
        CHECK(parsed->source == kLanAddress);
        CHECK(parsed->message.size() == size);
        CHECK(parsed->is_checksum_right());
        for (size_t i = packet::kGroupHeadersSize; i < frame.size(); ++i) {
            frame[i] ^= 0x20;
            CHECK_FALSE(parsed->is_checksum_right());
            frame[i] ^= 0x20;
        }
    }
}

TEST_CASE("headers have the checksums that were worked out by hand") {
    std::vector<uint8_t> frame(packet::kGroupHeadersSize);
    packet::write_group_headers(frame, {.destination_mac = packet::kGroupMulticastIpv4,
                                        .source_mac = kLanMac,
                                        .source = kLanAddress,
                                        .destination = packet::kGroupAddressIpv4,
                                        .identification = 0});
    const uint8_t* const ip = frame.data() + packet::kEthernetHeaderSize;
    CHECK(ip[1] == 0xC0);
    CHECK(load_be16(ip + 6) == 0x4000);
    CHECK(ip[8] == 255);
    // The one's complement of the sum of 45C0 001C 0000 4000 FF11 0A00 0002 E000 0066.
    CHECK(load_be16(ip + 10) == 0x90A8);
    // Pseudo header 0A00 0002 E000 0066 0011 0008, header 0C96 0C96 0008.
    CHECK(load_be16(ip + 26) == 0xFC49);
}

TEST_CASE("weight falls to nothing below the lower threshold, and is back at the upper one") {
    WeightThresholds thresholds({.maximum = 100, .lower = 60, .upper = 90});
    CHECK(thresholds.weigh(0) == 100);
    CHECK(thresholds.weigh(40) == 60);
    CHECK(thresholds.weigh(41) == 0);
    CHECK(thresholds.weigh(20) == 0);  // 80: above lower, not yet upper
    CHECK(thresholds.weigh(10) == 90);
    CHECK(thresholds.weigh(20) == 80);
    CHECK(thresholds.weigh(1000) == 0);
    WeightThresholds whole({.maximum = 50, .lower = 1, .upper = 0});
    CHECK(whole.weigh(50) == 0);
    CHECK(whole.weigh(1) == 0);  // upper is the maximum
    CHECK(whole.weigh(0) == 50);
}

TEST_CASE("numbers are written as ranges") {
    CHECK(to_ranges({}) == "");
    CHECK(to_ranges({VmacNumber(4)}) == "4");
    CHECK(to_ranges({VmacNumber(7), VmacNumber(1), VmacNumber(2), VmacNumber(3)}) == "1-3,7");
    CHECK(to_ranges({VmacNumber(254), VmacNumber(255)}) == "254-255");
}

TEST_CASE("a member's id is the configured one, or its own and always the same") {
    const std::vector<PortFacts> ports{{.mac = kLanMac}};
    settings::Appliance one;
    settings::Appliance other;
    other.name = "another";
    CHECK(member_id(one, ports) == member_id(one, ports));
    CHECK(member_id(one, ports) != member_id(other, ports));
    CHECK(member_id(one, ports) != MemberId(0));
    one.id = MemberId(7);
    CHECK(member_id(one, ports) == MemberId(7));
}

TEST_CASE("an interface without IPv4 cannot have a group, and keys must fit") {
    auto settings = lan_and_uplink();
    settings.interfaces[0].addresses = {prefix("2001:db8::2/64")};
    World without(settings);
    const auto started = without.control.start(without.now);
    REQUIRE_FALSE(started.ok());
    CHECK(started.error().message.find("no IPv4 address") != std::string::npos);

    settings = lan_and_uplink();
    settings.groups[0].authentication.method = settings::AuthMethod::hmac_sha256;
    World keyless(settings);
    CHECK_FALSE(keyless.control.start(keyless.now).ok());
}

TEST_CASE("a tracked link takes its weight, and gives it back") {
    auto settings = lan_and_uplink();
    settings.groups[0].tracking = {{.link = "wan", .next_hop = {}, .route = {}, .file = {}, .decrement = 30}};
    World world(settings);
    world.start();
    CHECK(world.report()->groups[0].weight == 100);
    world.control.on_link(kWanPort, LinkState::down, world.now);
    CHECK(world.report()->groups[0].weight == 70);
    world.control.on_link(kWanPort, LinkState::up, world.now);
    CHECK(world.report()->groups[0].weight == 100);
}

TEST_CASE("a tracked next hop that falls silent is noticed within seconds") {
    auto settings = lan_and_uplink();
    settings.groups[0].tracking = {{.link = {}, .next_hop = kUplink, .route = {}, .file = {}, .decrement = 100}};
    World world(settings);
    world.begin();
    world.reply(kWan, kUplinkMac, kUplink);
    world.pass(kUntilOwner);
    CHECK(world.report()->groups[0].weight == 100);
    world.pass(8s);
    CHECK(world.report()->groups[0].weight == 0);
    world.reply(kWan, kUplinkMac, kUplink);
    world.pass(1s);
    CHECK(world.report()->groups[0].weight == 100);
}

TEST_CASE("after a stranger claimed the VIP, each host is told again by unicast and paced") {
    auto settings = lan_and_uplink();
    settings.limits.announcements_per_s = 100;
    World world(settings);
    world.start();
    std::map<MacAddress, MacAddress> given;
    for (uint32_t host = 0; host < 50; ++host) {
        const MacAddress host_mac = mac(0x5254'0000'0100 + host);
        world.ask(host_mac, IpAddress::v4(0x0A00'0064 + host), kVip);
        given[host_mac] = world.take_frames().at(0).arp()->sender_mac;
    }
    world.receive_arp(kLan, {.operation = packet::ArpOperation::reply,
                             .sender_mac = mac(0x5254'0000'6666),
                             .sender_ip = kVip,
                             .target_mac = kBroadcastMac,
                             .target_ip = kVip});
    CHECK(world.refused(Refusal::arp_conflict) == 1);
    world.pass(100ms);
    const size_t n_early = world.take_frames().size();
    CHECK(n_early <= 21);
    world.pass(1s);
    CHECK(world.control.counts().hosts_reanswered == 50);
    for (const SentFrame& frame : world.take_frames()) {
        if (frame.arp() && frame.arp()->sender_ip == kVip) {
            CHECK(frame.destination() == frame.arp()->target_mac);
            CHECK(frame.arp()->sender_mac == given.at(frame.destination()));
            CHECK(frame.source() == kLanMac);
        }
    }
}

TEST_CASE("hosts are spread by load and by weight, and the same host gets the same vMAC") {
    for (const auto policy : {settings::VmacPolicy::least_loaded, settings::VmacPolicy::weighted}) {
        auto settings = lan_and_uplink();
        settings.groups[0].policy = policy;
        World world(settings);
        world.start();
        for (uint32_t host = 0; host < 40; ++host) {
            world.ask(mac(0x5254'0000'0100 + host), IpAddress::v4(0x0A00'0064 + host), kVip);
        }
        const auto group = world.report()->groups[0];
        for (const admin::VmacReport& vmac : group.vmacs) {
            CHECK(vmac.n_hosts == 10);
        }
        world.take_frames();
        world.ask(mac(0x5254'0000'0100), IpAddress::v4(0x0A00'0064), kVip);
        const auto first = world.take_frames().at(0).arp()->sender_mac;
        world.ask(mac(0x5254'0000'0100), IpAddress::v4(0x0A00'0064), kVip);
        CHECK(world.take_frames().at(0).arp()->sender_mac == first);
    }
}
