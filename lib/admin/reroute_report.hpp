// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the part of a report that is about services, their targets and dispatchers; plain values.
// Thread: any. Used by: report, control (fills it), console, metrics.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "admin/named_count.hpp"
#include "base/ip_address.hpp"
#include "base/time.hpp"

namespace evengate::admin {

// Shares and factors are in millionths.
struct TargetReport {
    std::string name;
    IpAddress address;
    uint16_t port = 0;  // 0: as asked for
    std::string member;  // behind which it sits; empty: every member reaches it
    std::string state;   // up, down, draining, drained, full, spare (up, and gets nothing new)
    std::string verdict;  // ours: up, down, unknown
    std::string reason;  // of the state, in words
    uint32_t n_up = 0;    // members that find it up
    uint32_t n_down = 0;
    uint32_t weight = 0;       // configured
    uint32_t weight_now = 0;   // with slow start, steering, and what is full or down
    uint32_t share_wanted = 0;
    uint32_t share_of_packets = 0;      // of the service's, of late
    uint32_t share_of_connections = 0;
    uint64_t packets = 0;
    uint64_t bytes = 0;
    uint64_t connections_opened = 0;
    uint64_t connections = 0;  // live, at this member
    uint64_t connections_elsewhere = 0;
    uint64_t probes = 0;
    uint64_t probes_failed = 0;
};

struct ServiceReport {
    std::string name;
    std::vector<IpAddress> addresses;
    std::string protocol;
    std::string ports;
    std::string mode;
    std::string criterion;
    std::vector<TargetReport> targets;
};

struct DispatcherGatewayReport {
    std::string name;
    IpAddress address;
    std::string state;  // up, down, no route
    uint32_t n_buckets = 0;
    uint64_t packets = 0;
    uint32_t share = 0;  // of the last interval
};

struct DispatcherReport {
    std::string name;
    std::string by;
    uint32_t n_buckets = 0;
    uint64_t n_moves = 0;
    uint32_t imbalance = 0;  // highest over mean of the last interval
    std::string reason;      // of the last round
    std::vector<DispatcherGatewayReport> gateways;
    bool keeps_rest = false;  // buckets that lead to none of them are routed on here
};

struct SprayTargetReport {
    IpAddress address;
    std::string state;  // up, down, no route
    uint64_t packets = 0;
};

struct SprayReport {
    std::string name;
    std::vector<IpAddress> addresses;
    std::string per;  // packet, flow
    std::vector<SprayTargetReport> targets;
};

struct RerouteReport {
    std::vector<ServiceReport> services;
    std::vector<DispatcherReport> dispatchers;
    std::vector<SprayReport> sprays;
    std::string epoch;    // of the target set: term, AVG, sequence; empty: alone
    uint64_t digest = 0;  // of the services; members with another one disagree
    uint32_t n_disagreeing = 0;
    uint64_t publications = 0;
    uint64_t n_connections = 0;
    uint64_t n_half_open = 0;
    uint64_t n_sources = 0;  // ports of pools in use (return: snat)
    uint64_t source_room = 0;
    uint64_t connection_room = 0;
    std::vector<NamedCount> events;  // of the workers, by name

    [[nodiscard]] bool is_empty() const { return services.empty() && dispatchers.empty() && sprays.empty(); }
};

// A connection, as show connections and explain connection show it.
struct ConnectionReport {
    IpAddress client;
    uint16_t client_port = 0;
    IpAddress published;
    uint16_t published_port = 0;
    std::string protocol;
    std::string service;
    std::string target;
    std::string state;
    Duration idle{};
};

}  // namespace evengate::admin
