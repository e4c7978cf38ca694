// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: sends the control lcore's frames: into a buffer, tags on, into the port's FIFO.
// Thread: control. Used by: gateway.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "control/outside.hpp"
#include "evengate/interface_plan.hpp"
#include "port/port.hpp"

struct rte_mempool;

namespace evengate {

class FrameTransmitter final : public control::Transmitter {
 public:
    // Borrows all; they outlive it. ports is by PortIndex. wake_worker: ends the sleep of the worker that
    // empties the FIFOs of ports without a queue for control.
    FrameTransmitter(std::span<const std::unique_ptr<port::Port>> ports, std::span<const PlannedInterface> interfaces,
                     rte_mempool* pool, std::function<void()> wake_worker)
        : ports_(ports), interfaces_(interfaces), pool_(pool), wake_worker_(std::move(wake_worker)) {}

    [[nodiscard]] bool try_transmit(InterfaceId egress, std::span<const uint8_t> frame) override;

 private:
    std::span<const std::unique_ptr<port::Port>> ports_;
    std::span<const PlannedInterface> interfaces_;
    rte_mempool* pool_;
    std::function<void()> wake_worker_;
};

}  // namespace evengate
