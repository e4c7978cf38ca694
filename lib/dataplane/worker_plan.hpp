// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what a worker is given at start-up: its queues, the tables, its rings. Thread: start-up.
// Used by: dataplane, the app (fills it).
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

#include "base/ids.hpp"
#include "packet/punt.hpp"
#include "reroute/connection_policy.hpp"
#include "reroute/port_pool.hpp"
#include "table/adjacency_table.hpp"
#include "table/flow_table.hpp"
#include "table/generation.hpp"
#include "table/rcu.hpp"
#include "table/route_table.hpp"
#include "table/service_publisher.hpp"
#include "table/source_table.hpp"
#include "table/vlan_map.hpp"

struct rte_ring;

namespace evengate::dataplane {

// Shared by all workers of one gateway; all outlive them.
struct Tables {
    table::Rcu* rcu = nullptr;
    const table::GenerationPublisher* generations = nullptr;
    const table::RouteTable* routes = nullptr;
    const table::AdjacencyTable* adjacencies = nullptr;
    const table::ServicePublisher* services = nullptr;  // nullptr: none are configured
};

struct RxQueue {
    uint16_t ethdev = 0;  // DPDK's port id
    uint16_t queue = 0;
    const table::VlanMap* vlans = nullptr;
};

// Where a worker sends what leaves by one port; by PortIndex.
struct TxQueue {
    uint16_t ethdev = 0;
    uint16_t queue = 0;
    // Frames of the control lcore that leave through this queue, before the worker's own; nullptr
    // where control has a queue of its own, or another worker serves it (protocol rule 26).
    rte_ring* control = nullptr;
    // Frames of workers that have no queue at this port, which this one sends for them; or nullptr.
    rte_ring* taken_over = nullptr;
    // Where this worker puts its frames, as it has no queue at this port; or nullptr.
    rte_ring* handed_over = nullptr;
};

// What a worker remembers of flows. It writes these tables alone; all workers read the connections.
struct FlowMemory {
    table::FlowTable* connections = nullptr;
    table::FlowTable* half_open = nullptr;  // and first datagrams of UDP
    table::FlowTable* sticky = nullptr;     // clients, by service
    table::FlowTable* fragments = nullptr;  // of datagrams whose first fragment was seen
    std::vector<const table::FlowTable*> connections_of_others;
    // Flows (reroute::ToldFlow) that members should know, to control, and that they told us.
    rte_ring* to_members = nullptr;
    rte_ring* from_members = nullptr;
};

// The sources that a worker gives to connections (return: snat), and whose all workers' are. Pools are by the
// number of their address.
struct SourceMemory {
    table::FlowTable* flows = nullptr;  // the place of a connection's port in its pool; nullptr: no pools
    std::span<reroute::PortPool> pools;  // this worker's ports
    reroute::PortSplit split;
    // By worker: its ports, pool after pool, which it writes alone; and its flows.
    std::vector<table::SourceTable*> owners;
    std::vector<const table::FlowTable*> flows_of_all;
};

// Where services are configured.
struct ReroutePlan {
    FlowMemory memory;
    SourceMemory sources;
    reroute::IdleTimes idle;  // but for what is established: the service says it
    size_t n_buckets = 0;     // of all dispatchers
};

enum class Polling : uint8_t { busy, adaptive };

// Whether any interface of the gateway is tagged. One is enough to need the general rewrite
// everywhere: a frame that came untagged may leave tagged.
enum class Tagging : bool { none, vlan };

struct WorkerPlan {
    WorkerIndex index;
    unsigned lcore = 0;
    Tables tables;
    std::vector<RxQueue> rx;
    std::vector<TxQueue> tx;
    std::array<rte_ring*, packet::kPuntClassCount> punt_rings{};  // single producer: this worker
    Polling polling = Polling::adaptive;
    std::chrono::microseconds max_sleep{200};
    uint16_t n_slots = 0;
    Tagging tagging = Tagging::none;
    ReroutePlan reroute;
};

}  // namespace evengate::dataplane
