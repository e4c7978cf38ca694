// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "catch.hpp"
#include "packet/ethernet.hpp"
#include "service_rig.hpp"

using namespace evengate;        // NOLINT: a test
using namespace evengate::test;  // NOLINT
using counters::RerouteEvent;
using packet::DropReason;
using packet::PuntReason;
using reroute::Criterion;
using reroute::Rewrite;

TEST_CASE("ipip and gre: one outer header to the target, and the inner datagram is one hop older") {
    const Rewrite rewrite = GENERATE(Rewrite::ipip, Rewrite::gre);
    const size_t overhead = reroute::overhead_of(rewrite);
    ServiceRig rig({.rewrite = rewrite});
    for (uint16_t port = 3000; port < 3050; ++port) {
        Bytes datagram = tcp_of(kClient, port, flag::ack);
        put_be16(datagram, 6, port % 2 != 0 ? kDontFragment : 0);
        seal(datagram);
        const auto sent = rig.send(datagram);
        const uint16_t target = ServiceRig::addressee(sent);
        REQUIRE(target < kTargets);
        const Bytes outer = datagram_of(*sent);
        CHECK(reference_checksum(std::span(outer).first(20)) == 0);
        if (rewrite == Rewrite::gre) {
            CHECK(load_be32(outer.data() + 20) == packet::kEtherTypeIpv4);
        }
        CHECK(outer.size() == datagram.size() + overhead);
        CHECK(outer[9] == (rewrite == Rewrite::gre ? packet::kIpProtocolGre : packet::kIpProtocolIpip));
        CHECK(load_be32(outer.data() + 12) == kTunnelSource);
        CHECK(load_be32(outer.data() + 16) == target_address(target));
        CHECK((get_be16(outer, 6) & kDontFragment) == (get_be16(datagram, 6) & kDontFragment));
        CHECK(Bytes(outer.begin() + static_cast<std::ptrdiff_t>(overhead), outer.end()) == with_ttl(63, datagram));
    }
    CHECK(rig.n_counted(RerouteEvent::encapsulated) == 50);
}

TEST_CASE("ipip: what is decapsulated goes to a target, once, and only if who sent it may") {
    ServiceRig rig({.criterion = Criterion::stateless});
    const Bytes inner = tcp_of(kClient, 4000, flag::ack);
    const uint16_t target = rig.target_of(inner);
    CHECK(rig.send(within(kPeerAddress, kTunnelEnd, inner)) == sent_to(target_mac(target), inner));
    CHECK(rig.n_counted(RerouteEvent::decapsulated) == 1);

    CHECK(rig.drop(to_router(within(kStranger, kTunnelEnd, inner))) == DropReason::tunnel_refused);
    // To an address that is not published: neither a target's own nor somebody else's.
    for (const char* const elsewhere : {"10.1.0.11", "10.2.0.5", "192.0.2.1"}) {
        CHECK(rig.drop(to_router(within(kPeerAddress, kTunnelEnd, to(elsewhere, inner)))) ==
              DropReason::tunnel_refused);
    }
    Bytes cut = inner;
    cut.resize(12);
    CHECK(rig.drop(to_router(within(kPeerAddress, kTunnelEnd, cut))) == DropReason::tunnel_malformed);

    rig.publish({.tunnel_interfaces = {InterfaceId{1}}});
    CHECK(rig.drop(to_router(within(kPeerAddress, kTunnelEnd, inner))) == DropReason::tunnel_refused);
    CHECK(rig.send(inner) == sent_to(target_mac(target), inner));
}

TEST_CASE("what is no longer in a tunnel is not handed to another member") {
    ServiceRig rig({.behind_peer = {0, 1, 2}});
    for (uint16_t port = 4000; port < 4050; ++port) {
        const Bytes inner = tcp_of(kClient, port, flag::ack);
        CHECK(rig.target_of(within(kPeerAddress, kTunnelEnd, inner)) == 3);
    }
}

TEST_CASE("ipip: what routers said that the path takes is its MTU") {
    ServiceRig rig({.rewrite = Rewrite::ipip, .path_mtu = 1400});
    const Bytes fits = with_fragment(kDontFragment, with_total(1380, tcp_of(kClient, 5000, flag::ack)));
    CHECK(rig.target_of(fits) < kTargets);
    const auto punted = rig.punt(to_router(with_fragment(kDontFragment, with_total(1381, fits))));
    REQUIRE(punted);
    CHECK(punted->tag.reason == PuntReason::tunnel_too_big);
}
