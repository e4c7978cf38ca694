// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "admin/report_json.hpp"
#include "console/group_text.hpp"
#include "console/shows.hpp"
#include "console/table.hpp"

namespace evengate::console {

namespace {

using admin::DispatcherReport;
using admin::Json;
using admin::RerouteReport;
using admin::ServiceReport;
using admin::TargetReport;

// Of a service whose numbers are those of its targets.
struct Sums {
    size_t n_usable = 0;  // up, and may get what is new
    uint64_t packets = 0;
    uint64_t connections = 0;
};

Sums sums_of(const ServiceReport& service) {
    Sums sums;
    for (const TargetReport& target : service.targets) {
        sums.n_usable += target.state == "up" ? 1U : 0U;
        sums.packets += target.packets;
        sums.connections += target.connections;
    }
    return sums;
}

// Each further address on a line of its own.
std::string print_services(const RerouteReport& report) {
    Table table({{"service"},
                 {"published"},
                 {"protocol"},
                 {"ports"},
                 {"mode"},
                 {"criterion"},
                 {"targets up", Align::right},
                 {"connections", Align::right},
                 {"packets", Align::right}});
    for (const ServiceReport& service : report.services) {
        const Sums sums = sums_of(service);
        table.add_row({service.name,
                       service.addresses.empty() ? "-" : service.addresses.front().to_string(),
                       service.protocol, service.ports, service.mode, service.criterion,
                       fmt::format("{} of {}", sums.n_usable, service.targets.size()),
                       std::to_string(sums.connections), std::to_string(sums.packets)});
        for (size_t i = 1; i < service.addresses.size(); ++i) {
            table.add_row({"", service.addresses[i].to_string()});
        }
    }
    return table.print("no services");
}

std::string print_agreement(const RerouteReport& report) {
    if (report.epoch.empty()) {
        return fmt::format("this member decides alone; {} publications", report.publications);
    }
    return fmt::format("epoch {}, {} publications; {}", report.epoch, report.publications,
                       report.n_disagreeing == 0
                           ? "all members have the same services"
                           : fmt::format("{} MEMBERS HAVE OTHER SERVICES", report.n_disagreeing));
}

std::string print_events(const RerouteReport& report) {
    Table table({{"event"}, {"", Align::right}});
    for (const admin::NamedCount& event : report.events) {
        if (event.count != 0) {
            table.add_row({event.name, std::to_string(event.count)});
        }
    }
    return table.print("no events yet");
}

std::string print_dispatcher(const DispatcherReport& dispatcher) {
    constexpr double kMillion = 1e6;
    std::string text = fmt::format("dispatcher {}: by {}, {} buckets, {} moved\n", dispatcher.name,
                                   or_dash(dispatcher.by), dispatcher.n_buckets,
                                   dispatcher.n_moves);
    if (dispatcher.keeps_rest) {
        uint32_t n_elsewhere = 0;
        for (const admin::DispatcherGatewayReport& gateway : dispatcher.gateways) {
            n_elsewhere += gateway.n_buckets;
        }
        text += fmt::format("  kept here   {} buckets\n", dispatcher.n_buckets - n_elsewhere);
    } else {
        text += dispatcher.imbalance == 0
                    ? "  imbalance   - (no load)\n"
                    : fmt::format("  imbalance   {:.3f} (highest gateway / mean)\n",
                                  dispatcher.imbalance / kMillion);
    }
    text += fmt::format("  last round  {}\n", or_dash(dispatcher.reason));
    Table table({{"gateway"},
                 {"address"},
                 {"state"},
                 {"buckets", Align::right},
                 {"share", Align::right},
                 {"packets", Align::right}});
    for (const admin::DispatcherGatewayReport& gateway : dispatcher.gateways) {
        table.add_row({gateway.name, gateway.address.to_string(), gateway.state,
                       std::to_string(gateway.n_buckets),
                       dispatcher.keeps_rest ? "-" : fmt::format("{:.1f}%", gateway.share * 100 / kMillion),
                       std::to_string(gateway.packets)});
    }
    return text + table.print("no gateways");
}

std::string print_spray(const admin::SprayReport& spray) {
    std::string text = fmt::format("spray {}: per {}, for", spray.name, spray.per);
    for (const IpAddress& address : spray.addresses) {
        text += " " + address.to_string();
    }
    Table table({{"target"}, {"state"}, {"packets", Align::right}});
    for (const admin::SprayTargetReport& target : spray.targets) {
        table.add_row({target.address.to_string(), target.state, std::to_string(target.packets)});
    }
    return text + "\n" + table.print("no targets");
}

}  // namespace

Outcome show_services(const Call& call) {
    const RerouteReport& report = call.report.reroute;
    if (call.format == Format::json) {
        Json json = report;
        json.erase("dispatchers");
        json.erase("sprays");
        for (Json& service : json["services"]) {
            service.erase("targets");
        }
        for (size_t i = 0; i < report.services.size(); ++i) {
            const Sums sums = sums_of(report.services[i]);
            Json& service = json["services"][i];
            service["n_targets"] = report.services[i].targets.size();
            service["n_targets_up"] = sums.n_usable;
            service["connections"] = sums.connections;
            service["packets"] = sums.packets;
        }
        return {Status::ok, admin::print_json(json)};
    }
    std::string text = print_services(report);
    if (!report.services.empty()) {
        const std::string sources =
            report.source_room != 0
                ? fmt::format("; {} of {} ports of pools in use", report.n_sources, report.source_room)
                : "";
        text += fmt::format("\n{}\n{} connections, room for {}; {} half open{}\n\n",
                            print_agreement(report), report.n_connections, report.connection_room,
                            report.n_half_open, sources) +
                print_events(report);
    }
    return {Status::ok, text};
}

Outcome show_dispatcher(const Call& call) {
    const auto& dispatchers = call.report.reroute.dispatchers;
    const auto& sprays = call.report.reroute.sprays;
    if (call.format == Format::json) {
        return {Status::ok, admin::print_json({{"dispatchers", dispatchers}, {"sprays", sprays}})};
    }
    std::string text;
    for (const DispatcherReport& dispatcher : dispatchers) {
        text += (text.empty() ? "" : "\n") + print_dispatcher(dispatcher);
    }
    for (const admin::SprayReport& spray : sprays) {
        text += (text.empty() ? "" : "\n") + print_spray(spray);
    }
    return {Status::ok, text.empty() ? "no dispatcher and no spray is configured\n" : text};
}

}  // namespace evengate::console
