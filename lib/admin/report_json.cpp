// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "admin/report_json.hpp"

#include <nlohmann/json.hpp>

namespace evengate::admin {

namespace {

double seconds(Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

template <class T>
Json texts(const std::vector<T>& values) {
    Json json = Json::array();
    for (const T& value : values) {
        json.push_back(value.to_string());
    }
    return json;
}

template <class T>
Json text_or_null(const std::optional<T>& value) {
    return value ? Json(value->to_string()) : Json(nullptr);
}

Json seconds_or_null(const std::optional<Duration>& duration) {
    return duration ? Json(seconds(*duration)) : Json(nullptr);
}

}  // namespace

void to_json(Json& json, const NamedCount& named) {
    json = {{"name", named.name}, {"count", named.count}};
}

void to_json(Json& json, const PortReport& port) {
    json = {{"name", port.name},
            {"device", port.device},
            {"driver", port.driver},
            {"mac", port.mac.to_string()},
            {"link_up", port.link_up},
            {"speed_mbps", port.speed_mbps},
            {"mtu", port.mtu},
            {"n_rx_queues", port.n_rx_queues},
            {"n_tx_queues", port.n_tx_queues},
            {"promiscuous", port.promiscuous},
            {"n_mac_filters_wanted", port.n_mac_filters_wanted},
            {"n_mac_filters_active", port.n_mac_filters_active},
            {"deaf", port.deaf},
            {"macs", texts(port.macs)},
            {"rx_packets", port.rx_packets},
            {"tx_packets", port.tx_packets},
            {"rx_bytes", port.rx_bytes},
            {"tx_bytes", port.tx_bytes},
            {"rx_missed", port.rx_missed},
            {"rx_errors", port.rx_errors},
            {"tx_errors", port.tx_errors},
            {"rx_no_mbuf", port.rx_no_mbuf},
            {"xstats", port.xstats}};
}

void to_json(Json& json, const InterfaceReport& interface) {
    json = {{"id", interface.id.value},
            {"name", interface.name},
            {"port", interface.port},
            {"vlan", interface.vlan},
            {"inner_vlan", interface.inner_vlan},
            {"mtu", interface.mtu},
            {"mac", interface.mac.to_string()},
            {"link_up", interface.link_up},
            {"addresses", texts(interface.addresses)}};
}

void to_json(Json& json, const VmacReport& vmac) {
    json = {{"number", vmac.number.value},
            {"mac", vmac.mac.to_string()},
            {"state", vmac.state},
            {"owner", vmac.owner},
            {"claimant", vmac.claimant},
            {"previous", vmac.previous},
            {"successors", vmac.successors},
            {"priority", vmac.priority},
            {"redirect_left", seconds_or_null(vmac.redirect_left)},
            {"timeout_left", seconds_or_null(vmac.timeout_left)},
            {"packets", vmac.packets},
            {"bytes", vmac.bytes},
            {"foreign_packets", vmac.foreign_packets},
            {"returned_packets", vmac.returned_packets},
            {"n_hosts", vmac.n_hosts},
            {"load_pps", vmac.load_pps}};
}

void to_json(Json& json, const MemberReport& member) {
    json = {{"id", std::to_string(member.id.value)},
            {"name", member.name},
            {"address", member.address.to_string()},
            {"mac", member.mac.to_string()},
            {"is_self", member.is_self},
            {"state", member.state},
            {"live", member.live},
            {"proven", member.proven},
            {"hears_us", member.hears_us},
            {"draining", member.draining},
            {"fenced", member.fenced},
            {"priority", member.priority},
            {"weight", member.weight},
            {"n_vmacs", member.n_vmacs},
            {"capacity_pps", member.capacity_pps},
            {"load_pps", member.load_pps},
            {"silence", seconds(member.silence)},
            {"hears", member.hears}};
}

void to_json(Json& json, const HostReport& host) {
    json = {{"mac", host.mac.to_string()}, {"vmac", host.vmac.value}, {"age", seconds(host.age)}};
}

void to_json(Json& json, const BalanceGatewayReport& gateway) {
    json = {{"member", gateway.member},
            {"capacity_pps", gateway.capacity_pps},
            {"load_pps", gateway.load_pps},
            {"background_pps", gateway.background_pps},
            {"utilisation", gateway.utilisation},
            {"n_vmacs", gateway.n_vmacs},
            {"saturated", gateway.saturated}};
}

void to_json(Json& json, const BalanceMoveReport& move) {
    json = {{"vmac", move.vmac.value},
            {"from", move.from},
            {"to", move.to},
            {"load_pps", move.load_pps}};
}

void to_json(Json& json, const BalanceRoundReport& round) {
    json = {{"age", seconds(round.age)},
            {"reason", round.reason},
            {"text", round.text},
            {"moves", round.moves}};
}

void to_json(Json& json, const BalanceReport& balance) {
    json = {{"algorithm", balance.algorithm},
            {"decide", balance.decide},
            {"decider", balance.decider},
            {"decides_here", balance.decides_here},
            {"interval", seconds(balance.interval)},
            {"alpha", balance.alpha},
            {"alpha_is_chosen", balance.alpha_is_chosen},
            {"imbalance", balance.imbalance},
            {"rounds", balance.rounds},
            {"disagreements", balance.disagreements},
            {"hosts_steered", balance.hosts_steered},
            {"plan_time", seconds(balance.plan_time)},
            {"worst_plan_time", seconds(balance.worst_plan_time)},
            {"moves", balance.moves},
            {"gateways", balance.gateways},
            {"dry_run", balance.dry_run},
            {"history", balance.history}};
}

void to_json(Json& json, const GroupReport& group) {
    json = {{"id", group.id.value},
            {"interface", group.interface},
            {"virtual_addresses", texts(group.virtual_addresses)},
            {"policy", group.policy},
            {"vmacs", group.vmacs},
            {"n_hosts", group.n_hosts},
            {"arp_answers", group.arp_answers},
            {"mode", group.mode},
            {"state", group.state},
            {"avg", group.avg},
            {"standby", group.standby},
            {"priority", group.priority},
            {"weight", group.weight},
            {"term", group.term},
            {"assignment_sequence", group.assignment_sequence},
            {"draining", group.draining},
            {"fenced", group.fenced},
            {"hello", seconds(group.hello)},
            {"hold", seconds(group.hold)},
            {"n_state_changes", group.n_state_changes},
            {"take_overs", group.take_overs},
            {"hand_overs_done", group.hand_overs_done},
            {"hand_overs_failed", group.hand_overs_failed},
            {"messages_received", group.messages_received},
            {"messages_used", group.messages_used},
            {"messages_sent", group.messages_sent},
            {"announcements", group.announcements},
            {"refused_messages", group.refused_messages},
            {"worst_hello_lateness", seconds(group.worst_hello_lateness)},
            {"members", group.members},
            {"hosts", group.hosts},
            {"balance", group.balance ? Json(*group.balance) : Json(nullptr)}};
}

void to_json(Json& json, const NeighbourReport& neighbour) {
    json = {{"address", neighbour.address.to_string()},
            {"interface", neighbour.interface},
            {"state", neighbour.state},
            {"mac", text_or_null(neighbour.mac)},
            {"age", seconds(neighbour.age)},
            {"n_held", neighbour.n_held}};
}

void to_json(Json& json, const RouteReport& route) {
    json = {{"prefix", route.prefix.to_string()},
            {"kind", route.kind},
            {"via", text_or_null(route.via)},
            {"interface", route.interface},
            {"usable", route.usable}};
}

void to_json(Json& json, const PuntReport& punt) {
    json = {{"name", punt.name},
            {"accepted", punt.accepted},
            {"limited", punt.limited},
            {"ring_full", punt.ring_full}};
}

void to_json(Json& json, const WorkerReport& worker) {
    json = {{"index", worker.index.value},
            {"lcore", worker.lcore},
            {"received", worker.received},
            {"forwarded", worker.forwarded},
            {"punted", worker.punted},
            {"handed_over", worker.handed_over},
            {"taken_over", worker.taken_over},
            {"drops", worker.drops},
            {"polls", worker.polls},
            {"busy_polls", worker.busy_polls},
            {"sleeps", worker.sleeps},
            {"busy_cycles", worker.busy_cycles},
            {"control_frames", worker.control_frames},
            {"control_frames_lost", worker.control_frames_lost},
            {"control_frames_stale", worker.control_frames_stale},
            {"longest_loop_ns", worker.longest_loop_ns},
            {"generation", worker.generation}};
}

void to_json(Json& json, const ControlReport& control) {
    json = {{"arp_received", control.arp_received},
            {"arp_answered", control.arp_answered},
            {"icmp_echo_answered", control.icmp_echo_answered},
            {"icmp_errors_sent", control.icmp_errors_sent},
            {"icmp_errors_limited", control.icmp_errors_limited},
            {"fragments_sent", control.fragments_sent},
            {"keep_alives_sent", control.keep_alives_sent},
            {"frames_sent", control.frames_sent},
            {"frames_not_sent", control.frames_not_sent},
            {"longest_step_ns", control.longest_step_ns},
            {"refused", control.refused}};
}

void to_json(Json& json, const Event& event) {
    json = {{"at", seconds(event.at.time_since_epoch())},
            {"severity", severity_name(event.severity)},
            {"text", event.text}};
}

void to_json(Json& json, const Report& report) {
    json = {{"name", report.name},
            {"version", report.version},
            {"at", seconds(report.at.time_since_epoch())},
            {"uptime", seconds(report.uptime)},
            {"forwarding", report.forwarding},
            {"generation", report.generation},
            {"publications", report.publications},
            {"memory_bytes", report.memory_bytes},
            {"ports", report.ports},
            {"interfaces", report.interfaces},
            {"groups", report.groups},
            {"neighbours", report.neighbours},
            {"routes", report.routes},
            {"punts", report.punts},
            {"workers", report.workers},
            {"control", report.control},
            {"reroute", report.reroute},
            {"events", report.events},
            {"config", report.config}};
}

std::string print_json(const Json& json) {
    constexpr int kIndent = 2;
    return json.dump(kIndent, ' ', false, Json::error_handler_t::replace) + "\n";
}

const char* severity_name(Event::Severity severity) {
    switch (severity) {
        case Event::Severity::info:
            return "info";
        case Event::Severity::warning:
            return "warning";
        case Event::Severity::alarm:
            return "alarm";
    }
    return "unknown";
}

}  // namespace evengate::admin
