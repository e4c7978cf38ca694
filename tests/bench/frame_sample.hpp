// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: some frames as they leave by a port, taken while a worker sends them. It costs the worker a
// copy of each, and nothing before and after. Thread: the EAL's main lcore, where nothing else is
// said. Used by: reroute_run.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "base/result.hpp"

namespace evengate::bench {

class FrameSample {
 public:
    // Takes that many frames of a port's first transmit queue, from begin() on; none to many.
    FrameSample(uint16_t ethdev, size_t n_wanted) : ethdev_(ethdev), frames_(n_wanted) {}
    // Not checked: after end(), no worker is still within the burst it was in then.
    ~FrameSample() = default;
    FrameSample(const FrameSample&) = delete;
    FrameSample& operator=(const FrameSample&) = delete;

    // Fails: the driver's reason.
    Result<void> begin();
    [[nodiscard]] bool is_full() const { return n_taken() == frames_.size(); }
    [[nodiscard]] size_t n_taken() const { return n_taken_.load(std::memory_order_acquire); }
    void end();

    // A classic pcap file of what was taken. Fails: it cannot be written.
    Result<void> write(const std::string& path) const;

 private:
    static constexpr size_t kMostBytes = 128;
    struct Frame {
        uint32_t size = 0;
        std::array<uint8_t, kMostBytes> bytes;
    };

    // Thread: the worker.
    static uint16_t on_burst(uint16_t ethdev, uint16_t queue, rte_mbuf** frames, uint16_t n_frames,
                             void* self);
    void take(const rte_mbuf& frame);

    uint16_t ethdev_;
    std::vector<Frame> frames_;
    std::atomic<size_t> n_taken_{0};  // worker: write release; main lcore: read acquire
    const rte_eth_rxtx_callback* callback_ = nullptr;
};

}  // namespace evengate::bench
