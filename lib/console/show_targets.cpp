// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "admin/report_json.hpp"
#include "console/group_text.hpp"
#include "console/shows.hpp"
#include "console/table.hpp"
#include "console/units.hpp"

namespace evengate::console {

namespace {

using admin::Json;
using admin::ServiceReport;
using admin::TargetReport;

std::string print_end(const IpAddress& address, uint16_t port) {
    return port == 0 ? address.to_string() : fmt::format("{}:{}", address.to_string(), port);
}

// Units: millionths.
std::string print_share(uint32_t share) {
    return fmt::format("{:.1f}%", share / 1e4);
}

std::string print_title(const ServiceReport& service) {
    std::vector<std::string> addresses;
    for (const IpAddress& address : service.addresses) {
        addresses.push_back(address.to_string());
    }
    return fmt::format("service {}: {} {}, {} port {}, {}\n", service.name, service.mode,
                       service.criterion, service.protocol, service.ports,
                       fmt::join(addresses, ", "));
}

std::string print_states(const ServiceReport& service) {
    Table table({{"target"},
                 {"address"},
                 {"state"},
                 {"weight", Align::right},
                 {"wanted", Align::right},
                 {"packets", Align::right},
                 {"connections", Align::right},
                 {"reason"}});
    for (const TargetReport& target : service.targets) {
        table.add_row({target.name, print_end(target.address, target.port), target.state,
                       std::to_string(target.weight), print_share(target.share_wanted),
                       print_share(target.share_of_packets), std::to_string(target.connections),
                       target.reason});
    }
    return table.print("no targets");
}

// What the other table has no room for; only of one service.
std::string print_counts(const ServiceReport& service) {
    Table table({{"target"},
                 {"packets", Align::right},
                 {"bytes", Align::right},
                 {"opened", Align::right},
                 {"elsewhere", Align::right},
                 {"failed probes", Align::right},
                 {"up / down for"},
                 {"behind"}});
    for (const TargetReport& target : service.targets) {
        table.add_row({target.name, std::to_string(target.packets), std::to_string(target.bytes),
                       std::to_string(target.connections_opened),
                       std::to_string(target.connections_elsewhere),
                       fmt::format("{} of {}", target.probes_failed, target.probes),
                       fmt::format("{} / {} members", target.n_up, target.n_down),
                       or_dash(target.member)});
    }
    return table.print("no targets");
}

enum class Detail : uint8_t { states, all };

// Of the service of this name, or of `all`.
Outcome print_targets(const Call& call, std::string_view wanted, Detail detail) {
    Json json = Json::array();
    std::vector<std::string> texts;
    std::vector<std::string> names;
    for (const ServiceReport& service : call.report.reroute.services) {
        names.push_back(service.name);
        if (wanted != "all" && wanted != service.name) {
            continue;
        }
        json.push_back({{"service", service.name}, {"targets", service.targets}});
        texts.push_back(print_title(service) + print_states(service) +
                        (detail == Detail::all ? "\n" + print_counts(service) : ""));
    }
    if (texts.empty() && wanted != "all") {
        return {Status::failed,
                fmt::format("no service '{}'; there {}\n", wanted,
                            names.empty() ? "are none" : fmt::format("are: {}", fmt::join(names, ", ")))};
    }
    if (call.format == Format::json) {
        return {Status::ok, admin::print_json(json)};
    }
    return {Status::ok, texts.empty() ? "no services\n" : fmt::format("{}", fmt::join(texts, "\n"))};
}

}  // namespace

Outcome show_targets(const Call& call) {
    return print_targets(call, "all", Detail::states);
}

Outcome show_targets_of_service(const Call& call) {
    return print_targets(call, call.words.back(), Detail::all);
}

Outcome show_connections(const Call& call) {
    const bool has_more = call.reply.rest == admin::Reply::Rest::more;
    if (call.format == Format::json) {
        return {Status::ok, admin::print_json(Json{{"connections", call.reply.connections},
                                                   {"has_more", has_more}})};
    }
    Table table({{"client"},
                 {"published"},
                 {"protocol"},
                 {"service"},
                 {"target"},
                 {"state"},
                 {"idle", Align::right}});
    for (const admin::ConnectionReport& connection : call.reply.connections) {
        table.add_row({print_end(connection.client, connection.client_port),
                       print_end(connection.published, connection.published_port),
                       connection.protocol, connection.service, connection.target,
                       connection.state, format_duration(connection.idle)});
    }
    return {Status::ok,
            table.print("no connections") +
                (has_more ? fmt::format("these are {}, and there are more; a FILTER picks some\n",
                                        call.reply.connections.size())
                          : "")};
}

// The appliance's sentences, each on a line.
Outcome explain_connection(const Call& call) {
    std::vector<std::string> lines;
    for (std::string_view rest = call.reply.text; !rest.empty();) {
        const size_t end = std::min(rest.find("; "), rest.size());
        lines.emplace_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 2, rest.size()));
    }
    if (call.format == Format::json) {
        return {Status::ok, admin::print_json(Json{{"explanation", lines}})};
    }
    return {Status::ok, fmt::format("{}\n", fmt::join(lines, "\n  "))};
}

}  // namespace evengate::console
