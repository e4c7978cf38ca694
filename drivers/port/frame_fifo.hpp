// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a bounded queue of frames from one lcore to another, in order.
// Thread: see Producers; one consumer. Used by: control_tx, the app (frames handed to a queue's
// owner).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include <rte_ring.h>

#include "base/result.hpp"

struct rte_mbuf;

namespace evengate::port {

class FrameFifo {
 public:
    enum class Producers : uint8_t { one, several };

    // name: unique in the process, below 26 characters. n_frames: at least this many fit.
    // Thread: start-up. Fails: no memory, or the name is taken.
    static Result<std::unique_ptr<FrameFifo>> make(const std::string& name, unsigned n_frames,
                                                   Producers producers);

    // Frees the frames still inside. Thread: when neither side uses it any more.
    ~FrameFifo();
    FrameFifo(const FrameFifo&) = delete;
    FrameFifo& operator=(const FrameFifo&) = delete;

    // Puts as many of the frames in as fit, first ones first, and returns how many.
    // Thread: a producer. Owns: those put in belong to the FIFO, the others stay the caller's.
    // Cost: lock-free; wait-free with one producer.
    uint16_t put_burst(std::span<rte_mbuf* const> frames) {
        return static_cast<uint16_t>(
            rte_ring_enqueue_burst(ring_, reinterpret_cast<void* const*>(frames.data()),
                                   static_cast<unsigned>(frames.size()), nullptr));
    }

    // Takes the oldest frames, as many as fit, and returns how many.
    // Thread: the consumer. Owns: they belong to the caller. Cost: wait-free.
    uint16_t take_burst(std::span<rte_mbuf*> frames) {
        return static_cast<uint16_t>(
            rte_ring_dequeue_burst(ring_, reinterpret_cast<void**>(frames.data()),
                                   static_cast<unsigned>(frames.size()), nullptr));
    }

    // Whether take_burst() would find nothing. Thread: any; old at once. Cost: two loads.
    [[nodiscard]] bool is_empty() const { return rte_ring_empty(ring_) != 0; }

    // For a worker's plan: the data plane works on rings of DPDK's own type.
    [[nodiscard]] rte_ring* ring() const { return ring_; }

 private:
    explicit FrameFifo(rte_ring* ring) : ring_(ring) {}

    rte_ring* ring_;
};

}  // namespace evengate::port
