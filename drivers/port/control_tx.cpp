// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "port/control_tx.hpp"

#include <fmt/format.h>

namespace evengate::port {

Result<std::unique_ptr<ControlTx>> ControlTx::make(uint16_t ethdev_id, const PortQueues& queues) {
    if (queues.control_has_own_tx_queue()) {
        return std::unique_ptr<ControlTx>(
            new ControlTx(ethdev_id, queues.control_tx_queue(), nullptr));
    }
    auto fifo = FrameFifo::make(fmt::format("control_tx_{}", ethdev_id), kFifoFrames,
                                FrameFifo::Producers::one);
    if (!fifo) {
        return fifo.error();
    }
    return std::unique_ptr<ControlTx>(new ControlTx(ethdev_id, 0, std::move(fifo).value()));
}

}  // namespace evengate::port
