// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the validated configuration of one appliance; plain values, defaults included.
// Thread: any (immutable once loaded). Used by: config (fills it), control, drivers, app.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "base/ip_address.hpp"
#include "base/mac_address.hpp"

namespace evengate::settings {

using Milliseconds = std::chrono::milliseconds;
using Microseconds = std::chrono::microseconds;

enum class PollMode : uint8_t {
    busy,      // never sleeps: bare metal, a CPU for each worker
    adaptive,  // sleeps shortly when idle: laptops, labs, shared machines
};
enum class Hugepages : uint8_t { automatic, required, never };

// EAL and lcores. All need a restart.
struct Appliance {
    std::string name = "evengate";  // also DPDK's file prefix: unique on its machine
    uint16_t n_workers = 1;
    std::string control_cpus;  // CPU list as in taskset ("0-1"); empty = any allowed CPU
    std::string worker_cpus;   // one CPU of it for each worker in turn; empty = any allowed CPU
    PollMode poll_mode = PollMode::adaptive;
    Microseconds max_sleep{200};  // longest sleep of an idle worker in adaptive mode
    uint32_t memory_mb = 0;       // 0 = as much as the tables and buffers need
    Hugepages hugepages = Hugepages::automatic;
    uint32_t n_mbufs = 0;  // 0 = as many as queues and lcores need

    friend bool operator==(const Appliance&, const Appliance&) = default;
};

struct Port {
    std::string name;
    std::string device;     // PCI address, or a vdev string as DPDK's --vdev takes it
    uint16_t n_queues = 0;  // receive queues; 0 = one for each worker, as many as the port has
    uint16_t rx_descriptors = 1024;
    uint16_t tx_descriptors = 1024;
    uint16_t mtu = 1500;  // bytes of IP
    bool promiscuous = false;

    friend bool operator==(const Port&, const Port&) = default;
};

struct Interface {
    std::string name;
    std::string port;
    uint16_t vlan = 0;        // outer tag; 0 = untagged
    uint16_t inner_vlan = 0;  // 0 = none; needs vlan
    uint16_t mtu = 0;         // 0 = the port's
    std::optional<MacAddress> mac;  // default: the port's
    std::vector<IpPrefix> addresses;

    friend bool operator==(const Interface&, const Interface&) = default;
};

struct Route {
    IpPrefix prefix;
    IpAddress via;

    friend bool operator==(const Route&, const Route&) = default;
};

// A neighbour that is not asked for its MAC.
struct StaticNeighbour {
    std::string interface;
    IpAddress address;
    MacAddress mac;

    friend bool operator==(const StaticNeighbour&, const StaticNeighbour&) = default;
};

enum class VmacPolicy : uint8_t { round_robin, host_hash };

struct Group {
    GroupId id{0};
    std::string interface;
    std::vector<IpAddress> virtual_addresses;
    uint16_t n_vmacs = 16;
    MacAddress vmac_prefix = MacAddress::from_u64(0x0245'4700'0000);  // first three bytes count
    VmacPolicy policy = VmacPolicy::host_hash;

    friend bool operator==(const Group&, const Group&) = default;
};

// Sizes of tables; all need a restart.
struct Tables {
    uint32_t n_routes = 16'384;     // static and host routes together
    uint32_t n_route_groups = 1024;  // distinct /24 that hold anything longer than /24
    uint16_t n_adjacencies = 8192;   // next hops and hosts
    uint16_t n_slots = 4096;         // MAC addresses of interfaces and vMACs

    friend bool operator==(const Tables&, const Tables&) = default;
};

struct Timers {
    Milliseconds neighbour_refresh{200'000};  // below the 300 s after which switches forget
    Milliseconds neighbour_retry{1'000};
    uint16_t n_neighbour_tries = 3;
    Milliseconds neighbour_hold_down{5'000};  // after failing, before it is tried again
    uint16_t n_held_frames = 4;               // for each unresolved neighbour
    Milliseconds vmac_keep_alive{30'000};     // protocol rule 21
    Milliseconds client_age{1'200'000};       // how long a host keeps its place in the client table

    friend bool operator==(const Timers&, const Timers&) = default;
};

struct Limits {
    uint32_t icmp_errors_per_s = 1000;
    uint32_t echo_replies_per_s = 10'000;
    uint32_t arp_requests_per_s = 1000;
    uint32_t n_clients = 8192;

    friend bool operator==(const Limits&, const Limits&) = default;
};

struct Metrics {
    std::string listen;  // "127.0.0.1:9464"; empty = no endpoint

    friend bool operator==(const Metrics&, const Metrics&) = default;
};

struct Console {
    std::string socket;  // path; empty = none

    friend bool operator==(const Console&, const Console&) = default;
};

struct Settings {
    Appliance appliance;
    std::vector<Port> ports;
    std::vector<Interface> interfaces;
    std::vector<Route> routes;
    std::vector<StaticNeighbour> neighbours;
    std::vector<Group> groups;
    Tables tables;
    Timers timers;
    Limits limits;
    Metrics metrics;
    Console console;

    friend bool operator==(const Settings&, const Settings&) = default;
};

}  // namespace evengate::settings
