// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: where each IPv4 destination leads: connected, static and local prefixes and those that no
// router forwards to, all known at start; and the host routes of neighbours, which come and go.
// Thread: control. Used by: neighbours, ipv4_path, icmp_responder, control, report.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/ids.hpp"
#include "base/ip_address.hpp"
#include "base/result.hpp"
#include "control/adjacencies.hpp"
#include "control/interface_set.hpp"
#include "control/local_addresses.hpp"
#include "control/outside.hpp"
#include "control/prefix_table.hpp"
#include "settings/settings.hpp"

namespace evengate::control {

struct NeighbourKey {
    InterfaceId interface;
    IpAddress address;

    friend constexpr bool operator==(const NeighbourKey&, const NeighbourKey&) = default;
};

enum class RouteKind : uint8_t { connected, via, local, blackhole };

struct Route {
    RouteKind kind = RouteKind::blackhole;
    InterfaceId interface = kNoInterface;  // egress; of a local route, the address's own
    size_t next_hop_index = 0;             // of a route via a gateway, into next_hops()
};

class Routes {
 public:
    // Lays the fixed routes out; nothing is sent to the tables yet. Of two for one prefix the local
    // one counts, then the connected, then the static.
    // Fails: the next hop of a static route is on no connected prefix, or an address of ours.
    static Result<Routes> make(const settings::Settings& settings, const InterfaceSet& interfaces,
                               const LocalAddresses& locals, ForwardingTables& tables);

    // The next hops of the static routes, and targets of services on a link, each once.
    [[nodiscard]] std::span<const NeighbourKey> next_hops() const { return next_hops_; }

    // Puts the fixed routes into the tables. Units: an adjacency for each of next_hops().
    // Fails: a table is full; start-up cannot go on.
    Result<void> install(std::span<const AdjacencyIndex> next_hop_adjacencies);

    // The fixed route of a destination; nullptr if there is none.
    [[nodiscard]] const Route* find(const IpAddress& destination) const {
        return table_.find(destination);
    }
    // Whom a frame for the destination goes to. Only for connected and via routes.
    [[nodiscard]] NeighbourKey next_hop(const Route& route, const IpAddress& destination) const {
        return route.kind == RouteKind::via ? next_hops_[route.next_hop_index]
                                            : NeighbourKey{route.interface, destination};
    }
    // Whether frames for this address go straight to it on this interface, so that it is worth
    // knowing: not for our own addresses, broadcasts, or hosts behind a static route.
    [[nodiscard]] bool leads_to_link(const NeighbourKey& key) const {
        const Route* route = find(key.address);
        return route != nullptr && route->kind == RouteKind::connected &&
               route->interface == key.interface;
    }

    // The route of a single neighbour. Not checked: leads_to_link().
    // Fails: the table is full; frames go on being handed to control.
    Result<void> add_host(const IpAddress& host, AdjacencyIndex adjacency) {
        return tables_->add_route(IpPrefix::host(host), adjacency);
    }
    Result<void> remove_host(const IpAddress& host) {
        return tables_->remove_route(IpPrefix::host(host));
    }

    // Calls visit(prefix, route) for all fixed routes.
    template <class Visit>
    void for_each(Visit&& visit) const {
        table_.for_each(visit);
    }

 private:
    explicit Routes(ForwardingTables& tables) : tables_(&tables) {}

    void add_blackholes();
    void add_connected(const InterfaceSet& interfaces);
    Result<void> add_static(const settings::Route& configured);
    void add_services(const settings::Settings& settings);
    void add_published(const std::vector<IpAddress>& addresses);
    void add_on_link(const IpAddress& target);
    [[nodiscard]] size_t next_hop_index(const NeighbourKey& key);

    ForwardingTables* tables_;  // a pointer, so that Routes can be moved
    PrefixTable<Route> table_;
    std::vector<NeighbourKey> next_hops_;
};

}  // namespace evengate::control
