// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: floods of SYNs, ACKs and ends of connections over a service that has connections.
#include <algorithm>
#include <random>

#include "catch.hpp"
#include "packet/ipv4.hpp"
#include "service_rig.hpp"

using namespace evengate;        // NOLINT: a test
using namespace evengate::test;  // NOLINT
using reroute::Criterion;

namespace {

constexpr uint16_t kConnections = 1000;
constexpr uint16_t kFirstPort = 1000;
constexpr uint32_t kFlows = 4096;
constexpr uint64_t kFlood = 1'000'000;

// Frames of random clients that cost little to make; the service does not look at TCP's checksum.
class Flood {
 public:
    Flood(uint64_t seed, uint8_t flags) : random_(seed), frame_(to_router(tcp_of(kClient, 1, flags))) {}

    const Bytes& next() {
        const uint64_t drawn = random_();
        uint8_t* const ip = frame_.data() + 14;
        // Of the network of the clients as well, now and then with the very address and port of one.
        const bool is_near = drawn % 4 == 0;
        store_be32(ip + 12, is_near ? kClient + static_cast<uint32_t>(drawn >> 60)
                                    : 0x0B00'0000 | (static_cast<uint32_t>(drawn >> 8) & 0x00FF'FFFF));
        store_be16(ip + 20, static_cast<uint16_t>(drawn >> 32));
        packet::set_ipv4_checksum(ip, 20);
        return frame_;
    }

 private:
    std::mt19937_64 random_;
    Bytes frame_;
};

}  // namespace

TEST_CASE("a million random SYNs, ACKs, FINs or RSTs touch no established connection and fill no table") {
    const uint8_t flags = GENERATE(flag::syn, flag::ack, flag::fin_ack, flag::rst);
    const uint64_t seed = std::random_device{}();
    CAPTURE(static_cast<int>(flags), seed);
    Offer offer{.criterion = Criterion::stateful};
    ServiceRig rig(offer, {.n_flows = kFlows});
    std::vector<uint16_t> targets;
    for (uint16_t i = 0; i < kConnections; ++i) {
        const auto port = static_cast<uint16_t>(kFirstPort + i);
        targets.push_back(rig.target_of(tcp_of(kClient, port, flag::syn)));
        REQUIRE(rig.target_of(tcp_of(kClient, port, flag::ack)) == targets.back());
    }
    // So that whoever lost its entry would show.
    offer.weights = {1, 50, 1, 1};
    rig.publish(offer);

    Flood flood(seed, flags);
    uint64_t n_sent = 0;
    uint32_t most_half_open = 0;
    for (uint64_t i = 0; i < kFlood; i += dataplane::kBurstSize) {
        for (unsigned k = 0; k < dataplane::kBurstSize; ++k) {
            rig.receive(flood.next());
        }
        rig.poll();
        while (rig.take_sent()) {
            ++n_sent;
        }
        most_half_open = std::max(most_half_open, rig.half_open().size());
    }
    CHECK(n_sent == kFlood);
    CHECK(most_half_open <= kFlows);
    CHECK((flags == flag::syn ? most_half_open > kFlows / 2 : most_half_open == 0));
    CHECK(rig.connections().size() == kConnections);
    uint64_t n_kept = 0;
    for (uint16_t i = 0; i < kConnections; ++i) {
        const auto port = static_cast<uint16_t>(kFirstPort + i);
        n_kept += rig.target_of(tcp_of(kClient, port, flag::ack)) == targets[i] ? 1 : 0;
    }
    CHECK(n_kept == kConnections);
    CHECK(rig.connections().size() == kConnections);
}

TEST_CASE("while SYNs flood a service, a client's handshake is completed at one target") {
    ServiceRig rig({.criterion = Criterion::stateful}, {.n_flows = kFlows});
    Flood flood(7, flag::syn);
    uint64_t n_alike = 0;
    constexpr uint16_t kClients = 500;
    for (uint16_t port = 1; port <= kClients; ++port) {
        const uint16_t target = rig.target_of(tcp_of(kClient + 20, port, flag::syn));
        // What comes within a round trip: less than the table turns over in.
        for (int i = 0; i < 1000; i += dataplane::kBurstSize) {
            for (unsigned k = 0; k < dataplane::kBurstSize; ++k) {
                rig.receive(flood.next());
            }
            rig.poll();
            while (rig.take_sent()) {
            }
        }
        n_alike += rig.target_of(tcp_of(kClient + 20, port, flag::ack)) == target ? 1 : 0;
    }
    CHECK(n_alike == kClients);
}
