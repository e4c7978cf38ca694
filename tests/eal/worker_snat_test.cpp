// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <chrono>
#include <map>
#include <set>
#include <thread>

#include "catch.hpp"
#include "eventually.hpp"
#include "service_rig.hpp"

using namespace evengate;        // NOLINT: a test
using namespace evengate::test;  // NOLINT
using counters::RerouteEvent;
using packet::DropReason;
using packet::PuntReason;
using reroute::Criterion;
using reroute::Rewrite;

namespace {

const Offer kSnat{.rewrite = Rewrite::nat, .criterion = Criterion::stateful, .target_port = 8080, .is_snat = true};

// What a target sees of a client.
struct Source {
    uint16_t target = kNowhere;
    uint32_t address = 0;
    uint16_t port = 0;

    friend auto operator<=>(const Source&, const Source&) = default;
};

Source source_of(ServiceRig& rig, const Bytes& datagram) {
    const auto sent = rig.send(datagram);
    if (!sent) {
        return {};
    }
    const Bytes seen = datagram_of(*sent);
    CHECK(has_right_checksums(seen));
    return {ServiceRig::addressee(sent), load_be32(seen.data() + 12), get_be16(seen, 20)};
}

// From the target to that source.
Bytes answer_to(const Source& source, uint8_t flags) {
    return answer_of(source.target, 8080, source.address, source.port, flags);
}

Source establish(ServiceRig& rig, uint32_t client, uint16_t port) {
    const Source source = source_of(rig, tcp_of(client, port, flag::syn));
    REQUIRE(source.target < kTargets);
    REQUIRE(rig.send(answer_to(source, flag::syn_ack)));
    CHECK(source_of(rig, tcp_of(client, port, flag::ack)) == source);
    return source;
}

Bytes too_big(size_t total, uint16_t fragment, Bytes datagram) {
    datagram = with_fragment(fragment, with_total(total, std::move(datagram)));
    seal_transport(datagram);
    return datagram;
}

}  // namespace

TEST_CASE("snat: the target sees a port of a pool, and all else of the datagram as with nat") {
    ServiceRig rig(kSnat);
    for (uint16_t port = 2000; port < 2040; ++port) {
        for (const Bytes& datagram : {tcp_of(kClient, port, flag::syn, port % 50), udp_of(kClient, port, port % 50)}) {
            const auto sent = rig.send(datagram);
            const uint16_t target = ServiceRig::addressee(sent);
            REQUIRE(target < kTargets);
            const Bytes seen = datagram_of(*sent);
            const uint32_t address = load_be32(seen.data() + 12);
            CHECK((address == pool_address(0) || address == pool_address(1)));
            Bytes expected = with_ttl(63, datagram);
            put_be32(expected, 12, address);
            put_be32(expected, 16, target_address(target));
            put_be16(expected, 20, get_be16(seen, 20));
            put_be16(expected, 22, 8080);
            seal(expected);
            seal_transport(expected);
            CHECK(sent == sent_to(target_mac(target), expected));
        }
    }
    CHECK(rig.n_counted(RerouteEvent::sources_taken) == 80);
    CHECK(rig.source_flows().size() == 80);
}

TEST_CASE("snat: a connection keeps its source, no two have the same, and a client has one address") {
    ServiceRig rig(kSnat);
    std::set<Source> sources;
    std::set<uint32_t> addresses;
    for (uint32_t client = kClient; client < kClient + 16; ++client) {
        std::set<uint32_t> of_client;
        for (uint16_t port = 1000; port < 1016; ++port) {
            const Source source = establish(rig, client, port);
            CHECK(sources.insert({0, source.address, source.port}).second);
            of_client.insert(source.address);
            CHECK(source_of(rig, tcp_of(client, port, flag::ack)) == source);
        }
        CHECK(of_client.size() == 1);
        addresses.insert(of_client.begin(), of_client.end());
    }
    CHECK(addresses.size() == kPools);
}

TEST_CASE("snat: an answer is its client's again, from the published address, whichever worker it comes to") {
    const uint16_t n_workers = GENERATE(uint16_t{1}, uint16_t{2});
    ServiceRig rig(kSnat, {.n_workers = n_workers, .n_flows = 4096});
    for (uint16_t port = 5000; port < 5040; ++port) {
        const Source source = source_of(rig, tcp_of(kClient, port, flag::syn));
        REQUIRE(source.target < kTargets);
        for (uint16_t worker = 0; worker < n_workers; ++worker) {
            const Bytes answer = answer_to(source, flag::syn_ack);
            Bytes expected = with_ttl(63, answer);
            put_be32(expected, 12, kPublished);
            put_be16(expected, 20, 80);
            put_be32(expected, 16, kClient);
            put_be16(expected, 22, port);
            seal(expected);
            seal_transport(expected);
            rig.receive(to_router(answer), worker);
            rig.poll(worker);
            if (worker != 0) {
                rig.poll(0);  // which sends for those without a queue
            }
            CHECK(rig.take_sent() == sent_to(fuzz::kNextHopMac, expected));
        }
    }
}

TEST_CASE("snat: what is no answer of the connection's target stays here, and changes nothing") {
    ServiceRig rig(kSnat);
    const Source source = establish(rig, kClient, 5000);
    const auto other = static_cast<uint16_t>((source.target + 1) % kTargets);
    Bytes as_udp = udp_of(target_address(source.target), 8080);
    put_be32(as_udp, 16, source.address);
    put_be16(as_udp, 22, source.port);
    seal(as_udp);
    for (const Bytes& stray :
         {answer_of(other, 8080, source.address, source.port, flag::rst),
          answer_of(source.target, 8081, source.address, source.port, flag::rst),
          answer_of(source.target, 8080, source.address, static_cast<uint16_t>(source.port ^ 1), flag::ack),
          answer_of(source.target, 8080, source.address, 80, flag::ack),
          answer_of(source.target, 8080, source.address ^ 1, source.port, flag::ack), as_udp}) {
        const auto punted = rig.punt(to_router(stray));
        REQUIRE(punted);
        CHECK(punted->tag.reason == PuntReason::local_address);
        CHECK(punted->frame == to_router(stray));
    }
    CHECK(rig.send(answer_to(source, flag::ack)));
    CHECK(rig.n_counted(RerouteEvent::answers_restored) == 2);
}

TEST_CASE("snat: SYNs that nobody answers, and ACKs out of nowhere, take no port from an answered connection") {
    constexpr uint32_t kPorts = 32;
    ServiceRig rig(kSnat, {.n_flows = 4096, .n_pool_ports = kPorts});
    std::map<std::pair<uint32_t, uint16_t>, Source> established;
    for (uint32_t client = kClient; client < kClient + 16; ++client) {
        established[{client, 5000}] = establish(rig, client, 5000);
    }
    const uint8_t flags = GENERATE(flag::syn, flag::ack);
    for (uint16_t port = 6000; port < 8000; ++port) {
        CHECK(source_of(rig, tcp_of(kClient + port % 50, port, flags)).target < kTargets);
    }
    CHECK(rig.n_counted(RerouteEvent::sources_overwritten) > 1000);
    CHECK(rig.source_flows().size() <= kPools * kPorts);
    for (const auto& [client, source] : established) {
        CHECK(source_of(rig, tcp_of(client.first, client.second, flag::ack)) == source);
        CHECK(rig.send(answer_to(source, flag::ack)));
    }
}

TEST_CASE("snat: where all ports are held by answered connections, the next one is dropped by name") {
    ServiceRig rig(kSnat, {.n_flows = 4096, .n_pool_ports = 8});
    unsigned n_open = 0;
    for (uint16_t port = 5000; port < 5008; ++port) {
        establish(rig, kClient, port);
        ++n_open;
    }
    CHECK(n_open == 8);
    CHECK(rig.drop(to_router(tcp_of(kClient, 5008, flag::syn))) == DropReason::no_source);
}

TEST_CASE("snat: what is over gives its port back") {
    ServiceRig rig(kSnat, {.n_flows = 64, .idle = {.half_open_s = 1, .closing_s = 1}, .n_pool_ports = 4});
    for (uint16_t port = 5000; port < 5004; ++port) {
        establish(rig, kClient, port);
        source_of(rig, tcp_of(kClient, port, flag::rst));
    }
    CHECK(rig.drop(to_router(tcp_of(kClient, 5008, flag::syn))) == DropReason::no_source);
    CHECK(eventually([&rig] {
        rig.poll();
        return rig.source_flows().size() == 0;
    }));
    CHECK(source_of(rig, tcp_of(kClient, 5009, flag::syn)).target < kTargets);
}

TEST_CASE("snat: a port whose connection the target reset, at whichever worker, may be taken by the next one") {
    const uint16_t n_workers = GENERATE(uint16_t{1}, uint16_t{2});
    ServiceRig rig(kSnat, {.n_workers = n_workers, .n_flows = 4096, .n_pool_ports = 8u * n_workers});
    for (uint16_t port = 5000; port < 5008; ++port) {
        const Source source = establish(rig, kClient, port);
        const auto worker = static_cast<uint16_t>(n_workers - 1);
        rig.receive(to_router(answer_to(source, flag::rst)), worker);
        rig.poll(worker);
        rig.poll(0);
        REQUIRE(rig.take_sent());
    }
    CHECK(eventually([&rig] {
        rig.poll();
        return source_of(rig, tcp_of(kClient, 5010, flag::syn)).target < kTargets;
    }));
}

TEST_CASE("snat: who has sent its FIN still gets answers, and only both ends together end a connection") {
    ServiceRig rig(kSnat, {.n_flows = 64, .idle = {.half_open_s = 1, .closing_s = 1}, .n_pool_ports = 4});
    const Source source = establish(rig, kClient, 5000);
    CHECK(source_of(rig, tcp_of(kClient, 5000, flag::fin_ack)) == source);
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(2500);
    while (std::chrono::steady_clock::now() < end) {
        rig.poll();
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    CHECK(rig.source_flows().size() == 1);
    REQUIRE(rig.send(answer_to(source, flag::fin_ack)));
    CHECK(eventually([&rig] {
        rig.poll();
        return rig.source_flows().size() == 0;
    }));
}

TEST_CASE("snat: a connection that comes by another worker keeps its source, and errors about it find it") {
    ServiceRig rig(kSnat, {.n_workers = 2, .n_flows = 1024});
    const Source source = establish(rig, kClient, 5000);
    const auto by_second = [&rig](const Bytes& datagram) {
        rig.receive(to_router(datagram), 1);
        rig.poll(1);
        rig.poll(0);
        const auto sent = rig.take_sent();
        REQUIRE(sent);
        return datagram_of(*sent);
    };
    const Bytes moved = by_second(tcp_of(kClient, 5000, flag::ack));
    CHECK(load_be32(moved.data() + 12) == source.address);
    CHECK(get_be16(moved, 20) == source.port);
    CHECK(rig.source_flows(1).size() == 0);
    Bytes answer = tcp_of(kPublished, 80, flag::ack);
    put_be32(answer, 16, kClient);
    put_be16(answer, 22, 5000);
    seal(answer);
    const Bytes error = by_second(make_error(kStranger, answer, 28));
    CHECK(load_be32(error.data() + 28 + 16) == source.address);
    CHECK(get_be16(error, 28 + 22) == source.port);
}

TEST_CASE("snat: an answer that is too old, or too big and not to be cut, is punted as the target sent it") {
    ServiceRig rig(kSnat);
    const Source source = establish(rig, kClient, 5000);
    const Bytes answer = answer_to(source, flag::ack);
    for (const auto& [datagram, reason] :
         {std::pair(with_ttl(1, answer), PuntReason::ttl_expired),
          std::pair(too_big(kMtu + 1, kDontFragment, answer), PuntReason::too_big)}) {
        const auto punted = rig.punt(to_router(datagram));
        REQUIRE(punted);
        CHECK(punted->tag.reason == reason);
        CHECK(punted->frame == to_router(datagram));
    }
    const auto cut = rig.punt(to_router(too_big(kMtu + 1, 0, answer)));
    REQUIRE(cut);
    CHECK(cut->tag.reason == PuntReason::too_big);
    CHECK(load_be32(cut->frame.data() + 14 + 16) == kClient);
    CHECK(load_be32(cut->frame.data() + 14 + 12) == kPublished);
}

TEST_CASE("snat: a datagram too big for the target is punted as it came, or, if it may be cut, as the target sees it") {
    ServiceRig rig(kSnat);
    const Source source = establish(rig, kClient, 5000);
    const Bytes big = too_big(kMtu + 1, kDontFragment, tcp_of(kClient, 5000, flag::ack));
    const auto whole = rig.punt(to_router(big));
    REQUIRE(whole);
    CHECK(whole->tag.reason == PuntReason::too_big);
    CHECK(whole->frame == to_router(big));
    const auto cut = rig.punt(to_router(too_big(kMtu + 1, 0, big)));
    REQUIRE(cut);
    CHECK(cut->tag.reason == PuntReason::too_big);
    CHECK(load_be32(cut->frame.data() + 14 + 12) == source.address);
    CHECK(load_be32(cut->frame.data() + 14 + 16) == target_address(source.target));
}

TEST_CASE("snat: fragments have the same source and the same client as their first one, both ways") {
    ServiceRig rig(kSnat);
    for (uint16_t port = 1000; port < 1020; ++port) {
        Bytes first = with_fragment(kMoreFragments, udp_of(kClient, port, 24));
        Bytes later = with_fragment(4, make_datagram(16));
        put_be32(later, 12, kClient);
        put_be32(later, 16, kPublished);
        for (Bytes* const part : {&first, &later}) {
            put_be16(*part, 4, port);
            seal(*part);
        }
        const auto sent = rig.send(first);
        const uint16_t target = ServiceRig::addressee(sent);
        REQUIRE(target < kTargets);
        const Bytes seen = datagram_of(*sent);
        const Source source{target, load_be32(seen.data() + 12), get_be16(seen, 20)};
        const auto behind = rig.send(later);
        REQUIRE(ServiceRig::addressee(behind) == target);
        CHECK(load_be32(datagram_of(*behind).data() + 12) == source.address);

        Bytes answer = udp_of(target_address(target), 8080, 24);
        put_be32(answer, 16, source.address);
        put_be16(answer, 22, source.port);
        Bytes rest = later;
        put_be32(rest, 12, target_address(target));
        put_be32(rest, 16, source.address);
        for (Bytes* const part : {&answer, &rest}) {
            put_be16(*part, 4, static_cast<uint16_t>(port + 5000));
        }
        for (const Bytes& part : {with_fragment(kMoreFragments, answer), with_fragment(4, rest)}) {
            const auto back = rig.send(part);
            REQUIRE(back);
            const Bytes got = datagram_of(*back);
            CHECK(load_be32(got.data() + 12) == kPublished);
            CHECK(load_be32(got.data() + 16) == kClient);
            CHECK(reference_checksum(std::span(got).first(20)) == 0);
        }
    }
}

TEST_CASE("snat: ICMP errors are translated both ways, quote included") {
    ServiceRig rig(kSnat);
    for (uint16_t port = 1000; port < 1010; ++port) {
        const Source source = establish(rig, kClient, port);
        // A router on the client's side, about an answer.
        Bytes answer = tcp_of(kPublished, 80, flag::ack);
        put_be32(answer, 16, kClient);
        put_be16(answer, 22, port);
        seal(answer);
        seal_transport(answer);
        const auto to_target = rig.send(make_error(kStranger, answer, answer.size()));
        REQUIRE(ServiceRig::addressee(to_target) == source.target);
        Bytes error = datagram_of(*to_target);
        CHECK(reference_checksum(std::span(error).first(20)) == 0);
        CHECK(reference_checksum(std::span(error).subspan(20)) == 0);
        CHECK(load_be32(error.data() + 16) == target_address(source.target));
        CHECK(load_be32(error.data() + 28 + 12) == target_address(source.target));
        CHECK(load_be32(error.data() + 28 + 16) == source.address);
        CHECK(get_be16(error, 28 + 20) == 8080);
        CHECK(get_be16(error, 28 + 22) == source.port);
        CHECK(reference_checksum(std::span(error).subspan(28, 20)) == 0);
        // A router on the target's side, about what the client sent.
        Bytes request = tcp_of(source.address, source.port, flag::ack);
        put_be32(request, 16, target_address(source.target));
        put_be16(request, 22, 8080);
        seal(request);
        seal_transport(request);
        const auto to_client = rig.send(make_error(kStranger, request, request.size()));
        REQUIRE(to_client);
        error = datagram_of(*to_client);
        CHECK(reference_checksum(std::span(error).first(20)) == 0);
        CHECK(reference_checksum(std::span(error).subspan(20)) == 0);
        CHECK(load_be32(error.data() + 12) == kStranger);
        CHECK(load_be32(error.data() + 16) == kClient);
        CHECK(load_be32(error.data() + 28 + 12) == kClient);
        CHECK(load_be32(error.data() + 28 + 16) == kPublished);
        CHECK(get_be16(error, 28 + 20) == port);
        CHECK(get_be16(error, 28 + 22) == 80);
        CHECK(reference_checksum(std::span(error).subspan(28, 20)) == 0);
    }
}

TEST_CASE("snat: a target behind a member gets the datagram as it is, for that member to translate") {
    Offer offer = kSnat;
    offer.behind_peer = {0, 1, 2, 3};
    ServiceRig rig(offer);
    const Bytes datagram = tcp_of(kClient, 5000, flag::syn);
    CHECK(rig.send(datagram) == sent_to(kPeerMac, datagram));
    CHECK(rig.source_flows().size() == 0);
}
