// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "metrics/to_metrics.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "metrics/balance_metrics.hpp"
#include "metrics/metric_table.hpp"
#include "metrics/reroute_metrics.hpp"
#include "metrics/samples.hpp"

namespace evengate::metrics {
namespace {

template <class Element, class Predicate>
uint64_t count_of(const std::vector<Element>& elements, Predicate predicate) {
    return static_cast<uint64_t>(std::count_if(elements.begin(), elements.end(), predicate));
}

void add_appliance(Samples& samples, const admin::Report& report) {
    samples.add(MetricId::up, {}, true);
    samples.add(MetricId::build_info, {report.name, report.version}, true);
    samples.add(MetricId::uptime_seconds, {}, seconds_of(report.uptime));
    samples.add(MetricId::forwarding, {}, report.forwarding);
    samples.add(MetricId::generation, {}, report.generation);
    samples.add(MetricId::publications_total, {}, report.publications);
    samples.add(MetricId::resident_memory_bytes, {}, report.memory_bytes);
}

void add_port(Samples& samples, const admin::PortReport& port) {
    constexpr double kBytesPerMegabit = 1e6 / 8;
    const Labels labels{port.name};
    samples.add(MetricId::port_info, {port.name, port.device, port.driver, port.mac.to_string()},
                true);
    samples.add(MetricId::port_link_up, labels, port.link_up);
    if (port.speed_mbps != 0) {
        samples.add(MetricId::port_speed_bytes_per_second, labels,
                    kBytesPerMegabit * port.speed_mbps);
    }
    samples.add(MetricId::port_mtu_bytes, labels, uint64_t{port.mtu});
    samples.add(MetricId::port_promiscuous, labels, port.promiscuous);
    samples.add(MetricId::port_mac_filters_wanted, labels, uint64_t{port.n_mac_filters_wanted});
    samples.add(MetricId::port_mac_filters_active, labels, uint64_t{port.n_mac_filters_active});
    samples.add(MetricId::port_deaf, labels, uint64_t{port.deaf ? 1u : 0u});
    samples.add(MetricId::port_receive_packets_total, labels, port.rx_packets);
    samples.add(MetricId::port_receive_bytes_total, labels, port.rx_bytes);
    samples.add(MetricId::port_receive_missed_total, labels, port.rx_missed);
    samples.add(MetricId::port_receive_errors_total, labels, port.rx_errors);
    samples.add(MetricId::port_receive_no_buffer_total, labels, port.rx_no_mbuf);
    samples.add(MetricId::port_transmit_packets_total, labels, port.tx_packets);
    samples.add(MetricId::port_transmit_bytes_total, labels, port.tx_bytes);
    samples.add(MetricId::port_transmit_errors_total, labels, port.tx_errors);
}

void add_interface(Samples& samples, const admin::InterfaceReport& interface) {
    samples.add(MetricId::interface_info,
                {interface.name, interface.port, std::to_string(interface.vlan),
                 std::to_string(interface.inner_vlan), interface.mac.to_string()},
                true);
    samples.add(MetricId::interface_link_up, {interface.name}, interface.link_up);
    samples.add(MetricId::interface_mtu_bytes, {interface.name}, uint64_t{interface.mtu});
}

void add_vmac(Samples& samples, const admin::Report& report, const admin::GroupReport& group,
              const admin::VmacReport& vmac) {
    constexpr std::array<std::string_view, 4> kStates{"own", "linger", "other", "fenced"};
    const Labels labels{group.interface, text_of(group.id), text_of(vmac.number)};
    const auto with = [&labels](std::initializer_list<std::string> more) {
        Labels all = labels;
        all.insert(all.end(), more);
        return all;
    };
    samples.add(MetricId::vmac_info,
                with({vmac.mac.to_string(), member_label(report, group, vmac.owner)}), true);
    for (const std::string_view state : kStates) {
        samples.add(MetricId::vmac_state, with({std::string(state)}), vmac.state == state);
    }
    samples.add(MetricId::vmac_packets_total, labels, vmac.packets);
    samples.add(MetricId::vmac_bytes_total, labels, vmac.bytes);
    samples.add(MetricId::vmac_foreign_packets_total, labels, vmac.foreign_packets);
    samples.add(MetricId::vmac_returned_packets_total, labels, vmac.returned_packets);
    samples.add(MetricId::vmac_hosts, labels, uint64_t{vmac.n_hosts});
}

void add_membership(Samples& samples, const admin::GroupReport& group, const Labels& labels) {
    for (const char* state : {"init", "listen", "speak", "standby", "active"}) {
        samples.add(MetricId::group_state, {labels[0], labels[1], state}, group.state == state);
    }
    samples.add(MetricId::group_priority, labels, uint64_t{group.priority});
    samples.add(MetricId::group_weight, labels, uint64_t{group.weight});
    samples.add(MetricId::group_term, labels, uint64_t{group.term});
    samples.add(MetricId::group_assignment_sequence, labels, uint64_t{group.assignment_sequence});
    samples.add(MetricId::group_draining, labels, group.draining);
    samples.add(MetricId::group_fenced, labels, group.fenced);
    samples.add(MetricId::group_members, labels, uint64_t{group.members.size()});
    samples.add(MetricId::group_members_live, labels,
                count_of(group.members, [](const auto& member) { return member.live; }));
    samples.add(MetricId::group_members_deaf, labels,
                count_of(group.members, [](const auto& member) {
                    return member.live && !member.is_self && !member.hears_us;
                }));
    samples.add(MetricId::group_vmacs_owned, labels,
                count_of(group.vmacs, [](const auto& vmac) { return vmac.state == "own"; }));
    samples.add(MetricId::group_vmacs_unclaimed, labels,
                count_of(group.vmacs, [](const auto& vmac) {
                    return vmac.state != "own" && vmac.claimant.empty();
                }));
}

void add_group_counters(Samples& samples, const admin::GroupReport& group, const Labels& labels) {
    const auto with = [&labels](const std::string& last) {
        return Labels{labels[0], labels[1], last};
    };
    samples.add(MetricId::group_state_changes_total, labels, uint64_t{group.n_state_changes});
    samples.add(MetricId::group_take_overs_total, labels, group.take_overs);
    samples.add(MetricId::group_hand_overs_total, with("done"), group.hand_overs_done);
    samples.add(MetricId::group_hand_overs_total, with("failed"), group.hand_overs_failed);
    samples.add(MetricId::group_messages_received_total, labels, group.messages_received);
    samples.add(MetricId::group_messages_used_total, labels, group.messages_used);
    for (const admin::NamedCount& refused : group.refused_messages) {
        samples.add(MetricId::group_messages_refused_total, with(refused.name), refused.count);
    }
    samples.add(MetricId::group_messages_sent_total, labels, group.messages_sent);
    samples.add(MetricId::group_announcements_total, labels, group.announcements);
    samples.add(MetricId::group_hello_interval_seconds, labels, seconds_of(group.hello));
    samples.add(MetricId::group_hold_seconds, labels, seconds_of(group.hold));
    samples.add(MetricId::group_hello_lateness_seconds, labels,
                seconds_of(group.worst_hello_lateness));
}

void add_group(Samples& samples, const admin::Report& report, const admin::GroupReport& group) {
    const Labels labels{group.interface, text_of(group.id)};
    samples.add(MetricId::group_info,
                {group.interface, text_of(group.id), group.mode, group.policy}, true);
    add_membership(samples, group, labels);
    add_group_counters(samples, group, labels);
    samples.add(MetricId::group_hosts, labels, uint64_t{group.n_hosts});
    samples.add(MetricId::group_arp_answers_total, labels, group.arp_answers);
    for (const admin::VmacReport& vmac : group.vmacs) {
        add_vmac(samples, report, group, vmac);
    }
    if (group.balance) {
        add_balance(samples, report, group, *group.balance);
    }
}

// Zeros are shown for each interface and known state, so that an alert sees a value from the start.
void add_neighbours(Samples& samples, const admin::Report& report) {
    std::map<std::pair<std::string, std::string>, uint64_t> by_state;
    std::map<std::string, uint64_t> held;
    for (const admin::InterfaceReport& interface : report.interfaces) {
        held[interface.name] = 0;
        for (const char* state : {"incomplete", "reachable", "probing", "failed", "static"}) {
            by_state[{interface.name, state}] = 0;
        }
    }
    for (const admin::NeighbourReport& neighbour : report.neighbours) {
        ++by_state[{neighbour.interface, neighbour.state}];
        held[neighbour.interface] += neighbour.n_held;
    }
    for (const auto& [key, count] : by_state) {
        samples.add(MetricId::neighbours, {key.first, key.second}, count);
    }
    for (const auto& [interface, count] : held) {
        samples.add(MetricId::neighbour_held_packets, {interface}, count);
    }
}

void add_routes(Samples& samples, const admin::Report& report) {
    std::map<std::pair<std::string, std::string>, uint64_t> by_kind;
    for (const char* kind : {"connected", "static", "local", "blackhole"}) {
        by_kind[{kind, "usable"}] = 0;
        by_kind[{kind, "unusable"}] = 0;
    }
    for (const admin::RouteReport& route : report.routes) {
        ++by_kind[{route.kind, route.usable ? "usable" : "unusable"}];
    }
    for (const auto& [key, count] : by_kind) {
        samples.add(MetricId::routes, {key.first, key.second}, count);
    }
}

// Reasons are summed over the workers: one series for each reason, not reasons x workers.
void add_workers(Samples& samples, const admin::Report& report) {
    std::map<std::string, uint64_t> dropped_by_reason;
    for (const admin::WorkerReport& worker : report.workers) {
        uint64_t dropped = 0;
        for (const admin::NamedCount& drop : worker.drops) {
            dropped_by_reason[drop.name] += drop.count;
            dropped += drop.count;
        }
        const Labels labels{text_of(worker.index)};
        samples.add(MetricId::worker_receive_packets_total, labels, worker.received);
        samples.add(MetricId::worker_forwarded_packets_total, labels, worker.forwarded);
        samples.add(MetricId::worker_punted_packets_total, labels, worker.punted);
        samples.add(MetricId::worker_handed_over_packets_total, labels, worker.handed_over);
        samples.add(MetricId::worker_taken_over_packets_total, labels, worker.taken_over);
        samples.add(MetricId::worker_dropped_packets_total, labels, dropped);
        samples.add(MetricId::worker_control_frames_total, labels, worker.control_frames);
        samples.add(MetricId::worker_polls_total, labels, worker.polls);
        samples.add(MetricId::worker_busy_polls_total, labels, worker.busy_polls);
        samples.add(MetricId::worker_sleeps_total, labels, worker.sleeps);
        samples.add(MetricId::worker_busy_cycles_total, labels, worker.busy_cycles);
        samples.add(MetricId::worker_longest_loop_seconds, labels,
                    seconds_of(worker.longest_loop_ns));
        samples.add(MetricId::worker_generation, labels, worker.generation);
    }
    for (const auto& [reason, count] : dropped_by_reason) {
        samples.add(MetricId::dropped_packets_total, {reason}, count);
    }
}

void add_punts(Samples& samples, const admin::Report& report) {
    for (const admin::PuntReport& punt : report.punts) {
        samples.add(MetricId::punts_total, {punt.name, "accepted"}, punt.accepted);
        samples.add(MetricId::punts_total, {punt.name, "limited"}, punt.limited);
        samples.add(MetricId::punts_total, {punt.name, "ring_full"}, punt.ring_full);
    }
}

void add_control(Samples& samples, const admin::ControlReport& control) {
    samples.add(MetricId::control_arp_received_total, {}, control.arp_received);
    samples.add(MetricId::control_arp_answered_total, {}, control.arp_answered);
    samples.add(MetricId::control_icmp_echo_answered_total, {}, control.icmp_echo_answered);
    samples.add(MetricId::control_icmp_errors_sent_total, {}, control.icmp_errors_sent);
    samples.add(MetricId::control_icmp_errors_limited_total, {}, control.icmp_errors_limited);
    samples.add(MetricId::control_fragments_sent_total, {}, control.fragments_sent);
    samples.add(MetricId::control_keep_alives_sent_total, {}, control.keep_alives_sent);
    samples.add(MetricId::control_frames_sent_total, {}, control.frames_sent);
    samples.add(MetricId::control_frames_not_sent_total, {}, control.frames_not_sent);
    for (const admin::NamedCount& refused : control.refused) {
        samples.add(MetricId::control_refused_frames_total, {refused.name}, refused.count);
    }
    samples.add(MetricId::control_longest_step_seconds, {}, seconds_of(control.longest_step_ns));
}

}  // namespace

std::vector<prometheus::MetricFamily> to_metrics(const admin::Report& report) {
    Samples samples;
    add_appliance(samples, report);
    for (const admin::PortReport& port : report.ports) {
        add_port(samples, port);
    }
    for (const admin::InterfaceReport& interface : report.interfaces) {
        add_interface(samples, interface);
    }
    for (const admin::GroupReport& group : report.groups) {
        add_group(samples, report, group);
    }
    add_neighbours(samples, report);
    add_routes(samples, report);
    add_workers(samples, report);
    add_punts(samples, report);
    add_control(samples, report.control);
    add_reroute(samples, report.reroute);
    return samples.take_families();
}

std::vector<prometheus::MetricFamily> metrics_of_silence() {
    Samples samples;
    samples.add(MetricId::up, {}, false);
    return samples.take_families();
}

}  // namespace evengate::metrics
