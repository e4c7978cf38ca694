// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: every metric that a scrape can show: name, type, unit, labels and help, once.
// Thread: any. Used by: to_metrics(), the page docs/metrics.md, and the test of both.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace evengate::metrics {

// Labels are bounded by the configuration (ports, interfaces, groups, vMACs, workers, services,
// targets, dispatchers and their gateways) or by an enum
// (reasons, classes, states). Nothing that a host or a peer chooses becomes a label, but for the
// names of known members, in printable ASCII: a vMAC's owner, one at a time, and the gateways of a
// group.
//
// id, type, unit ("" is a plain number), labels ("" is none), help. The name is evengate_ + id.
#define EVENGATE_METRICS(X)                                                                        \
    X(up, gauge, "", "", "1 if the control lcore answered this scrape, else 0 and nothing else")   \
    X(build_info, gauge, "", "name,version", "Always 1; who this appliance is")                    \
    X(uptime_seconds, gauge, "seconds", "", "Time since the appliance started")                    \
    X(forwarding, gauge, "", "", "0 after an operator stopped forwarding, else 1")                 \
    X(generation, gauge, "", "", "Newest published generation of the forwarding table")            \
    X(publications_total, counter, "", "", "Generations published")                                \
    X(resident_memory_bytes, gauge, "bytes", "", "Memory in use, hugepages included")              \
    X(port_info, gauge, "", "port,device,driver,mac", "Always 1; what is behind a port")           \
    X(port_link_up, gauge, "", "port", "1 if the port has link")                                   \
    X(port_speed_bytes_per_second, gauge, "bytes per second", "port",                              \
      "Speed of the link; absent if unknown")                                                      \
    X(port_mtu_bytes, gauge, "bytes", "port", "Largest packet that the port takes")                \
    X(port_promiscuous, gauge, "", "port", "1 if the port receives every frame")                   \
    X(port_mac_filters_wanted, gauge, "", "port", "MAC addresses that the port should receive")    \
    X(port_mac_filters_active, gauge, "", "port",                                                  \
      "MAC addresses programmed into the port; if fewer than wanted, software filters")            \
    X(port_receive_packets_total, counter, "packets", "port", "Frames received")                   \
    X(port_receive_bytes_total, counter, "bytes", "port", "Bytes of frames received")              \
    X(port_receive_missed_total, counter, "packets", "port",                                       \
      "Frames lost because the receive queues were full")                                          \
    X(port_receive_errors_total, counter, "packets", "port", "Frames received damaged")            \
    X(port_receive_no_buffer_total, counter, "", "port", "Failed buffer allocations on receive")   \
    X(port_transmit_packets_total, counter, "packets", "port", "Frames transmitted")               \
    X(port_transmit_bytes_total, counter, "bytes", "port", "Bytes of frames transmitted")          \
    X(port_transmit_errors_total, counter, "packets", "port", "Frames that failed to transmit")    \
    X(interface_info, gauge, "", "interface,port,vlan,inner_vlan,mac",                             \
      "Always 1; where an interface is; VLAN 0 is untagged")                                       \
    X(interface_link_up, gauge, "", "interface", "1 if the interface has link")                    \
    X(interface_mtu_bytes, gauge, "bytes", "interface", "Largest IP packet of the interface")      \
    X(group_info, gauge, "", "interface,group,mode,policy",                                        \
      "Always 1; the protocol of a group, and by which policy hosts get their vMAC")               \
    X(group_state, gauge, "", "interface,group,state",                                             \
      "1 for the state of this member's election, 0 for the others; active is the AVG")            \
    X(group_priority, gauge, "", "interface,group", "Priority of this member in the election")     \
    X(group_weight, gauge, "", "interface,group", "Weight that tracking left this member")         \
    X(group_term, gauge, "", "interface,group", "Term of the adopted assignment")                  \
    X(group_assignment_sequence, gauge, "", "interface,group",                                     \
      "Sequence of the adopted assignment within its term")                                        \
    X(group_draining, gauge, "", "interface,group", "1 while this member gives its vMACs away")    \
    X(group_fenced, gauge, "", "interface,group",                                                  \
      "1 if the lease ran out: this member was late by a hold and forwards nothing")               \
    X(group_members, gauge, "", "interface,group", "Members that are known, this one included")    \
    X(group_members_live, gauge, "", "interface,group",                                            \
      "Members that were heard within their hold, this one included")                              \
    X(group_members_deaf, gauge, "", "interface,group",                                            \
      "Live members that do not hear this one: a link that works one way")                         \
    X(group_vmacs_owned, gauge, "", "interface,group", "vMACs that this member forwards")          \
    X(group_vmacs_unclaimed, gauge, "", "interface,group",                                         \
      "vMACs that no member is known to forward")                                                  \
    X(group_state_changes_total, counter, "", "interface,group", "Changes of the election state")  \
    X(group_take_overs_total, counter, "", "interface,group",                                      \
      "vMACs taken from members that died or fell silent")                                         \
    X(group_hand_overs_total, counter, "", "interface,group,outcome",                              \
      "Planned moves of vMACs in which this member took part: done or failed")                     \
    X(group_messages_received_total, counter, "", "interface,group",                               \
      "Messages of the group; equals those used and those refused")                                \
    X(group_messages_used_total, counter, "", "interface,group", "Messages that were acted upon")  \
    X(group_messages_refused_total, counter, "", "interface,group,reason",                         \
      "Messages thrown away, by reason")                                                           \
    X(group_messages_sent_total, counter, "", "interface,group", "Messages sent")                  \
    X(group_announcements_total, counter, "", "interface,group",                                   \
      "Frames sent so that switches learn where a vMAC went")                                      \
    X(group_hello_interval_seconds, gauge, "seconds", "interface,group",                           \
      "Between two hellos of this member, as configured")                                          \
    X(group_hold_seconds, gauge, "seconds", "interface,group",                                     \
      "Silence after which the others take this member for dead, as configured")                   \
    X(group_hello_lateness_seconds, gauge, "seconds", "interface,group",                           \
      "Worst delay of an own hello in the last 10 to 20 s; a hold less a hello is fatal")          \
    X(group_hosts, gauge, "", "interface,group", "Hosts that have been given a vMAC")              \
    X(group_arp_answers_total, counter, "", "interface,group", "ARP answers for a virtual IP")     \
    X(vmac_info, gauge, "", "interface,group,vmac,mac,owner",                                      \
      "Always 1; which member owns a vMAC; other: none that is known")                             \
    X(vmac_state, gauge, "", "interface,group,vmac,state",                                         \
      "1 for the state that the vMAC is in here, 0 for the others")                                \
    X(vmac_packets_total, counter, "packets", "interface,group,vmac",                              \
      "Packets that were received for a vMAC and accepted")                                        \
    X(vmac_bytes_total, counter, "bytes", "interface,group,vmac",                                  \
      "Bytes that were received for a vMAC and accepted")                                          \
    X(port_deaf, gauge, "", "port",                                                                \
      "1: some MAC addresses are neither filtered for nor received by promiscuous mode")           \
    X(vmac_foreign_packets_total, counter, "packets", "interface,group,vmac",                      \
      "Packets seen for a vMAC while another member owned it: a switch floods")                    \
    X(vmac_returned_packets_total, counter, "packets", "interface,group,vmac",                     \
      "With balance.count both: packets forwarded to hosts that were last given a vMAC")           \
    X(vmac_hosts, gauge, "", "interface,group,vmac", "Hosts last answered with a vMAC")            \
    X(vmac_load_packets_per_second, gauge, "packets per second", "interface,group,vmac",           \
      "Estimated load of a vMAC, whoever forwards for it")                                         \
    X(gateway_capacity_packets_per_second, gauge, "packets per second", "interface,group,gateway", \
      "What a member can forward, as the balancing of the group sees it")                          \
    X(gateway_load_packets_per_second, gauge, "packets per second", "interface,group,gateway",     \
      "Estimated load of the group's vMACs that a member owns")                                    \
    X(gateway_background_packets_per_second, gauge, "packets per second",                          \
      "interface,group,gateway",                                                                   \
      "What a member forwards beside that, or keeps free for other groups")                        \
    X(gateway_utilisation_ratio, gauge, "", "interface,group,gateway",                             \
      "(load + background) / capacity of a member; absent if its capacity is 0")                   \
    X(gateway_vmacs, gauge, "", "interface,group,gateway",                                         \
      "vMACs that a member owns")                                                                  \
    X(gateway_saturated, gauge, "", "interface,group,gateway",                                     \
      "1 if a member missed packets in the last interval")                                         \
    X(balance_info, gauge, "", "interface,group,algorithm,decide",                                 \
      "Always 1; how moves are planned, and by whom")                                              \
    X(balance_deciding, gauge, "", "interface,group",                                              \
      "1 if the rounds of this member are those that count")                                       \
    X(balance_interval_seconds, gauge, "seconds", "interface,group",                               \
      "Between two measurements of the load, as configured")                                       \
    X(balance_alpha_ratio, gauge, "", "interface,group",                                           \
      "Weight of the newest measurement in the estimate")                                          \
    X(balance_imbalance_ratio, gauge, "", "interface,group",                                       \
      "Highest utilisation over the mean of all members; absent without load")                     \
    X(balance_moves_total, counter, "", "interface,group,reason",                                  \
      "Planned moves of vMACs that this member began as AVG, by reason")                           \
    X(balance_rounds_total, counter, "", "interface,group",                                        \
      "Rounds of balancing that this member computed")                                             \
    X(balance_disagreements_total, counter, "", "interface,group",                                 \
      "Where everyone decides: rounds in which the AVG's assignment was another")                  \
    X(balance_hosts_steered_total, counter, "", "interface,group",                                 \
      "Hosts that this member told another vMAC unasked, as no move of a vMAC helped")             \
    X(balance_plan_seconds, gauge, "seconds", "interface,group",                                   \
      "How long the last round took to compute")                                                   \
    X(balance_longest_plan_seconds, gauge, "seconds", "interface,group",                           \
      "The same of the slowest round of the last 10 to 20 s")                                      \
    X(neighbours, gauge, "", "interface,state", "Neighbours by state of their resolution")         \
    X(neighbour_held_packets, gauge, "packets", "interface", "Packets that wait for a neighbour")  \
    X(routes, gauge, "", "kind,state", "Routes; unusable while the next hop is not resolved")      \
    X(worker_receive_packets_total, counter, "packets", "worker",                                  \
      "Frames taken from the ports; with those taken over, equals forwarded + punted + dropped + " \
      "handed over")                                                                               \
    X(worker_forwarded_packets_total, counter, "packets", "worker", "Packets forwarded")           \
    X(worker_punted_packets_total, counter, "packets", "worker",                                   \
      "Frames handed to the control lcore")                                                        \
    X(worker_handed_over_packets_total, counter, "packets", "worker",                              \
      "Frames handed to the worker that owns the transmit queue of their port")                    \
    X(worker_taken_over_packets_total, counter, "packets", "worker",                               \
      "Frames taken over from workers without a transmit queue at the port")                       \
    X(worker_dropped_packets_total, counter, "packets", "worker", "Frames dropped, all reasons")   \
    X(worker_control_frames_total, counter, "packets", "worker",                                   \
      "Frames of the control lcore sent through a worker's queue")                                 \
    X(worker_polls_total, counter, "", "worker", "Rounds over all queues")                         \
    X(worker_busy_polls_total, counter, "", "worker", "Rounds that found frames")                  \
    X(worker_sleeps_total, counter, "", "worker", "Sleeps for want of traffic")                    \
    X(worker_busy_cycles_total, counter, "TSC cycles", "worker",                                   \
      "Processor cycles spent in rounds that found frames")                                        \
    X(worker_longest_loop_seconds, gauge, "seconds", "worker",                                     \
      "Longest round since the report before, whoever asked for that")                             \
    X(worker_generation, gauge, "", "worker", "Generation that a worker last used")                \
    X(dropped_packets_total, counter, "packets", "reason",                                         \
      "Frames dropped by all workers; a reason appears with its first frame")                      \
    X(punts_total, counter, "packets", "class,outcome",                                            \
      "Frames meant for the control lcore: accepted, limited by rate, or its ring was full")       \
    X(control_arp_received_total, counter, "", "", "ARP frames that the control lcore took")       \
    X(control_arp_answered_total, counter, "", "", "ARP replies sent")                             \
    X(control_icmp_echo_answered_total, counter, "", "", "Pings answered")                         \
    X(control_icmp_errors_sent_total, counter, "", "", "ICMP errors sent")                         \
    X(control_icmp_errors_limited_total, counter, "", "", "ICMP errors withheld by rate limit")    \
    X(control_fragments_sent_total, counter, "", "", "IPv4 fragments sent")                        \
    X(control_keep_alives_sent_total, counter, "", "", "Frames sent so that switches know a vMAC") \
    X(control_frames_sent_total, counter, "", "", "Frames that the control lcore sent")            \
    X(control_frames_not_sent_total, counter, "", "",                                              \
      "Frames that the control lcore could not send: queue full or no link")                       \
    X(control_refused_frames_total, counter, "", "reason",                                         \
      "Frames that the control lcore threw away; a reason appears with its first frame")           \
    X(control_longest_step_seconds, gauge, "seconds", "",                                          \
      "Longest step of the control lcore since the report before, whoever asked for that")         \
    X(service_info, gauge, "", "service,protocol,mode,criterion", "Always 1; what a service is")   \
    X(target_up, gauge, "", "service,target",                                                      \
      "1 if a target is up, also while it drains or gets nothing new")                             \
    X(target_state, gauge, "", "service,target,state",                                             \
      "1 for the state of a target, 0 for the others; spare: up, and gets nothing new")            \
    X(target_weight, gauge, "", "service,target",                                                  \
      "Weight as configured, or as an operator set it")                                            \
    X(target_weight_now, gauge, "", "service,target",                                              \
      "The same with slow start and steering, in tenths; 0: nothing new")                          \
    X(target_packets_total, counter, "packets", "service,target",                                  \
      "Packets of clients sent to a target")                                                       \
    X(target_bytes_total, counter, "bytes", "service,target", "Bytes of clients sent to a target") \
    X(target_connections, gauge, "", "service,target",                                             \
      "Connections of a target in the tables of this member")                                      \
    X(target_connections_opened_total, counter, "", "service,target",                              \
      "Connections that a target was given, at the gateway where they began")                      \
    X(target_probes_total, counter, "", "service,target", "Health checks sent to a target")        \
    X(target_probes_failed_total, counter, "", "service,target", "Health checks that failed")      \
    X(rerouting_events_total, counter, "", "event", "What workers met of services, by name")       \
    X(rerouting_connections, gauge, "", "", "Connections in the tables of all workers")            \
    X(rerouting_connection_room, gauge, "", "", "Connections that these tables have room for")     \
    X(rerouting_half_open, gauge, "", "", "Half-open connections, which have tables of their own") \
    X(rerouting_sources, gauge, "", "", "Ports of pools that connections have (return: snat)")     \
    X(rerouting_source_room, gauge, "", "", "Ports that pools have")                               \
    X(rerouting_publications_total, counter, "", "",                                               \
      "Sets of services and targets given to the workers")                                         \
    X(rerouting_disagreeing_members, gauge, "", "",                                                \
      "Members of the group whose services are not the same")                                      \
    X(dispatcher_buckets, gauge, "", "dispatcher,gateway", "Buckets that lead to a gateway")       \
    X(dispatcher_gateway_up, gauge, "", "dispatcher,gateway", "1 if a gateway is up")              \
    X(dispatcher_packets_total, counter, "packets", "dispatcher,gateway",                          \
      "Packets handed to a gateway")                                                               \
    X(spray_target_up, gauge, "", "spray,target", "1 if a target of a spray is up")                \
    X(spray_packets_total, counter, "packets", "spray,target", "Packets sprayed to a target")      \
    X(dispatcher_moves_total, counter, "", "dispatcher",                                           \
      "Buckets moved from one gateway to another")                                                 \
    X(dispatcher_imbalance_ratio, gauge, "", "dispatcher",                                         \
      "Highest load of a gateway over the mean; absent without load")

enum class MetricId : uint8_t {
#define X(id, type, unit, labels, help) id,
    EVENGATE_METRICS(X)
#undef X
};

enum class MetricKind : uint8_t { counter, gauge };

struct Metric {
    std::string_view name;
    MetricKind kind;
    std::string_view unit;
    std::string_view labels;  // comma-separated
    std::string_view help;
};

inline constexpr std::array kMetrics = {
#define X(id, kind, unit, labels, help) \
    Metric{"evengate_" #id, MetricKind::kind, unit, labels, help},
    EVENGATE_METRICS(X)
#undef X
};

}  // namespace evengate::metrics
