// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what each show command prints of the sample report, as text. Used by: show_test.cpp.
#pragma once

#include <array>

namespace evengate::console::test {

struct Expectation {
    const char* line;
    const char* output;
};

// Whole outputs: what an operator sees is what is tested.
inline constexpr std::array kTexts = {
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
  balance     portfolio, gw-a decides, imbalance 1.062
  messages    1000 received, 993 used, 500 sent; refused: 5 wrong_digest, 2 replayed
  hosts       5, policy host_hash, 41 ARP answers
  members     3, 2 live
  member    address   mac                state    live  hears us  priority  weight  vmacs  load pps  capacity pps  silence  hears  notes
  gw-a      10.0.0.2  02:00:00:00:00:01  active   yes   -              120     100      1       340       1000000        -  gw-b   self
  gw-b      10.0.0.3  02:00:00:00:00:03  standby  yes   no             100      20      0         0        500000   42.5ms  -      draining, fenced
  10.0.0.4  10.0.0.4  02:00:00:00:00:04  -        no    yes              0       0      0         0             0    1m 5s  -      unproven
  vMACs       2, 1 forwarded here
  vmac  mac                state  owner  claimant  moving from  successors  load pps  hosts  packets  share  bytes  foreign
     1  02:45:47:00:07:01  own    gw-a   gw-a      -            gw-b, gw-c     41200      4      300  75.0%  45000        0
     2  02:45:47:00:07:02  other  gw-b   -         gw-a         gw-a           19600      1      100  25.0%   6400        9
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
vmac  mac                state  owner  claimant  moving from  successors  load pps  hosts  packets  share  bytes  foreign
   1  02:45:47:00:07:01  own    gw-a   gw-a      -            gw-b, gw-c     41200      4      300  75.0%  45000        0
   2  02:45:47:00:07:02  other  gw-b   -         gw-a         gw-a           19600      1      100  25.0%   6400        9
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
    Expectation{"show balance",
                R"(group 7 on lan0: portfolio, gw-a decides (avg, here)
  interval    1.0s, alpha 0.25, chosen as it foretold best
  imbalance   1.062 (highest utilisation / mean)
  rounds      4711; the last planned in 41.9us, the slowest of late in 83.4us
  moves       12 balance, 3 drain
  last round  1.5s ago: what would help was moved only lately, J 812
gateway  capacity pps  load pps  background pps  utilisation  vmacs  notes
gw-a           100000     41200            1800        43.0%      1  -
gw-b            20000     19600             400       100.0%      1  SATURATED
gw-c                0         0              15            -      0  takes none
(all)          120000     60800            2215        52.5%      2  -
)"},
    Expectation{"show balance dry-run",
                R"(group 7 on lan0: a round now: moved 1 vMAC, J 812 -> 800, least 790, a round must gain 1, each move 2
vmac  from  to    load pps
   1  gw-a  gw-b     41200
)"},
    Expectation{"show balance history",
                R"(group 7 on lan0: 4711 rounds, the last 3
 ago  reason       round
3.5s  unconfirmed  worth it, if it still is next time: 1 vMAC, J 900 -> 812
2.5s  moved        moved 1 vMAC, J 900 -> 812
                     vMAC 2: gw-a -> gw-b, 19600 pps
1.5s  dwelling     what would help was moved only lately, J 812
)"},
    Expectation{"show services",
                R"(service  published     protocol  ports         mode  criterion  targets up  connections  packets
web      203.0.113.10  tcp       80,8000-8080  nat   stateful       1 of 2          120    10000
         203.0.113.11
names    203.0.113.53  udp       53            mac   stateless      0 of 0            0        0

epoch 4.gw-a.17, 23 publications; 1 MEMBERS HAVE OTHER SERVICES
120 connections, room for 131072; 3 half open; 50 of 64512 ports of pools in use

event
table_full  5
)"},
    Expectation{"show targets",
                R"(service web: nat stateful, tcp port 80,8000-8080, 203.0.113.10, 203.0.113.11
target   address         state  weight  wanted  packets  connections  reason
server1  10.0.0.11:8080  up        100   50.0%    50.2%          120  answered the request
server2  10.0.0.12       down      100   50.0%    49.8%            0  did not answer in time

service names: mac stateless, udp port 53, 203.0.113.53
no targets
)"},
    Expectation{"show targets web",
                R"(service web: nat stateful, tcp port 80,8000-8080, 203.0.113.10, 203.0.113.11
target   address         state  weight  wanted  packets  connections  reason
server1  10.0.0.11:8080  up        100   50.0%    50.2%          120  answered the request
server2  10.0.0.12       down      100   50.0%    49.8%            0  did not answer in time

target   packets   bytes  opened  elsewhere  failed probes  up / down for  behind
server1     5023  321472     498         80      7 of 3600  2 / 0 members  -
server2     4977  318528     502          0   3599 of 3600  0 / 2 members  gw-b
)"},
    Expectation{"show connections",
                R"(client               published          protocol  service  target   state        idle
198.51.100.5:49152   203.0.113.10:80    tcp       web      server1  established  1.5s
198.51.100.254:1024  203.0.113.10:8080  tcp       web      server2  half-open     0ns
)"},
    Expectation{"show connections 80",
                R"(client               published          protocol  service  target   state        idle
198.51.100.5:49152   203.0.113.10:80    tcp       web      server1  established  1.5s
198.51.100.254:1024  203.0.113.10:8080  tcp       web      server2  half-open     0ns
these are 2, and there are more; a FILTER picks some
)"},
    Expectation{"show dispatcher",
                R"(dispatcher edge: by station, 4096 buckets, 12 moved
  imbalance   1.034 (highest gateway / mean)
  last round  moved 3 buckets
gateway  address    state  buckets  share  packets
gw-a     192.0.2.2  up        3072  75.0%     7500
gw-b     192.0.2.3  down      1024  25.0%     2500

spray logs: per packet, for 203.0.113.99
target     state  packets
10.0.1.21  up        4000
10.0.1.22  down         5
)"},
    Expectation{"explain connection 198.51.100.5:49152 203.0.113.10:80",
                R"(service web, mode nat
  slot 5 leads to server1
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

}  // namespace evengate::console::test
