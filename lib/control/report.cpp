// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/report.hpp"

#include <algorithm>
#include <string>

#include "control/group_report.hpp"

namespace evengate::control {
namespace {

std::string to_text(NeighbourState state) {
    switch (state) {
        case NeighbourState::incomplete:
            return "incomplete";
        case NeighbourState::reachable:
            return "reachable";
        case NeighbourState::probing:
            return "probing";
        case NeighbourState::fixed:
            return "static";
        case NeighbourState::failed:
            break;
    }
    return "failed";
}

std::string to_text(RouteKind kind) {
    switch (kind) {
        case RouteKind::connected:
            return "connected";
        case RouteKind::via:
            return "static";
        case RouteKind::local:
            return "local";
        case RouteKind::blackhole:
            break;
    }
    return "blackhole";
}

void fill_interfaces(const InterfaceSet& interfaces, admin::Report& report) {
    for (const Interface& interface : interfaces.all()) {
        report.interfaces.push_back({.id = interface.id,
                                     .name = interface.name,
                                     .port = interface.port_name,
                                     .vlan = interface.vlans.outer,
                                     .inner_vlan = interface.vlans.inner,
                                     .mtu = interface.mtu,
                                     .mac = interface.mac,
                                     .link_up = interface.link_up(),
                                     .addresses = interface.addresses});
    }
}

void fill_neighbours(Parts& parts, TimePoint now, admin::Report& report) {
    parts.neighbours.for_each([&](const Neighbour& neighbour) {
        report.neighbours.push_back(
            {.address = neighbour.key.address,
             .interface = parts.interfaces.at(neighbour.key.interface).name,
             .state = to_text(neighbour.state),
             .mac = neighbour.is_resolved() ? std::optional(neighbour.mac) : std::nullopt,
             .age = now - neighbour.since,
             .n_held = static_cast<uint32_t>(neighbour.held.size())});
    });
    std::sort(report.neighbours.begin(), report.neighbours.end(),
              [](const auto& a, const auto& b) { return a.address < b.address; });
}

void fill_routes(Parts& parts, admin::Report& report) {
    parts.routes.for_each([&](const IpPrefix& prefix, const Route& route) {
        admin::RouteReport filled{.prefix = prefix,
                                  .kind = to_text(route.kind),
                                  .via = std::nullopt,
                                  .interface = {},
                                  .usable = true};
        if (route.interface != kNoInterface) {
            const Interface& interface = parts.interfaces.at(route.interface);
            filled.interface = interface.name;
            filled.usable = route.kind == RouteKind::local || interface.link_up();
        }
        if (route.kind == RouteKind::via) {
            const NeighbourKey next_hop = parts.routes.next_hops()[route.next_hop_index];
            filled.via = next_hop.address;
            filled.usable = filled.usable && parts.neighbours.is_resolved(next_hop);
        }
        report.routes.push_back(std::move(filled));
    });
    std::sort(report.routes.begin(), report.routes.end(),
              [](const auto& a, const auto& b) { return a.prefix < b.prefix; });
}

admin::ControlReport to_report(const Counts& counts) {
    admin::ControlReport report{.arp_received = counts.arp_received,
                                .arp_answered = counts.arp_answered,
                                .icmp_echo_answered = counts.echo_answered,
                                .icmp_errors_sent = counts.icmp_errors_sent,
                                .icmp_errors_limited = counts.icmp_errors_limited,
                                .fragments_sent = counts.fragments_sent,
                                .keep_alives_sent = counts.keep_alives_sent,
                                .frames_sent = counts.frames_sent,
                                .frames_not_sent = counts.frames_not_sent,
                                .longest_step_ns = 0,  // describe() knows it
                                .refused = {}};
    for (size_t i = 0; i < kRefusalCount; ++i) {
        report.refused.push_back({std::string(kRefusalNames[i]), counts.refused[i]});
    }
    return report;
}

}  // namespace

void fill_report(Parts& parts, const Appliance& appliance, TimePoint now, admin::Report& report) {
    parts.answers.clients().expire(now);
    fill_interfaces(parts.interfaces, report);
    fill_groups(parts, appliance, now, report);
    fill_neighbours(parts, now, report);
    fill_routes(parts, report);
    parts.services.fill_report(report.reroute, now);
    report.control = to_report(parts.counts);
    report.events = parts.events.snapshot();
}

}  // namespace evengate::control
