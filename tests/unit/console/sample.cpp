// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "sample.hpp"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace evengate::console::test {

namespace {

using namespace std::chrono_literals;
using admin::Event;
using admin::Verb;

admin::PortReport sample_lan() {
    admin::PortReport port;
    port.name = "lan";
    port.device = "net_af_packet0,iface=gw0";
    port.driver = "net_af_packet";
    port.mac = MacAddress::from_u64(0x0200'0000'0001);
    port.link_up = true;
    port.speed_mbps = 10'000;
    port.mtu = 1500;
    port.n_rx_queues = port.n_tx_queues = 2;
    port.promiscuous = true;
    port.n_mac_filters_wanted = 3;
    port.n_mac_filters_active = 1;
    port.macs = {port.mac, MacAddress::from_u64(0x0245'4700'0701),
                 MacAddress::from_u64(0x0245'4700'0702)};
    port.rx_packets = 1'234'567'890'123;
    port.tx_packets = 1'234'567'890'000;
    port.rx_bytes = UINT64_MAX;
    port.tx_bytes = 98'765'432'109;
    port.rx_missed = 7;
    port.rx_errors = 1;
    port.tx_errors = 2;
    port.rx_no_mbuf = 3;
    port.xstats = {{"rx_good_packets", 1'234'567'890'123}, {"rx_q0_errors", 0}};
    return port;
}

admin::PortReport sample_wan() {
    admin::PortReport port;
    port.name = "wan";
    port.device = "0000:01:00.0";
    port.driver = "net_ixgbe";
    port.mac = MacAddress::from_u64(0x0200'0000'0002);
    port.mtu = 9000;
    port.n_rx_queues = port.n_tx_queues = 1;
    port.n_mac_filters_wanted = port.n_mac_filters_active = 1;
    port.macs = {port.mac};
    return port;
}

admin::VmacReport sample_own_vmac() {
    admin::VmacReport vmac;
    vmac.number = VmacNumber(1);
    vmac.mac = MacAddress::from_u64(0x0245'4700'0701);
    vmac.state = "own";
    vmac.owner = vmac.claimant = "gw-a";
    vmac.successors = {"gw-b", "gw-c"};
    vmac.packets = 300;
    vmac.bytes = 45'000;
    vmac.n_hosts = 4;
    return vmac;
}

admin::VmacReport sample_moving_vmac() {
    admin::VmacReport vmac;
    vmac.number = VmacNumber(2);
    vmac.mac = MacAddress::from_u64(0x0245'4700'0702);
    vmac.state = "other";
    vmac.owner = "gw-b";
    vmac.previous = "gw-a";
    vmac.successors = {"gw-a"};
    vmac.packets = 100;
    vmac.bytes = 6'400;
    vmac.foreign_packets = 9;
    vmac.n_hosts = 1;
    return vmac;
}

admin::MemberReport sample_self() {
    admin::MemberReport self;
    self.id = MemberId(9'223'372'036'854'775'807U);
    self.name = "gw-a";
    self.address = IpAddress::v4(0x0A00'0002);
    self.mac = MacAddress::from_u64(0x0200'0000'0001);
    self.is_self = self.live = true;
    self.state = "active";
    self.priority = 120;
    self.weight = 100;
    self.n_vmacs = 1;
    self.capacity_pps = 1'000'000;
    self.load_pps = 340;
    self.hears = {"gw-b"};
    return self;
}

// Live, but it does not hear us.
admin::MemberReport sample_standby() {
    admin::MemberReport member;
    member.id = MemberId(2);
    member.name = "gw-b";
    member.address = IpAddress::v4(0x0A00'0003);
    member.mac = MacAddress::from_u64(0x0200'0000'0003);
    member.state = "standby";
    member.live = member.proven = member.draining = member.fenced = true;
    member.priority = 100;
    member.weight = 20;
    member.capacity_pps = 500'000;
    member.silence = 42'500us;
    return member;
}

// Not known but for its address.
admin::MemberReport sample_stranger() {
    admin::MemberReport member;
    member.id = MemberId(3);
    member.name = "10.0.0.4";
    member.address = IpAddress::v4(0x0A00'0004);
    member.mac = MacAddress::from_u64(0x0200'0000'0004);
    member.hears_us = true;
    member.silence = 65s;
    return member;
}

admin::BalanceReport sample_balance() {
    admin::BalanceReport balance;
    balance.algorithm = "portfolio";
    balance.decide = "avg";
    balance.decider = "gw-a";
    balance.decides_here = true;
    balance.interval = 1s;
    balance.alpha = 0.25;
    balance.alpha_is_chosen = true;
    balance.imbalance = 1.0625;
    balance.rounds = 4711;
    balance.plan_time = 41'900ns;
    balance.worst_plan_time = 83'400ns;
    balance.moves = {{"balance", 12}, {"capacity", 0}, {"drain", 3}};
    balance.gateways = {{"gw-a", 100'000, 41'200, 1'800, 0.43, 1, false},
                        {"gw-b", 20'000, 19'600, 400, 1.0, 1, true},
                        {"gw-c", 0, 0, 15, 0, 0, false}};
    balance.dry_run = {0s,
                       "moved",
                       "moved 1 vMAC, J 812 -> 800, least 790, a round must gain 1, each move 2",
                       {{VmacNumber(1), "gw-a", "gw-b", 41'200}}};
    balance.history = {
        {3500ms, "unconfirmed", "worth it, if it still is next time: 1 vMAC, J 900 -> 812", {}},
        {2500ms,
         "moved",
         "moved 1 vMAC, J 900 -> 812",
         {{VmacNumber(2), "gw-a", "gw-b", 19'600}}},
        {1500ms, "dwelling", "what would help was moved only lately, J 812", {}}};
    return balance;
}

admin::GroupReport sample_group() {
    admin::GroupReport group;
    group.id = GroupId(7);
    group.interface = "lan0";
    group.virtual_addresses = {IpAddress::v4(0x0A00'00FE)};
    group.policy = "host_hash";
    group.n_hosts = 5;
    group.arp_answers = 41;
    group.vmacs = {sample_own_vmac(), sample_moving_vmac()};
    group.mode = "native";
    group.state = "active";
    group.avg = "gw-a";
    group.standby = "gw-b";
    group.priority = 120;
    group.weight = 100;
    group.term = 4;
    group.assignment_sequence = 17;
    group.hello = 100ms;
    group.hold = 300ms;
    group.n_state_changes = 3;
    group.take_overs = 2;
    group.hand_overs_done = 6;
    group.hand_overs_failed = 1;
    group.messages_received = 1000;
    group.messages_used = 993;
    group.messages_sent = 500;
    group.announcements = 32;
    group.refused_messages = {{"wrong_digest", 5}, {"no_key", 0}, {"replayed", 2}};
    group.worst_hello_lateness = 1'250us;
    group.members = {sample_self(), sample_standby(), sample_stranger()};
    group.hosts = {{MacAddress::from_u64(0x0A00'0000'0020), VmacNumber(1), 90s},
                   {MacAddress::from_u64(0x0A00'0000'0021), VmacNumber(9), 1500ms}};
    group.vmacs[0].load_pps = 41'200;
    group.vmacs[1].load_pps = 19'600;
    group.balance = sample_balance();
    return group;
}

std::vector<admin::WorkerReport> sample_workers() {
    admin::WorkerReport first;
    first.lcore = 1;
    first.received = 1000;
    first.forwarded = 903;
    first.taken_over = 3;
    first.punted = 60;
    first.drops = {{"not_for_us", 30}, {"tx_full", 10}};
    first.polls = 10'000;
    first.busy_polls = 125;
    first.sleeps = 42;
    first.busy_cycles = 210'000;
    first.control_frames = 17;
    first.longest_loop_ns = 83'400;
    first.generation = 12;
    admin::WorkerReport second;
    second.index = WorkerIndex(1);
    second.lcore = 2;
    second.received = 8;
    second.handed_over = 3;
    second.drops = {{"fenced", 1}, {"not_for_us", 4}};
    second.generation = 11;
    return {first, second};
}

}  // namespace

admin::Report sample_report() {
    admin::Report report;
    report.name = "gw-a";
    report.version = "0.1.0";
    report.at = TimePoint(100'000s);
    report.uptime = 3h + 25min + 7s;
    report.generation = 12;
    report.publications = 34;
    report.memory_bytes = 192'413'696;
    report.ports = {sample_lan(), sample_wan()};
    report.interfaces = {{InterfaceId(0),
                          "lan0",
                          "lan",
                          0,
                          0,
                          1500,
                          MacAddress::from_u64(0x0200'0000'0001),
                          true,
                          {*IpPrefix::parse("10.0.0.1/24"), *IpPrefix::parse("2001:db8::1/64")}},
                         {InterfaceId(1),
                          "wan0",
                          "wan",
                          100,
                          7,
                          9000,
                          MacAddress::from_u64(0x0200'0000'0002),
                          false,
                          {}}};
    report.groups = {sample_group()};
    report.neighbours = {
        {*IpAddress::parse("10.0.0.20"), "lan0", "reachable",
         MacAddress::from_u64(0x0A00'0000'0020), 12'345ms, 0},
        {*IpAddress::parse("192.0.2.1"), "wan0", "incomplete", std::nullopt, 300us, 4}};
    report.routes = {
        {*IpPrefix::parse("10.0.0.0/24"), "connected", std::nullopt, "lan0", true},
        {*IpPrefix::parse("0.0.0.0/0"), "static", *IpAddress::parse("192.0.2.1"), "wan0", false},
        {*IpPrefix::parse("198.51.100.0/24"), "blackhole", std::nullopt, "", true}};
    report.punts = {{"arp", 120, 3, 0}, {"ttl_expired", 7, 0, 1}};
    report.workers = sample_workers();
    report.control = {120, 41, 6, 5, 4, 3, 2, 77, 1, 1'500'000, {{"arp_malformed", 8}}};
    report.reroute = sample_reroute();
    report.events = {{TimePoint(99'000s), Event::Severity::info, "port lan: link up"},
                     {TimePoint(99'998s), Event::Severity::alarm, "port wan: link down"}};
    report.config = "appliance:\n  name: gw-a\n";
    return report;
}

SampleGateway::SampleGateway()
    : report_(std::make_shared<const admin::Report>(sample_report())), mailbox_([this] {
          // Not between the loop's look into the mailbox and its sleep.
          const std::lock_guard lock(mutex_);
          woken_.notify_one();
      }) {
    control_ = std::thread([this] { run(); });
}

SampleGateway::~SampleGateway() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    woken_.notify_one();
    control_.join();
}

std::vector<admin::Verb> SampleGateway::verbs() {
    std::vector<admin::Verb> verbs;
    for (const admin::Request& request : requests()) {
        verbs.push_back(request.verb);
    }
    return verbs;
}

std::vector<admin::Request> SampleGateway::requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
}

void SampleGateway::run() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        mailbox_.answer_requests([this](const admin::Request& request) { return answer(request); });
        woken_.wait(lock, [this] { return stopping_ || mailbox_.has_requests(); });
    }
}

admin::Reply SampleGateway::answer(const admin::Request& request) {
    requests_.push_back(request);
    switch (request.verb) {
        case Verb::report:
            return {admin::Reply::Status::ok, "", report_};
        case Verb::start_forwarding:
            return {admin::Reply::Status::refused, "no port has a link", nullptr};
        case Verb::stop_forwarding:
            return {admin::Reply::Status::ok, "forwarding stopped", nullptr};
        case Verb::move_vmac:
            return {admin::Reply::Status::refused, "no member gw-x", nullptr};
        case Verb::list_connections:
            return {admin::Reply::Status::ok, "", nullptr, sample_connections(),
                    request.filter == "80" ? admin::Reply::Rest::more : admin::Reply::Rest::none};
        case Verb::explain_flow:
            return {admin::Reply::Status::ok, "service web, mode nat; slot 5 leads to server1", nullptr};
        default:
            return {};
    }
}

TemporaryDirectory::TemporaryDirectory() {
    std::string path = std::filesystem::temp_directory_path() / "evengate-console-XXXXXX";
    if (mkdtemp(path.data()) == nullptr) {
        throw std::runtime_error("cannot make a directory for the test");
    }
    path_ = path;
}

TemporaryDirectory::~TemporaryDirectory() {
    std::filesystem::remove_all(path_);
}

}  // namespace evengate::console::test
