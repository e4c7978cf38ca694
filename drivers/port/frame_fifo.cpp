// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "port/frame_fifo.hpp"

#include <array>

#include <fmt/format.h>
#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>

namespace evengate::port {

Result<std::unique_ptr<FrameFifo>> FrameFifo::make(const std::string& name, unsigned n_frames,
                                                   Producers producers) {
    // RING_F_EXACT_SZ: without it a ring of 2^n holds one frame less than it is asked for.
    const unsigned flags =
        RING_F_SC_DEQ | RING_F_EXACT_SZ | (producers == Producers::one ? RING_F_SP_ENQ : 0u);
    rte_ring* ring =
        rte_ring_create(name.c_str(), n_frames, static_cast<int>(rte_socket_id()), flags);
    if (ring == nullptr) {
        return Error{
            fmt::format("no FIFO {} of {} frames: {}", name, n_frames, rte_strerror(rte_errno))};
    }
    return std::unique_ptr<FrameFifo>(new FrameFifo(ring));
}

FrameFifo::~FrameFifo() {
    std::array<rte_mbuf*, 32> frames{};
    while (const uint16_t n = take_burst(frames)) {
        rte_pktmbuf_free_bulk(frames.data(), n);
    }
    rte_ring_free(ring_);
}

}  // namespace evengate::port
