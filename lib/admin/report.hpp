// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: an immutable picture of the appliance at one moment. Thread: any reader, after control made it.
// Used by: control (fills it), console, metrics, the app's summaries.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "admin/named_count.hpp"
#include "admin/reroute_report.hpp"
#include "base/ids.hpp"
#include "base/ip_address.hpp"
#include "base/mac_address.hpp"
#include "base/time.hpp"

namespace evengate::admin {

// A counter's name and value; names are stable and become labels unchanged.
struct PortReport {
    std::string name;
    std::string device;
    std::string driver;
    MacAddress mac;
    bool link_up = false;
    uint32_t speed_mbps = 0;  // 0 = unknown
    uint16_t mtu = 0;
    uint16_t n_rx_queues = 0;
    uint16_t n_tx_queues = 0;
    bool promiscuous = false;
    uint16_t n_mac_filters_wanted = 0;
    uint16_t n_mac_filters_active = 0;  // fewer: the port is promiscuous and software filters
    bool deaf = false;                  // neither filters nor promiscuous mode could be had for some
    std::vector<MacAddress> macs;       // those the port should receive, own first
    // Since start, or since the operator cleared them.
    uint64_t rx_packets = 0;
    uint64_t tx_packets = 0;
    uint64_t rx_bytes = 0;
    uint64_t tx_bytes = 0;
    uint64_t rx_missed = 0;
    uint64_t rx_errors = 0;
    uint64_t tx_errors = 0;
    uint64_t rx_no_mbuf = 0;
    std::vector<NamedCount> xstats;  // the driver's own
};

struct InterfaceReport {
    InterfaceId id;
    std::string name;
    std::string port;
    uint16_t vlan = 0;
    uint16_t inner_vlan = 0;
    uint16_t mtu = 0;
    MacAddress mac;
    bool link_up = false;
    std::vector<IpPrefix> addresses;
};

struct VmacReport {
    VmacNumber number;
    MacAddress mac;
    std::string state;  // own | linger | other | fenced
    std::string owner;      // name of the member; empty: nobody that is known
    std::string claimant;   // who says that it forwards; empty: nobody
    std::string previous;   // while a planned move is under way
    std::vector<std::string> successors;
    uint8_t priority = 0;   // cisco mode: 167 or 135
    std::optional<Duration> redirect_left;  // cisco mode
    std::optional<Duration> timeout_left;   // cisco mode
    uint64_t packets = 0;  // received for it and accepted, since start
    uint64_t bytes = 0;
    uint64_t foreign_packets = 0;  // seen while another member owned it: a switch floods
    uint64_t returned_packets = 0;  // with balance.count both: forwarded to its hosts
    uint32_t n_hosts = 0;           // hosts that were last answered with it
    uint64_t load_pps = 0;         // the estimate, whoever forwards for it
};

struct MemberReport {
    MemberId id;
    std::string name;  // as it says itself; until it did, its address
    IpAddress address;
    MacAddress mac;
    bool is_self = false;
    std::string state;  // of the group: init | listen | speak | standby | active
    bool live = false;
    bool proven = false;    // its present life echoed our boot nonce
    bool hears_us = false;
    bool draining = false;
    bool fenced = false;
    uint8_t priority = 0;
    uint8_t weight = 0;
    uint32_t n_vmacs = 0;   // that it says to forward
    uint64_t capacity_pps = 0;
    uint64_t load_pps = 0;
    Duration silence{};
    std::vector<std::string> hears;  // names
};

// What one member of a group carries, as the estimate has it. Units: packets a second.
struct BalanceGatewayReport {
    std::string member;  // name
    uint64_t capacity_pps = 0;   // 0: is to carry nothing
    uint64_t load_pps = 0;       // of the group's vMACs that it owns
    uint64_t background_pps = 0;  // all else that it forwards, or keeps free for other groups
    double utilisation = 0;      // (load + background) / capacity
    uint32_t n_vmacs = 0;
    bool saturated = false;      // missed packets in the last interval
};
struct BalanceMoveReport {
    VmacNumber vmac;
    std::string from;  // names
    std::string to;
    uint64_t load_pps = 0;
};
// One round of balancing, or what it would do.
struct BalanceRoundReport {
    Duration age{};
    std::string reason;  // moved | nothing_to_do | nothing_helps | too_little | unconfirmed | dwelling | quiet
    std::string text;    // a line for an operator
    std::vector<BalanceMoveReport> moves;
};
struct BalanceReport {
    std::string algorithm;  // off | sequential | greedy | ... | portfolio
    std::string decide;     // avg | lowest-id | everyone
    std::string decider;    // name of the member whose rounds count; empty: nobody that is known
    bool decides_here = false;
    Duration interval{};
    double alpha = 0;       // in use
    bool alpha_is_chosen = false;  // by the estimate, not by the operator
    double imbalance = 0;   // highest utilisation over the mean; 0: no load
    uint64_t rounds = 0;    // of this member, since it started
    uint64_t disagreements = 0;  // decide everyone: rounds in which the AVG's assignment was another
    uint64_t hosts_steered = 0;  // by this member
    Duration plan_time{};        // of the last round
    Duration worst_plan_time{};  // of the last 10 to 20 s
    std::vector<NamedCount> moves;  // planned moves begun by this member as AVG, by reason
    std::vector<BalanceGatewayReport> gateways;
    BalanceRoundReport dry_run;
    std::vector<BalanceRoundReport> history;  // the last rounds, oldest first
};

struct HostReport {
    MacAddress mac;
    VmacNumber vmac;
    Duration age{};  // since it last asked
};

struct GroupReport {
    GroupId id;
    std::string interface;
    std::vector<IpAddress> virtual_addresses;
    std::string policy;
    std::vector<VmacReport> vmacs;
    uint32_t n_hosts = 0;
    uint64_t arp_answers = 0;  // for a VIP

    std::string mode;     // native | cisco | listen
    std::string state;    // init | listen | speak | standby | active
    std::string avg;      // names; empty: nobody that is known
    std::string standby;
    uint8_t priority = 0;
    uint8_t weight = 0;
    uint32_t term = 0;    // of the adopted assignment
    uint32_t assignment_sequence = 0;
    bool draining = false;
    bool fenced = false;
    Duration hello{};
    Duration hold{};
    uint32_t n_state_changes = 0;
    uint64_t take_overs = 0;
    uint64_t hand_overs_done = 0;
    uint64_t hand_overs_failed = 0;
    uint64_t messages_received = 0;  // == messages_used + sum of refused_messages
    uint64_t messages_used = 0;
    uint64_t messages_sent = 0;
    uint64_t announcements = 0;
    std::vector<NamedCount> refused_messages;  // by reason
    Duration worst_hello_lateness{};  // of ours, behind their time; of the last 10 to 20 s
    std::vector<MemberReport> members;  // self first
    std::vector<HostReport> hosts;      // at most the table's size
    std::optional<BalanceReport> balance;  // native mode
};

struct NeighbourReport {
    IpAddress address;
    std::string interface;
    std::string state;  // incomplete | reachable | probing | failed | static
    std::optional<MacAddress> mac;
    Duration age{};  // since it was last confirmed, or since resolving began
    uint32_t n_held = 0;
};

struct RouteReport {
    IpPrefix prefix;
    std::string kind;  // connected | static | local | blackhole
    std::optional<IpAddress> via;
    std::string interface;
    bool usable = false;  // its next hop is resolved, or it needs none
};

struct PuntReport {
    std::string name;  // of the class
    uint64_t accepted = 0;
    uint64_t limited = 0;
    uint64_t ring_full = 0;
};

// received + taken_over == forwarded + punted + sum of dropped + handed_over, exactly, once a burst is
// done.
struct WorkerReport {
    WorkerIndex index;
    unsigned lcore = 0;
    uint64_t received = 0;
    uint64_t forwarded = 0;
    uint64_t punted = 0;
    uint64_t handed_over = 0;  // to a worker that has a transmit queue at the port
    uint64_t taken_over = 0;   // from workers that have none
    std::vector<NamedCount> drops;  // those above 0
    uint64_t polls = 0;
    uint64_t busy_polls = 0;  // that returned frames
    uint64_t sleeps = 0;
    uint64_t busy_cycles = 0;  // TSC cycles in polls that returned frames
    uint64_t control_frames = 0;  // of the control lcore, sent through this worker's queue
    uint64_t control_frames_lost = 0;  // of those, refused by the port
    uint64_t control_frames_stale = 0;  // never sent: from a vMAC that is no longer served
    uint64_t longest_loop_ns = 0;  // of the last 10 to 20 s
    uint64_t generation = 0;       // that it last used
};

struct ControlReport {
    uint64_t arp_received = 0;
    uint64_t arp_answered = 0;
    uint64_t icmp_echo_answered = 0;
    uint64_t icmp_errors_sent = 0;
    uint64_t icmp_errors_limited = 0;
    uint64_t fragments_sent = 0;
    uint64_t keep_alives_sent = 0;
    uint64_t frames_sent = 0;
    uint64_t frames_not_sent = 0;  // no room in the port's FIFO, or no link
    uint64_t longest_step_ns = 0;  // of the last 10 to 20 s
    std::vector<NamedCount> refused;  // frames that control itself threw away, by reason
};

struct Event {
    TimePoint at;
    enum class Severity : uint8_t { info, warning, alarm } severity = Severity::info;
    std::string text;
};

struct Report {
    std::string name;
    std::string version;
    TimePoint at;
    Duration uptime{};
    bool forwarding = true;  // false after the operator's "stop"
    uint64_t generation = 0;
    uint64_t publications = 0;
    uint64_t memory_bytes = 0;  // resident, hugepages included
    std::vector<PortReport> ports;
    std::vector<InterfaceReport> interfaces;
    std::vector<GroupReport> groups;
    std::vector<NeighbourReport> neighbours;
    std::vector<RouteReport> routes;
    std::vector<PuntReport> punts;
    std::vector<WorkerReport> workers;
    ControlReport control;
    RerouteReport reroute;
    std::vector<Event> events;  // the last ones, oldest first
    std::string config;         // YAML, as in force
};

}  // namespace evengate::admin
