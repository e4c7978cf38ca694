// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the way out of a port for the control lcore's frames, one FIFO a port (protocol rule 26).
// Thread: try_send() control, take_burst() of the FIFO worker 0. Used by: app (Transmitter), the
// worker loop.
#pragma once

#include <cstdint>
#include <memory>

#include <rte_ethdev.h>

#include "base/result.hpp"
#include "port/frame_fifo.hpp"
#include "port/queue_plan.hpp"

namespace evengate::port {

class ControlTx {
 public:
    // More than a hello of every group and an announcement of every vMAC of several of them at one
    // moment.
    static constexpr unsigned kFifoFrames = 1024;

    // Thread: start-up. Fails: no memory for the FIFO.
    static Result<std::unique_ptr<ControlTx>> make(uint16_t ethdev_id, const PortQueues& queues);

    // Sends a frame, behind all that were sent before. Thread: control.
    // Owns: the frame belongs to the port when this is true, and stays the caller's otherwise.
    // Fails: false when the FIFO or the queue has no room, or the port is stopped.
    [[nodiscard]] bool try_send(rte_mbuf* frame) {
        if (gate_ == Gate::closed) {
            return false;
        }
        return (fifo_ == nullptr ? rte_eth_tx_burst(ethdev_id_, own_queue_, &frame, 1)
                                 : fifo_->put_burst({&frame, 1})) == 1;
    }

    // A stopped port takes nothing: ethdev would complain of each frame. Thread: control.
    enum class Gate : uint8_t { closed, open };
    void set_gate(Gate gate) { gate_ = gate; }

    // The FIFO that worker 0 empties first in each loop, into transmit queue 0, and that must wake
    // it when it sleeps; nullptr when control has a queue of its own.
    [[nodiscard]] FrameFifo* fifo() const { return fifo_.get(); }

 private:
    ControlTx(uint16_t ethdev_id, uint16_t own_queue, std::unique_ptr<FrameFifo> fifo)
        : ethdev_id_(ethdev_id), own_queue_(own_queue), fifo_(std::move(fifo)) {}

    uint16_t ethdev_id_;
    uint16_t own_queue_;        // meaningful without a FIFO
    Gate gate_ = Gate::closed;  // control: read and write
    std::unique_ptr<FrameFifo> fifo_;
};

}  // namespace evengate::port
