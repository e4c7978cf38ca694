// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the parts of a gateway put together as the appliance does, but with the tables in reach, so
// that a bench can publish at its own rate. Thread: the EAL's main lcore.
// Used by: forward_publish, reroute_run.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include <rte_mbuf.h>

#include "admin/report.hpp"
#include "base/result.hpp"
#include "control/control.hpp"
#include "evengate/appliance_state.hpp"
#include "evengate/frame_transmitter.hpp"
#include "evengate/gateway_tables.hpp"
#include "evengate/interface_plan.hpp"
#include "evengate/worker_set.hpp"
#include "port/port.hpp"
#include "settings/settings.hpp"

namespace evengate::bench {

// The tables, and what control published last.
class RecordedTables final : public control::ForwardingTables {
 public:
    explicit RecordedTables(GatewayTables& tables) : tables_(tables) {}

    [[nodiscard]] const std::vector<packet::SlotAction>& actions() const { return actions_; }

    Result<void> bind_slots(std::span<const control::SlotBinding> bindings) override {
        return tables_.bind_slots(bindings);
    }
    void publish(std::span<const packet::SlotAction> actions, TimePoint lease) override {
        actions_.assign(actions.begin(), actions.end());
        tables_.publish(actions, lease);
    }
    void set_adjacency(AdjacencyIndex index, const packet::Adjacency& adjacency) override {
        tables_.set_adjacency(index, adjacency);
    }
    Result<void> add_route(const IpPrefix& prefix, AdjacencyIndex adjacency) override {
        return tables_.add_route(prefix, adjacency);
    }
    Result<void> remove_route(const IpPrefix& prefix) override {
        return tables_.remove_route(prefix);
    }

 private:
    GatewayTables& tables_;
    std::vector<packet::SlotAction> actions_;
};

class BenchGateway {
 public:
    // Brings everything up and launches the workers. The EAL runs; settings.appliance.n_mbufs is
    // set. mbuf_size is in bytes, with headroom. Borrows the settings. Fails: as Gateway::make().
    static Result<std::unique_ptr<BenchGateway>> make(
        const settings::Settings& settings, uint16_t mbuf_size = RTE_MBUF_DEFAULT_BUF_SIZE);
    // Stops the workers.
    ~BenchGateway();
    BenchGateway(const BenchGateway&) = delete;
    BenchGateway& operator=(const BenchGateway&) = delete;

    // What control published; by slot.
    [[nodiscard]] const std::vector<packet::SlotAction>& actions() const {
        return recorded_->actions();
    }
    void publish(std::span<const packet::SlotAction> actions) { tables_->publish(actions, kNever); }
    // Control's timers, and frames that workers handed over.
    void serve_control();

    // Frames for a port's ring are made of these.
    [[nodiscard]] rte_mempool& pool() { return *pool_; }
    [[nodiscard]] const port::Port& port(size_t index) const { return *ports_[index]; }
    // nullptr where no service is configured.
    [[nodiscard]] GatewayServices* services() { return tables_->services(); }

    void stop_workers() { workers_->stop(); }
    // Ports and workers; exact once the workers have stopped.
    [[nodiscard]] admin::Report report();

 private:
    struct FreePool {
        void operator()(rte_mempool* pool) const;
    };

    BenchGateway(const settings::Settings& settings, uint16_t mbuf_size);
    Result<void> bring_up_ports();
    Result<void> make_workers();
    Result<void> start_control();

    const settings::Settings& settings_;
    const uint16_t mbuf_size_;
    const std::vector<PlannedInterface> interfaces_;
    const std::vector<table::VlanMap> vlan_maps_;
    const std::vector<port::LinkState> links_;

    // In the order in which they come up; each uses those above it.
    std::unique_ptr<rte_mempool, FreePool> pool_;
    std::vector<std::unique_ptr<port::Port>> ports_;
    std::unique_ptr<GatewayTables> tables_;
    std::unique_ptr<RecordedTables> recorded_;
    std::unique_ptr<WorkerSet> workers_;
    std::unique_ptr<FrameTransmitter> transmitter_;
    std::unique_ptr<ApplianceState> state_;
    std::unique_ptr<control::Control> control_;
};

}  // namespace evengate::bench
