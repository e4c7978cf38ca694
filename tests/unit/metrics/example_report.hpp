// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a report in which everything that a metric shows has a value, each one different.
// Used by: the tests of the metrics.
#pragma once

#include <chrono>
#include <vector>

#include "admin/report.hpp"

namespace evengate::admin {

inline PortReport example_port() {
    PortReport port;
    port.name = "lan";
    port.device = "net_af_packet0,iface=veth0";
    port.driver = "net_af_packet";
    port.mac = MacAddress::from_u64(0x0200'0000'0001);
    port.link_up = true;
    port.speed_mbps = 10'000;
    port.mtu = 1500;
    port.promiscuous = true;
    port.n_mac_filters_wanted = 65;
    port.n_mac_filters_active = 1;
    port.rx_packets = 101;
    port.tx_packets = 102;
    port.rx_bytes = 103;
    port.tx_bytes = 104;
    port.rx_missed = 105;
    port.rx_errors = 106;
    port.tx_errors = 107;
    port.rx_no_mbuf = 108;
    return port;
}

// Self, a standby that does not hear us, and one that fell silent.
inline std::vector<MemberReport> example_members() {
    MemberReport self;
    self.name = "alpha";
    self.is_self = self.live = true;
    MemberReport standby;
    standby.name = "beta";
    standby.live = true;
    MemberReport silent;
    silent.name = "gamma";
    return {self, standby, silent};
}

inline BalanceReport example_balance() {
    BalanceReport balance;
    balance.algorithm = "portfolio";
    balance.decide = "lowest-id";
    balance.decides_here = true;
    balance.interval = std::chrono::milliseconds(250);
    balance.alpha = 0.125;
    balance.imbalance = 1.5;
    balance.rounds = 609;
    balance.disagreements = 610;
    balance.hosts_steered = 611;
    balance.plan_time = std::chrono::microseconds(42);
    balance.worst_plan_time = std::chrono::microseconds(84);
    balance.moves = {{"balance", 607}, {"drain", 608}};
    balance.gateways = {{"alpha", 603, 604, 605, 0.75, 606, true}, {"beta", 0, 0, 0, 0, 0, false}};
    return balance;
}

inline GroupReport example_group() {
    GroupReport group;
    group.id = GroupId{7};
    group.interface = "hosts";
    group.virtual_addresses = {IpAddress::v4(0x0A00'0001)};
    group.policy = "host-hash";
    group.n_hosts = 9;
    group.arp_answers = 201;
    VmacReport vmac;
    vmac.number = VmacNumber{3};
    vmac.mac = MacAddress::from_u64(0x0245'4700'0703);
    vmac.state = "own";
    vmac.owner = "alpha";
    vmac.packets = 202;
    vmac.bytes = 203;
    vmac.foreign_packets = 204;
    vmac.returned_packets = 205;
    vmac.n_hosts = 5;
    VmacReport lost;
    lost.number = VmacNumber{4};
    lost.mac = MacAddress::from_u64(0x0245'4700'0704);
    lost.state = "other";
    lost.owner = "delta";
    vmac.load_pps = 601;
    lost.load_pps = 602;
    group.vmacs = {vmac, lost};
    group.balance = example_balance();
    group.mode = "native";
    group.state = "standby";
    group.priority = 211;
    group.weight = 212;
    group.term = 213;
    group.assignment_sequence = 214;
    group.draining = true;
    group.hello = std::chrono::milliseconds(10);
    group.hold = std::chrono::milliseconds(30);
    group.n_state_changes = 215;
    group.take_overs = 216;
    group.hand_overs_done = 217;
    group.hand_overs_failed = 218;
    group.messages_received = 219;
    group.messages_used = 210;
    group.messages_sent = 220;
    group.announcements = 221;
    group.refused_messages = {{"wrong_digest", 5}, {"replayed", 4}};
    group.worst_hello_lateness = std::chrono::microseconds(1250);
    group.members = example_members();
    return group;
}

inline WorkerReport example_worker(uint16_t index) {
    WorkerReport worker;
    worker.index = WorkerIndex{index};
    worker.lcore = 1U + index;
    worker.received = 1000;
    worker.forwarded = 900;
    worker.punted = 60;
    worker.drops = {{"not_for_us", 30}, {"tx_full", 10}};
    worker.polls = 301;
    worker.busy_polls = 302;
    worker.sleeps = 303;
    worker.busy_cycles = 304;
    worker.control_frames = 305;
    worker.longest_loop_ns = 1'500;
    worker.generation = 41;
    return worker;
}

inline RerouteReport example_reroute() {
    TargetReport target;
    target.name = "server1";
    target.state = "up";
    target.verdict = "up";
    target.weight = 701;
    target.weight_now = 702;
    target.packets = 703;
    target.bytes = 704;
    target.connections = 705;
    target.connections_opened = 706;
    target.probes = 707;
    target.probes_failed = 708;
    TargetReport other;
    other.name = "server2";
    other.state = "down";
    other.verdict = "down";
    RerouteReport report;
    report.services = {{"web", {IpAddress::v4(0xCB00'710A)}, "tcp", "80", "nat", "stateful", {target, other}}};
    report.dispatchers = {
        {"edge", "station", 4096, 709, 1'250'000, "", {{"alpha", {}, "up", 710, 711, 500'000}}}};
    report.sprays = {{"logs", {IpAddress::v4(0xCB00'7163)}, "packet", {{IpAddress::v4(0x0A00'0115), "up", 741}}}};
    report.n_disagreeing = 712;
    report.publications = 713;
    report.n_connections = 714;
    report.n_half_open = 715;
    report.n_sources = 716;
    report.source_room = 717;
    report.connection_room = 716;
    report.events = {{"encapsulated", 717}, {"table_full", 718}};
    return report;
}

inline Report example_report() {
    using std::chrono::milliseconds;
    Report report;
    report.name = "alpha";
    report.version = "0.1.0";
    report.uptime = milliseconds(2500);
    report.generation = 42;
    report.publications = 43;
    report.memory_bytes = 150'000'000;
    report.ports = {example_port()};
    InterfaceReport interface;
    interface.name = "hosts";
    interface.port = "lan";
    interface.vlan = 12;
    interface.mtu = 1496;
    interface.mac = MacAddress::from_u64(0x0200'0000'0001);
    interface.link_up = true;
    report.interfaces = {interface};
    report.groups = {example_group()};
    NeighbourReport neighbour;
    neighbour.address = IpAddress::v4(0x0A00'0005);
    neighbour.interface = "hosts";
    neighbour.state = "incomplete";
    neighbour.n_held = 4;
    report.neighbours = {neighbour};
    RouteReport route;
    route.prefix = *IpPrefix::parse("10.1.0.0/16");
    route.kind = "static";
    report.routes = {route};
    report.punts = {{"arp", 401, 402, 403}};
    report.workers = {example_worker(0), example_worker(1)};
    report.control = {
        501, 502, 503, 504, 505, 506, 507, 508, 509, 2'000'000, {{"arp_malformed", 6}}};
    report.reroute = example_reroute();
    return report;
}

}  // namespace evengate::admin
