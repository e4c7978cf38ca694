// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: many hosts that each send numbered datagrams to one server at a rate of their own, and what
// arrives there, by whom it was forwarded. Thread: the caller's only. Used by: its main.
#pragma once

#include <netinet/in.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "../prober/probe_flow.hpp"

namespace evengate::traffic {

struct HostPlan {
    std::string name;
    std::string netns_path;
};

struct TrafficPlan {
    std::vector<HostPlan> hosts;
    std::string host_interface;
    in_addr next_hop{};  // the VIP; its entry in each host's ARP table is reported
    sockaddr_in target{};
    std::string sink_netns_path;
    std::string sink_interface;
    Duration report_interval{};
};

// Counts are since the start.
struct HostCounts {
    uint64_t refused = 0;  // datagrams that the host's own kernel did not take; they are lost, too
    prober::FlowSummary flow;
    std::string next_hop_mac;  // empty: the host knows none
};

struct TrafficReport {
    TimePoint at;
    std::vector<HostCounts> hosts;                           // in the order of the plan
    std::map<std::string, std::vector<uint64_t>> forwarded;  // sender's MAC -> datagrams by host
    uint64_t sink_dropped = 0;  // that the sink was too slow for: the run says nothing
    bool realtime = false;
};

// Sends until standard input ends. Each of its lines has a rate for each host, in packets a second,
// which holds from then on; all begin with 0. report is called each interval, and once more when
// what was under way has arrived or is lost. Fails: a socket or clock cannot be made, or a line is
// not what it should be.
Result<void> perform_traffic(const TrafficPlan& plan,
                             const std::function<void(const TrafficReport&)>& report);

}  // namespace evengate::traffic
