// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <algorithm>
#include <map>
#include <set>

#include "catch.hpp"
#include "service_rig.hpp"

using namespace evengate;        // NOLINT: a test
using namespace evengate::test;  // NOLINT
using counters::RerouteEvent;
using packet::DropReason;
using reroute::Criterion;

namespace {

constexpr uint32_t kBuckets = 256;
constexpr uint32_t kFarAway = 0x0808'0000;    // no route leads there
constexpr uint32_t kOnLink = 0x0A01'0077;     // of the targets' network
constexpr InterfaceId kIn{0};

// A dispatcher on the interface that the rig's frames come in by; bucket b belongs to gateway b % kTargets.
struct Front {
    Criterion by = Criterion::symmetric_flow;
    std::vector<uint16_t> slots = buckets();
    std::vector<uint16_t> previous = {};
    std::vector<uint16_t> down = {};
    bool keeps_rest = false;

    static std::vector<uint16_t> buckets() {
        std::vector<uint16_t> slots(kBuckets);
        for (uint32_t bucket = 0; bucket < kBuckets; ++bucket) {
            slots[bucket] = static_cast<uint16_t>(bucket % kTargets);
        }
        return slots;
    }
};

std::unique_ptr<reroute::ServiceSet> make_set(const Front& front) {
    auto set = std::make_unique<reroute::ServiceSet>();
    set->key = {.k0 = 0x0123'4567'89AB'CDEF, .k1 = 42};
    for (uint16_t i = 0; i < kTargets; ++i) {
        const bool is_down = std::ranges::find(front.down, i) != front.down.end();
        set->targets.push_back({.address = target_address(i),
                                .adjacency = ServiceRig::way_to(i),
                                .use = is_down ? reroute::TargetUse::flushed : reroute::TargetUse::up,
                                .weight = 1});
        set->add_member(target_mac(i));
    }
    reroute::ServiceRow& row = set->services.emplace_back();
    row.criterion = front.by;
    row.fragments = reroute::FragmentPolicy::addresses;
    row.n_slots = kBuckets;
    row.slots = front.slots;
    row.previous_slots = front.previous;
    row.keeps_rest = front.keeps_rest;
    set->dispatchers = {0};
    set->connected = {{.first = kOnLink & 0xFFFF'FF00, .last = kOnLink | 0xFF}};
    return set;
}

struct FrontRig : ServiceRig {
    explicit FrontRig(const Front& front) : ServiceRig({}, {.n_flows = 4096, .n_buckets = kBuckets}) { change(front); }
    void change(const Front& front) { services().publish(make_set(front)); }
    uint64_t n_in_buckets() {
        uint64_t n = 0;
        for (uint32_t bucket = 0; bucket < kBuckets; ++bucket) {
            n += worker(0).reroute_counters()->bucket(bucket).get();
        }
        return n;
    }
};

Bytes to(uint32_t destination, Bytes datagram) {
    put_be32(datagram, 16, destination);
    seal(datagram);
    if (datagram[9] == packet::kIpProtocolTcp || datagram[9] == packet::kIpProtocolUdp) {
        seal_transport(datagram);
    }
    return datagram;
}

Bytes turned(Bytes datagram) {
    std::swap_ranges(&datagram[12], &datagram[16], &datagram[16]);
    std::swap_ranges(&datagram[20], &datagram[22], &datagram[22]);
    return datagram;
}

}  // namespace

TEST_CASE("what would be routed on is dispatched untouched, both directions of a flow to one gateway") {
    FrontRig rig(Front{});
    std::set<uint16_t> seen;
    for (uint16_t port = 1000; port < 1200; ++port) {
        const Bytes there = to(kFarAway + port, tcp_of(kClient, port, flag::syn));
        const auto sent = rig.send(there);
        const uint16_t gateway = ServiceRig::addressee(sent);
        REQUIRE(gateway < kTargets);
        CHECK(sent == sent_to(target_mac(gateway), there));
        seen.insert(gateway);
        // Where the other direction comes in by a dispatcher as well. The rig's client is on no link of its.
        CHECK(rig.target_of(turned(there)) == gateway);
    }
    CHECK(seen.size() == kTargets);
    CHECK(rig.n_in_buckets() == 400);
}

TEST_CASE("what is for us, on a link, or came from a gateway is not dispatched") {
    FrontRig rig(Front{});
    CHECK(rig.target_of(to(kOnLink, tcp_of(kClient, 1000, flag::syn))) == kNowhere);
    CHECK(rig.target_of(to(kTunnelEnd, tcp_of(kClient, 1000, flag::syn))) == kNowhere);
    for (uint16_t i = 0; i < kTargets; ++i) {
        CHECK(rig.target_of(to(kFarAway, tcp_of(kClient, 1000, flag::syn)), target_mac(i)) == kNowhere);
    }
    CHECK(rig.n_in_buckets() == 0);
}

TEST_CASE("by source MAC all that a station sends goes one way, whatever it is") {
    FrontRig rig(Front{.by = Criterion::source_mac});
    std::set<uint16_t> seen;
    for (uint64_t station = 0; station < 64; ++station) {
        const MacAddress mac = MacAddress::from_u64(0x0200'0000'1000 + station);
        const uint16_t gateway = rig.target_of(to(kFarAway, tcp_of(kClient, 1000, flag::syn)), mac);
        REQUIRE(gateway < kTargets);
        CHECK(rig.target_of(to(kFarAway + 77, udp_of(kClient + 1, 53)), mac) == gateway);
        CHECK(rig.target_of(with_fragment(4, to(kFarAway, udp_of(kClient, 53, 64))), mac) == gateway);
        seen.insert(gateway);
    }
    CHECK(seen.size() == kTargets);
}

TEST_CASE("fragments of a datagram go one way, the first as the later") {
    FrontRig rig(Front{});
    for (uint32_t host = 0; host < 50; ++host) {
        const Bytes whole = to(kFarAway + host, udp_of(kClient, 5000, 64));
        CHECK(rig.target_of(with_fragment(0x2000, whole)) == rig.target_of(with_fragment(4, whole)));
    }
}

TEST_CASE("while a bucket moves, connections that began before stay, and others go the new way for good") {
    FrontRig rig(Front{});
    std::map<uint16_t, uint16_t> before;
    const auto ack_of = [](uint16_t port) { return to(kFarAway, tcp_of(kClient, port, flag::ack)); };
    const auto syn_of = [](uint16_t port) { return to(kFarAway, tcp_of(kClient, port, flag::syn)); };
    for (uint16_t port = 1000; port < 1100; ++port) {
        before[port] = rig.target_of(syn_of(port));
    }
    Front moving{.slots = std::vector<uint16_t>(kBuckets, 3), .previous = Front::buckets()};
    rig.change(moving);
    for (const auto& [port, gateway] : before) {
        CHECK(rig.target_of(ack_of(port)) == gateway);
        CHECK(rig.target_of(to(kFarAway, udp_of(kClient, port))) < kTargets);
    }
    for (uint16_t port = 2000; port < 2100; ++port) {
        CHECK(rig.target_of(syn_of(port)) == 3);
        CHECK(rig.target_of(syn_of(port)) == 3);  // again, as it was lost
        CHECK(rig.target_of(ack_of(port)) == 3);
    }
    // The bucket moves on: those that began with gateway 3 have it, the oldest their first one.
    moving.slots.assign(kBuckets, 2);
    rig.change(moving);
    for (uint16_t port = 2000; port < 2100; ++port) {
        CHECK(rig.target_of(ack_of(port)) == 3);
    }
    for (const auto& [port, gateway] : before) {
        CHECK(rig.target_of(ack_of(port)) == gateway);
    }
    // Gateway 3 fails: nothing is sent there.
    moving.down = {3};
    std::ranges::replace(moving.previous, uint16_t{3}, uint16_t{2});
    rig.change(moving);
    for (uint16_t port = 2000; port < 2100; ++port) {
        CHECK(rig.target_of(ack_of(port)) != 3);
    }
}

TEST_CASE("two connections that differ in their destination alone are told apart while a bucket moves") {
    FrontRig rig(Front{});
    const Bytes old_syn = to(kFarAway, tcp_of(kClient, 1000, flag::syn));
    const uint16_t first = rig.target_of(old_syn);
    rig.change({.slots = std::vector<uint16_t>(kBuckets, static_cast<uint16_t>((first + 1) % kTargets)),
                .previous = std::vector<uint16_t>(kBuckets, first)});
    CHECK(rig.target_of(to(kFarAway + 9, tcp_of(kClient, 1000, flag::syn))) != first);
    CHECK(rig.target_of(to(kFarAway + 9, tcp_of(kClient, 1000, flag::ack))) != first);
    CHECK(rig.target_of(to(kFarAway, tcp_of(kClient, 1000, flag::ack))) == first);
}

TEST_CASE("a flood of SYN while buckets move takes no room from connections") {
    FrontRig rig({.slots = std::vector<uint16_t>(kBuckets, 3), .previous = Front::buckets()});
    CHECK(rig.target_of(to(kFarAway, tcp_of(kClient, 999, flag::syn))) == 3);
    CHECK(rig.target_of(to(kFarAway, tcp_of(kClient, 999, flag::ack))) == 3);
    for (uint32_t i = 0; i < 20'000; ++i) {
        rig.target_of(to(kFarAway + i, tcp_of(kClient, 1000, flag::syn)));
    }
    CHECK(rig.target_of(to(kFarAway, tcp_of(kClient, 999, flag::ack))) == 3);
    CHECK(rig.n_counted(RerouteEvent::connections_promoted) == 1);
    CHECK(rig.n_counted(RerouteEvent::table_full) == 0);
}

TEST_CASE("a bucket that is nobody's is a counted drop") {
    FrontRig rig({.slots = std::vector<uint16_t>(kBuckets, reroute::kNoTarget)});
    CHECK(rig.target_of(to(kFarAway, tcp_of(kClient, 1000, flag::syn))) == kNowhere);
    CHECK(rig.n_dropped(DropReason::no_target) == 1);
}

TEST_CASE("each sprayed packet goes to exactly one target, all equally often; by flow to the same") {
    const bool per_packet = GENERATE(true, false);
    ServiceRig rig({}, {.n_flows = 4096});
    auto set = make_set({.by = per_packet ? Criterion::spray : Criterion::stateless});
    set->dispatchers.clear();
    set->published.push_back({.address = kPublished, .spray = 0, .spray_interface = kIn, .tcp = {}, .udp = {}});
    rig.services().publish(std::move(set));
    std::array<uint32_t, kTargets> counts{};
    constexpr uint32_t kPackets = 8'000;
    for (uint32_t i = 0; i < kPackets; ++i) {
        const Bytes datagram = udp_of(kClient + i / 4, static_cast<uint16_t>(2000 + i % 4));
        const auto sent = rig.send(datagram);
        const uint16_t target = ServiceRig::addressee(sent);
        REQUIRE(target < kTargets);
        CHECK(sent == sent_to(target_mac(target), datagram));
        ++counts[target];
        if (!per_packet) {
            CHECK(rig.target_of(datagram) == target);
        }
    }
    double chi_square = 0;
    for (const uint32_t count : counts) {
        constexpr double kExpected = static_cast<double>(kPackets) / kTargets;
        chi_square += (count - kExpected) * (count - kExpected) / kExpected;
    }
    CHECK(chi_square < 11.3);  // 3 degrees of freedom, p > 0.01
    // What other interfaces bring is not sprayed.
    auto elsewhere = make_set({.by = Criterion::spray});
    elsewhere->dispatchers.clear();
    elsewhere->published.push_back({.address = kPublished, .spray = 0, .spray_interface = InterfaceId{5}, .tcp = {}, .udp = {}});
    rig.services().publish(std::move(elsewhere));
    CHECK(rig.target_of(udp_of(kClient, 2000)) == kNowhere);
}

TEST_CASE("slices that are handed on go to their member as they are, and the rest is routed here; both are counted") {
    Front front{.keeps_rest = true};
    for (uint32_t slice = 0; slice < kBuckets; ++slice) {
        front.slots[slice] = slice % 4 == 0 ? uint16_t{1} : reroute::kNoTarget;
    }
    FrontRig rig(front);
    uint64_t n_handed = 0;
    uint64_t n_kept = 0;
    constexpr uint16_t kFlows = 400;
    for (uint16_t port = 1000; port < 1000 + kFlows; ++port) {
        const Bytes datagram = to(kClient, tcp_of(kFarAway, port, flag::ack));
        const auto frame = rig.send(datagram);
        REQUIRE(frame);
        if (ServiceRig::addressee(frame) == 1) {
            CHECK(*frame == sent_to(target_mac(1), datagram));
            ++n_handed;
        } else {
            CHECK(datagram_of(*frame)[8] == datagram[8] - 1);
            ++n_kept;
        }
        // From a member it goes no further.
        const auto from_member = rig.send(datagram, target_mac(2));
        REQUIRE(from_member);
        CHECK(datagram_of(*from_member)[8] == datagram[8] - 1);
    }
    CHECK(n_handed > kFlows / 8);
    CHECK(n_handed + n_kept == kFlows);
    CHECK(rig.n_in_buckets() == kFlows);
}
