// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: how many queues a port gets, and which worker polls and which fills each of them; pure.
// Thread: any. Used by: port, the app's wiring of workers.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/ids.hpp"

namespace evengate::port {

// How a driver ties receive to transmit queues.
enum class QueueRule : uint8_t {
    independent,  // any number of each
    paired,       // as many of one as of the other (net_tap)
    paired_all,   // and none left out: each has a socket that the kernel gives traffic
                  // (net_af_packet)
};

struct QueueOffer {
    uint16_t max_rx = 1;
    uint16_t max_tx = 1;
    QueueRule rule = QueueRule::independent;
};

// The queues of a port. Transmit queue q < n_workers belongs to worker q; one behind the workers'
// to control.
struct PortQueues {
    uint16_t n_rx = 1;
    uint16_t n_tx = 1;
    uint16_t n_workers = 1;

    // Otherwise control's frames go through a FIFO that worker 0 empties first.
    [[nodiscard]] bool control_has_own_tx_queue() const { return n_tx > n_workers; }
    // Not checked: that control has one.
    [[nodiscard]] uint16_t control_tx_queue() const { return n_workers; }

    // The worker that transmits what this worker forwards to the port: itself, or, where the port
    // has too few queues, the one to whose hand-over ring the frames go.
    [[nodiscard]] WorkerIndex transmitter_for(WorkerIndex worker) const {
        return worker.value < n_tx ? worker
                                   : WorkerIndex{static_cast<uint16_t>(worker.value % n_tx)};
    }
    // The queue that only this worker fills; nothing when it must hand its frames over.
    [[nodiscard]] std::optional<uint16_t> tx_queue_of(WorkerIndex worker) const {
        return worker.value < n_tx ? std::optional<uint16_t>(worker.value) : std::nullopt;
    }
};

struct QueuePlan {
    PortQueues queues;
    std::vector<std::string> warnings;  // whatever is less than was asked for
};

// wanted_rx: 0 = one for each worker. Not checked: that the offer has at least one of each.
QueuePlan plan_queues(uint16_t wanted_rx, uint16_t n_workers, QueueOffer offer);

struct RxQueue {
    PortIndex port;
    uint16_t queue = 0;

    friend bool operator==(const RxQueue&, const RxQueue&) = default;
};

// For each worker, the receive queues it polls. Each queue has exactly one worker; ports with few
// queues start at different workers, so that no worker idles while another has two.
std::vector<std::vector<RxQueue>> assign_rx_queues(std::span<const PortQueues> ports,
                                                   uint16_t n_workers);

// Everything that holds buffers at one moment.
struct MbufDemand {
    uint64_t n_descriptors = 0;  // of all queues of all ports, both directions
    uint32_t n_lcores = 1;       // that take from the pool, control included
    uint32_t cache_size = 256;   // per lcore
    uint32_t burst_size = 64;
    uint64_t n_held = 0;  // in punt rings, FIFOs, and waiting for neighbours
};

// Buffers so that no queue starves: one less than a power of two, as mempools use memory best.
uint32_t compute_n_mbufs(const MbufDemand& demand);

}  // namespace evengate::port
