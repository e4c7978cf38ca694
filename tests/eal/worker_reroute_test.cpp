// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <algorithm>
#include <set>

#include "catch.hpp"
#include "service_rig.hpp"

using namespace evengate;        // NOLINT: a test
using namespace evengate::test;  // NOLINT
using counters::RerouteEvent;
using packet::DropReason;
using packet::PuntReason;
using reroute::Criterion;
using reroute::FragmentPolicy;
using reroute::Rewrite;

namespace {

Bytes syn_with_mss(uint32_t client, uint16_t port, uint16_t mss) {
    Bytes datagram = tcp_of(client, port, flag::syn, 4);
    datagram[20 + 12] = 0x60;  // six words of header
    put_be16(datagram, 40, 0x0204);
    put_be16(datagram, 42, mss);
    seal_transport(datagram);
    return datagram;
}

}  // namespace

TEST_CASE("mac: the frame has the target's MAC, and of the datagram not a byte is changed") {
    ServiceRig rig;
    std::set<uint16_t> seen;
    for (uint16_t port = 1000; port < 1064; ++port) {
        for (const Bytes& datagram : {tcp_of(kClient, port, flag::syn), udp_of(kClient, port),
                                      with_ttl(1, tcp_of(kClient, port, flag::ack))}) {
            const auto sent = rig.send(datagram);
            const uint16_t target = ServiceRig::addressee(sent);
            REQUIRE(target < kTargets);
            CHECK(sent == sent_to(target_mac(target), datagram));
            seen.insert(target);
        }
    }
    CHECK(seen.size() == kTargets);
}

TEST_CASE("stateless: a flow has the same target whenever it comes, and by every member") {
    std::vector<uint16_t> targets;
    {
        ServiceRig rig;
        for (uint16_t port = 1000; port < 1200; ++port) {
            targets.push_back(rig.target_of(tcp_of(kClient, port, flag::syn)));
        }
        for (uint16_t port = 1000; port < 1200; ++port) {
            CHECK(rig.target_of(tcp_of(kClient, port, flag::ack)) == targets[port - 1000]);
        }
        CHECK(rig.connections().size() + rig.half_open().size() == 0);
    }
    ServiceRig other;
    for (uint16_t port = 1000; port < 1200; ++port) {
        CHECK(other.target_of(tcp_of(kClient, port, flag::fin_ack)) == targets[port - 1000]);
    }
}

TEST_CASE("stateless: of many flows in one burst each goes where it goes alone") {
    ServiceRig rig({.rewrite = GENERATE(Rewrite::mac, Rewrite::nat), .behind_peer = {3}});
    std::vector<std::optional<Bytes>> alone;
    std::vector<Bytes> frames;
    for (uint16_t port = 2000; port < 2060; ++port) {
        // Some handed on by another member, which go to a target of ours.
        frames.push_back(to_router(udp_of(kClient, port), port % 7 == 0 ? kPeerMac : kHostMac));
        rig.receive(frames.back());
        rig.poll();
        alone.push_back(rig.take_sent());
        REQUIRE(alone.back());
    }
    for (const Bytes& frame : frames) {
        rig.receive(frame);
    }
    rig.poll();
    std::vector<std::optional<Bytes>> together;
    for (size_t i = 0; i < frames.size(); ++i) {
        together.push_back(rig.take_sent());
    }
    std::ranges::sort(alone);
    std::ranges::sort(together);
    CHECK(together == alone);
}

TEST_CASE("stateless: a packet goes to the class of its own client and DSCP, whoever came before it") {
    // Target 0 is near to the lower half of the clients, target 1 to the upper one, 2 for DSCP 46 alone.
    constexpr uint64_t kMarked = uint64_t{1} << 46;
    ServiceRig rig({.classes = {{.dscp = ~kMarked, .near_clients = {{.address = kClient & ~0xFFu, .length = 25}}},
                                {.dscp = ~kMarked, .near_clients = {{.address = kClient | 0x80, .length = 25}}},
                                {.dscp = kMarked},
                                {.dscp = ~kMarked}}});
    constexpr uint32_t kLower = kClient & ~0x80u;
    constexpr uint32_t kUpper = kClient | 0x80u;
    for (uint16_t port = 1000; port < 1050; ++port) {
        CHECK(rig.target_of(tcp_of(kLower, port, flag::ack)) == 0);
        CHECK(rig.target_of(tcp_of(kUpper, port, flag::ack)) == 1);
        Bytes marked = tcp_of(port % 2 == 0 ? kLower : kUpper, port, flag::ack);
        marked[1] = 46 << 2;
        seal(marked);
        CHECK(rig.target_of(marked) == 2);
    }
}

TEST_CASE("nat: destination and port become the target's, and all checksums are right over all bytes") {
    const uint16_t target_port = GENERATE(uint16_t{0}, uint16_t{8080});
    ServiceRig rig({.rewrite = Rewrite::nat, .target_port = target_port});
    const uint16_t expected_port = target_port != 0 ? target_port : 80;
    for (uint16_t port = 2000; port < 2100; ++port) {
        for (const Bytes& datagram : {tcp_of(kClient, port, flag::syn, port % 50), udp_of(kClient, port, port % 50)}) {
            const auto sent = rig.send(datagram);
            const uint16_t target = ServiceRig::addressee(sent);
            REQUIRE(target < kTargets);
            Bytes expected = with_ttl(63, datagram);
            put_be32(expected, 16, target_address(target));
            put_be16(expected, 22, expected_port);
            seal(expected);
            seal_transport(expected);
            CHECK(has_right_checksums(datagram_of(*sent)));
            CHECK(sent == sent_to(target_mac(target), expected));
        }
    }
}

TEST_CASE("nat: an answer of a target has the published source again, and others' traffic is let be") {
    ServiceRig rig({.rewrite = Rewrite::nat, .target_port = 8080});
    for (uint16_t target = 0; target < kTargets; ++target) {
        const Bytes answer = answer_of(target, 8080, kClient, 5000, flag::syn_ack);
        Bytes expected = with_ttl(63, answer);
        put_be32(expected, 12, kPublished);
        put_be16(expected, 20, 80);
        seal(expected);
        seal_transport(expected);
        CHECK(rig.send(answer) == sent_to(fuzz::kNextHopMac, expected));
        // Another port of the target is not the service's.
        const Bytes own = answer_of(target, 22, kClient, 5000, flag::ack);
        CHECK(rig.send(own) == sent_to(fuzz::kNextHopMac, with_ttl(63, own)));
    }
    CHECK(rig.n_counted(RerouteEvent::answers_restored) == kTargets);
}

TEST_CASE("nat: a UDP checksum of zero stays so in both directions") {
    ServiceRig rig({.rewrite = Rewrite::nat, .target_port = 8080});
    Bytes datagram = udp_of(kClient, 5000);
    put_be16(datagram, 26, 0);
    const auto sent = rig.send(datagram);
    REQUIRE(sent);
    CHECK(get_be16(datagram_of(*sent), 26) == 0);
}

TEST_CASE("a datagram beyond the MTU is punted where the header in front makes it so, and not before") {
    const Rewrite rewrite = GENERATE(Rewrite::mac, Rewrite::nat, Rewrite::ipip, Rewrite::gre);
    const size_t limit = kMtu - reroute::overhead_of(rewrite);
    ServiceRig rig({.rewrite = rewrite});
    const Bytes fits = with_fragment(kDontFragment, with_total(limit, tcp_of(kClient, 5000, flag::ack)));
    CHECK(rig.target_of(fits) < kTargets);
    const Bytes too_big = with_fragment(kDontFragment, with_total(limit + 1, fits));
    const auto punted = rig.punt(to_router(too_big));
    REQUIRE(punted);
    CHECK(punted->tag.reason == (reroute::is_tunnel(rewrite) ? PuntReason::tunnel_too_big : PuntReason::too_big));
    // As the client sent it, so that an error quotes what it knows.
    CHECK(punted->frame == to_router(too_big));
}

TEST_CASE("a later fragment beyond the MTU is punted as what is routed to its target, as control may cut that") {
    const Rewrite rewrite = GENERATE(Rewrite::nat, Rewrite::ipip, Rewrite::gre);
    ServiceRig rig({.rewrite = rewrite});
    for (uint16_t port = 5000; port < 5050; ++port) {
        Bytes first = with_fragment(kMoreFragments, udp_of(kClient, port, 24));
        Bytes later = with_fragment(4, with_total(kMtu + 1, make_datagram(16)));
        for (Bytes* const part : {&first, &later}) {
            put_be16(*part, 4, port);
            seal(*part);
        }
        const uint16_t target = rig.target_of(first);
        REQUIRE(target < kTargets);
        const auto punted = rig.punt(to_router(later));
        REQUIRE(punted);
        CHECK(punted->tag.reason == PuntReason::too_big);
        CHECK(punted->tag.interface == InterfaceId{0});
        const Bytes datagram(punted->frame.begin() + punted->tag.payload_offset, punted->frame.end());
        CHECK(reference_checksum(std::span(datagram).first(20)) == 0);
        CHECK(load_be32(datagram.data() + 16) == target_address(target));
        if (rewrite == Rewrite::nat) {
            CHECK(datagram.size() == later.size());
        } else {
            const auto overhead = static_cast<std::ptrdiff_t>(reroute::overhead_of(rewrite));
            CHECK(Bytes(datagram.begin() + overhead, datagram.end()) == with_ttl(63, later));
        }
        const Bytes sent = to_router(later);
        CHECK(Bytes(punted->frame.begin(), punted->frame.begin() + 14) == Bytes(sent.begin(), sent.begin() + 14));
    }
}

TEST_CASE("a SYN whose time is up is punted with the MSS that the client sent") {
    ServiceRig rig({.rewrite = GENERATE(Rewrite::nat, Rewrite::ipip), .mss = 600});
    const Bytes old = with_ttl(1, syn_with_mss(kClient, 5000, 1460));
    const auto punted = rig.punt(to_router(old));
    REQUIRE(punted);
    CHECK(punted->frame == to_router(old));
    const auto sent = rig.send(syn_with_mss(kClient, 5000, 1460));
    REQUIRE(sent);
    const Bytes datagram = datagram_of(*sent);
    CHECK(get_be16(datagram, datagram.size() - 2) == 600);
}

TEST_CASE("nat: an answer that control has to send on or to refuse is punted as the target sent it") {
    ServiceRig rig({.rewrite = Rewrite::nat, .target_port = 8080});
    const Bytes answer = answer_of(1, 8080, kClient, 5000, flag::ack);
    Bytes to_nobody = answer;
    put_be32(to_nobody, 16, 0x0A05'0005);
    seal(to_nobody);
    for (const auto& [datagram, reason] : {std::pair(with_ttl(1, answer), PuntReason::ttl_expired),
                                           std::pair(with_total(kMtu + 1, answer), PuntReason::too_big),
                                           std::pair(to_nobody, PuntReason::unresolved)}) {
        const auto punted = rig.punt(to_router(datagram));
        REQUIRE(punted);
        CHECK(punted->tag.reason == reason);
        CHECK(punted->frame == to_router(datagram));
    }
    CHECK(rig.n_counted(RerouteEvent::answers_restored) == 0);
}

TEST_CASE("nat: an answer to an address of ours, which a probe waits for, has the published source") {
    ServiceRig rig({.rewrite = Rewrite::nat, .target_port = 8080});
    Bytes answer = answer_of(1, 8080, fuzz::kRouterAddress, 5000, flag::syn_ack);
    const auto punted = rig.punt(to_router(answer));
    REQUIRE(punted);
    CHECK(load_be32(punted->frame.data() + 14 + 12) == kPublished);
}

TEST_CASE("nat: a first fragment of an answer that is punted tells the worker whose the later ones are") {
    ServiceRig rig({.rewrite = Rewrite::nat, .target_port = 8080});
    const Bytes first =
        with_fragment(kMoreFragments, with_total(kMtu + 20, answer_of(1, 8080, kClient, 5000, flag::ack)));
    REQUIRE(rig.punt(to_router(first)));
    Bytes later = with_fragment(185, make_datagram(16));
    later[9] = packet::kIpProtocolTcp;
    put_be32(later, 12, target_address(1));
    put_be32(later, 16, kClient);
    seal(later);
    const auto sent = rig.send(later);
    REQUIRE(sent);
    CHECK(load_be32(datagram_of(*sent).data() + 12) == kPublished);
}

TEST_CASE("a datagram whose time is up is punted as the client sent it, where the rewrite counts hops") {
    ServiceRig rig({.rewrite = GENERATE(Rewrite::nat, Rewrite::ipip)});
    const Bytes old = with_ttl(1, tcp_of(kClient, 5000, flag::ack));
    const auto punted = rig.punt(to_router(old));
    REQUIRE(punted);
    CHECK(punted->tag.reason == PuntReason::ttl_expired);
    CHECK(punted->frame == to_router(old));
}

TEST_CASE("an echo request to a published address, and a port of no service, are for control") {
    ServiceRig rig;
    Bytes echo = make_datagram(16);
    echo[9] = 1;
    seal(echo);
    echo[20] = 8;
    Bytes closed = tcp_of(kClient, 5000, flag::syn);
    put_be16(closed, 22, 81);
    for (const Bytes& datagram : {echo, closed}) {
        const auto punted = rig.punt(to_router(datagram));
        REQUIRE(punted);
        CHECK(punted->tag.reason == PuntReason::local_address);
        CHECK(punted->frame == to_router(datagram));
    }
}

TEST_CASE("what is cut short, and TCP flags that no TCP sends, are dropped by name") {
    ServiceRig rig({.criterion = Criterion::stateful});
    Bytes cut = tcp_of(kClient, 5000, flag::ack);
    CHECK(rig.drop(to_router(with_total(32, cut))) == DropReason::service_malformed);
    for (const int flags : {0x00, 0x03, 0x01, 0x06, 0xC0}) {
        CHECK(rig.drop(to_router(tcp_of(kClient, 5000, static_cast<uint8_t>(flags)))) == DropReason::service_malformed);
    }
    CHECK(rig.connections().size() + rig.half_open().size() == 0);
}

TEST_CASE("track: later fragments go where the first one went, and by their addresses if it is unknown") {
    const Rewrite rewrite = GENERATE(Rewrite::mac, Rewrite::nat, Rewrite::ipip);
    ServiceRig rig({.rewrite = rewrite});
    for (uint16_t port = 1000; port < 1050; ++port) {
        Bytes first = with_fragment(kMoreFragments, udp_of(kClient, port, 24));
        put_be16(first, 4, port);
        seal(first);
        Bytes later = with_fragment(4, make_datagram(16));
        put_be16(later, 4, port);
        put_be32(later, 16, kPublished);
        seal(later);
        const uint16_t target = rig.target_of(first);
        REQUIRE(target < kTargets);
        const auto sent = rig.send(later);
        CHECK(ServiceRig::addressee(sent) == target);
        if (rewrite == Rewrite::nat) {
            Bytes expected = with_ttl(63, later);
            put_be32(expected, 16, target_address(target));
            seal(expected);
            CHECK(datagram_of(*sent) == expected);
        }
    }
    CHECK(rig.n_counted(RerouteEvent::fragments_tracked) == 50);
    Bytes unknown = with_fragment(4, make_datagram(16));
    put_be16(unknown, 4, 9);
    seal(unknown);
    const uint16_t target = rig.target_of(unknown);
    CHECK(target < kTargets);
    CHECK(rig.target_of(unknown) == target);
    CHECK(rig.n_counted(RerouteEvent::fragments_by_address) == 2);
}

TEST_CASE("nat: fragments of an answer all have the published source") {
    ServiceRig rig({.rewrite = Rewrite::nat, .target_port = 8080});
    Bytes first = answer_of(1, 8080, kClient, 5000, flag::ack);
    first = with_fragment(kMoreFragments, first);
    Bytes later = with_fragment(4, make_datagram(16));
    later[9] = packet::kIpProtocolTcp;
    put_be32(later, 12, target_address(1));
    put_be32(later, 16, kClient);
    seal(later);
    for (const Bytes& piece : {first, later}) {
        const auto sent = rig.send(piece);
        REQUIRE(sent);
        const Bytes datagram = datagram_of(*sent);
        CHECK(load_be32(datagram.data() + 12) == kPublished);
        CHECK(reference_checksum(std::span(datagram).first(20)) == 0);
    }
}

TEST_CASE("addresses: all of a client's flows and fragments have one target; drop: fragments have none") {
    ServiceRig rig({.criterion = GENERATE(Criterion::stateless, Criterion::stateful),
                    .fragments = FragmentPolicy::addresses});
    for (uint32_t client = kClient; client < kClient + 20; ++client) {
        Bytes later = with_fragment(4, make_datagram(16));
        put_be32(later, 12, client);
        seal(later);
        const uint16_t target = rig.target_of(later);
        for (uint16_t port = 1000; port < 1005; ++port) {
            CHECK(rig.target_of(tcp_of(client, port, flag::syn)) == target);
            CHECK(rig.target_of(udp_of(client, port)) == target);
        }
    }
    rig.publish({.fragments = FragmentPolicy::drop});
    for (const uint16_t piece : {uint16_t{kMoreFragments}, uint16_t{4}}) {
        CHECK(rig.drop(to_router(with_fragment(piece, udp_of(kClient, 1000, 24)))) == DropReason::service_fragment);
    }
    CHECK(rig.target_of(udp_of(kClient, 1000, 24)) < kTargets);
}

TEST_CASE("an ICMP error about an answer goes to the target of its flow, whatever router sent it") {
    const Rewrite rewrite = GENERATE(Rewrite::mac, Rewrite::nat, Rewrite::ipip);
    const Criterion criterion = GENERATE(Criterion::stateless, Criterion::stateful);
    ServiceRig rig({.rewrite = rewrite, .criterion = criterion, .target_port = 8080});
    for (uint16_t port = 1000; port < 1020; ++port) {
        const uint16_t target = rig.target_of(tcp_of(kClient, port, flag::syn));
        rig.target_of(tcp_of(kClient, port, flag::ack));
        Bytes answer = tcp_of(kPublished, 80, flag::ack);
        put_be32(answer, 16, kClient);
        put_be16(answer, 22, port);
        seal(answer);
        seal_transport(answer);
        for (const size_t n_quoted : {size_t{28}, answer.size()}) {
            const auto sent = rig.send(make_error(kStranger, answer, n_quoted));
            REQUIRE(ServiceRig::addressee(sent) == target);
            if (rewrite != Rewrite::nat) {
                continue;
            }
            const Bytes error = datagram_of(*sent);
            CHECK(reference_checksum(std::span(error).first(20)) == 0);
            CHECK(reference_checksum(std::span(error).subspan(20)) == 0);
            CHECK(load_be32(error.data() + 16) == target_address(target));
            // What it quotes is what the target sent.
            CHECK(load_be32(error.data() + 28 + 12) == target_address(target));
            CHECK(get_be16(error, 28 + 20) == 8080);
            CHECK(get_be16(error, 28 + 22) == port);
            CHECK(reference_checksum(std::span(error).subspan(28, 20)) == 0);
        }
    }
    CHECK(rig.n_counted(RerouteEvent::icmp_errors) == 40);
}

TEST_CASE("nat: an ICMP error for a target is one hop older, and gone when its time is up") {
    ServiceRig rig({.rewrite = Rewrite::nat, .target_port = 8080});
    Bytes answer = tcp_of(kPublished, 80, flag::ack);
    put_be32(answer, 16, kClient);
    put_be16(answer, 22, 5000);
    seal(answer);
    seal_transport(answer);
    const auto sent = rig.send(with_ttl(2, make_error(kStranger, answer, 28)));
    REQUIRE(sent);
    CHECK(datagram_of(*sent)[8] == 1);
    const Bytes old = with_ttl(1, make_error(kStranger, answer, 28));
    const auto punted = rig.punt(to_router(old));
    REQUIRE(punted);
    CHECK(punted->tag.reason == PuntReason::ttl_expired);
    CHECK(punted->frame == to_router(old));
}

TEST_CASE("nat: an ICMP error about what a client sent to a target quotes what the client sent") {
    ServiceRig rig({.rewrite = Rewrite::nat, .target_port = 8080});
    Bytes datagram = tcp_of(kClient, 5000, flag::ack);
    put_be32(datagram, 16, target_address(2));
    put_be16(datagram, 22, 8080);
    seal(datagram);
    seal_transport(datagram);
    const auto sent = rig.send(make_error(0x0A01'0001, datagram, 28));
    REQUIRE(sent);
    const Bytes error = datagram_of(*sent);
    CHECK(load_be32(error.data() + 16) == kClient);
    CHECK(load_be32(error.data() + 28 + 16) == kPublished);
    CHECK(get_be16(error, 28 + 22) == 80);
    CHECK(reference_checksum(std::span(error).subspan(20)) == 0);
}
