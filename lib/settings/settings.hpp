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
#include "settings/auth_key.hpp"
#include "settings/services.hpp"

namespace evengate::settings {

using Microseconds = std::chrono::microseconds;

enum class PollMode : uint8_t {
    busy,      // never sleeps: bare metal, a CPU for each worker
    adaptive,  // sleeps shortly when idle: laptops, labs, shared machines
};
enum class Hugepages : uint8_t { automatic, required, never };

// EAL and lcores. All need a restart.
struct Appliance {
    std::string name = "evengate";  // also DPDK's file prefix: unique on its machine
    MemberId id{0};            // in the group protocol; 0 = made of the first port's MAC and the name
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

enum class VmacPolicy : uint8_t { round_robin, host_hash, least_loaded, weighted };
enum class GroupMode : uint8_t { native, cisco, listen };
// Who answers hosts for the virtual address. any: the live member that the host's MAC draws; needs
// host_hash, so that all say the same.
enum class Answerer : uint8_t { avg, any };
enum class AuthMethod : uint8_t { none, plain, md5, hmac_sha256 };

// Of the messages of a group (protocol rule 17).
struct Authentication {
    AuthMethod method = AuthMethod::none;
    std::string key_file;       // lines "ID SECRET"; nobody but its owner may read it
    std::vector<AuthKey> keys;  // what is in it, filled by the loader; the first signs

    friend bool operator==(const Authentication&, const Authentication&) = default;
};

// Something whose failure takes weight from this member: one of these is set.
struct Track {
    std::string link;                   // an interface: has it link?
    std::optional<IpAddress> next_hop;  // is the neighbour resolved?
    std::optional<IpPrefix> route;      // is the static route usable?
    std::string file;                   // is it there, with "0" or nothing in it?
    uint8_t decrement = 10;

    friend bool operator==(const Track&, const Track&) = default;
};

// With less than lower the member gives up its vMACs, from upper on it takes some again.
struct Weight {
    uint8_t maximum = 100;
    uint8_t lower = 1;
    uint8_t upper = 0;  // 0 = maximum

    friend bool operator==(const Weight&, const Weight&) = default;
};

enum class BalanceAlgorithm : uint8_t {
    off,  // vMACs are shared out by their number alone
    sequential,
    greedy,
    best_fit,
    random,
    exact,
    even,
    multifit,
    portfolio,
};
// The share of the whole that each member should have.
enum class BalanceTarget : uint8_t { capacity, equal, shares };
// What the load of a vMAC is: what hosts sent to it, or what came back for them as well.
enum class BalanceCount : uint8_t { sent, both };
// Who computes which vMACs move. The AVG carries it out in any case.
enum class Decider : uint8_t { avg, lowest_id, everyone };
// How vMACs are first shared out.
enum class Start : uint8_t { even, random };

// With target shares: what a member gets is its share of the sum of all; of one not named, none.
struct BalanceShare {
    std::string member;  // its name
    uint32_t share = 1;

    friend bool operator==(const BalanceShare&, const BalanceShare&) = default;
};

// Units: shares and factors are in millionths.
struct Balance {
    BalanceAlgorithm algorithm = BalanceAlgorithm::portfolio;
    Decider decide = Decider::avg;
    Start start = Start::even;
    Milliseconds interval{1'000};  // between measurements
    Milliseconds plan_interval{0};  // between rounds; 0: interval
    std::optional<uint32_t> alpha;  // none: chosen by which foretold best
    BalanceTarget target = BalanceTarget::capacity;
    std::vector<BalanceShare> shares;
    BalanceCount count = BalanceCount::sent;
    // The objective (balancing rule B5).
    uint32_t headroom = 900'000;     // h
    uint32_t evenness = 125'000;     // lambda
    uint32_t load_moved = 4'000;     // mu
    uint32_t vmacs_moved = 12'000;   // nu
    // Damping (rules B9, B10).
    uint16_t max_moves = 8;          // vMACs a round
    uint32_t min_gain = 50'000;      // of what can be gained
    Milliseconds dwell{5'000};       // of a moved vMAC, before it may move again
    Milliseconds no_return{30'000};  // of a moved vMAC, before it may go back to its former owner
    Milliseconds quiet{10'000};      // after a failure
    uint16_t steer_hosts = 0;        // a minute, at most (rule B12)

    friend bool operator==(const Balance&, const Balance&) = default;
};

struct Group {
    GroupId id{0};
    std::string interface;
    std::vector<IpAddress> virtual_addresses;
    uint16_t n_vmacs = 16;
    MacAddress vmac_prefix = MacAddress::from_u64(0x0245'4700'0000);  // first three bytes count
    VmacPolicy policy = VmacPolicy::least_loaded;

    GroupMode mode = GroupMode::native;
    uint8_t priority = 100;
    bool preempt = false;
    Milliseconds preempt_delay{0};
    Milliseconds hello{100};
    Milliseconds hold{300};
    Milliseconds minimum_stay{60'000};  // protocol rule 22
    Milliseconds linger{2'000};         // rule 16
    Milliseconds link_up_delay{0};      // rule 14
    Answerer answerer = Answerer::avg;
    uint32_t segment = 0;               // bound into authentication; the same on all members
    uint64_t capacity_pps = 1'000'000;  // packets that this member can forward in a second; 0: measured
    uint64_t capacity_bps = 0;          // bits a second on the wire; 0: no limit
    std::vector<IpAddress> peers;       // members that multicast does not reach
    Balance balance;                    // native mode
    Authentication authentication;
    Weight weight;
    std::vector<Track> tracking;

    // cisco mode.
    Milliseconds redirect{600'000};
    Milliseconds timeout{14'400'000};
    Milliseconds forwarder_preempt_delay{30'000};

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
    Milliseconds drain_quiet{1'000};          // protocol rule 15: no frame for so long ends a drain
    Milliseconds drain_limit{30'000};         // after which a drain ends anyhow, with a warning

    friend bool operator==(const Timers&, const Timers&) = default;
};

struct Limits {
    uint32_t icmp_errors_per_s = 1000;
    uint32_t echo_replies_per_s = 10'000;
    uint32_t arp_requests_per_s = 1000;
    uint32_t n_clients = 8192;
    uint32_t announcements_per_s = 1000;  // of vMACs, on each interface (protocol rule 21)

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
    std::vector<Service> services;
    std::vector<Dispatcher> dispatchers;
    std::vector<Spray> sprays;
    Rerouting rerouting;
    Tables tables;
    Timers timers;
    Limits limits;
    Metrics metrics;
    Console console;

    // Whether workers look for what is not simply routed on.
    [[nodiscard]] bool reroutes() const {
        return !services.empty() || !dispatchers.empty() || !sprays.empty() || rerouting.hand_on;
    }

    friend bool operator==(const Settings&, const Settings&) = default;
};

// Of all services, in their order: the number of a pool is its place here.
[[nodiscard]] inline std::vector<IpAddress> pool_addresses(const Settings& settings) {
    std::vector<IpAddress> addresses;
    for (const Service& service : settings.services) {
        const std::vector<IpAddress> own = pool_addresses(service);
        addresses.insert(addresses.end(), own.begin(), own.end());
    }
    return addresses;
}

}  // namespace evengate::settings
