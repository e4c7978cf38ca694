// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <random>
#include <set>

#include "catch.hpp"
#include "control/event_log.hpp"
#include "world.hpp"

using namespace evengate;
using namespace evengate::control;
using namespace evengate::control::test;

namespace {

constexpr uint16_t kAdjacencies = 256;
constexpr uint32_t kClients = 100;

settings::Settings small_tables() {
    auto settings = lan_and_uplink();
    settings.interfaces[0].addresses = {prefix("10.0.0.2/16"), prefix("198.51.100.2/24")};
    settings.interfaces[1].mtu = 700;
    settings.routes.push_back({prefix("172.16.0.0/12"), ip("10.0.0.20")});
    settings.routes.push_back({prefix("10.0.128.0/17"), kUplink});
    settings.groups[0].policy = settings::VmacPolicy::round_robin;
    settings.tables.n_adjacencies = kAdjacencies;
    settings.limits.n_clients = kClients;
    settings.timers.neighbour_refresh = settings::Milliseconds(20'000);
    settings.timers.client_age = settings::Milliseconds(30'000);
    return settings;
}

// Throws whatever the outside could do at a Control, from a seed.
class Storm {
 public:
    explicit Storm(uint32_t seed) : random_(seed), world_(small_tables()) {
        world_.transmitter.recording = false;
        world_.start();
        world_.tables.max_routes = world_.tables.routes.size() + 150;  // below what neighbours want
    }

    void step() {
        const uint32_t dice = below(1000);
        if (dice < 2) {
            world_.control.on_link(PortIndex(static_cast<uint16_t>(below(3))),
                                   below(3) == 0 ? LinkState::down : LinkState::up, world_.now);
        } else if (dice < 4) {
            world_.transmitter.full = below(4) == 0;
        } else if (dice < 60) {
            world_.now += below(200) == 0 ? Duration(std::chrono::minutes(below(600)))
                                          : Duration(std::chrono::milliseconds(below(300)));
            CHECK(world_.control.on_timers(world_.now) > world_.now);
        } else {
            frame();
        }
    }
    World& world() { return world_; }

 private:
    uint32_t below(uint32_t bound) { return static_cast<uint32_t>(random_()) % bound; }

    IpAddress address() {
        switch (below(10)) {
            case 0:
                return kVip;
            case 1:
                return kLanAddress;
            case 2:
                return kUplink;
            case 3:
                return IpAddress::v4(static_cast<uint32_t>(random_()));
            case 4:
                return IpAddress::v4(0x0A00'0000 + below(65'536));
            case 5:
                return ip("10.0.0.20");
            case 6:
                return IpAddress{};
            default:
                return IpAddress::v4(0x0A00'0000 + below(300));
        }
    }
    // Now and then a host that never says anything, so that frames pile up for it.
    IpAddress destination() {
        return below(8) == 0 ? IpAddress::v4(0x0A00'0900 + below(2)) : address();
    }
    MacAddress station() {
        return below(50) == 0 ? mac(0x0245'4700'0501 + below(5))
                              : mac(0x5254'0000'0000 + below(400));
    }
    std::vector<uint8_t> arp_payload() {
        const packet::Arp arp{.operation = below(3) == 0 ? packet::ArpOperation::reply
                                                         : packet::ArpOperation::request,
                              .sender_mac = station(),
                              .sender_ip = address(),
                              .target_mac = below(2) == 0 ? kLanMac : station(),
                              .target_ip = address()};
        const auto whole = packet::make_arp_frame(kBroadcastMac, arp.sender_mac, arp);
        return {whole.begin() + packet::kEthernetHeaderSize, whole.end()};
    }
    std::vector<uint8_t> ipv4_payload() {
        if (below(4) == 0) {
            return make_echo_request(address(), destination());
        }
        constexpr uint16_t kFragments[] = {
            0, 0, 0, packet::kIpv4DontFragment, packet::kIpv4MoreFragments, 77};
        return make_datagram({.source = address(),
                              .destination = destination(),
                              .protocol = static_cast<uint8_t>(below(20)),
                              .ttl = static_cast<uint8_t>(below(5)),
                              .fragment = kFragments[below(6)]},
                             below(20) == 0 ? 1200 : below(64));
    }
    void mutate(std::vector<uint8_t>& payload) {
        for (uint32_t n = below(4); n > 0 && !payload.empty(); --n) {
            payload[below(static_cast<uint32_t>(payload.size()))] = static_cast<uint8_t>(random_());
        }
        if (below(4) == 0) {
            payload.resize(below(static_cast<uint32_t>(payload.size()) + 1));
        }
        payload.shrink_to_fit();  // so that an over-read is seen
    }
    void frame() {
        const bool is_arp = below(2) == 0;
        std::vector<uint8_t> payload = is_arp ? arp_payload() : ipv4_payload();
        if (below(8) == 0) {
            mutate(payload);
        }
        const auto any_reason = static_cast<packet::PuntReason>(below(7));
        const bool plausible = below(20) != 0;
        world_.control.on_frame(
            {.reason = !plausible ? any_reason
                       : is_arp   ? packet::PuntReason::arp
                                  : packet::PuntReason::unresolved,
             .interface =
                 InterfaceId(static_cast<uint16_t>(below(100) == 0 ? below(65'536) : below(2))),
             .slot = SlotIndex(static_cast<uint16_t>(below(5) == 0 ? below(10) : 0xFFFF)),
             .adjacency = AdjacencyIndex(static_cast<uint16_t>(random_())),
             .destination = below(10) == 0 ? kBroadcastMac : kLanMac,
             .source = station(),
             .ethertype = packet::kEtherTypeIpv4,
             .payload = payload},
            world_.now);
    }

    std::mt19937 random_;
    World world_;
};

void check_bounds(World& world) {
    const Counts& counts = world.control.counts();
    REQUIRE(is_conserved(counts));
    REQUIRE(counts.frames_sent == world.transmitter.n_frames);
    const auto report = world.report();
    REQUIRE(report->neighbours.size() < kAdjacencies);
    REQUIRE(report->events.size() <= EventLog::kMaxEvents);
    REQUIRE(report->groups[0].n_hosts <= kClients);
    REQUIRE(world.tables.adjacencies.rbegin()->first < kAdjacencies);
    uint64_t n_held = 0;
    std::set<std::string> resolved;
    for (const auto& neighbour : report->neighbours) {
        REQUIRE(neighbour.n_held <= 4);
        n_held += neighbour.n_held;
        if (neighbour.mac) {
            resolved.insert(neighbour.address.to_string() + neighbour.mac->to_string());
        }
    }
    REQUIRE(counts.held <= n_held);
    // What workers forward to is what control believes, on links that are up.
    for (const auto& [prefix, index] : world.tables.routes) {
        const auto& adjacency = world.tables.adjacencies.at(index.value);
        if (prefix.length == 32 && adjacency.kind == packet::AdjacencyKind::forward) {
            REQUIRE(report->interfaces[adjacency.interface.value].link_up);
            REQUIRE(
                resolved.contains(prefix.address.to_string() + adjacency.destination.to_string()));
        }
    }
}

}  // namespace

TEST_CASE("a million hostile frames, flaps and jumps of time: all bounded, nothing lost silently") {
    constexpr uint32_t kSeeds = 10;
    constexpr uint32_t kSteps = 100'000;
    for (uint32_t seed = 1; seed <= kSeeds; ++seed) {
        INFO("seed " << seed);
        Storm storm(seed);
        for (uint32_t step = 1; step <= kSteps; ++step) {
            storm.step();
            if (step % 1000 == 0) {
                check_bounds(storm.world());
            }
        }
        World& world = storm.world();
        const Counts& counts = world.control.counts();
        // Each kind of outcome was exercised.
        CHECK(counts.answered > 1000);
        CHECK(counts.noted > 1000);
        CHECK(counts.forwarded > 100);
        CHECK(world.refused(Refusal::held_displaced) > 10);
        CHECK(world.refused(Refusal::neighbour_unreachable) > 10);

        world.pass(10min);
        CHECK(counts.held == 0);
        check_bounds(world);
    }
}
