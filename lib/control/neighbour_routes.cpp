// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/neighbour_routes.hpp"

#include <utility>

namespace evengate::control {

AdjacencyIndex NeighbourRoutes::pin(Neighbour& neighbour, TimePoint now) {
    neighbour.adjacency = *adjacencies_.try_take(now);
    follow_link(neighbour);
    return neighbour.adjacency;
}

void NeighbourRoutes::show(Neighbour& neighbour, TimePoint now) {
    if (neighbour.adjacency == kNoAdjacency) {
        const auto taken = adjacencies_.try_take(now);
        if (!taken) {
            return;  // tried again at the next refresh
        }
        neighbour.adjacency = *taken;
    }
    adjacencies_.forward(neighbour.adjacency, neighbour.key.interface, neighbour.mac,
                         neighbour.return_slot);
    if (!neighbour.has_host_route && routes_.leads_to_link(neighbour.key)) {
        add_host_route(neighbour, now);
    }
}

void NeighbourRoutes::add_host_route(Neighbour& neighbour, TimePoint now) {
    const NeighbourKey& key = neighbour.key;
    const Result<void> added = routes_.add_host(key.address, neighbour.adjacency);
    neighbour.has_host_route = added.ok();
    if (added) {
        return;
    }
    if (neighbour.standing != Standing::pinned) {
        const AdjacencyIndex index = std::exchange(neighbour.adjacency, kNoAdjacency);
        adjacencies_.give_back(index, key.interface, now);
    }
    if (events_.is_due(EventReason::routes_full, now)) {
        events_.add_limited(EventReason::routes_full, admin::Event::Severity::warning,
                            "no route to host " + key.address.to_string() + ": " +
                                added.error().message + "; its frames pass the control lcore",
                            now);
    }
}

void NeighbourRoutes::hide(Neighbour& neighbour, TimePoint now) {
    const NeighbourKey& key = neighbour.key;
    if (neighbour.adjacency == kNoAdjacency) {
        return;
    }
    if (neighbour.standing == Standing::pinned) {
        follow_link(neighbour);
        return;
    }
    const AdjacencyIndex index = std::exchange(neighbour.adjacency, kNoAdjacency);
    if (std::exchange(neighbour.has_host_route, false)) {
        if (const Result<void> removed = routes_.remove_host(key.address); !removed) {
            // A route may still lead to the index: it is not used again.
            adjacencies_.unresolve(index, key.interface);
            events_.add(admin::Event::Severity::warning,
                        "the route to host " + key.address.to_string() +
                            " stays: " + removed.error().message,
                        now);
            return;
        }
    }
    adjacencies_.give_back(index, key.interface, now);
}

}  // namespace evengate::control
