// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: one gateway: its ports, tables, workers and control, put together. Several fit into a process.
// Thread: the EAL's main lcore, but where a function says otherwise. Used by: main, tests.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "admin/mailbox.hpp"
#include "base/result.hpp"
#include "control/control.hpp"
#include "evengate/appliance_state.hpp"
#include "evengate/control_loop.hpp"
#include "evengate/frame_transmitter.hpp"
#include "evengate/gateway_tables.hpp"
#include "evengate/interface_plan.hpp"
#include "evengate/wake_event.hpp"
#include "evengate/worker_set.hpp"
#include "port/link_monitor.hpp"
#include "port/port.hpp"
#include "settings/settings.hpp"

struct rte_mempool;

namespace evengate {

// Megabytes of DPDK memory that the tables and buffers of these settings take.
uint64_t compute_memory_mb(const settings::Settings& settings);

class Gateway {
 public:
    struct Opening {
        std::string config_text;            // the configuration in force, for "show config"
        std::vector<std::string> warnings;  // from before: the first events
        // Each event as it happens. Thread: the one that calls run().
        std::function<void(const admin::Event&)> on_event = [](const admin::Event&) {};
    };

    // Brings up ports and tables, and starts control's state machines; no frame moves yet.
    // The calling thread gets real-time priority where that is permitted, and is the one to call run().
    // The EAL runs. Fails: with what is missing, and the command that mends it.
    static Result<std::unique_ptr<Gateway>> make(const settings::Settings& settings, Opening opening);
    ~Gateway();
    Gateway(const Gateway&) = delete;
    Gateway& operator=(const Gateway&) = delete;

    // Launches the workers and runs the control loop until request_quit(). Fails: an lcore is busy.
    Result<void> run();
    // Thread: any; async-signal-safe.
    void request_quit() { loop_->request_quit(); }

    // Thread: any.
    [[nodiscard]] admin::Mailbox& mailbox() { return mailbox_; }

 private:
    struct FreePool {
        void operator()(rte_mempool* pool) const;
    };

    explicit Gateway(const settings::Settings& settings);
    Result<void> make_pool();
    Result<void> bring_up_ports();
    Result<void> make_tables();
    Result<void> make_links();
    Result<void> start_control(std::string config_text);
    void set_port_filters(std::span<const control::SlotBinding> bindings);
    void on_link(PortIndex port, port::LinkState state, TimePoint now);

    const settings::Settings settings_;
    std::vector<std::string> warnings_;  // everything that came out less than configured
    std::function<void(const admin::Event&)> on_event_;
    WakeEvent wake_;
    admin::Mailbox mailbox_;
    const std::vector<PlannedInterface> interfaces_;
    const std::vector<table::VlanMap> vlan_maps_;  // by PortIndex
    std::vector<port::LinkState> link_states_;     // by PortIndex, as last heard

    // In the order in which they come up; each uses those above it.
    std::unique_ptr<rte_mempool, FreePool> pool_;
    std::vector<std::unique_ptr<port::Port>> ports_;
    std::unique_ptr<GatewayTables> tables_;
    std::unique_ptr<WorkerSet> workers_;
    std::unique_ptr<FrameTransmitter> transmitter_;
    std::unique_ptr<ApplianceState> state_;
    std::unique_ptr<port::LinkMonitor> links_;
    std::unique_ptr<control::Control> control_;
    std::unique_ptr<ControlLoop> loop_;
};

}  // namespace evengate
