// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "admin/report_json.hpp"
#include "console/group_text.hpp"
#include "console/shows.hpp"
#include "console/table.hpp"
#include "console/units.hpp"

namespace evengate::console {

namespace {

using admin::Json;
using admin::Report;

// The workers' counters together; the equation of admin::WorkerReport holds for them too.
struct Totals {
    uint64_t received = 0;
    uint64_t forwarded = 0;
    uint64_t punted = 0;
    uint64_t dropped = 0;
};

Totals sum_workers(const Report& report) {
    Totals totals;
    for (const auto& worker : report.workers) {
        totals.received += worker.received;
        totals.forwarded += worker.forwarded;
        totals.punted += worker.punted;
        for (const auto& drop : worker.drops) {
            totals.dropped += drop.count;
        }
    }
    return totals;
}

auto count_ports_up(const Report& report) {
    return std::count_if(report.ports.begin(), report.ports.end(),
                         [](const auto& port) { return port.link_up; });
}

Json summary_json(const Report& report) {
    const Totals totals = sum_workers(report);
    Json groups = Json::array();
    for (const auto& group : report.groups) {
        groups.push_back({{"id", group.id.value},
                          {"interface", group.interface},
                          {"state", group.state},
                          {"draining", group.draining},
                          {"fenced", group.fenced},
                          {"n_members", group.members.size()},
                          {"n_members_live", count_live_members(group)},
                          {"n_vmacs", group.vmacs.size()},
                          {"n_vmacs_own", count_own_vmacs(group)},
                          {"n_hosts", group.n_hosts}});
    }
    return {{"name", report.name},
            {"version", report.version},
            {"uptime", std::chrono::duration<double>(report.uptime).count()},
            {"forwarding", report.forwarding},
            {"generation", report.generation},
            {"publications", report.publications},
            {"memory_bytes", report.memory_bytes},
            {"n_ports", report.ports.size()},
            {"n_ports_up", count_ports_up(report)},
            {"n_neighbours", report.neighbours.size()},
            {"n_routes", report.routes.size()},
            {"n_workers", report.workers.size()},
            {"received", totals.received},
            {"forwarded", totals.forwarded},
            {"punted", totals.punted},
            {"dropped", totals.dropped},
            {"groups", std::move(groups)}};
}

std::string print_summary(const Report& report) {
    const Totals totals = sum_workers(report);
    std::string text =
        fmt::format("{} (evengate {}), up {}, {}\n", report.name, report.version,
                    format_duration(report.uptime),
                    report.forwarding ? "forwarding" : "NOT forwarding: stopped by an operator") +
        fmt::format("  memory      {}\n", format_size(report.memory_bytes)) +
        fmt::format("  ports       {} of {} up\n", count_ports_up(report), report.ports.size()) +
        fmt::format("  tables      {} routes, {} neighbours, generation {} (published: {})\n",
                    report.routes.size(), report.neighbours.size(), report.generation,
                    report.publications) +
        fmt::format(
            "  frames      {} received: {} forwarded, {} punted, {} dropped (workers: {})\n",
            totals.received, totals.forwarded, totals.punted, totals.dropped,
            report.workers.size());
    for (const auto& group : report.groups) {
        text += fmt::format(
            "  group {:<5} {}{}{}, {} of {} members live, {} of {} vMACs owned here, {} hosts, "
            "{} ARP answers\n",
            group.id.value, or_dash(group.state), group.draining ? ", DRAINING" : "",
            group.fenced ? ", FENCED" : "", count_live_members(group), group.members.size(),
            count_own_vmacs(group), group.vmacs.size(), group.n_hosts, group.arp_answers);
    }
    return text;
}

}  // namespace

Outcome show_summary(const Call& call) {
    return {Status::ok, call.format == Format::json ? admin::print_json(summary_json(call.report))
                                                    : print_summary(call.report)};
}

Outcome show_events(const Call& call) {
    if (call.format == Format::json) {
        return {Status::ok, admin::print_json(call.report.events)};
    }
    Table table({{"ago", Align::right}, {"severity"}, {"event"}});
    for (const auto& event : call.report.events) {
        table.add_row({format_duration(call.report.at - event.at),
                       admin::severity_name(event.severity), event.text});
    }
    return {Status::ok, table.print("no events")};
}

Outcome show_config(const Call& call) {
    const std::string& config = call.report.config;
    if (call.format == Format::json) {
        return {Status::ok, admin::print_json({{"config", config}})};
    }
    return {Status::ok, config.empty() || config.back() == '\n' ? config : config + "\n"};
}

}  // namespace evengate::console
