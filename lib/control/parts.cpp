// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/parts.hpp"

namespace evengate::control {
namespace {

// For hosts, of which a gateway without any would be useless.
constexpr size_t kLeastPool = 8;

}  // namespace

Result<std::unique_ptr<Parts>> Parts::make(const settings::Settings& settings,
                                           std::span<const PortFacts> ports,
                                           Transmitter& transmitter, ForwardingTables& tables,
                                           uint64_t seed) {
    auto interfaces = InterfaceSet::make(settings, ports);
    if (!interfaces) {
        return interfaces.error();
    }
    auto ownership = VmacOwnership::make(settings, *interfaces);
    if (!ownership) {
        return ownership.error();
    }
    LocalAddresses locals(*interfaces, ownership->groups());
    auto routes = Routes::make(settings, *interfaces, locals, tables);
    if (!routes) {
        return routes.error();
    }
    const size_t n_needed = Adjacencies::n_fixed(interfaces->size()) +
                            Neighbours::n_pinned(settings, *routes) + kLeastPool;
    if (n_needed > settings.tables.n_adjacencies) {
        return Error{"the interfaces, next hops and static neighbours need " +
                     std::to_string(n_needed) +
                     " adjacencies; raise tables.n_adjacencies, which is " +
                     std::to_string(settings.tables.n_adjacencies)};
    }
    return std::make_unique<Parts>(settings, std::move(interfaces).value(),
                                   std::move(ownership).value(), std::move(locals),
                                   std::move(routes).value(), transmitter, tables, seed);
}

Parts::Parts(const settings::Settings& settings, InterfaceSet interface_set, VmacOwnership vmacs,
             LocalAddresses local_addresses, Routes fixed_routes, Transmitter& transmitter,
             ForwardingTables& tables, uint64_t seed)
    : interfaces(std::move(interface_set)),
      ownership(std::move(vmacs)),
      locals(std::move(local_addresses)),
      routes(std::move(fixed_routes)),
      sender(interfaces, transmitter, counts),
      adjacencies(interfaces, tables, settings.tables.n_adjacencies),
      neighbours(settings, interfaces, routes, adjacencies, sender, events, counts, seed),
      answers(ownership, settings, seed),
      arp(interfaces, locals, ownership, answers, neighbours, sender, events, counts),
      icmp(settings.limits, interfaces, routes, neighbours, counts),
      ipv4(interfaces, routes, neighbours, icmp),
      keep_alive(ownership, interfaces, sender, counts, settings.timers.vmac_keep_alive) {}

}  // namespace evengate::control
