// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "service_rig.hpp"

#include <algorithm>
#include <iterator>

#include "catch.hpp"

namespace evengate::test {
namespace {

using packet::Adjacency;

constexpr uint32_t kServiceEntry = 16;
constexpr uint32_t kTunnelEntry = 17;
constexpr uint32_t kFirstPoolEntry = 18;
constexpr uint32_t kFirstTargetEntry = 20;

Adjacency towards(const MacAddress& mac) {
    Adjacency adjacency;
    adjacency.kind = packet::AdjacencyKind::forward;
    adjacency.port = kOutPort;
    adjacency.mtu = kMtu;
    adjacency.destination = mac;
    adjacency.source = fuzz::kRouterMac;
    return adjacency;
}

IpPrefix host(uint32_t address) { return {IpAddress::v4(address), 32}; }

std::vector<uint16_t> slots_of(const std::vector<reroute::Candidate>& candidates, const reroute::HashKey& key) {
    std::vector<uint16_t> slots(reroute::kSlots);
    reroute::fill_slots(slots, candidates, key);
    return slots;
}

std::vector<uint16_t> slots_of_classes(const reroute::Classes& classes, const std::vector<reroute::Candidate>& all,
                                       const reroute::HashKey& key) {
    constexpr reroute::TargetMask kAllUp = (1 << kTargets) - 1;
    std::vector<uint16_t> slots;
    for (size_t of = 0; of < classes.n_classes(); ++of) {
        std::vector<reroute::Candidate> candidates = all;
        for (uint16_t i = 0; i < kTargets; ++i) {
            const bool is_for_it = (classes.candidates(of, kAllUp).targets >> i & 1) != 0;
            candidates[i].weight = is_for_it ? candidates[i].weight : 0;
        }
        std::ranges::copy(slots_of(candidates, key), std::back_inserter(slots));
    }
    return slots;
}

}  // namespace

ServiceRig::ServiceRig(const Offer& offer, RigSize size) : WorkerRig(size) {
    adjacencies().set(kServiceEntry, Adjacency::service(0, InterfaceId{0}));
    adjacencies().set(kTunnelEntry, Adjacency::tunnel(InterfaceId{0}));
    adjacencies().set(table::entry_of(kPeer), towards(kPeerMac));
    for (uint16_t i = 0; i < kTargets; ++i) {
        adjacencies().set(kFirstTargetEntry + i, towards(target_mac(i)));
    }
    REQUIRE(routes().add(host(kPublished), kServiceEntry).ok());
    REQUIRE(routes().add(host(kTunnelEnd), kTunnelEntry).ok());
    for (uint16_t i = 0; i < kPools; ++i) {
        adjacencies().set(kFirstPoolEntry + i, Adjacency::service(static_cast<uint16_t>(1 + i), kNoInterface));
        REQUIRE(routes().add(host(pool_address(i)), kFirstPoolEntry + i).ok());
    }
    REQUIRE(routes().add({IpAddress::v4(kClient & 0xFFFF'FF00), 24}, entry::untagged).ok());
    publish(offer);
}

AdjacencyIndex ServiceRig::way_to(uint16_t target) {
    return table::adjacency_of(kFirstTargetEntry + target);
}

void ServiceRig::publish(const Offer& offer) {
    auto set = std::make_unique<reroute::ServiceSet>();
    set->key = {.k0 = 0x0123'4567'89AB'CDEF, .k1 = 42};
    set->published.push_back({.address = kPublished, .tcp = {{80, 80, 0}}, .udp = {{80, 80, 0}}});
    for (uint16_t i = 0; i < kPools; ++i) {
        set->published.push_back({.address = pool_address(i), .pool = i, .tcp = {}, .udp = {}});
        set->pools.push_back(pool_address(i));
    }
    reroute::ServiceRow& row = set->services.emplace_back();
    row.rewrite = offer.rewrite;
    row.criterion = offer.criterion;
    row.fragments = offer.fragments;
    row.answers = offer.rewrite == reroute::Rewrite::nat ? reroute::AnswerWay::route : reroute::AnswerWay::direct;
    if (offer.is_snat) {
        row.answers = reroute::AnswerWay::snat;
        row.n_pools = kPools;
    }
    row.n_slots = reroute::kSlots;
    row.mss = offer.mss;
    row.tunnel_source = kTunnelSource;
    std::vector<reroute::Candidate> all;
    std::vector<reroute::Candidate> own;
    for (uint16_t i = 0; i < kTargets; ++i) {
        const bool is_behind = std::ranges::find(offer.behind_peer, i) != offer.behind_peer.end();
        set->targets.push_back({.address = target_address(i),
                                .port = offer.target_port,
                                .adjacency = is_behind ? kPeer : way_to(i),
                                .path_mtu = offer.path_mtu,
                                .use = offer.uses[i],
                                .is_behind_member = is_behind,
                                .weight = offer.weights[i]});
        all.push_back({i, reroute::target_identity(target_address(i), 0), offer.weights[i]});
        own.push_back(all.back());
        own.back().weight = is_behind ? 0 : offer.weights[i];
        if (offer.rewrite == reroute::Rewrite::nat && !offer.is_snat) {
            for (const uint8_t protocol : {packet::kIpProtocolTcp, packet::kIpProtocolUdp}) {
                set->add_answer(target_address(i), offer.target_port != 0 ? offer.target_port : 80, protocol,
                                {kPublished, 80, 0});
            }
        }
    }
    row.slots = slots_of(all, set->key);
    if (!offer.classes.empty()) {
        row.classes = reroute::Classes::compile(offer.classes, {.data_sets = 0, .published_port = 80}).value();
        row.has_classes = true;
        row.slots = slots_of_classes(row.classes, all, set->key);
    }
    row.own_slots = slots_of(own, set->key);
    set->homes = offer.homes;
    set->tunnel_interfaces = offer.tunnel_interfaces;
    set->tunnel_sources = {{kPeerAddress, kPeerAddress}};
    set->add_member(kPeerMac);
    services().publish(std::move(set));
}

std::optional<Bytes> ServiceRig::send(const Bytes& datagram, const MacAddress& sender) {
    return forward(to_router(datagram, sender));
}

uint16_t ServiceRig::addressee(const std::optional<Bytes>& frame) {
    if (!frame) {
        return kNowhere;
    }
    const MacAddress destination = MacAddress::from_bytes(frame->data());
    for (uint16_t i = 0; i < kTargets; ++i) {
        if (destination == target_mac(i)) {
            return i;
        }
    }
    return destination == kPeerMac ? kPeerTarget : kNowhere;
}

uint16_t ServiceRig::target_of(const Bytes& datagram, const MacAddress& sender) {
    return addressee(send(datagram, sender));
}

Bytes tcp_of(uint32_t client, uint16_t port, uint8_t flags, size_t payload_size) {
    Bytes datagram = make_tcp(payload_size, flags);
    put_be32(datagram, 12, client);
    put_be16(datagram, 20, port);
    seal(datagram);
    seal_transport(datagram);
    return datagram;
}

Bytes udp_of(uint32_t client, uint16_t port, size_t payload_size) {
    Bytes datagram = make_udp(payload_size);
    put_be32(datagram, 12, client);
    put_be16(datagram, 20, port);
    seal(datagram);
    seal_transport(datagram);
    return datagram;
}

Bytes answer_of(uint16_t target, uint16_t target_port, uint32_t client, uint16_t port, uint8_t flags) {
    Bytes datagram = tcp_of(target_address(target), target_port, flags);
    put_be32(datagram, 16, client);
    put_be16(datagram, 22, port);
    seal(datagram);
    seal_transport(datagram);
    return datagram;
}

Bytes within(uint32_t source, uint32_t destination, const Bytes& inner) {
    Bytes outer = make_datagram(0);
    outer[9] = packet::kIpProtocolIpip;
    put_be16(outer, 2, static_cast<uint16_t>(outer.size() + inner.size()));
    put_be32(outer, 12, source);
    put_be32(outer, 16, destination);
    seal(outer);
    return outer + inner;
}

Bytes with_fragment(uint16_t flags_and_offset, Bytes datagram) {
    put_be16(datagram, 6, flags_and_offset);
    seal(datagram);
    return datagram;
}

Bytes with_total(size_t total, Bytes datagram) {
    datagram.resize(total);
    put_be16(datagram, 2, static_cast<uint16_t>(total));
    seal(datagram);
    return datagram;
}

Bytes to_router(const Bytes& datagram, const MacAddress& sender) {
    return link(fuzz::kOwnVmac, sender, kIpv4Type + datagram);
}

Bytes sent_to(const MacAddress& destination, const Bytes& datagram) {
    return link(destination, fuzz::kRouterMac, kIpv4Type + datagram);
}

Bytes datagram_of(const Bytes& frame) {
    constexpr size_t kLink = 14;
    REQUIRE(frame.size() >= kLink + 20);
    const size_t length = get_be16(frame, kLink + 2);
    REQUIRE(frame.size() >= kLink + length);
    return {frame.begin() + kLink, frame.begin() + static_cast<std::ptrdiff_t>(kLink + length)};
}

bool has_right_checksums(const Bytes& datagram) {
    const size_t header_length = static_cast<size_t>(datagram[0] & 0x0F) * 4;
    return reference_checksum(std::span(datagram).first(header_length)) == 0 &&
           get_be16(datagram, packet::testing::transport_checksum_at(datagram)) ==
               reference_transport_checksum(datagram);
}

}  // namespace evengate::test
