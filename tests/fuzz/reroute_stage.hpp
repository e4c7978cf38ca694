// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: two workers' stages from classification to transmission, with several services and without ports:
// frames in, and what became of each. Thread: the one that made it. Used by: the fuzz target of rerouting.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "dataplane/burst.hpp"
#include "forward_path.hpp"
#include "reroute/service_set.hpp"

namespace evengate::fuzz {

// What make_seeds.py knows as well.
inline constexpr uint32_t kTunnelEnd = 0xC633'6401;  // 198.51.100.1
inline constexpr uint32_t kPeerAddress = 0xC000'0263;
inline constexpr uint32_t kFarClients = 0xC000'0300;  // 192.0.3.0/24, behind a link of 576 bytes
inline constexpr MacAddress kPeerMac = MacAddress::from_u64(0x0200'0000'0301);
inline constexpr std::array<uint32_t, 2> kPoolAddresses = {0xC633'6446, 0xC633'6447};  // 198.51.100.70 and .71
inline constexpr std::array<uint32_t, 3> kPublishedAddresses = {0xC633'6407, 0xC633'6408, 0xC633'6409};

struct OfferedService {
    uint16_t published;  // index of kPublishedAddresses
    uint8_t protocol;
    uint16_t first_port, last_port;
    reroute::Rewrite rewrite;
    reroute::Criterion criterion;
    reroute::FragmentPolicy fragments = reroute::FragmentPolicy::track;
    uint16_t mss = 0;
    bool is_snat = false;
};
inline constexpr std::array<OfferedService, 9> kOffered = {{
    {0, 6, 80, 80, reroute::Rewrite::mac, reroute::Criterion::stateless},
    {0, 17, 53, 53, reroute::Rewrite::nat, reroute::Criterion::stateful},
    {0, 6, 443, 443, reroute::Rewrite::nat, reroute::Criterion::stateful, reroute::FragmentPolicy::track, 1400},
    {1, 6, 80, 80, reroute::Rewrite::ipip, reroute::Criterion::stateful},
    {1, 17, 1, 65535, reroute::Rewrite::mac, reroute::Criterion::stateful, reroute::FragmentPolicy::addresses},
    {1, 6, 81, 82, reroute::Rewrite::gre, reroute::Criterion::stateless, reroute::FragmentPolicy::track, 1300},
    {2, 6, 80, 80, reroute::Rewrite::nat, reroute::Criterion::spray, reroute::FragmentPolicy::drop},
    {2, 6, 443, 443, reroute::Rewrite::nat, reroute::Criterion::stateful, reroute::FragmentPolicy::track, 1300, true},
    {2, 17, 53, 53, reroute::Rewrite::nat, reroute::Criterion::stateless, reroute::FragmentPolicy::track, 0, true},
}};

struct OfferedTarget {
    uint16_t service;
    uint16_t port;  // 0: the one that was asked for
    uint16_t mtu = 1500;
    packet::VlanIds vlans = {};
    bool is_behind_peer = false;
};
inline constexpr std::array<OfferedTarget, 20> kTargets = {{
    {0, 0}, {0, 0, 576}, {1, 5353}, {1, 5353, 576}, {2, 8443}, {2, 8443, 576}, {2, 8443, 1500, {}, true},
    {3, 0}, {3, 0, 1500, {100, 0}}, {3, 0, 1500, {}, true}, {4, 0}, {4, 0, 1500, {}, true},
    {5, 0, 576, {200, 300}}, {6, 0}, {6, 0, 1500, {100, 0}}, {7, 8443}, {7, 8443, 576}, {7, 8443, 1500, {}, true},
    {8, 5353}, {8, 5353, 576},
}};
constexpr uint32_t target_address(uint16_t target) { return 0x0A01'000B + target; }  // from 10.1.0.11 on
constexpr MacAddress target_mac(uint16_t target) { return MacAddress::from_u64(0x0200'0000'0200 + target); }
inline constexpr uint32_t kTunnelSource = kTunnelEnd;

// One frame as it comes to a worker.
struct Received {
    std::span<const uint8_t> frame;
    uint16_t headroom = 128;
};

// What became of one frame. sent and punted: as it is then.
struct StageOutcome {
    Fate fate = Fate::drop;
    packet::PuntReason punt_reason{};
    Bytes frame;
};

class RerouteStage {
 public:
    static constexpr uint16_t kWorkers = 2;
    static constexpr uint32_t kFlows = 64;  // of each table
    static constexpr uint32_t kPoolPorts = 8;  // of a worker and pool
    static constexpr size_t kVariants = 3;

    // Not checked: DPDK is started.
    RerouteStage();
    ~RerouteStage();
    RerouteStage(const RerouteStage&) = delete;
    RerouteStage& operator=(const RerouteStage&) = delete;

    // Forgets all flows; the first variant of the services.
    void begin();
    // The same services with other states of their targets. Not checked: below kVariants.
    void publish(size_t variant);
    void pass(uint32_t seconds);
    // A burst through one worker; what became of each frame, in order. Aborts if a buffer was not freed once,
    // a frame not counted once, or a table has more flows than it may.
    // Not checked: at most kBurstSize frames.
    std::span<const StageOutcome> take(uint16_t worker, std::span<const Received> burst);

 private:
    struct Tables;
    struct Worker;

    static void check_bounds(Worker& worker);

    std::unique_ptr<Tables> tables_;
    std::array<std::unique_ptr<Worker>, kWorkers> workers_;
    std::array<StageOutcome, dataplane::kBurstSize> outcomes_;
    uint64_t now_tsc_;
};

// Starts DPDK with ordinary memory and no devices, once. Aborts if it cannot.
void start_dpdk();

}  // namespace evengate::fuzz
