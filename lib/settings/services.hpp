// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what is rerouted: services with their targets, dispatchers, sprays (rerouting rules
// D1-D17). Thread: any (immutable once loaded). Used by: settings (members of Settings).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.hpp"
#include "settings/auth_key.hpp"

namespace evengate::settings {

using Milliseconds = std::chrono::milliseconds;

enum class Rewrite : uint8_t {
    mac,   // the destination MAC only (rule D11)
    nat,   // destination address and port (D12)
    ipip,  // an outer header, RFC 2003 (D13)
    gre,   // and one of GRE behind it, RFC 2784
};
// How the answers of a nat target come back. route: its gateway is a member; snat: it sees a member
// as the client.
enum class Answers : uint8_t { route, snat };
// Whether a connection keeps its target while targets change (D5, D6).
enum class Criterion : uint8_t { stateless, stateful };
// How a new connection of a stateful service gets its target.
enum class Choice : uint8_t { hash, load };
enum class Fragments : uint8_t { track, addresses, drop };     // D9
enum class Probe : uint8_t { none, icmp, tcp, http, script };  // D4
// The part of the packets and connections that each target should process (D3).
enum class Distribution : uint8_t { weights, equal };
enum class ServiceProtocol : uint8_t { tcp, udp };

// Both ends belong to it. Host byte order.
struct PortRange {
    uint16_t first = 0;
    uint16_t last = 0;

    friend bool operator==(const PortRange&, const PortRange&) = default;
};

struct Health {
    Probe probe = Probe::tcp;
    Milliseconds interval{1'000};
    Milliseconds timeout{500};
    uint8_t rise = 2;        // answers in a row that make a target up
    uint8_t fall = 5;        // failures in a row that make it down
    std::string path = "/";  // http: what is asked for
    std::string script;      // script: an absolute path; empty = none

    friend bool operator==(const Health&, const Health&) = default;
};

struct Target {
    std::string name;
    IpAddress address;
    uint16_t port = 0;              // 0 = the one that the client asked for; another: nat only
    uint32_t weight = 100;          // 0..65535; 0 = no new connections
    std::string member;             // hands it frames for the others; empty = each reaches it
    bool backup = false;            // used only while no other target is up
    uint32_t max_connections = 0;   // 0 = no limit
    std::vector<uint8_t> dscp;      // only packets with one of these (0..63); empty = any
    std::vector<IpPrefix> clients;  // preferred for these
    std::vector<std::string> data;  // the data sets that it holds

    friend bool operator==(const Target&, const Target&) = default;
};

struct Service {
    std::string name;
    std::vector<IpAddress> addresses;  // published, 1..8
    ServiceProtocol protocol = ServiceProtocol::tcp;
    std::vector<PortRange> ports;  // 1..16
    Rewrite mode = Rewrite::mac;
    Answers answers = Answers::route;  // nat only
    std::vector<IpPrefix> snat;        // answers snat: this member's addresses; routed to it
    Criterion criterion = Criterion::stateless;
    Choice choose = Choice::hash;
    Milliseconds sticky{0};  // a client returns to its target for so long; 0 = off
    std::string data;        // the data set that it needs; empty = none
    Fragments fragments = Fragments::track;
    Milliseconds idle{900'000};       // after which a silent connection is forgotten
    Milliseconds slow_start{30'000};  // from a target's return to its full weight
    Distribution shares = Distribution::weights;
    Milliseconds interval{1'000};  // between rounds of steering to the shares
    uint16_t mss = 0;              // TCP, bytes; 0 = not clamped
    Health health;
    std::vector<Target> targets;  // 1..64

    friend bool operator==(const Service&, const Service&) = default;
};

// Of all services together: each takes some MB of ports.
inline constexpr uint64_t kMaxPoolAddresses = 64;
[[nodiscard]] constexpr uint64_t n_addresses(const IpPrefix& pool) {
    return pool.address.is_v4() ? uint64_t{1} << (32 - pool.length) : 0;
}
// What targets of the service see in place of clients. Not checked: check() found no fault.
[[nodiscard]] inline std::vector<IpAddress> pool_addresses(const Service& service) {
    std::vector<IpAddress> addresses;
    for (const IpPrefix& pool : service.snat) {
        for (uint32_t i = 0; i < n_addresses(pool); ++i) {
            addresses.push_back(IpAddress::v4(pool.address.to_v4() + i));
        }
    }
    return addresses;
}

// As tables of flows count; never less than it.
[[nodiscard]] constexpr uint32_t to_seconds(Milliseconds time) {
    return static_cast<uint32_t>(std::chrono::ceil<std::chrono::seconds>(time).count());
}

// Places for members that a gateway hands traffic on to: no group has more of them.
inline constexpr size_t kMostReceivers = 32;
// The dispatcher by which reports tell of it.
inline constexpr std::string_view kHandOnName = "hand-on";

// What all services have in common.
struct Rerouting {
    uint32_t n_connections = 65'536;  // of each worker
    uint32_t n_half_open = 16'384;    // of each worker
    Milliseconds transition{60'000};  // how long the previous table counts after a change (D2)
    Milliseconds half_open{10'000};   // after which a SYN without an ACK is forgotten
    Milliseconds closing{60'000};     // after a FIN or RST (D6)
    std::string key_file;             // of the hash; empty = the first group's authentication keys
    std::vector<AuthKey> keys;        // what is in it, filled by the loader; the first counts
    std::vector<std::string> decapsulate_on;  // interfaces; none: no IPIP is taken off (D13)
    std::vector<IpPrefix> decapsulate_from;   // outer sources
    std::optional<IpAddress> tunnel_source;   // none: the address of the interface it leaves by
    bool hand_on = false;             // of the first group's routed traffic, what is too much here (D15)
    uint32_t hand_on_above = 95;      // percent of the group's capacity
    uint32_t hand_on_below = 80;      // percent; a receiver is given no more

    friend bool operator==(const Rerouting&, const Rerouting&) = default;
};

// How gateways behind a dispatcher and targets of a spray are asked: a ping, often, as nobody else does.
inline constexpr Milliseconds kPingInterval{200};
inline constexpr Milliseconds kPingTimeout{150};
inline Health pings() {
    Health health;
    health.probe = Probe::icmp;
    health.interval = kPingInterval;
    health.timeout = kPingTimeout;
    return health;
}

// A gateway behind a dispatcher.
struct DispatcherGateway {
    std::string name;
    IpAddress address;
    uint64_t capacity_pps = 0;  // packets that it can forward in a second; 0: not known
    uint32_t weight = 100;

    friend bool operator==(const DispatcherGateway&, const DispatcherGateway&) = default;
};

// Spreads what comes in by an interface over gateways (D16).
struct Dispatcher {
    enum class By : uint8_t { source_mac, flow };  // what a bucket is the hash of
    enum class Move : uint8_t { now, new_connections };
    enum class Policy : uint8_t { balanced, round_robin, weighted, least_load };

    std::string name;
    std::string interface;
    By by = By::flow;
    uint32_t n_buckets = 4096;  // a power of two, 256..65536
    Move move = Move::now;      // how a bucket gets another gateway
    Policy policy = Policy::balanced;
    Milliseconds interval{1'000};             // between rounds
    Health health = pings();                  // none or icmp
    std::vector<DispatcherGateway> gateways;  // 1..32

    friend bool operator==(const Dispatcher&, const Dispatcher&) = default;
};

// Spreads what comes in for some addresses over targets that all have them (D17).
struct Spray {
    enum class Per : uint8_t { packet, flow };

    std::string name;
    std::string interface;
    std::vector<IpAddress> addresses;  // published, 1..8
    Per per = Per::flow;
    Health health = pings();         // none or icmp
    std::vector<IpAddress> targets;  // 1..32

    friend bool operator==(const Spray&, const Spray&) = default;
};

}  // namespace evengate::settings
