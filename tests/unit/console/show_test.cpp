// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "console/interpreter.hpp"
#include "sample.hpp"

using namespace evengate;
using console::Interpreter;
using console::Outcome;
using console::Status;

namespace {

struct Expectation {
    const char* line;
    const char* output;
};

// Whole outputs: what an operator sees is what is tested.
constexpr std::array kTexts = {
    Expectation{"show port stats all",
                R"(
  ######################## NIC statistics for port lan ########################
  RX-packets: 1234567890123        RX-missed: 7                    RX-bytes:  18446744073709551615
  RX-errors:  1                    RX-nombuf: 3
  TX-packets: 1234567890000        TX-errors: 2                    TX-bytes:  98765432109

  ######################## NIC statistics for port wan ########################
  RX-packets: 0                    RX-missed: 0                    RX-bytes:  0
  RX-errors:  0                    RX-nombuf: 0
  TX-packets: 0                    TX-errors: 0                    TX-bytes:  0
)"},
    Expectation{"show port stats wan",
                R"(
  ######################## NIC statistics for port wan ########################
  RX-packets: 0                    RX-missed: 0                    RX-bytes:  0
  RX-errors:  0                    RX-nombuf: 0
  TX-packets: 0                    TX-errors: 0                    TX-bytes:  0
)"},
    Expectation{"show port info all",
                R"(
  ######################## Infos for port lan ########################
  Device:        net_af_packet0,iface=gw0
  Driver:        net_af_packet
  MAC address:   02:00:00:00:00:01
  Link status:   up
  Link speed:    10 Gbps
  MTU:           1500
  RX queues:     2
  TX queues:     2
  Promiscuous:   yes
  MAC filters:   1 of 3 in the port

  ######################## Infos for port wan ########################
  Device:        0000:01:00.0
  Driver:        net_ixgbe
  MAC address:   02:00:00:00:00:02
  Link status:   down
  Link speed:    unknown
  MTU:           9000
  RX queues:     1
  TX queues:     1
  Promiscuous:   no
  MAC filters:   1 of 1 in the port
)"},
    Expectation{"show port xstats all",
                R"(
  ######################## NIC extended statistics for port lan ########################
  rx_good_packets: 1234567890123
  rx_q0_errors: 0

  ######################## NIC extended statistics for port wan ########################
  none
)"},
    Expectation{"show port macs all",
                R"(
  ######################## MAC addresses for port lan ########################
  02:00:00:00:00:01
  02:45:47:00:07:01
  02:45:47:00:07:02
  MAC filters: 1 of 3 in the port, promiscuous

  ######################## MAC addresses for port wan ########################
  02:00:00:00:00:02
  MAC filters: 1 of 1 in the port
)"},
    Expectation{"show interfaces",
                R"(interface  port  vlan   link   mtu  mac                addresses
lan0       lan   -      up    1500  02:00:00:00:00:01  10.0.0.1/24, 2001:db8::1/64
wan0       wan   100.7  down  9000  02:00:00:00:00:02
)"},
    Expectation{"show vmacs",
                R"(group 7 on lan0: 10.0.0.254, policy host_hash, 5 hosts, 41 ARP answers
vmac  mac                state  owner  hosts  packets  share  bytes  foreign
   1  02:45:47:00:07:01  own    gw-a       4      300  75.0%  45000        0
   2  02:45:47:00:07:02  other  gw-b       1      100  25.0%   6400        9
)"},
    Expectation{"show neighbours",
                R"(address    interface  state       mac                    age  held
10.0.0.20  lan0       reachable   0a:00:00:00:00:20    12.3s     0
192.0.2.1  wan0       incomplete  -                  300.0us     4
)"},
    Expectation{"show routes",
                R"(prefix           kind       via        interface  usable
10.0.0.0/24      connected  -          lan0       yes
0.0.0.0/0        static     192.0.2.1  wan0       no
198.51.100.0/24  blackhole  -          -          yes
)"},
    Expectation{"show drops",
                R"(reason      frames  worker 0  worker 1
not_for_us      34        30         4
tx_full         10        10         0
fenced           1         0         1
)"},
    Expectation{"show punts",
                R"(class        accepted  limited  ring full
arp               120        3          0
ttl_expired         7        0          1
)"},
    Expectation{
        "show workers",
        R"(worker  lcore  received  forwarded  punted  dropped  handed over  taken over  busy polls  cycles/frame  sleeps  sent for control  longest loop  generation
     0      1      1000        903      60       40            0           3        1.2%           210      42                17        83.4us          12
     1      2         8          0       0        5            3           0           -             0       0                 0           0ns          11
)"},
    Expectation{"show control",
                R"(control lcore
ARP received                  120
ARP answered                   41
ICMP echoes answered            6
ICMP errors sent                5
ICMP errors over the limit      4
fragments sent                  3
vMAC keep-alives sent           2
frames sent                    77
frames not sent                 1
longest step                1.5ms
refused: arp_malformed          8
)"},
    Expectation{"show summary",
                R"(gw-a (evengate 0.1.0), up 3h 25m, forwarding
  memory      183.5 MiB
  ports       1 of 2 up
  tables      3 routes, 2 neighbours, generation 12 (published: 34)
  frames      1008 received: 903 forwarded, 60 punted, 45 dropped (workers: 2)
  group 7     1 of 2 vMACs owned here, 5 hosts, 41 ARP answers
)"},
    Expectation{"show events",
                R"(    ago  severity  event
16m 40s  info      port lan: link up
   2.0s  alarm     port wan: link down
)"},
    Expectation{"show config",
                R"(appliance:
  name: gw-a
)"},
};

// Without the indentation, which is tested once for all in the tests of report_json.
constexpr std::array kJsons = {
    Expectation{
        "show port stats lan json",
        R"([{"name":"lan","rx_packets":1234567890123,"tx_packets":1234567890000,)"
        R"("rx_bytes":18446744073709551615,"tx_bytes":98765432109,"rx_missed":7,"rx_errors":1,)"
        R"("tx_errors":2,"rx_no_mbuf":3}])"},
    Expectation{
        "show port info wan json",
        R"([{"name":"wan","device":"0000:01:00.0","driver":"net_ixgbe",)"
        R"("mac":"02:00:00:00:00:02","link_up":false,"speed_mbps":0,"mtu":9000,"n_rx_queues":1,)"
        R"("n_tx_queues":1,"promiscuous":false,"n_mac_filters_wanted":1,)"
        R"("n_mac_filters_active":1,"deaf":false}])"},
    Expectation{"show port xstats all json",
                R"([{"name":"lan","xstats":[{"name":"rx_good_packets","count":1234567890123},)"
                R"({"name":"rx_q0_errors","count":0}]},{"name":"wan","xstats":[]}])"},
    Expectation{
        "show port macs all json",
        R"([{"name":"lan","macs":["02:00:00:00:00:01","02:45:47:00:07:01","02:45:47:00:07:02"],)"
        R"("promiscuous":true,"n_mac_filters_wanted":3,"n_mac_filters_active":1},{"name":"wan",)"
        R"("macs":["02:00:00:00:00:02"],"promiscuous":false,"n_mac_filters_wanted":1,)"
        R"("n_mac_filters_active":1}])"},
    Expectation{
        "show interfaces json",
        R"([{"id":0,"name":"lan0","port":"lan","vlan":0,"inner_vlan":0,"mtu":1500,)"
        R"("mac":"02:00:00:00:00:01","link_up":true,"addresses":["10.0.0.1/24",)"
        R"("2001:db8::1/64"]},{"id":1,"name":"wan0","port":"wan","vlan":100,"inner_vlan":7,)"
        R"("mtu":9000,"mac":"02:00:00:00:00:02","link_up":false,"addresses":[]}])"},
    Expectation{
        "show vmacs json",
        R"([{"id":7,"interface":"lan0","virtual_addresses":["10.0.0.254"],"policy":"host_hash",)"
        R"("vmacs":[{"number":1,"mac":"02:45:47:00:07:01","state":"own","owner":"gw-a",)"
        R"("packets":300,"bytes":45000,"foreign_packets":0,"n_hosts":4},{"number":2,)"
        R"("mac":"02:45:47:00:07:02","state":"other","owner":"gw-b","packets":100,"bytes":6400,)"
        R"("foreign_packets":9,"n_hosts":1}],"n_hosts":5,"arp_answers":41}])"},
    Expectation{"show neighbours json",
                R"([{"address":"10.0.0.20","interface":"lan0","state":"reachable",)"
                R"("mac":"0a:00:00:00:00:20","age":12.345,"n_held":0},{"address":"192.0.2.1",)"
                R"("interface":"wan0","state":"incomplete","mac":null,"age":0.0003,"n_held":4}])"},
    Expectation{
        "show routes json",
        R"([{"prefix":"10.0.0.0/24","kind":"connected","via":null,"interface":"lan0",)"
        R"("usable":true},{"prefix":"0.0.0.0/0","kind":"static","via":"192.0.2.1",)"
        R"("interface":"wan0","usable":false},{"prefix":"198.51.100.0/24","kind":"blackhole",)"
        R"("via":null,"interface":"","usable":true}])"},
    Expectation{
        "show drops json",
        R"({"drops":[{"name":"not_for_us","count":34},{"name":"tx_full","count":10},)"
        R"({"name":"fenced","count":1}],"workers":[{"index":0,"drops":[{"name":"not_for_us",)"
        R"("count":30},{"name":"tx_full","count":10}]},{"index":1,"drops":[{"name":"fenced",)"
        R"("count":1},{"name":"not_for_us","count":4}]}]})"},
    Expectation{"show punts json",
                R"([{"name":"arp","accepted":120,"limited":3,"ring_full":0},{"name":"ttl_expired",)"
                R"("accepted":7,"limited":0,"ring_full":1}])"},
    Expectation{
        "show workers json",
        R"([{"index":0,"lcore":1,"received":1000,"forwarded":903,"punted":60,"handed_over":0,"taken_over":3,)"
        R"("drops":[{"name":"not_for_us","count":30},{"name":"tx_full","count":10}],)"
        R"("polls":10000,"busy_polls":125,"sleeps":42,"busy_cycles":210000,"control_frames":17,)"
        R"("control_frames_lost":0,"longest_loop_ns":83400,"generation":12},{"index":1,"lcore":2,"received":8,)"
        R"("forwarded":0,"punted":0,"handed_over":3,"taken_over":0,"drops":[{"name":"fenced","count":1},{"name":"not_for_us",)"
        R"("count":4}],"polls":0,"busy_polls":0,"sleeps":0,"busy_cycles":0,"control_frames":0,)"
        R"("control_frames_lost":0,"longest_loop_ns":0,"generation":11}])"},
    Expectation{
        "show control json",
        R"({"arp_received":120,"arp_answered":41,"icmp_echo_answered":6,"icmp_errors_sent":5,)"
        R"("icmp_errors_limited":4,"fragments_sent":3,"keep_alives_sent":2,"frames_sent":77,)"
        R"("frames_not_sent":1,"longest_step_ns":1500000,"refused":[{"name":"arp_malformed",)"
        R"("count":8}]})"},
    Expectation{
        "show summary json",
        R"({"name":"gw-a","version":"0.1.0","uptime":12307.0,"forwarding":true,"generation":12,)"
        R"("publications":34,"memory_bytes":192413696,"n_ports":2,"n_ports_up":1,)"
        R"("n_neighbours":2,"n_routes":3,"n_workers":2,"received":1008,"forwarded":903,)"
        R"("punted":60,"dropped":45,"groups":[{"id":7,"n_vmacs":2,"n_vmacs_own":1,)"
        R"("n_hosts":5}]})"},
    Expectation{"show events json",
                R"([{"at":99000.0,"severity":"info","text":"port lan: link up"},{"at":99998.0,)"
                R"("severity":"alarm","text":"port wan: link down"}])"},
    Expectation{"show config json", R"({"config":"appliance:\n  name: gw-a\n"})"},
};

Outcome execute_on_sample(const std::string& line) {
    console::test::SampleGateway gateway;
    return Interpreter(gateway.mailbox()).execute(line);
}

}  // namespace

TEST_CASE("each show command prints the sample report as text") {
    for (const auto& [line, output] : kTexts) {
        INFO(line);
        const Outcome outcome = execute_on_sample(line);
        CHECK(outcome.status == Status::ok);
        CHECK(outcome.text == output);
    }
}

TEST_CASE("each show command prints the sample report as JSON") {
    for (const auto& [line, output] : kJsons) {
        INFO(line);
        const Outcome outcome = execute_on_sample(line);
        CHECK(outcome.status == Status::ok);
        CHECK(outcome.text.back() == '\n');
        CHECK(nlohmann::ordered_json::parse(outcome.text).dump() == output);
    }
}

TEST_CASE("no show command is missing from the two tests above") {
    for (const console::Command& command : console::all_commands()) {
        if (command.kind != console::Kind::show) {
            continue;
        }
        const std::string start(command.syntax.substr(0, command.syntax.find(" PORT")));
        const auto begins = [&](const Expectation& one) {
            return std::string_view(one.line).starts_with(start);
        };
        INFO(command.syntax);
        CHECK(std::any_of(kTexts.begin(), kTexts.end(), begins));
        CHECK(std::any_of(kJsons.begin(), kJsons.end(), begins));
    }
}

TEST_CASE(
    "an appliance that has nothing to show says so in each table, and prints empty lists as JSON") {
    admin::Mailbox mailbox;
    const admin::Report empty;
    for (const console::Command& command : console::all_commands()) {
        if (command.kind != console::Kind::show) {
            continue;
        }
        INFO(command.syntax);
        const std::vector<std::string> words = {"show", "port", "stats", "all"};
        const admin::Reply reply;
        CHECK(command.run({reply, empty, words, console::Format::text}).status == Status::ok);
        const Outcome json = command.run({reply, empty, words, console::Format::json});
        CHECK(json.status == Status::ok);
        CHECK(nlohmann::json::accept(json.text));
    }
}
