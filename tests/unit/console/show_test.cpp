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
    Expectation{"show group brief",
                R"(Interface  Grp  Fwd  Pri  State   Address            Active router  Standby router  Hosts  Packets  Weight
lan0         7    -  120  Active  10.0.0.254         local          gw-b                5      400     100
lan0         7    1    -  Active  02:45:47:00:07:01  local          gw-b                4      300       -
lan0         7    2    -  Listen  02:45:47:00:07:02  gw-b           local               1      100       -
)"},
    Expectation{"show group",
                R"(group 7 on lan0: 10.0.0.254
  mode        native
  state       active, 3 changes
  active      gw-a
  standby     gw-b
  priority    120, weight 100
  timers      hello 100.0ms, hold 300.0ms; own hellos late by 1.2ms at most
  assignment  term 4, sequence 17
  moves       2 take-overs, 6 hand-overs done, 1 failed, 32 announcements
  messages    1000 received, 993 used, 500 sent; refused: 5 wrong_digest, 2 replayed
  hosts       5, policy host_hash, 41 ARP answers
  members     3, 2 live
  member    address   mac                state    live  hears us  priority  weight  vmacs  load pps  capacity pps  silence  hears  notes
  gw-a      10.0.0.2  02:00:00:00:00:01  active   yes   -              120     100      1       340       1000000        -  gw-b   self
  gw-b      10.0.0.3  02:00:00:00:00:03  standby  yes   no             100      20      0         0        500000   42.5ms  -      draining, fenced
  10.0.0.4  10.0.0.4  02:00:00:00:00:04  -        no    yes              0       0      0         0             0    1m 5s  -      unproven
  vMACs       2, 1 forwarded here
  vmac  mac                state  owner  claimant  moving from  successors  hosts  packets  share  bytes  foreign
     1  02:45:47:00:07:01  own    gw-a   gw-a      -            gw-b, gw-c      4      300  75.0%  45000        0
     2  02:45:47:00:07:02  other  gw-b   -         gw-a         gw-a            1      100  25.0%   6400        9
)"},
    Expectation{"show members",
                R"(group 7 on lan0: 3 members, 2 live; active gw-a, standby gw-b
member    address   mac                state    live  hears us  priority  weight  vmacs  load pps  capacity pps  silence  hears  notes
gw-a      10.0.0.2  02:00:00:00:00:01  active   yes   -              120     100      1       340       1000000        -  gw-b   self
gw-b      10.0.0.3  02:00:00:00:00:03  standby  yes   no             100      20      0         0        500000   42.5ms  -      draining, fenced
10.0.0.4  10.0.0.4  02:00:00:00:00:04  -        no    yes              0       0      0         0             0    1m 5s  -      unproven
)"},
    Expectation{"show vmacs",
                R"(group 7 on lan0: 10.0.0.254, policy host_hash, 5 hosts, 41 ARP answers
vmac  mac                state  owner  claimant  moving from  successors  hosts  packets  share  bytes  foreign
   1  02:45:47:00:07:01  own    gw-a   gw-a      -            gw-b, gw-c      4      300  75.0%  45000        0
   2  02:45:47:00:07:02  other  gw-b   -         gw-a         gw-a            1      100  25.0%   6400        9
)"},
    Expectation{"show hosts",
                R"(group 7 on lan0: 5 hosts, policy host_hash
host               vmac  owner       asked
0a:00:00:00:00:20     1  gw-a   1m 30s ago
0a:00:00:00:00:21     9  -        1.5s ago
)"},
    Expectation{"show messages",
                R"(group 7 on lan0: native
messages
received                1000
used                     993
refused: wrong_digest      5
refused: no_key            0
refused: replayed          2
sent                     500
announcements sent        32
own hellos late by     1.2ms
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
  group 7     active, 2 of 3 members live, 1 of 2 vMACs owned here, 5 hosts, 41 ARP answers
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
        "show group brief json",
        R"([{"interface":"lan0","group":7,"forwarder":"-","priority":"120","state":"Active",)"
        R"("address":"10.0.0.254","active_router":"local","standby_router":"gw-b","n_hosts":5,)"
        R"("packets":400,"weight":"100"},{"interface":"lan0","group":7,"forwarder":"1",)"
        R"("priority":"-","state":"Active","address":"02:45:47:00:07:01",)"
        R"("active_router":"local","standby_router":"gw-b","n_hosts":4,"packets":300,)"
        R"("weight":"-"},{"interface":"lan0","group":7,"forwarder":"2","priority":"-",)"
        R"("state":"Listen","address":"02:45:47:00:07:02","active_router":"gw-b",)"
        R"("standby_router":"local","n_hosts":1,"packets":100,"weight":"-"}])"},
    Expectation{
        "show group json",
        R"([{"id":7,"interface":"lan0","virtual_addresses":["10.0.0.254"],"policy":"host_hash",)"
        R"("vmacs":[{"number":1,"mac":"02:45:47:00:07:01","state":"own","owner":"gw-a",)"
        R"("claimant":"gw-a","previous":"","successors":["gw-b","gw-c"],"priority":0,)"
        R"("redirect_left":null,"timeout_left":null,"packets":300,"bytes":45000,)"
        R"("foreign_packets":0,"n_hosts":4},{"number":2,"mac":"02:45:47:00:07:02",)"
        R"("state":"other","owner":"gw-b","claimant":"","previous":"gw-a",)"
        R"("successors":["gw-a"],"priority":0,"redirect_left":null,"timeout_left":null,)"
        R"("packets":100,"bytes":6400,"foreign_packets":9,"n_hosts":1}],"n_hosts":5,)"
        R"("arp_answers":41,"mode":"native","state":"active","avg":"gw-a","standby":"gw-b",)"
        R"("priority":120,"weight":100,"term":4,"assignment_sequence":17,"draining":false,)"
        R"("fenced":false,"hello":0.1,"hold":0.3,"n_state_changes":3,"take_overs":2,)"
        R"("hand_overs_done":6,"hand_overs_failed":1,"messages_received":1000,)"
        R"("messages_used":993,"messages_sent":500,"announcements":32,)"
        R"("refused_messages":[{"name":"wrong_digest","count":5},{"name":"no_key","count":0},)"
        R"({"name":"replayed","count":2}],"worst_hello_lateness":0.00125,)"
        R"("members":[{"id":"9223372036854775807","name":"gw-a","address":"10.0.0.2",)"
        R"("mac":"02:00:00:00:00:01","is_self":true,"state":"active","live":true,)"
        R"("proven":false,"hears_us":false,"draining":false,"fenced":false,"priority":120,)"
        R"("weight":100,"n_vmacs":1,"capacity_pps":1000000,"load_pps":340,"silence":0.0,)"
        R"("hears":["gw-b"]},{"id":"2","name":"gw-b","address":"10.0.0.3",)"
        R"("mac":"02:00:00:00:00:03","is_self":false,"state":"standby","live":true,)"
        R"("proven":true,"hears_us":false,"draining":true,"fenced":true,"priority":100,)"
        R"("weight":20,"n_vmacs":0,"capacity_pps":500000,"load_pps":0,"silence":0.0425,)"
        R"("hears":[]},{"id":"3","name":"10.0.0.4","address":"10.0.0.4",)"
        R"("mac":"02:00:00:00:00:04","is_self":false,"state":"","live":false,"proven":false,)"
        R"("hears_us":true,"draining":false,"fenced":false,"priority":0,"weight":0,"n_vmacs":0,)"
        R"("capacity_pps":0,"load_pps":0,"silence":65.0,"hears":[]}],)"
        R"("hosts":[{"mac":"0a:00:00:00:00:20","vmac":1,"age":90.0},{"mac":"0a:00:00:00:00:21",)"
        R"("vmac":9,"age":1.5}]}])"},
    Expectation{
        "show members json",
        R"([{"id":7,"interface":"lan0","state":"active","avg":"gw-a","standby":"gw-b",)"
        R"("members":[{"id":"9223372036854775807","name":"gw-a","address":"10.0.0.2",)"
        R"("mac":"02:00:00:00:00:01","is_self":true,"state":"active","live":true,)"
        R"("proven":false,"hears_us":false,"draining":false,"fenced":false,"priority":120,)"
        R"("weight":100,"n_vmacs":1,"capacity_pps":1000000,"load_pps":340,"silence":0.0,)"
        R"("hears":["gw-b"]},{"id":"2","name":"gw-b","address":"10.0.0.3",)"
        R"("mac":"02:00:00:00:00:03","is_self":false,"state":"standby","live":true,)"
        R"("proven":true,"hears_us":false,"draining":true,"fenced":true,"priority":100,)"
        R"("weight":20,"n_vmacs":0,"capacity_pps":500000,"load_pps":0,"silence":0.0425,)"
        R"("hears":[]},{"id":"3","name":"10.0.0.4","address":"10.0.0.4",)"
        R"("mac":"02:00:00:00:00:04","is_self":false,"state":"","live":false,"proven":false,)"
        R"("hears_us":true,"draining":false,"fenced":false,"priority":0,"weight":0,"n_vmacs":0,)"
        R"("capacity_pps":0,"load_pps":0,"silence":65.0,"hears":[]}]}])"},
    Expectation{
        "show vmacs json",
        R"([{"id":7,"interface":"lan0","virtual_addresses":["10.0.0.254"],"policy":"host_hash",)"
        R"("vmacs":[{"number":1,"mac":"02:45:47:00:07:01","state":"own","owner":"gw-a",)"
        R"("claimant":"gw-a","previous":"","successors":["gw-b","gw-c"],"priority":0,)"
        R"("redirect_left":null,"timeout_left":null,"packets":300,"bytes":45000,)"
        R"("foreign_packets":0,"n_hosts":4},{"number":2,"mac":"02:45:47:00:07:02",)"
        R"("state":"other","owner":"gw-b","claimant":"","previous":"gw-a",)"
        R"("successors":["gw-a"],"priority":0,"redirect_left":null,"timeout_left":null,)"
        R"("packets":100,"bytes":6400,"foreign_packets":9,"n_hosts":1}],"n_hosts":5,)"
        R"("arp_answers":41}])"},
    Expectation{
        "show hosts json",
        R"([{"id":7,"interface":"lan0","policy":"host_hash","n_hosts":5,)"
        R"("hosts":[{"mac":"0a:00:00:00:00:20","vmac":1,"age":90.0},{"mac":"0a:00:00:00:00:21",)"
        R"("vmac":9,"age":1.5}]}])"},
    Expectation{
        "show messages json",
        R"([{"id":7,"interface":"lan0","messages_received":1000,"messages_used":993,)"
        R"("refused_messages":[{"name":"wrong_digest","count":5},{"name":"no_key","count":0},)"
        R"({"name":"replayed","count":2}],"messages_sent":500,"announcements":32,)"
        R"("worst_hello_lateness":0.00125}])"},
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
        R"("control_frames_lost":0,"control_frames_stale":0,"longest_loop_ns":83400,"generation":12},{"index":1,"lcore":2,"received":8,)"
        R"("forwarded":0,"punted":0,"handed_over":3,"taken_over":0,"drops":[{"name":"fenced","count":1},{"name":"not_for_us",)"
        R"("count":4}],"polls":0,"busy_polls":0,"sleeps":0,"busy_cycles":0,"control_frames":0,)"
        R"("control_frames_lost":0,"control_frames_stale":0,"longest_loop_ns":0,"generation":11}])"},
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
        R"("punted":60,"dropped":45,"groups":[{"id":7,"interface":"lan0","state":"active",)"
        R"("draining":false,"fenced":false,"n_members":3,"n_members_live":2,"n_vmacs":2,)"
        R"("n_vmacs_own":1,"n_hosts":5}]})"},
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
