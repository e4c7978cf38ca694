// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "evengate/gateway_tables.hpp"

#include <rte_cycles.h>

#include "evengate/clock.hpp"

namespace evengate {
namespace {

uint64_t lease_to_tsc(TimePoint lease) {
    if (lease == kNever) {
        return table::kUnlimitedLease;
    }
    const double seconds_left = std::chrono::duration<double>(lease - boot_time()).count();
    return seconds_left <= 0 ? 0
                             : rte_get_tsc_cycles() +
                                   static_cast<uint64_t>(seconds_left * static_cast<double>(rte_get_tsc_hz()));
}

}  // namespace

GatewayTables::GatewayTables(const settings::Settings& settings, uint16_t n_workers, OnBindings on_bindings)
    : name_(settings.appliance.name), on_bindings_(std::move(on_bindings)), rcu_(n_workers),
      adjacencies_(rcu_, table::entry_of(AdjacencyIndex(settings.tables.n_adjacencies))) {
    adjacencies_.set(table::kNoRouteEntry, packet::Adjacency::punt(packet::PuntReason::no_route, kNoInterface));
}

Result<std::unique_ptr<GatewayTables>> GatewayTables::make(const settings::Settings& settings, uint16_t n_workers,
                                                           OnBindings on_bindings) {
    std::unique_ptr<GatewayTables> tables(new GatewayTables(settings, n_workers, std::move(on_bindings)));
    auto empty = table::L2Table::make(tables->name_ + "_mac_0", {});
    if (!empty) {
        return empty.error();
    }
    tables->generations_ = std::make_unique<table::GenerationPublisher>(
        tables->rcu_, settings.tables.n_slots, std::move(empty).value());
    auto routes = table::RouteTable::make(tables->name_ + "_routes",
                                          {settings.tables.n_routes, settings.tables.n_route_groups}, tables->rcu_);
    if (!routes) {
        return routes.error();
    }
    tables->routes_ = std::move(routes).value();
    if (settings.reroutes()) {
        auto services = GatewayServices::make(settings, n_workers, tables->rcu_);
        if (!services) {
            return services.error();
        }
        tables->services_ = std::move(services).value();
    }
    return tables;
}

dataplane::Tables GatewayTables::for_workers() {
    return {&rcu_, generations_.get(), routes_.get(), &adjacencies_,
            services_ ? &services_->publisher() : nullptr};
}

Result<void> GatewayTables::bind_slots(std::span<const control::SlotBinding> bindings) {
    std::vector<table::L2Binding> l2;
    l2.reserve(bindings.size());
    for (const control::SlotBinding& binding : bindings) {
        l2.push_back({binding.slot, binding.interface, binding.mac});
    }
    auto made = table::L2Table::make(name_ + "_mac_" + std::to_string(++n_mac_tables_), l2);
    if (!made) {
        return made.error();
    }
    bound_ = std::move(made).value();
    on_bindings_(bindings);
    return {};
}

void GatewayTables::publish(std::span<const packet::SlotAction> actions, TimePoint lease) {
    ++n_publications_;
    if (bound_) {
        generations_->publish(std::move(bound_), actions, lease_to_tsc(lease));
    } else {
        generations_->publish(actions, lease_to_tsc(lease));
    }
}

void GatewayTables::set_adjacency(AdjacencyIndex index, const packet::Adjacency& adjacency) {
    adjacencies_.set(table::entry_of(index), adjacency);
}

Result<void> GatewayTables::add_route(const IpPrefix& prefix, AdjacencyIndex adjacency) {
    return routes_->add(prefix, table::entry_of(adjacency));
}

Result<void> GatewayTables::remove_route(const IpPrefix& prefix) { return routes_->remove(prefix); }

}  // namespace evengate
