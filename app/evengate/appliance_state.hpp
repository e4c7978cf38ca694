// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what ports, workers and tables tell control about themselves, and the operator's switches.
// Thread: control. Used by: gateway.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/time.hpp"
#include "control/outside.hpp"
#include "evengate/gateway_tables.hpp"
#include "evengate/script_processes.hpp"
#include "evengate/worker_set.hpp"
#include "port/port.hpp"

namespace evengate {

class ApplianceState final : public control::Appliance {
 public:
    // What the control loop, which is made later, answers for.
    struct OfLoop {
        std::function<void()> quit;
        std::function<Duration()> longest_step;
    };

    // Borrows all; they outlive it. ports is by PortIndex.
    ApplianceState(std::span<const std::unique_ptr<port::Port>> ports, WorkerSet& workers, GatewayTables& tables,
                   std::span<const port::LinkState> links, OfLoop of_loop)
        : ports_(ports), workers_(workers), tables_(tables), links_(links), of_loop_(std::move(of_loop)) {}

    [[nodiscard]] control::SlotCounts slot_counts(SlotIndex slot) const override;
    void describe(admin::Report& report) override;
    [[nodiscard]] control::PortTotals port_totals() const override;
    [[nodiscard]] control::WorkerTotals worker_totals() const override { return workers_.totals(); }
    [[nodiscard]] Duration stopwatch() const override {
        return std::chrono::steady_clock::now().time_since_epoch();
    }
    [[nodiscard]] Duration worker_lag() const override { return workers_.lag(); }
    [[nodiscard]] control::ServicePlane* services() override { return tables_.services(); }
    [[nodiscard]] control::ScriptRunner* scripts() override { return &scripts_; }
    void set_forwarding(bool enabled) override;
    Result<void> clear_port_stats() override;
    void quit() override { of_loop_.quit(); }
    [[nodiscard]] bool is_file_good(const std::string& path) const override;

 private:
    std::span<const std::unique_ptr<port::Port>> ports_;
    WorkerSet& workers_;
    GatewayTables& tables_;
    std::span<const port::LinkState> links_;  // by PortIndex, as last heard
    OfLoop of_loop_;
    ScriptProcesses scripts_;
};

}  // namespace evengate
