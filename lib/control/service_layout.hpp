// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: of services, what does not change while running: which numbers published addresses, services
// and targets have, what each target is asked by, and what answers become. Thread: control.
// Used by: services.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "control/interface_set.hpp"
#include "control/routes.hpp"
#include "control/service_probes.hpp"
#include "reroute/classes.hpp"
#include "reroute/service_set.hpp"
#include "settings/settings.hpp"

namespace evengate::control {

// A target by its number: all of the first service, then all of the second, and so on.
struct PlacedTarget {
    size_t service = 0;
    size_t place = 0;  // within the service
    std::optional<NeighbourKey> next_hop;  // none: no route leads there
};

struct ServiceLayout {
    std::vector<IpAddress> published;  // each once; those of sprays as well, and last those of pools
    std::vector<PlacedTarget> targets;
    std::vector<uint16_t> first_target;  // by service
    std::vector<reroute::Classes> classes;  // by service
    reroute::HashKey key;
    uint64_t digest = 0;

    [[nodiscard]] uint16_t number(size_t service, size_t place) const {
        return static_cast<uint16_t>(first_target[service] + place);
    }
    // Of a published address; nothing: it is none.
    [[nodiscard]] std::optional<uint16_t> find(const IpAddress& address) const;
    // Not checked: it is one.
    [[nodiscard]] uint16_t number_of(const IpAddress& address) const { return *find(address); }
};

reroute::Rewrite to_rewrite(settings::Rewrite mode);

// None: no route leads there.
std::optional<NeighbourKey> next_hop_towards(const Routes& routes, const IpAddress& address);
// Its adjacency, of those for each of routes.next_hops(); kNoAdjacency: it has none.
AdjacencyIndex adjacency_towards(const Routes& routes, std::span<const AdjacencyIndex> adjacencies,
                                 const std::optional<NeighbourKey>& next_hop);

// Not checked: settings::check() found no fault.
ServiceLayout lay_out_services(const settings::Settings& settings, const Routes& routes);

// By target number. Those that sit behind another member, or that no route leads to, are not asked.
std::vector<Probed> lay_out_probes(const settings::Settings& settings, const ServiceLayout& layout,
                                   const InterfaceSet& interfaces);

// The set without slots, weights and places of targets in tables.
reroute::ServiceSet lay_out_set(const settings::Settings& settings, const ServiceLayout& layout,
                                const InterfaceSet& interfaces);

}  // namespace evengate::control
