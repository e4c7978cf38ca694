// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what the control loop needs from the world, as small interfaces; the app implements them
// over DPDK, tests and the simulator over memory. Thread: all calls come from the control thread.
// Used by: control, app, tests.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "admin/report.hpp"
#include "base/ids.hpp"
#include "base/ip_address.hpp"
#include "base/mac_address.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "packet/punt.hpp"
#include "packet/rewrite.hpp"
#include "packet/slot_action.hpp"

namespace evengate::control {

// A frame that a worker handed over. The bytes belong to the caller and last for the call.
struct PuntedFrame {
    packet::PuntReason reason{};
    InterfaceId interface = kNoInterface;
    SlotIndex slot = kNoSlot;                   // of the destination MAC; kNoSlot: broadcast, multicast
    AdjacencyIndex adjacency = kNoAdjacency;    // the route's, for unresolved, too_big, no_route
    MacAddress destination;
    MacAddress source;
    uint16_t ethertype = 0;                     // behind all VLAN tags
    std::span<const uint8_t> payload;           // behind the link header; link padding may follow.
                                                // IPv4 passed packet::check_ipv4(), ARP is unchecked
    TimePoint received_at = kNever;             // by the worker; kNever: just now
};

// Sends frames of the control lcore, in order for each port (protocol rule 26).
class Transmitter {
 public:
    virtual ~Transmitter() = default;

    // Sends an untagged Ethernet frame on an interface, whose VLAN tags are put on. The bytes are
    // copied. Fails: false when the port's FIFO has no room; nothing was sent.
    [[nodiscard]] virtual bool try_transmit(InterfaceId egress, std::span<const uint8_t> frame) = 0;
};

struct SlotBinding {
    SlotIndex slot;
    InterfaceId interface;
    MacAddress mac;
};

// The tables that workers read.
class ForwardingTables {
 public:
    virtual ~ForwardingTables() = default;

    // Replaces all (interface, MAC) -> slot bindings. Only when the configuration changes.
    // Fails: no room; the old bindings stay.
    virtual Result<void> bind_slots(std::span<const SlotBinding> bindings) = 0;

    // Makes these the actions of slots 0, 1, ...; further slots are unbound. Atomic for a burst.
    // Own and lingering vMACs are served until the lease ends; kNever is unlimited.
    virtual void publish(std::span<const packet::SlotAction> actions, TimePoint lease) = 0;

    // What frames for this adjacency meet from now on. Workers see the old or the new one, whole.
    virtual void set_adjacency(AdjacencyIndex index, const packet::Adjacency& adjacency) = 0;

    // Adds a route or changes where it leads; removes it. Fails: the table is full; no such route.
    virtual Result<void> add_route(const IpPrefix& prefix, AdjacencyIndex adjacency) = 0;
    virtual Result<void> remove_route(const IpPrefix& prefix) = 0;
};

// Traffic counts of one slot, summed over all workers; they only grow.
struct SlotCounts {
    uint64_t packets = 0;
    uint64_t bytes = 0;
    uint64_t linger_packets = 0;
    uint64_t foreign_packets = 0;
    uint64_t returned_packets = 0;  // forwarded to hosts that were last given its vMAC
    uint64_t returned_bytes = 0;
};

// Of all ports, since start or since the operator cleared them. Units: packets.
struct PortTotals {
    uint64_t received = 0;
    uint64_t missed = 0;  // the ports had no room, or no buffer
};

// Of all workers, since start.
struct WorkerTotals {
    uint64_t packets = 0;      // received
    uint64_t busy_cycles = 0;  // of polls that returned packets
    uint64_t hz = 0;           // cycles a second, of one worker
    uint32_t n_workers = 0;
};

class ServicePlane;
class ScriptRunner;

// What ports and workers know of themselves.
class Appliance {
 public:
    virtual ~Appliance() = default;

    [[nodiscard]] virtual SlotCounts slot_counts(SlotIndex slot) const = 0;

    // Cost: a device call for each port.
    [[nodiscard]] virtual PortTotals port_totals() const { return {}; }

    // Cost: two loads for each worker.
    [[nodiscard]] virtual WorkerTotals worker_totals() const { return {}; }

    // Fills ports, workers, punts, generation, publications and memory of a report.
    // Cost: some device calls; not in a hurry.
    virtual void describe(admin::Report& report) = 0;

    // For how long the worker that is furthest behind has not come round its loop: what arrived
    // meanwhile was not seen, what control sent may not have left. Cost: a load for each worker.
    [[nodiscard]] virtual Duration worker_lag() const { return {}; }

    // Time that only differences are taken of, to tell how long work of ours takes; stands still
    // where time is not real.
    [[nodiscard]] virtual Duration stopwatch() const { return {}; }

    // nullptr where no service is configured.
    [[nodiscard]] virtual ServicePlane* services() { return nullptr; }
    // nullptr where no programs can be started.
    [[nodiscard]] virtual ScriptRunner* scripts() { return nullptr; }

    virtual void set_forwarding(bool enabled) = 0;
    // Fails: some driver cannot, or not now; the others are cleared.
    virtual Result<void> clear_port_stats() = 0;
    virtual void quit() = 0;

    // Whether a tracked file is there, with "0" or nothing in it. An appliance without files has
    // none. Cost: reads the file; asked a few times a second at most.
    [[nodiscard]] virtual bool is_file_good(const std::string& path) const {
        static_cast<void>(path);
        return false;
    }
};

}  // namespace evengate::control
