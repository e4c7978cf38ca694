// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/routes.hpp"

#include <algorithm>

namespace evengate::control {

Result<Routes> Routes::make(const settings::Settings& settings, const InterfaceSet& interfaces,
                            const LocalAddresses& locals, ForwardingTables& tables) {
    Routes routes(tables);
    routes.add_blackholes();
    routes.add_connected(interfaces);
    for (const LocalAddress& local : locals.all()) {
        if (local.address.is_v4()) {
            routes.table_.set(IpPrefix::host(local.address),
                              {.kind = RouteKind::local, .interface = local.interface});
        }
    }
    for (const settings::Route& configured : settings.routes) {
        if (const Result<void> added = routes.add_static(configured); !added) {
            return added.error();
        }
    }
    routes.add_services(settings);
    return routes;
}

// What no service takes of a published address is ours to answer. Targets are next hops that are never
// given up, or behind one.
void Routes::add_services(const settings::Settings& settings) {
    for (const settings::Service& service : settings.services) {
        add_published(service.addresses);
    }
    for (const settings::Spray& spray : settings.sprays) {
        add_published(spray.addresses);
    }
    add_published(settings::pool_addresses(settings));
    for (const settings::Service& service : settings.services) {
        for (const settings::Target& target : service.targets) {
            add_on_link(target.address);
        }
    }
    for (const settings::Dispatcher& dispatcher : settings.dispatchers) {
        for (const settings::DispatcherGateway& gateway : dispatcher.gateways) {
            add_on_link(gateway.address);
        }
    }
    for (const settings::Spray& spray : settings.sprays) {
        for (const IpAddress& target : spray.targets) {
            add_on_link(target);
        }
    }
}

void Routes::add_published(const std::vector<IpAddress>& addresses) {
    for (const IpAddress& address : addresses) {
        if (const Route* present = table_.find_exact(IpPrefix::host(address));
            present == nullptr || present->kind != RouteKind::local) {
            const Route* around = table_.find(address);
            table_.set(IpPrefix::host(address),
                       {.kind = RouteKind::local,
                        .interface = around == nullptr ? kNoInterface : around->interface});
        }
    }
}

void Routes::add_on_link(const IpAddress& target) {
    const Route* route = table_.find(target);
    if (route != nullptr && route->kind == RouteKind::connected) {
        static_cast<void>(next_hop_index({route->interface, target}));
    }
}

// RFC 1812 5.3.7 and 4.2.2.11, RFC 3927 2.6.2.
void Routes::add_blackholes() {
    constexpr IpPrefix kNowhere[] = {
        {IpAddress::v4(0x0000'0000), 8},  {IpAddress::v4(0x7F00'0000), 8},
        {IpAddress::v4(0xA9FE'0000), 16}, {IpAddress::v4(0xE000'0000), 4},
        {IpAddress::v4(0xF000'0000), 4},
    };
    for (const IpPrefix& prefix : kNowhere) {
        table_.set(prefix, {.kind = RouteKind::blackhole});
    }
}

void Routes::add_connected(const InterfaceSet& interfaces) {
    for (const Interface& interface : interfaces.all()) {
        for (const IpPrefix& own : interface.addresses) {
            if (!own.address.is_v4()) {
                continue;
            }
            table_.set(own.network(), {.kind = RouteKind::connected, .interface = interface.id});
            if (has_broadcast(own)) {
                table_.set(IpPrefix::host(own.network().address), {.kind = RouteKind::blackhole});
                table_.set(IpPrefix::host(broadcast_address(own)), {.kind = RouteKind::blackhole});
            }
        }
    }
}

Result<void> Routes::add_static(const settings::Route& configured) {
    if (!configured.prefix.address.is_v4() || !configured.via.is_v4()) {
        return {};
    }
    // A static route may lie over the next hop's own address; the connected prefix around it
    // counts.
    const Route* towards = nullptr;
    for (uint8_t length = 32; towards == nullptr && length > 0; --length) {
        const Route* candidate = table_.find_exact(IpPrefix{configured.via, length});
        towards = candidate != nullptr && candidate->kind != RouteKind::via ? candidate : nullptr;
    }
    if (towards == nullptr || towards->kind != RouteKind::connected) {
        return Error{"route " + configured.prefix.to_string() + ": its next hop " +
                     configured.via.to_string() + " is not a host on a connected prefix"};
    }
    const Route* present = table_.find_exact(configured.prefix);
    const bool taken = present != nullptr &&
                       (present->kind == RouteKind::local || present->kind == RouteKind::connected);
    if (!taken) {
        const InterfaceId egress = towards->interface;
        table_.set(configured.prefix.network(),
                   {.kind = RouteKind::via,
                    .interface = egress,
                    .next_hop_index = next_hop_index({egress, configured.via})});
    }
    return {};
}

size_t Routes::next_hop_index(const NeighbourKey& key) {
    const auto found = std::find(next_hops_.begin(), next_hops_.end(), key);
    if (found == next_hops_.end()) {
        next_hops_.push_back(key);
        return next_hops_.size() - 1;
    }
    return static_cast<size_t>(found - next_hops_.begin());
}

Result<void> Routes::install(std::span<const AdjacencyIndex> next_hop_adjacencies) {
    Result<void> result;
    table_.for_each([&](const IpPrefix& prefix, const Route& route) {
        if (!result) {
            return;
        }
        AdjacencyIndex adjacency = Adjacencies::blackhole();
        switch (route.kind) {
            case RouteKind::connected:
                adjacency = Adjacencies::glean(route.interface);
                break;
            case RouteKind::via:
                adjacency = next_hop_adjacencies[route.next_hop_index];
                break;
            case RouteKind::local:
                adjacency = Adjacencies::local();
                break;
            case RouteKind::blackhole:
                break;
        }
        if (Result<void> added = tables_->add_route(prefix, adjacency); !added) {
            result = Error{"route " + prefix.to_string() + ": " + added.error().message};
        }
    });
    return result;
}

}  // namespace evengate::control
