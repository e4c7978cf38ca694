// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "admin/report_json.hpp"
#include "console/shows.hpp"
#include "console/table.hpp"
#include "console/units.hpp"

namespace evengate::console {

namespace {

std::string print_group(const admin::GroupReport& group) {
    std::vector<std::string> addresses;
    uint64_t packets = 0;
    for (const IpAddress& address : group.virtual_addresses) {
        addresses.push_back(address.to_string());
    }
    for (const auto& vmac : group.vmacs) {
        packets += vmac.packets;
    }
    Table table({{"vmac", Align::right},
                 {"mac"},
                 {"state"},
                 {"owner"},
                 {"hosts", Align::right},
                 {"packets", Align::right},
                 {"share", Align::right},
                 {"bytes", Align::right},
                 {"foreign", Align::right}});
    for (const auto& vmac : group.vmacs) {
        table.add_row({std::to_string(vmac.number.value), vmac.mac.to_string(), vmac.state,
                       vmac.owner, std::to_string(vmac.n_hosts), std::to_string(vmac.packets),
                       format_percent(vmac.packets, packets), std::to_string(vmac.bytes),
                       std::to_string(vmac.foreign_packets)});
    }
    return fmt::format("group {} on {}: {}, policy {}, {} hosts, {} ARP answers\n", group.id.value,
                       group.interface, fmt::join(addresses, ", "), group.policy, group.n_hosts,
                       group.arp_answers) +
           table.print("no vMACs");
}

}  // namespace

Outcome show_vmacs(const Call& call) {
    if (call.format == Format::json) {
        return {Status::ok, admin::print_json(call.report.groups)};
    }
    std::string text;
    for (const auto& group : call.report.groups) {
        if (!text.empty()) {
            text += '\n';
        }
        text += print_group(group);
    }
    return {Status::ok, text.empty() ? "no groups\n" : text};
}

Outcome show_neighbours(const Call& call) {
    if (call.format == Format::json) {
        return {Status::ok, admin::print_json(call.report.neighbours)};
    }
    Table table({{"address"},
                 {"interface"},
                 {"state"},
                 {"mac"},
                 {"age", Align::right},
                 {"held", Align::right}});
    for (const auto& neighbour : call.report.neighbours) {
        table.add_row({neighbour.address.to_string(), neighbour.interface, neighbour.state,
                       neighbour.mac ? neighbour.mac->to_string() : "-",
                       format_duration(neighbour.age), std::to_string(neighbour.n_held)});
    }
    return {Status::ok, table.print("no neighbours")};
}

Outcome show_routes(const Call& call) {
    if (call.format == Format::json) {
        return {Status::ok, admin::print_json(call.report.routes)};
    }
    Table table({{"prefix"}, {"kind"}, {"via"}, {"interface"}, {"usable"}});
    for (const auto& route : call.report.routes) {
        table.add_row(
            {route.prefix.to_string(), route.kind, route.via ? route.via->to_string() : "-",
             route.interface.empty() ? "-" : route.interface, route.usable ? "yes" : "no"});
    }
    return {Status::ok, table.print("no routes")};
}

}  // namespace evengate::console
