// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "admin/report_json.hpp"
#include "console/shows.hpp"
#include "console/table.hpp"
#include "console/units.hpp"

namespace evengate::console {

namespace {

using admin::Json;
using admin::NamedCount;
using admin::WorkerReport;

uint64_t count_of(const std::vector<NamedCount>& counts, std::string_view name) {
    const auto found = std::find_if(counts.begin(), counts.end(),
                                    [&](const auto& one) { return one.name == name; });
    return found == counts.end() ? 0 : found->count;
}

uint64_t sum_of(const std::vector<NamedCount>& counts) {
    uint64_t sum = 0;
    for (const NamedCount& one : counts) {
        sum += one.count;
    }
    return sum;
}

// By reason over all workers, in the order in which the workers name them.
std::vector<NamedCount> sum_drops(const std::vector<WorkerReport>& workers) {
    std::vector<NamedCount> sums;
    for (const WorkerReport& worker : workers) {
        for (const NamedCount& drop : worker.drops) {
            const auto found = std::find_if(sums.begin(), sums.end(),
                                            [&](const auto& sum) { return sum.name == drop.name; });
            if (found == sums.end()) {
                sums.push_back(drop);
            } else {
                found->count += drop.count;
            }
        }
    }
    return sums;
}

Json drops_json(const Call& call) {
    Json workers = Json::array();
    for (const WorkerReport& worker : call.report.workers) {
        workers.push_back({{"index", worker.index.value}, {"drops", worker.drops}});
    }
    return {{"drops", sum_drops(call.report.workers)}, {"workers", std::move(workers)}};
}

std::string cycles_per_frame(const WorkerReport& worker) {
    if (worker.received == 0) {
        return "-";
    }
    return fmt::format(
        "{:.0f}", static_cast<double>(worker.busy_cycles) / static_cast<double>(worker.received));
}

}  // namespace

Outcome show_drops(const Call& call) {
    if (call.format == Format::json) {
        return {Status::ok, admin::print_json(drops_json(call))};
    }
    const auto& workers = call.report.workers;
    std::vector<std::string> titles;
    for (const WorkerReport& worker : workers) {
        titles.push_back(fmt::format("worker {}", worker.index.value));
    }
    std::vector<Column> columns = {{"reason"}, {"frames", Align::right}};
    for (const std::string& title : titles) {
        columns.push_back({title, Align::right});
    }
    Table table(std::move(columns));
    for (const NamedCount& sum : sum_drops(workers)) {
        std::vector<std::string> row = {sum.name, std::to_string(sum.count)};
        for (const WorkerReport& worker : workers) {
            row.push_back(std::to_string(count_of(worker.drops, sum.name)));
        }
        table.add_row(std::move(row));
    }
    return {Status::ok, table.print("no frame was dropped")};
}

Outcome show_punts(const Call& call) {
    if (call.format == Format::json) {
        return {Status::ok, admin::print_json(call.report.punts)};
    }
    Table table({{"class"},
                 {"accepted", Align::right},
                 {"limited", Align::right},
                 {"ring full", Align::right}});
    for (const auto& punt : call.report.punts) {
        table.add_row({punt.name, std::to_string(punt.accepted), std::to_string(punt.limited),
                       std::to_string(punt.ring_full)});
    }
    return {Status::ok, table.print("no classes")};
}

Outcome show_workers(const Call& call) {
    if (call.format == Format::json) {
        return {Status::ok, admin::print_json(call.report.workers)};
    }
    Table table({{"worker", Align::right},
                 {"lcore", Align::right},
                 {"received", Align::right},
                 {"forwarded", Align::right},
                 {"punted", Align::right},
                 {"dropped", Align::right},
                 {"handed over", Align::right},
                 {"taken over", Align::right},
                 {"busy polls", Align::right},
                 {"cycles/frame", Align::right},
                 {"sleeps", Align::right},
                 {"sent for control", Align::right},
                 {"longest loop", Align::right},
                 {"generation", Align::right}});
    for (const WorkerReport& worker : call.report.workers) {
        table.add_row({std::to_string(worker.index.value), std::to_string(worker.lcore),
                       std::to_string(worker.received), std::to_string(worker.forwarded),
                       std::to_string(worker.punted), std::to_string(sum_of(worker.drops)),
                       std::to_string(worker.handed_over), std::to_string(worker.taken_over),
                       format_percent(worker.busy_polls, worker.polls), cycles_per_frame(worker),
                       std::to_string(worker.sleeps), std::to_string(worker.control_frames),
                       format_duration(std::chrono::nanoseconds(worker.longest_loop_ns)),
                       std::to_string(worker.generation)});
    }
    return {Status::ok, table.print("no workers")};
}

Outcome show_control(const Call& call) {
    const admin::ControlReport& control = call.report.control;
    if (call.format == Format::json) {
        return {Status::ok, admin::print_json(control)};
    }
    Table table({{"control lcore"}, {"", Align::right}});
    table.add_row({"ARP received", std::to_string(control.arp_received)});
    table.add_row({"ARP answered", std::to_string(control.arp_answered)});
    table.add_row({"ICMP echoes answered", std::to_string(control.icmp_echo_answered)});
    table.add_row({"ICMP errors sent", std::to_string(control.icmp_errors_sent)});
    table.add_row({"ICMP errors over the limit", std::to_string(control.icmp_errors_limited)});
    table.add_row({"fragments sent", std::to_string(control.fragments_sent)});
    table.add_row({"vMAC keep-alives sent", std::to_string(control.keep_alives_sent)});
    table.add_row({"frames sent", std::to_string(control.frames_sent)});
    table.add_row({"frames not sent", std::to_string(control.frames_not_sent)});
    table.add_row(
        {"longest step", format_duration(std::chrono::nanoseconds(control.longest_step_ns))});
    for (const NamedCount& refused : control.refused) {
        table.add_row({"refused: " + refused.name, std::to_string(refused.count)});
    }
    return {Status::ok, table.print("")};
}

}  // namespace evengate::console
