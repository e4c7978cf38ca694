// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the rig with a published address and four targets, and what clients send there. Thread: the
// test's. Used by: EAL tests of rerouting.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "reroute/service_set.hpp"
#include "unit/packet/transports.hpp"
#include "worker_frames.hpp"
#include "worker_rig.hpp"

namespace evengate::test {

using packet::testing::get_be16;
using packet::testing::kClient;
using packet::testing::kPublished;
using packet::testing::make_error;
using packet::testing::make_tcp;
using packet::testing::make_udp;
using packet::testing::reference_checksum;
using packet::testing::reference_transport_checksum;
using packet::testing::seal_transport;

namespace flag {
inline constexpr uint8_t syn = 0x02;
inline constexpr uint8_t rst = 0x04;
inline constexpr uint8_t ack = 0x10;
inline constexpr uint8_t fin_ack = 0x11;
inline constexpr uint8_t syn_ack = 0x12;
}  // namespace flag

// The field of an IPv4 header with flags and offset.
inline constexpr uint16_t kMoreFragments = 0x2000;
inline constexpr uint16_t kDontFragment = 0x4000;
inline constexpr uint32_t kStranger = 0xC000'0299;  // a router on the clients' side

inline constexpr uint16_t kTargets = 4;
inline constexpr uint32_t kTunnelEnd = 0xCB00'7101;  // 203.0.113.1, where tunnels end
inline constexpr uint32_t kTunnelSource = kTunnelEnd;
inline constexpr uint32_t kPeerAddress = 0xC000'0263;
inline constexpr MacAddress kPeerMac = MacAddress::from_u64(0x0200'0000'0301);
inline constexpr AdjacencyIndex kPeer{30};
constexpr uint32_t pool_address(uint16_t pool) { return 0xCB00'7140 + pool; }  // from 203.0.113.64 on
constexpr MacAddress target_mac(uint16_t target) { return MacAddress::from_u64(0x0200'0000'0200 + target); }
constexpr uint32_t target_address(uint16_t target) { return 0x0A01'000B + target; }

// The one service, TCP and UDP port 80, and its targets.
struct Offer {
    reroute::Rewrite rewrite = reroute::Rewrite::mac;
    reroute::Criterion criterion = reroute::Criterion::stateless;
    reroute::FragmentPolicy fragments = reroute::FragmentPolicy::track;
    std::array<uint32_t, kTargets> weights = {1, 1, 1, 1};
    std::array<reroute::TargetUse, kTargets> uses = {reroute::TargetUse::up, reroute::TargetUse::up,
                                                     reroute::TargetUse::up, reroute::TargetUse::up};
    std::vector<reroute::Constraints> classes = {};  // what each target is for; empty: all for all
    std::vector<uint16_t> behind_peer = {};  // targets that the other member hands on
    uint16_t target_port = 0;
    uint16_t mss = 0;
    uint16_t path_mtu = UINT16_MAX;
    bool is_snat = false;  // nat: targets see addresses of pools
    std::vector<AdjacencyIndex> homes = {};
    std::vector<InterfaceId> tunnel_interfaces = {InterfaceId{0}};
};

class ServiceRig : public WorkerRig {
 public:
    explicit ServiceRig(const Offer& offer = {}, RigSize size = {.n_flows = 4096});

    void publish(const Offer& offer);
    // The adjacency of a target.
    static AdjacencyIndex way_to(uint16_t target);
    using WorkerRig::services;

    // A datagram of a client, through worker 0; what left.
    std::optional<Bytes> send(const Bytes& datagram, const MacAddress& sender = kHostMac);
    // The same; the target whose MAC it left for, kPeerTarget, or kNowhere.
    uint16_t target_of(const Bytes& datagram, const MacAddress& sender = kHostMac);
    static uint16_t addressee(const std::optional<Bytes>& frame);

    [[nodiscard]] uint64_t n_counted(counters::RerouteEvent event, uint16_t worker_index = 0) {
        return worker(worker_index).reroute_counters()->events[static_cast<size_t>(event)].get();
    }
};

inline constexpr uint16_t kPeerTarget = 1000;
inline constexpr uint16_t kNowhere = 1001;

// From a client's port to the published port 80.
Bytes tcp_of(uint32_t client, uint16_t port, uint8_t flags, size_t payload_size = 7);
Bytes udp_of(uint32_t client, uint16_t port, size_t payload_size = 7);
// From a target to a client.
Bytes answer_of(uint16_t target, uint16_t target_port, uint32_t client, uint16_t port, uint8_t flags);
// The datagram behind an outer header.
Bytes within(uint32_t source, uint32_t destination, const Bytes& inner);
Bytes with_fragment(uint16_t flags_and_offset, Bytes datagram);
// Cut, or filled up with zeros; the transport's checksum stays as it was.
Bytes with_total(size_t total, Bytes datagram);

Bytes to_router(const Bytes& datagram, const MacAddress& sender = kHostMac);
Bytes sent_to(const MacAddress& destination, const Bytes& datagram);
// The datagram of an untagged frame, without padding.
Bytes datagram_of(const Bytes& frame);

// Both checksums of a TCP or UDP datagram, over all of it.
bool has_right_checksums(const Bytes& datagram);

}  // namespace evengate::test
