// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the workers of one gateway with their rings; launched, stopped, counted.
// Thread: control (the EAL's main lcore). Used by: gateway.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <vector>

#include "admin/report.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "control/outside.hpp"
#include "dataplane/worker.hpp"
#include "evengate/gateway_services.hpp"
#include "port/frame_fifo.hpp"
#include "port/port.hpp"
#include "settings/settings.hpp"
#include "table/vlan_map.hpp"

namespace evengate {

class WorkerSet {
 public:
    // Frames on their way from one worker to the transmit queue of another.
    static constexpr unsigned kHandOverFrames = 1024;

    struct Surroundings {
        const settings::Settings& settings;
        std::span<const std::unique_ptr<port::Port>> ports;  // by PortIndex
        std::span<const table::VlanMap> vlan_maps;           // by PortIndex
        dataplane::Tables tables;
        GatewayServices* services = nullptr;  // nullptr: none are configured
        dataplane::Tagging tagging = dataplane::Tagging::none;
    };

    // Borrows what the surroundings point to; all of it outlives the set. Fails: no memory for rings.
    static Result<std::unique_ptr<WorkerSet>> make(const Surroundings& surroundings);
    // Not checked: that the workers were stopped.
    ~WorkerSet() = default;

    // Starts each worker on its lcore. Fails: an lcore is busy; stop() those that were started.
    Result<void> launch();
    // Waits until all that were started have left their loops.
    void stop();

    // Takes up to frames.size() frames of a class that workers handed over, and returns how many.
    // Owns: the caller frees them.
    unsigned take_punted(packet::PuntClass punt_class, std::span<rte_mbuf*> frames);

    // Ends a sleep of the worker that sends control's frames where ports have no queue for them.
    void wake_sender() { workers_.front()->wake(); }
    void set_forwarding(dataplane::Worker::Forwarding forwarding);

    [[nodiscard]] control::SlotCounts slot_counts(SlotIndex slot) const;
    [[nodiscard]] control::WorkerTotals totals() const;
    // Thread: control.
    void fill_report(admin::Report& report) const;
    // Since the worker that is furthest behind came round its loop, beyond what an idle one sleeps; zero
    // before launch().
    [[nodiscard]] Duration lag() const;
    // Begins a new window for the longest loops; reports show this one and the one before.
    void roll_peaks();

 private:
    using FifoPtr = std::unique_ptr<port::FrameFifo>;

    WorkerSet() = default;
    Result<void> make_punt_rings(const std::string& name, uint16_t n_workers);
    Result<void> make_hand_over_rings(const std::string& name, const Surroundings& surroundings);
    [[nodiscard]] dataplane::TxQueue plan_tx(WorkerIndex worker, port::Port& port) const;

    // by worker, then by class
    std::vector<std::array<FifoPtr, packet::kPuntClassCount>> punt_rings_;
    // by port, then by the worker that transmits; empty where every worker has its queue
    std::vector<std::vector<FifoPtr>> hand_over_rings_;
    std::vector<std::unique_ptr<dataplane::Worker>> workers_;
    std::vector<uint64_t> last_peaks_;  // by worker: longest loop of the window before, TSC cycles
    size_t next_punter_ = 0;  // whose rings take_punted() empties first
    size_t n_launched_ = 0;
    Duration longest_sleep_{};  // that an idle worker allows itself
};

}  // namespace evengate
