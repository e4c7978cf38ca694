// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "catch.hpp"
#include "service_world.hpp"
#include "unit/packet/transports.hpp"

using namespace evengate;
using namespace evengate::control;
using namespace evengate::control::test;
using packet::PuntReason;
using packet::testing::kClient;
using packet::testing::put_be16;
using packet::testing::put_be32;
using packet::testing::reference_transport_checksum;
using packet::testing::seal;
using packet::testing::seal_transport;
using settings::Probe;
using settings::Rewrite;
using Bytes = std::vector<uint8_t>;

namespace {

constexpr uint16_t kDontFragment = 0x4000;
const MacAddress kClientMac = mac(0x5254'0000'0999);
const NeighbourKey kClientKey{kWan, IpAddress::v4(kClient)};

uint32_t source_of(const Bytes& datagram) { return load_be32(&datagram[12]); }
uint32_t destination_of(const Bytes& datagram) { return load_be32(&datagram[16]); }

// A segment of a client to the published address, of this many bytes in all.
Bytes request(size_t size, uint16_t fragment = 0) {
    Bytes datagram = packet::testing::make_tcp(size - 40, 0x10);
    put_be16(datagram, 6, fragment);
    seal(datagram);
    return datagram;
}

// A segment of the target to the client.
Bytes answer(size_t target, size_t size, uint16_t fragment = 0, uint8_t ttl = 64) {
    Bytes datagram = request(size, fragment);
    put_be32(datagram, 12, target_address(target).to_v4());
    put_be32(datagram, 16, kClient);
    put_be16(datagram, 20, 8080);
    put_be16(datagram, 22, 40000);
    datagram[8] = ttl;
    seal(datagram);
    seal_transport(datagram);
    return datagram;
}

// The piece without its first bytes, as the offset says.
Bytes put_together(const std::vector<std::pair<MacAddress, Bytes>>& pieces) {
    Bytes whole(pieces.front().second.begin(), pieces.front().second.begin() + 20);
    for (const auto& [to, piece] : pieces) {
        CHECK((load_be16(&piece[6]) & 0x1FFF) * 8u == whole.size() - 20);
        whole.insert(whole.end(), piece.begin() + 20, piece.end());
    }
    put_be16(whole, 2, static_cast<uint16_t>(whole.size()));
    put_be16(whole, 6, 0);
    seal(whole);
    return whole;
}

// The ICMP error among what was sent, if it is the only thing.
Bytes only_error(const std::vector<std::pair<MacAddress, Bytes>>& sent, const MacAddress& to) {
    REQUIRE(sent.size() == 1);
    CHECK(sent[0].first == to);
    REQUIRE(sent[0].second[9] == packet::kIpProtocolIcmp);
    return sent[0].second;
}
bool quotes(const Bytes& error, const Bytes& datagram) {
    return std::equal(error.begin() + 28, error.begin() + 56, datagram.begin());
}

AdjacencyIndex way_to(ServiceWorld& world, uint16_t target) { return world.set().targets[target].adjacency; }

}  // namespace

TEST_CASE("what is too big on the way to a target and may not be cut is answered with the MTU that is there") {
    const Rewrite mode = GENERATE(Rewrite::mac, Rewrite::nat, Rewrite::ipip, Rewrite::gre);
    ServiceWorld world(with_service(mode, Probe::none));
    world.know(kClientKey, kClientMac);
    const Bytes datagram = request(1600, kDontFragment);
    const PuntReason reason = reroute::is_tunnel(to_rewrite(mode)) ? PuntReason::tunnel_too_big : PuntReason::too_big;
    const Bytes error = only_error(world.punt(reason, kWan, datagram), kClientMac);
    CHECK(error[20] == 3);
    CHECK(error[21] == 4);
    CHECK(load_be16(&error[26]) == (mode == Rewrite::gre ? 1476 : mode == Rewrite::ipip ? 1480 : 1500));
    CHECK(destination_of(error) == kClient);
    CHECK(quotes(error, datagram));
}

TEST_CASE("mac: what may be cut reaches the target in fragments that are still for the published address") {
    ServiceWorld world(with_service(Rewrite::mac, Probe::none));
    const Bytes datagram = request(2900);
    const auto sent = world.punt(PuntReason::too_big, kWan, datagram);
    REQUIRE(sent.size() == 2);
    CHECK(sent[0].first == sent[1].first);
    // Not a byte of IP but what makes fragments: the TTL is the client's.
    CHECK(put_together(sent) == datagram);
    // The target is the one that its slot leads to.
    const auto again = world.punt(PuntReason::too_big, kWan, datagram);
    CHECK(again[0].first == sent[0].first);
}

TEST_CASE("nat: what may be cut reaches the target in fragments with its address, one hop older") {
    ServiceWorld world(with_service(Rewrite::nat, Probe::none));
    const auto sent = world.punt(PuntReason::too_big, kWan, request(2900));
    REQUIRE(sent.size() == 2);
    const Bytes whole = put_together(sent);
    const uint32_t target = destination_of(whole);
    CHECK(sent[0].first == target_mac(target - target_address(0).to_v4()));
    CHECK(load_be16(&whole[22]) == 8080);
    CHECK(whole[8] == 63);
    CHECK(load_be16(&whole[36]) == reference_transport_checksum(whole));
}

TEST_CASE("a later fragment that is too big goes to the target on whose way it was") {
    const Rewrite mode = GENERATE(Rewrite::mac, Rewrite::nat);
    ServiceWorld world(with_service(mode, Probe::none));
    for (uint16_t target = 0; target < kTargets; ++target) {
        const auto sent = world.punt(PuntReason::too_big, kWan, request(1600, 4), way_to(world, target));
        REQUIRE(sent.size() == 2);
        for (const auto& [to, piece] : sent) {
            CHECK(to == target_mac(target));
            CHECK(destination_of(piece) ==
                  (mode == Rewrite::nat ? target_address(target) : kPublished).to_v4());
        }
    }
    // Nobody knows where it was going.
    CHECK(world.punt(PuntReason::too_big, kWan, request(1600, 4)).empty());
}

TEST_CASE("nat: an error about an answer goes to the target and quotes what the target sent") {
    ServiceWorld world(with_service(Rewrite::nat, Probe::none));
    world.know(kClientKey, kClientMac);
    for (uint16_t target = 0; target < kTargets; ++target) {
        for (const auto& [datagram, reason, type] :
             {std::tuple(answer(target, 1600, kDontFragment), PuntReason::too_big, 3),
              std::tuple(answer(target, 100, 0, 1), PuntReason::ttl_expired, 11)}) {
            const Bytes error = only_error(world.punt(reason, kLan, datagram), target_mac(target));
            CHECK(error[20] == type);
            CHECK(destination_of(error) == target_address(target).to_v4());
            CHECK(quotes(error, datagram));
        }
    }
}

TEST_CASE("nat: an answer that is cut by control has the published source") {
    ServiceWorld world(with_service(Rewrite::nat, Probe::none));
    world.know(kClientKey, kClientMac);
    const auto sent = world.punt(PuntReason::too_big, kLan, answer(1, 2900));
    REQUIRE(sent.size() == 2);
    const Bytes whole = put_together(sent);
    CHECK(sent[0].first == kClientMac);
    CHECK(source_of(whole) == kPublished.to_v4());
    CHECK(load_be16(&whole[20]) == 80);
    CHECK(whole[8] == 63);
    CHECK(load_be16(&whole[36]) == reference_transport_checksum(whole));
}

TEST_CASE("nat: answers to a client that is not known yet have the published source once it is") {
    ServiceWorld world(with_service(Rewrite::nat, Probe::none));
    const Bytes first = answer(2, 100, 0x2000);
    const Bytes later = answer(2, 100, 10);
    CHECK(world.punt(PuntReason::unresolved, kLan, first).empty());
    CHECK(world.punt(PuntReason::unresolved, kLan, later).empty());
    world.transmitter.frames.clear();
    world.hear(kClientKey, kClientMac);
    const auto sent = world.take_datagrams();
    REQUIRE(sent.size() == 2);
    CHECK(source_of(sent[0].second) == kPublished.to_v4());
    CHECK(source_of(sent[1].second) == kPublished.to_v4());
    // A later fragment of another datagram is not the service's.
    Bytes other = later;
    put_be16(other, 4, 77);
    seal(other);
    const auto own = world.punt(PuntReason::unresolved, kLan, other);
    REQUIRE(own.size() == 1);
    CHECK(source_of(own[0].second) == target_address(2).to_v4());
}

TEST_CASE("nat: a target is told that its client is not there, about the answer that it sent") {
    ServiceWorld world(with_service(Rewrite::nat, Probe::none));
    const Bytes datagram = answer(2, 100);
    CHECK(world.punt(PuntReason::unresolved, kLan, datagram).empty());
    world.wait_in_silence(10s);
    const Bytes error = only_error(world.take_datagrams(), target_mac(2));
    CHECK(error[20] == 3);
    CHECK(quotes(error, datagram));
}

TEST_CASE("nat: what is of no service is sent on as it is") {
    ServiceWorld world(with_service(Rewrite::nat, Probe::none));
    world.know(kClientKey, kClientMac);
    Bytes datagram = answer(1, 100);
    put_be16(datagram, 20, 22);
    seal_transport(datagram);
    const auto sent = world.punt(PuntReason::unresolved, kLan, datagram);
    REQUIRE(sent.size() == 1);
    datagram[8] = 63;
    seal(datagram);
    CHECK(sent[0].second == datagram);
}

namespace {

const IpAddress kPool = ip("203.0.113.65");  // the second address

settings::Settings with_pools() {
    auto settings = with_service(Rewrite::nat, Probe::none);
    settings.services[0].answers = settings::Answers::snat;
    settings.services[0].snat = {*IpPrefix::parse("203.0.113.64/31")};
    return settings;
}

// An answer of the target to a port of the pool.
Bytes pool_answer(size_t target, size_t size, uint16_t port, uint16_t fragment = 0) {
    Bytes datagram = answer(target, size, fragment);
    put_be32(datagram, 16, kPool.to_v4());
    put_be16(datagram, 22, port);
    seal(datagram);
    seal_transport(datagram);
    return datagram;
}

}  // namespace

TEST_CASE("snat: workers are told the pools, and which service each is of") {
    ServiceWorld world(with_pools());
    const reroute::ServiceSet& set = world.set();
    CHECK(set.pools == std::vector<uint32_t>{kPool.to_v4() - 1, kPool.to_v4()});
    CHECK(set.services[0].answers == reroute::AnswerWay::snat);
    CHECK(set.services[0].first_pool == 0);
    CHECK(set.services[0].n_pools == 2);
    CHECK_FALSE(set.restores_answers());
    REQUIRE(set.published.size() == 3);
    CHECK(set.published[0].pool == reroute::kNoPool);
    CHECK(set.published[2].pool == 1);
    CHECK(set.published[2].address == kPool.to_v4());
}

TEST_CASE("snat: a target is told which of its answers fit on the way to the client, about what it sent") {
    ServiceWorld world(with_pools());
    world.plane().sources[{1, 2000}] = {
        .ends = reroute::flow_ends(kClient, 40000, 80), .kind = reroute::flow_kind(0, packet::kIpProtocolTcp), .target = 2};
    const Bytes datagram = pool_answer(2, 1600, 2000, kDontFragment);
    const Bytes error = only_error(world.punt(PuntReason::too_big, kLan, datagram), target_mac(2));
    CHECK(error[20] == 3);
    CHECK(error[21] == 4);
    CHECK(load_be16(&error[26]) == 1500);
    CHECK(quotes(error, datagram));
    // Nobody's.
    CHECK(world.punt(PuntReason::too_big, kLan, pool_answer(2, 1600, 2001, kDontFragment)).empty());
}

TEST_CASE("snat: a port of a pool is explained, and so is one that is nobody's") {
    ServiceWorld world(with_pools());
    world.plane().sources[{1, 2000}] = {
        .ends = reroute::flow_ends(kClient, 40000, 80), .kind = reroute::flow_kind(0, packet::kIpProtocolTcp), .target = 2};
    const auto explain = [&world](uint16_t port) {
        const auto text = world.services().explain({.client = target_address(2).to_v4(),
                                                    .published = kPool.to_v4(),
                                                    .client_port = 8080,
                                                    .published_port = port,
                                                    .protocol = packet::kIpProtocolTcp},
                                                   0);
        return text.ok() ? *text : text.error().message;
    };
    CHECK(explain(2000) == "203.0.113.65:2000 is the source that t2 of service web sees of " +
                               IpAddress::v4(kClient).to_string() + ":40000 to 198.51.100.7:80");
    CHECK(explain(2001) == "203.0.113.65:2001 is no connection's source now");
}

namespace {

// A router's error about the datagram in the tunnel to a target; of the quote, so many bytes.
Bytes tunnel_error(uint8_t type, uint8_t code, uint16_t mtu, const Bytes& inner, size_t target, size_t n_quoted,
                   Rewrite mode = Rewrite::ipip) {
    Bytes outer = request(44);
    const bool is_gre = mode == Rewrite::gre;
    outer.resize(is_gre ? 24 : 20);
    outer[9] = is_gre ? packet::kIpProtocolGre : packet::kIpProtocolIpip;
    if (is_gre) {
        store_be32(&outer[20], 0x0800);
    }
    put_be16(outer, 2, static_cast<uint16_t>(outer.size() + inner.size()));
    put_be16(outer, 6, load_be16(&inner[6]) & kDontFragment);
    put_be32(outer, 12, kLanAddress.to_v4());
    put_be32(outer, 16, target_address(target).to_v4());
    const Bytes behind(outer.begin() + 20, outer.end());
    outer.resize(20);
    seal(outer);
    outer.insert(outer.end(), behind.begin(), behind.end());
    outer.insert(outer.end(), inner.begin(), inner.end());
    Bytes error = packet::testing::make_error(0x0A00'0063, outer, n_quoted);
    error[20] = type;
    error[21] = code;
    put_be16(error, 26, mtu);
    return error;
}

}  // namespace

TEST_CASE("ipip: a router's MTU counts as that of the path, and the client is told what is left of it") {
    ServiceWorld world(with_service(Rewrite::ipip, Probe::none));
    world.know(kClientKey, kClientMac);
    const Bytes inner = request(1480, kDontFragment);
    const Bytes error = only_error(
        world.punt(PuntReason::local_address, kLan, tunnel_error(3, 4, 1400, inner, 1, 540)), kClientMac);
    CHECK(error[20] == 3);
    CHECK(error[21] == 4);
    CHECK(load_be16(&error[26]) == 1380);
    CHECK(source_of(error) == kPublished.to_v4());
    CHECK(destination_of(error) == kClient);
    CHECK(quotes(error, inner));

    world.pass(1s);
    CHECK(world.set().targets[1].path_mtu == 1400);
    CHECK(world.set().targets[0].path_mtu == UINT16_MAX);
    // One about what cannot have left since changes nothing; no host takes less than 576 (RFC 1122 3.3.2).
    CHECK(world.punt(PuntReason::local_address, kLan, tunnel_error(3, 4, 1300, inner, 1, 540)).empty());
    world.punt(PuntReason::local_address, kLan, tunnel_error(3, 4, 68, inner, 2, 540));
    world.pass(1s);
    CHECK(world.set().targets[1].path_mtu == 1400);
    CHECK(world.set().targets[2].path_mtu == 576);
    // Nor does one about what may be cut, or is no larger than what the router says, or is another's tunnel.
    CHECK(world.punt(PuntReason::local_address, kLan, tunnel_error(3, 4, 1400, request(1480), 0, 540)).empty());
    CHECK(world.punt(PuntReason::local_address, kLan, tunnel_error(3, 4, 1500, inner, 0, 540)).empty());
    CHECK(world.punt(PuntReason::local_address, kLan, tunnel_error(3, 4, 1400, request(1481, kDontFragment), 0, 540)).empty());
    Bytes others = tunnel_error(3, 4, 1400, inner, 0, 540);
    put_be32(others, 16, kWanAddress.to_v4());
    put_be32(others, 28 + 12, kWanAddress.to_v4());
    seal(others);
    CHECK(world.punt(PuntReason::local_address, kLan, others).empty());
    world.pass(1s);
    CHECK(world.set().targets[0].path_mtu == UINT16_MAX);
    // Without the inner header nobody is told, but the path is known.
    CHECK(world.punt(PuntReason::local_address, kLan, tunnel_error(3, 4, 1300, inner, 3, 28)).empty());
    world.pass(1s);
    CHECK(world.set().targets[3].path_mtu == 1300);
    const auto too_big = world.punt(PuntReason::tunnel_too_big, kWan, request(1400, kDontFragment), way_to(world, 3));
    REQUIRE(too_big.size() == 1);
    world.pass(11min);
    CHECK(world.set().targets[1].path_mtu == UINT16_MAX);
    CHECK(world.set().targets[3].path_mtu == UINT16_MAX);
}

TEST_CASE("ipip: that a target cannot be reached, or is too far, is passed on, and nothing else of strangers") {
    ServiceWorld world(with_service(Rewrite::ipip, Probe::none));
    world.know(kClientKey, kClientMac);
    const Bytes inner = request(100);
    for (const auto& [type, code] : {std::pair<uint8_t, uint8_t>(3, 1), std::pair<uint8_t, uint8_t>(11, 0)}) {
        const Bytes error =
            only_error(world.punt(PuntReason::local_address, kLan, tunnel_error(type, code, 0, inner, 1, 120)), kClientMac);
        CHECK(error[20] == 3);
        CHECK(error[21] == 1);
        CHECK(quotes(error, inner));
    }
    // About no target of ours, and about what is for no published address.
    CHECK(world.punt(PuntReason::local_address, kLan, tunnel_error(3, 1, 0, inner, 77, 120)).empty());
    Bytes elsewhere = inner;
    put_be32(elsewhere, 16, 0x0808'0808);
    seal(elsewhere);
    CHECK(world.punt(PuntReason::local_address, kLan, tunnel_error(3, 1, 0, elsewhere, 1, 120)).empty());
}

TEST_CASE("gre: errors about its tunnels are understood as those of ipip, with four bytes less for the client") {
    ServiceWorld world(with_service(Rewrite::gre, Probe::none));
    world.know(kClientKey, kClientMac);
    const Bytes inner = request(1476, kDontFragment);
    const Bytes error = only_error(
        world.punt(PuntReason::local_address, kLan, tunnel_error(3, 4, 1400, inner, 1, 540, Rewrite::gre)), kClientMac);
    CHECK(load_be16(&error[26]) == 1376);
    CHECK(quotes(error, inner));
    CHECK(world.punt(PuntReason::local_address, kLan, tunnel_error(3, 4, 1300, inner, 1, 540)).empty());
    world.pass(1s);
    CHECK(world.set().targets[1].path_mtu == 1400);
}
