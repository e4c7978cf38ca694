// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: real workers with real tables between ring ports. When it goes, it checks that every frame
// was counted once and that every buffer is back. The router is the one of tests/fuzz/forward_path.
// Thread: the test's. Used by: EAL tests of the worker.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "dataplane/worker.hpp"
#include "forward_path.hpp"
#include "mbuf_pool.hpp"
#include "ring_port.hpp"

namespace evengate::test {

using fuzz::Bytes;

// Far from those that the model knows: a mutation shall not find it.
inline constexpr MacAddress kLingerVmac = MacAddress::from_u64(0x0245'4755'66FE);
inline constexpr MacAddress kHostMac = MacAddress::from_u64(0x0200'0000'0002);
inline constexpr uint16_t kMtu = 1500;
inline constexpr uint16_t kSmallMtu = 576;

// Frames come in by port 0, with the VLANs of fuzz::kInterfaces, and leave by port 1.
inline constexpr PortIndex kInPort{0};
inline constexpr PortIndex kOutPort{1};

// Each interface has a slot for each of these MAC addresses, in this order.
inline constexpr std::array kMacs = {fuzz::kRouterMac, fuzz::kOwnVmac, kLingerVmac,
                                     fuzz::kForeignVmac};
inline constexpr std::array kActions = {packet::SlotAction::local, packet::SlotAction::own,
                                        packet::SlotAction::linger, packet::SlotAction::other};
constexpr SlotIndex slot_of(uint16_t interface, size_t mac) {
    return SlotIndex(static_cast<uint16_t>(interface * kMacs.size() + mac));
}

// Where the routes lead; the second byte of 10.x.0.0/16 is the number.
namespace entry {
inline constexpr uint32_t untagged = 2;
inline constexpr uint32_t tagged = 3;
inline constexpr uint32_t stacked = 4;
inline constexpr uint32_t small_mtu = 5;
inline constexpr uint32_t unresolved = 6;
inline constexpr uint32_t link_down = 7;
inline constexpr uint32_t never_set = 8;
inline constexpr uint32_t local = 9;
inline constexpr uint32_t invalid = 10;
inline constexpr uint32_t back = 11;  // by the port that it came in by
}  // namespace entry

struct RigSize {
    dataplane::Tagging tagging = dataplane::Tagging::vlan;
    uint16_t n_workers = 1;
    uint16_t n_out_queues = 1;  // workers beyond it hand over to worker 0
    unsigned n_tx_frames = 256;
    unsigned n_punted_frames = 2048;
    uint32_t n_flows = 0;  // of each table of flows; 0: there are no services
    reroute::IdleTimes idle = {};
    size_t n_buckets = 0;
    uint32_t n_pool_ports = 60'000;  // of a pool, all workers together
};

// Pools of sources, where there are flows.
inline constexpr uint16_t kPools = 2;

struct Punted {
    Bytes frame;
    dataplane::PuntTag tag;
};

class WorkerRig {
 public:
    explicit WorkerRig(RigSize size = {});
    ~WorkerRig();
    WorkerRig(const WorkerRig&) = delete;
    WorkerRig& operator=(const WorkerRig&) = delete;

    [[nodiscard]] dataplane::Worker& worker(uint16_t index = 0) { return *workers_[index]; }
    [[nodiscard]] const MbufPool& pool() const { return pool_; }
    [[nodiscard]] table::Rcu& rcu() { return rcu_; }
    [[nodiscard]] table::GenerationPublisher& generations() { return *generations_; }
    [[nodiscard]] table::RouteTable& routes() { return *routes_; }
    [[nodiscard]] table::AdjacencyTable& adjacencies() { return adjacencies_; }
    // Only with flows.
    [[nodiscard]] table::ServicePublisher& services() { return *services_; }
    [[nodiscard]] const table::FlowTable& connections(uint16_t worker = 0) const { return *flows_[worker].connections; }
    [[nodiscard]] const table::FlowTable& half_open(uint16_t worker = 0) const { return *flows_[worker].half_open; }
    [[nodiscard]] const table::FlowTable& source_flows(uint16_t worker = 0) const {
        return *flows_[worker].source_flows;
    }
    [[nodiscard]] const TestRing& control_ring() const { return *control_ring_; }
    [[nodiscard]] const TestRing& sent(PortIndex port = kOutPort) const;

    // The actions of all slots as the rig starts with.
    [[nodiscard]] static std::vector<packet::SlotAction> usual_actions();

    // Puts frames where the worker will receive them; the rig must have room.
    void receive(std::span<const uint8_t> bytes, uint16_t queue = 0);
    void receive_buffer(rte_mbuf* frame, uint16_t queue = 0);
    void poll(uint16_t worker = 0) { workers_[worker]->poll_once(); }

    // Sends one frame through worker 0; what left, if anything did.
    std::optional<Bytes> forward(std::span<const uint8_t> bytes);
    // The same for a frame that goes to control.
    std::optional<Punted> punt(std::span<const uint8_t> bytes);
    // The same for a frame that is dropped: the only reason that was counted, once.
    std::optional<packet::DropReason> drop(std::span<const uint8_t> bytes);

    std::optional<Bytes> take_sent(PortIndex port = kOutPort);
    std::optional<Punted> take_punted(packet::PuntClass punt_class, uint16_t worker = 0);
    [[nodiscard]] uint64_t n_dropped(packet::DropReason reason, uint16_t worker = 0);

 private:
    void make_tables();
    void make_flows(const RigSize& size);
    [[nodiscard]] dataplane::ReroutePlan reroute_plan(uint16_t worker, const RigSize& size);
    void make_worker(WorkerIndex index, const RigSize& size);
    void check_counted_once(uint16_t worker);

    MbufPool pool_;
    std::vector<std::unique_ptr<RingPort>> ports_;
    std::vector<table::VlanMap> vlans_;
    table::Rcu rcu_;
    std::unique_ptr<table::GenerationPublisher> generations_;
    std::unique_ptr<table::RouteTable> routes_;
    table::AdjacencyTable adjacencies_;
    struct Flows {
        std::unique_ptr<table::FlowTable> connections;
        std::unique_ptr<table::FlowTable> half_open;
        std::unique_ptr<table::FlowTable> sticky;
        std::unique_ptr<table::FlowTable> fragments;
        std::unique_ptr<table::FlowTable> source_flows;
        std::unique_ptr<table::SourceTable> source_owners;
        std::vector<reroute::PortPool> pools;
    };
    std::unique_ptr<table::ServicePublisher> services_;
    std::vector<Flows> flows_;  // by worker
    std::unique_ptr<TestRing> control_ring_;
    std::unique_ptr<TestRing> hand_over_ring_;
    std::vector<std::unique_ptr<TestRing>> punt_rings_;  // by worker, then class
    std::vector<std::unique_ptr<dataplane::Worker>> workers_;
};

}  // namespace evengate::test
