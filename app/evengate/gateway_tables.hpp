// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the tables of one gateway, written by control and read by its workers.
// Thread: writing control; reader handles any worker. Used by: gateway.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "control/outside.hpp"
#include "dataplane/worker_plan.hpp"
#include "evengate/gateway_services.hpp"
#include "settings/settings.hpp"
#include "table/adjacency_table.hpp"
#include "table/generation.hpp"
#include "table/rcu.hpp"
#include "table/route_table.hpp"

namespace evengate {

class GatewayTables final : public control::ForwardingTables {
 public:
    // Told which MAC addresses are bound, whenever that changes. Thread: control.
    using OnBindings = std::function<void(std::span<const control::SlotBinding>)>;

    // Fails: no DPDK memory.
    static Result<std::unique_ptr<GatewayTables>> make(const settings::Settings& settings, uint16_t n_workers,
                                                       OnBindings on_bindings);

    [[nodiscard]] dataplane::Tables for_workers();
    // nullptr where no service is configured.
    [[nodiscard]] GatewayServices* services() { return services_.get(); }
    [[nodiscard]] uint64_t n_publications() const { return n_publications_; }
    [[nodiscard]] uint64_t generation_number() const { return generations_->current().number(); }

    Result<void> bind_slots(std::span<const control::SlotBinding> bindings) override;
    void publish(std::span<const packet::SlotAction> actions, TimePoint lease) override;
    void set_adjacency(AdjacencyIndex index, const packet::Adjacency& adjacency) override;
    Result<void> add_route(const IpPrefix& prefix, AdjacencyIndex adjacency) override;
    Result<void> remove_route(const IpPrefix& prefix) override;

 private:
    GatewayTables(const settings::Settings& settings, uint16_t n_workers, OnBindings on_bindings);

    std::string name_;
    OnBindings on_bindings_;
    table::Rcu rcu_;
    std::unique_ptr<table::GenerationPublisher> generations_;
    std::unique_ptr<table::RouteTable> routes_;
    table::AdjacencyTable adjacencies_;
    std::unique_ptr<GatewayServices> services_;
    std::unique_ptr<const table::L2Table> bound_;  // bound, and in force from the next publish()
    uint64_t n_mac_tables_ = 0;                    // made so far, for their names
    uint64_t n_publications_ = 0;
};

}  // namespace evengate
