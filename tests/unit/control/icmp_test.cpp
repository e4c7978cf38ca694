// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "catch.hpp"
#include "world.hpp"

using namespace evengate;
using namespace evengate::control;
using namespace evengate::control::test;

namespace {

struct Icmp {
    IpAddress source;
    IpAddress destination;
    uint8_t type = 0;
    uint8_t code = 0;
    uint16_t mtu = 0;
};

Icmp icmp_of(const SentFrame& frame) {
    const uint8_t* header = frame.payload().data();
    REQUIRE(packet::check_ipv4(header, frame.payload().size()) == packet::Ipv4Verdict::ok);
    REQUIRE(header[packet::ipv4_offset::protocol] == packet::kIpProtocolIcmp);
    const uint8_t* icmp = header + packet::kIpv4HeaderSize;
    return {.source = IpAddress::v4(load_be32(header + packet::ipv4_offset::source)),
            .destination = IpAddress::v4(load_be32(header + packet::ipv4_offset::destination)),
            .type = icmp[0],
            .code = icmp[1],
            .mtu = load_be16(icmp + 6)};
}

// A world in which the host and the uplink are known.
struct Ready : World {
    explicit Ready(const settings::Settings& settings = lan_and_uplink()) : World(settings) {
        start();
        resolve_uplink();
        ask(kHostMac, kHost, kVip);
        transmitter.frames.clear();
    }
    Icmp only_answer() {
        const auto sent = take_frames();
        REQUIRE(sent.size() == 1);
        return icmp_of(sent[0]);
    }
};

}  // namespace

TEST_CASE("a ping of an own address and of the VIP is answered from the address that was pinged") {
    Ready world;
    for (const IpAddress& pinged : {kVip, kLanAddress, kWanAddress}) {
        world.receive_ipv4(kLan, make_echo_request(kHost, pinged),
                           packet::PuntReason::local_address);
        const auto sent = world.take_frames();
        REQUIRE(sent.size() == 1);
        CHECK(sent[0].egress == kLan);
        CHECK(sent[0].destination() == kHostMac);
        CHECK(sent[0].source() == kLanMac);
        const Icmp reply = icmp_of(sent[0]);
        CHECK(reply.type == 0);
        CHECK(reply.source == pinged);
        CHECK(reply.destination == kHost);
        CHECK(sent[0].payload()[packet::ipv4_offset::ttl] == 64);
    }
    CHECK(world.control.counts().echo_answered == 3);
}

TEST_CASE("the answer to a ping from far away takes the route and waits for its next hop") {
    World world;
    world.start();
    world.receive_ipv4(kWan, make_echo_request(kFarAway, kWanAddress),
                       packet::PuntReason::local_address);
    CHECK(world.take_frames().empty());
    CHECK(world.control.counts().answered == 1);
    world.reply(kWan, kUplinkMac, kUplink);
    const auto sent = world.take_frames();
    REQUIRE(sent.size() == 1);
    CHECK(sent[0].destination() == kUplinkMac);
    CHECK(icmp_of(sent[0]).destination == kFarAway);
}

TEST_CASE("a TTL that runs out is reported from the ingress interface, not the VIP") {
    Ready world;
    for (const uint8_t ttl : {uint8_t{0}, uint8_t{1}}) {
        world.receive_ipv4(kLan,
                           make_datagram({.source = kHost, .destination = kFarAway, .ttl = ttl}),
                           packet::PuntReason::ttl_expired);
        const Icmp error = world.only_answer();
        CHECK(error.type == 11);
        CHECK(error.code == 0);
        CHECK(error.source == kLanAddress);
        CHECK(error.destination == kHost);
    }
    CHECK(world.control.counts().icmp_errors_sent == 2);
}

TEST_CASE("a destination without a route is reported as such") {
    auto settings = lan_and_uplink();
    settings.routes.clear();
    Ready world(settings);
    world.receive_ipv4(kLan, make_datagram({.source = kHost, .destination = kFarAway}),
                       packet::PuntReason::no_route);
    const Icmp error = world.only_answer();
    CHECK(error.type == 3);
    CHECK(error.code == 0);
    CHECK(error.source == kLanAddress);
}

TEST_CASE("a datagram that is too big and may not be cut learns the MTU of the next hop") {
    auto settings = lan_and_uplink();
    settings.interfaces[1].mtu = 1400;
    Ready world(settings);
    world.receive_ipv4(
        kLan,
        make_datagram(
            {.source = kHost, .destination = kFarAway, .fragment = packet::kIpv4DontFragment},
            1440),
        packet::PuntReason::too_big);
    const Icmp error = world.only_answer();
    CHECK(error.type == 3);
    CHECK(error.code == 4);
    CHECK(error.mtu == 1400);
    // One byte less than the limit goes through.
    world.receive_ipv4(
        kLan, make_datagram(
                  {.source = kHost, .destination = kFarAway, .fragment = packet::kIpv4DontFragment},
                  1380));
    CHECK(world.take_frames().at(0).egress == kWan);
}

TEST_CASE("UDP to an address of ours ends a traceroute, other protocols are refused too") {
    Ready world;
    world.receive_ipv4(kLan, make_datagram({.source = kHost, .destination = kVip}),
                       packet::PuntReason::local_address);
    Icmp error = world.only_answer();
    CHECK(error.type == 3);
    CHECK(error.code == 3);
    CHECK(error.source == kVip);
    world.receive_ipv4(
        kLan,
        make_datagram(
            {.source = kHost, .destination = kLanAddress, .protocol = packet::kIpProtocolTcp}),
        packet::PuntReason::local_address);
    error = world.only_answer();
    CHECK(error.code == 2);
    CHECK(error.source == kLanAddress);
}

TEST_CASE("no error about what RFC 1122 forbids to report on") {
    Ready world;
    // A later fragment, an ICMP error, a sender that is a broadcast, one that is ours.
    world.receive_ipv4(
        kLan, make_datagram({.source = kHost, .destination = kFarAway, .ttl = 1, .fragment = 100}));
    auto icmp_error = make_datagram(
        {.source = kHost, .destination = kFarAway, .protocol = packet::kIpProtocolIcmp, .ttl = 1});
    icmp_error[packet::kIpv4HeaderSize] = 11;
    world.receive_ipv4(kLan, icmp_error);
    CHECK(world.refused(Refusal::icmp_error_forbidden) == 2);
    world.receive_ipv4(
        kLan, make_datagram({.source = ip("10.0.0.255"), .destination = kFarAway, .ttl = 1}));
    world.receive_ipv4(kLan, make_datagram({.source = kVip, .destination = kFarAway, .ttl = 1}));
    world.receive_ipv4(kLan, make_echo_request(kVip, kLanAddress));
    CHECK(world.refused(Refusal::no_return_route) == 3);
    CHECK(world.take_frames().empty());
    CHECK(is_conserved(world.control.counts()));
}

TEST_CASE("errors and echo replies keep to their rates") {
    auto settings = lan_and_uplink();
    settings.limits.icmp_errors_per_s = 100;
    settings.limits.echo_replies_per_s = 200;
    Ready world(settings);
    constexpr int kSeconds = 10;
    for (int i = 0; i < kSeconds * 1000; ++i) {
        world.now += 1ms;
        world.receive_ipv4(kLan,
                           make_datagram({.source = kHost, .destination = kFarAway, .ttl = 1}));
        world.receive_ipv4(kLan, make_echo_request(kHost, kVip));
    }
    const Counts& counts = world.control.counts();
    CHECK(counts.icmp_errors_sent >= kSeconds * 100 - 1);
    CHECK(counts.icmp_errors_sent <= kSeconds * 100 + 10);
    CHECK(counts.echo_answered >= kSeconds * 200 - 1);
    CHECK(counts.echo_answered <= kSeconds * 200 + 20);
    CHECK(counts.icmp_errors_limited == world.refused(Refusal::icmp_error_limited));
    CHECK(counts.icmp_errors_limited + counts.icmp_errors_sent == kSeconds * 1000);
}

TEST_CASE("fragments and answers to an address of ours are counted and left") {
    Ready world;
    auto fragment = make_echo_request(kHost, kVip);
    store_be16(&fragment[packet::ipv4_offset::fragment], packet::kIpv4MoreFragments);
    packet::set_ipv4_checksum(fragment.data(), packet::kIpv4HeaderSize);
    world.receive_ipv4(kLan, fragment);
    CHECK(world.refused(Refusal::local_fragment) == 1);
    auto reply = make_echo_request(kHost, kVip);
    reply[packet::kIpv4HeaderSize] = 0;
    world.receive_ipv4(kLan, reply);
    CHECK(world.refused(Refusal::local_icmp_ignored) == 1);
    CHECK(world.take_frames().empty());
}

TEST_CASE("padding behind a datagram is neither forwarded nor quoted") {
    Ready world;
    auto datagram = make_datagram({.source = kHost, .destination = kFarAway}, 100);
    const size_t size = datagram.size();
    datagram.resize(size + 20, 0xEE);
    world.receive_ipv4(kLan, datagram);
    const auto sent = world.take_frames();
    REQUIRE(sent.size() == 1);
    CHECK(sent[0].payload().size() == size);
}
