// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <map>

#include "catch.hpp"
#include "eventually.hpp"
#include "service_rig.hpp"

using namespace evengate;        // NOLINT: a test
using namespace evengate::test;  // NOLINT
using counters::RerouteEvent;
using packet::DropReason;
using reroute::Criterion;
using reroute::Rewrite;
using reroute::TargetUse;

namespace {

constexpr uint16_t kFirstPort = 1000;
constexpr uint16_t kConnections = 200;
const Offer kStateful{.criterion = Criterion::stateful};

// By port: the target that SYN and first ACK went to.
std::map<uint16_t, uint16_t> connect(ServiceRig& rig, uint16_t first = kFirstPort, uint16_t n = kConnections) {
    std::map<uint16_t, uint16_t> targets;
    for (uint16_t port = first; port < first + n; ++port) {
        targets[port] = rig.target_of(tcp_of(kClient, port, flag::syn));
        REQUIRE(rig.target_of(tcp_of(kClient, port, flag::ack)) == targets[port]);
    }
    return targets;
}

uint64_t n_kept(ServiceRig& rig, const std::map<uint16_t, uint16_t>& targets, uint8_t flags) {
    uint64_t n = 0;
    for (const auto& [port, target] : targets) {
        n += rig.target_of(tcp_of(kClient, port, flags)) == target ? 1 : 0;
    }
    return n;
}

Offer with_weights(std::array<uint32_t, kTargets> weights) {
    Offer offer = kStateful;
    offer.weights = weights;
    return offer;
}

Offer without_first(TargetUse use) {
    Offer offer = with_weights({0, 1, 1, 1});
    offer.uses[0] = use;
    return offer;
}

}  // namespace

TEST_CASE("a connection is half open with its SYN and established with its ACK, through any change of weights") {
    const Rewrite rewrite = GENERATE(Rewrite::mac, Rewrite::nat, Rewrite::ipip);
    Offer offer = kStateful;
    offer.rewrite = rewrite;
    ServiceRig rig(offer);
    CHECK(rig.target_of(tcp_of(kClient, kFirstPort, flag::syn)) < kTargets);
    CHECK(rig.half_open().size() == 1);
    CHECK(rig.connections().size() == 0);
    const auto targets = connect(rig);
    CHECK(rig.half_open().size() == 0);
    CHECK(rig.connections().size() == kConnections);
    CHECK(rig.n_counted(RerouteEvent::connections_promoted) == kConnections);

    offer.weights = {1, 50, 1, 1};
    rig.publish(offer);
    CHECK(n_kept(rig, targets, flag::ack) == kConnections);
    CHECK(n_kept(rig, targets, flag::syn) == kConnections);
    CHECK(n_kept(rig, targets, flag::fin_ack) == kConnections);
    // The hash alone would have them elsewhere.
    uint64_t n_moved = 0;
    for (const auto& [port, target] : targets) {
        n_moved += rig.target_of(tcp_of(kClient + 1, port, flag::syn)) != target ? 1 : 0;
    }
    CHECK(n_moved > kConnections / 2);
}

TEST_CASE("a target that drains keeps what it has and gets nothing new; one that is flushed loses all") {
    ServiceRig rig(kStateful);
    const auto targets = connect(rig);
    uint64_t n_of_first = 0;
    for (const auto& [port, target] : targets) {
        n_of_first += target == 0 ? 1 : 0;
    }
    REQUIRE(n_of_first > 10);

    rig.publish(without_first(GENERATE(TargetUse::draining, TargetUse::down)));
    CHECK(n_kept(rig, targets, flag::ack) == kConnections);
    for (const auto& [port, target] : connect(rig, 5000)) {
        CHECK(target != 0);
    }

    rig.publish(without_first(TargetUse::flushed));
    CHECK(n_kept(rig, targets, flag::ack) == kConnections - n_of_first);
    const counters::TargetCell& first = rig.worker().reroute_counters()->target(0);
    CHECK(first.opened.get() == n_of_first);
    CHECK(first.live.get() == 0);
    CHECK(rig.connections().size() == 2 * kConnections - n_of_first);
}

TEST_CASE("a SYN that comes again finds its target while that is up, and another one once it drains") {
    ServiceRig rig(kStateful);
    std::map<uint16_t, uint16_t> targets;
    for (uint16_t port = kFirstPort; port < kFirstPort + kConnections; ++port) {
        targets[port] = rig.target_of(tcp_of(kClient, port, flag::syn));
    }
    rig.publish(with_weights({1, 50, 1, 1}));
    CHECK(n_kept(rig, targets, flag::syn) == kConnections);
    rig.publish(without_first(TargetUse::draining));
    for (const auto& [port, target] : targets) {
        const uint16_t now = rig.target_of(tcp_of(kClient, port, flag::syn));
        CHECK(now != 0);
        CHECK((target == 0 || now == target));
        // The ACK goes where the last SYN went.
        CHECK(rig.target_of(tcp_of(kClient, port, flag::ack)) == now);
    }
}

TEST_CASE("a closing connection keeps its target for what is under way, and a SYN on it is chosen anew") {
    const uint8_t end = GENERATE(flag::fin_ack, flag::rst);
    ServiceRig rig(kStateful);
    const auto targets = connect(rig);
    rig.publish(with_weights({0, 1, 0, 0}));
    CHECK(n_kept(rig, targets, end) == kConnections);
    CHECK(n_kept(rig, targets, flag::ack) == kConnections);
    CHECK(rig.connections().size() == kConnections);
    for (const auto& [port, target] : targets) {
        CHECK(rig.target_of(tcp_of(kClient, port, flag::syn)) == 1);
    }
    CHECK(rig.connections().size() == 0);
    CHECK(rig.half_open().size() == kConnections);
}

TEST_CASE("flows that hash addresses are found again however many of them had to move") {
    Offer offer = kStateful;
    offer.fragments = reroute::FragmentPolicy::addresses;
    // As full as it gets: some must move.
    constexpr uint16_t kMany = 4000;
    ServiceRig rig(offer, {.n_flows = kMany});
    const auto targets = connect(rig, kFirstPort, kMany);
    CHECK(rig.connections().size() == kMany);
    offer.weights = {1, 50, 1, 1};
    rig.publish(offer);
    CHECK(n_kept(rig, targets, flag::ack) == kMany);
    CHECK(rig.n_counted(RerouteEvent::table_full) == 0);
}

TEST_CASE("a datagram flow is remembered from its second datagram on, and moves only when its target is down") {
    ServiceRig rig(kStateful);
    std::map<uint16_t, uint16_t> targets;
    for (uint16_t port = kFirstPort; port < kFirstPort + kConnections; ++port) {
        targets[port] = rig.target_of(udp_of(kClient, port));
    }
    CHECK(rig.connections().size() == 0);
    for (const auto& [port, target] : targets) {
        CHECK(rig.target_of(udp_of(kClient, port)) == target);
    }
    CHECK(rig.connections().size() == kConnections);
    rig.publish(without_first(TargetUse::draining));
    for (const auto& [port, target] : targets) {
        CHECK(rig.target_of(udp_of(kClient, port)) == target);
    }
    rig.publish(without_first(TargetUse::down));
    for (const auto& [port, target] : targets) {
        const uint16_t now = rig.target_of(udp_of(kClient, port));
        CHECK((target == 0 ? now != 0 && now < kTargets : now == target));
    }
}

TEST_CASE("nat: a connection that both sides have ended is closing") {
    Offer offer = kStateful;
    offer.rewrite = Rewrite::nat;
    offer.target_port = 8080;
    ServiceRig rig(offer);
    const auto targets = connect(rig);
    offer.weights = {0, 1, 0, 0};
    rig.publish(offer);
    for (const auto& [port, target] : targets) {
        // One side is not enough: the SYN is the target's to judge.
        CHECK(rig.target_of(tcp_of(kClient, port, flag::fin_ack)) == target);
        CHECK(rig.target_of(tcp_of(kClient, port, flag::syn)) == target);
        CHECK(rig.send(answer_of(target, 8080, kClient, port, flag::fin_ack)));
        CHECK(rig.target_of(tcp_of(kClient, port, flag::syn)) == 1);
    }
}

TEST_CASE("a non-SYN that nobody knows goes by its hash and leaves no trace") {
    ServiceRig rig(kStateful);
    for (uint16_t port = kFirstPort; port < kFirstPort + kConnections; ++port) {
        for (const uint8_t flags : {flag::ack, flag::fin_ack, flag::rst, flag::syn_ack}) {
            CHECK(rig.target_of(tcp_of(kClient, port, flags)) < kTargets);
        }
    }
    CHECK(rig.connections().size() + rig.half_open().size() == 0);
    CHECK(rig.n_counted(RerouteEvent::unknown_hashed) == 4 * kConnections);
}

TEST_CASE("a non-SYN that nobody knows gets a second chance at its home, and what comes from there does not") {
    Offer offer = kStateful;
    offer.homes = {kPeer};
    ServiceRig rig(offer);
    const Bytes unknown = tcp_of(kClient, 7000, flag::ack);
    CHECK(rig.send(unknown) == sent_to(kPeerMac, unknown));
    CHECK(rig.n_counted(RerouteEvent::unknown_asked) == 1);
    CHECK(rig.target_of(unknown, kPeerMac) < kTargets);
    CHECK(rig.n_counted(RerouteEvent::unknown_asked) == 1);
    CHECK(rig.n_counted(RerouteEvent::final_local) == 1);
    // Its own home is asked of nobody.
    offer.homes = {kNoAdjacency};
    rig.publish(offer);
    CHECK(rig.target_of(unknown) < kTargets);
    // A SYN is new, wherever its home is.
    offer.homes = {kPeer};
    rig.publish(offer);
    CHECK(rig.target_of(tcp_of(kClient, 7000, flag::syn)) < kTargets);
}

TEST_CASE("an error about a connection that is not known here goes to its home, once") {
    Offer offer = kStateful;
    offer.homes = {kPeer};
    ServiceRig rig(offer);
    Bytes answer = tcp_of(kPublished, 80, flag::ack);
    put_be32(answer, 16, kClient);
    put_be16(answer, 22, 7000);
    seal(answer);
    const Bytes error = make_error(kStranger, answer, 28);
    CHECK(rig.send(error) == sent_to(kPeerMac, error));
    CHECK(rig.n_counted(RerouteEvent::unknown_asked) == 1);
    CHECK(rig.target_of(error, kPeerMac) < kTargets);
    CHECK(rig.n_counted(RerouteEvent::unknown_asked) == 1);
    CHECK(rig.n_counted(RerouteEvent::icmp_errors) == 1);
    // Where the connection is known, nobody is asked.
    const uint16_t target = rig.target_of(tcp_of(kClient, 7000, flag::syn));
    rig.target_of(tcp_of(kClient, 7000, flag::ack));
    CHECK(rig.target_of(error) == target);
}

TEST_CASE("what unknown packets may ask of the home member is limited, and the rest goes by hash") {
    Offer offer = kStateful;
    offer.homes = {kPeer};
    ServiceRig rig(offer);
    constexpr uint32_t kFlood = 20'000;
    for (uint32_t i = 0; i < kFlood; ++i) {
        rig.target_of(tcp_of(kClient + i, 7000, flag::ack));
    }
    CHECK(rig.n_counted(RerouteEvent::unknown_asked) >= 2'000);
    CHECK(rig.n_counted(RerouteEvent::unknown_asked) + rig.n_counted(RerouteEvent::unknown_hashed) == kFlood);
}

TEST_CASE("with opposite tables two members make exactly one hop, whatever is remembered of the flow") {
    Offer offer = kStateful;
    offer.criterion = GENERATE(Criterion::stateless, Criterion::stateful, Criterion::spray);
    offer.rewrite = GENERATE(Rewrite::mac, Rewrite::nat);
    offer.behind_peer = {0, 1, 2};
    ServiceRig rig(offer);
    uint64_t n_handed_on = 0;
    for (uint16_t port = kFirstPort; port < kFirstPort + 100; ++port) {
        const Bytes syn = tcp_of(kClient, port, flag::syn);
        const Bytes ack = tcp_of(kClient, port, flag::ack);
        const auto sent = rig.send(syn);
        if (ServiceRig::addressee(sent) == kPeerTarget) {
            // As the client sent it, whatever the service's rewrite: the other member does that.
            CHECK(sent == sent_to(kPeerMac, syn));
            ++n_handed_on;
        }
        rig.target_of(ack);
        // The other member's table names this one.
        CHECK(rig.target_of(syn, kPeerMac) == 3);
        CHECK(rig.target_of(ack, kPeerMac) == 3);
        CHECK(rig.target_of(tcp_of(kClient, port, flag::fin_ack), kPeerMac) == 3);

        Bytes first = with_fragment(0x2000, udp_of(kClient, port, 24));
        Bytes later = with_fragment(4, make_datagram(16));
        put_be16(first, 4, port);
        put_be16(later, 4, port);
        seal(first);
        seal(later);
        rig.target_of(first);
        CHECK(rig.target_of(later, kPeerMac) == 3);

        Bytes answer = tcp_of(kPublished, 80, flag::ack);
        put_be32(answer, 16, kClient);
        put_be16(answer, 22, port);
        seal(answer);
        seal_transport(answer);
        CHECK(rig.target_of(make_error(kStranger, answer, 28), kPeerMac) == 3);
    }
    CHECK(n_handed_on > 50);
}

TEST_CASE("what comes of one flow in one burst, fragments or not, leaves in its order") {
    const auto criterion = GENERATE(reroute::Criterion::stateful, reroute::Criterion::stateless);
    ServiceRig rig({.criterion = criterion});
    for (uint16_t port = kFirstPort; port < kFirstPort + 50; ++port) {
        std::vector<Bytes> datagrams = {udp_of(kClient, port, 5), with_fragment(0x2000, udp_of(kClient, port, 24)),
                                        udp_of(kClient, port, 6), with_fragment(0x2004, make_datagram(16)),
                                        with_fragment(6, make_datagram(16)), udp_of(kClient, port, 7)};
        for (Bytes& datagram : datagrams) {
            put_be16(datagram, 4, port);  // one identification
            seal(datagram);
            rig.receive(to_router(datagram));
        }
        rig.poll();
        const auto first = rig.take_sent();
        const uint16_t target = ServiceRig::addressee(first);
        REQUIRE(target < kTargets);
        CHECK(first == sent_to(target_mac(target), datagrams[0]));
        for (size_t i = 1; i < datagrams.size(); ++i) {
            CHECK(rig.take_sent() == sent_to(target_mac(target), datagrams[i]));
        }
    }
    CHECK(rig.n_counted(RerouteEvent::fragments_tracked) == 100);
    CHECK(rig.n_counted(RerouteEvent::fragments_by_address) == 0);
}

TEST_CASE("a connection that another worker has is found there, with its target") {
    ServiceRig rig(kStateful, {.n_workers = 2, .n_flows = 1024});
    const auto targets = connect(rig);
    rig.publish(with_weights({1, 50, 1, 1}));
    for (const auto& [port, target] : targets) {
        rig.receive(to_router(tcp_of(kClient, port, flag::ack)), 1);
        rig.poll(1);
        rig.poll(0);  // has the queue of the port
        CHECK(ServiceRig::addressee(rig.take_sent()) == target);
    }
    CHECK(rig.n_counted(RerouteEvent::found_elsewhere, 1) == kConnections);
    CHECK(rig.connections(1).size() == kConnections);
}

TEST_CASE("connections that are silent for longer than their state allows are forgotten, others not") {
    ServiceRig rig(kStateful, {.n_flows = 64, .idle = {.half_open_s = 1, .closing_s = 1}});
    connect(rig, kFirstPort, 20);
    for (uint16_t port = kFirstPort; port < kFirstPort + 10; ++port) {
        rig.target_of(tcp_of(kClient, port, flag::fin_ack));
        rig.target_of(tcp_of(kClient, static_cast<uint16_t>(port + 1000), flag::syn));
    }
    CHECK(rig.half_open().size() == 10);
    CHECK(eventually([&] {
        rig.poll();
        return rig.half_open().size() == 0 && rig.connections().size() == 10;
    }));
    CHECK(rig.n_counted(RerouteEvent::connections_expired) == 10);
    CHECK(rig.worker().reroute_counters()->n_connections.get() == 10);
}

TEST_CASE("where no target is up, packets are dropped by name") {
    ServiceRig rig(with_weights({0, 0, 0, 0}));
    CHECK(rig.drop(to_router(tcp_of(kClient, 1, flag::syn))) == DropReason::no_target);
    CHECK(rig.drop(to_router(tcp_of(kClient, 1, flag::ack))) == DropReason::no_target);
    CHECK(rig.half_open().size() == 0);
}
