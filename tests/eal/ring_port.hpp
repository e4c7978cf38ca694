// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: an Ethernet port whose other side is the test: rings in, rings out. Thread: the test's.
// Used by: EAL tests of the data plane.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <rte_dev.h>
#include <rte_eth_ring.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_ring.h>

namespace evengate::test {

// Frees the frames that are still in it.
class TestRing {
 public:
    TestRing(const std::string& name, unsigned size)
        : ring_(rte_ring_create(name.c_str(), size, SOCKET_ID_ANY, RING_F_EXACT_SZ)) {}
    ~TestRing() {
        while (rte_mbuf* frame = take()) {
            rte_pktmbuf_free(frame);
        }
        rte_ring_free(ring_);
    }
    TestRing(const TestRing&) = delete;
    TestRing& operator=(const TestRing&) = delete;

    [[nodiscard]] rte_ring* get() const { return ring_; }
    [[nodiscard]] unsigned size() const { return rte_ring_count(ring_); }
    // False when it is full; the frame is the caller's then.
    [[nodiscard]] bool put(rte_mbuf* frame) const { return rte_ring_enqueue(ring_, frame) == 0; }
    // The oldest frame, or nullptr.
    [[nodiscard]] rte_mbuf* take() const {
        void* frame = nullptr;
        return rte_ring_dequeue(ring_, &frame) == 0 ? static_cast<rte_mbuf*>(frame) : nullptr;
    }

 private:
    rte_ring* ring_;
};

class RingPort {
 public:
    struct Size {
        uint16_t n_rx = 1;
        uint16_t n_tx = 1;
        unsigned n_tx_frames = 256;
    };
    static constexpr unsigned kRxFrames = 1024;

    RingPort(const std::string& name, Size size) : name_(name) {
        std::vector<rte_ring*> rx;
        std::vector<rte_ring*> tx;
        for (uint16_t i = 0; i < size.n_rx; ++i) {
            rx.push_back(add(to_, "_rx", i, kRxFrames));
        }
        for (uint16_t i = 0; i < size.n_tx; ++i) {
            tx.push_back(add(from_, "_tx", i, size.n_tx_frames));
        }
        ethdev_ = static_cast<uint16_t>(
            rte_eth_from_rings(name.c_str(), rx.data(), size.n_rx, tx.data(), size.n_tx, 0));
    }
    ~RingPort() {
        uint16_t id = 0;
        if (rte_eth_dev_get_port_by_name(device().c_str(), &id) == 0) {
            rte_eth_dev_stop(id);
            rte_eth_dev_close(id);
        }
        rte_eal_hotplug_remove("vdev", device().c_str());
    }
    RingPort(const RingPort&) = delete;
    RingPort& operator=(const RingPort&) = delete;

    // Makes it ready to receive and send, where nothing else does.
    [[nodiscard]] bool start(rte_mempool* pool) const {
        const rte_eth_conf conf{};
        const auto n_rx = static_cast<uint16_t>(to_.size());
        const auto n_tx = static_cast<uint16_t>(from_.size());
        bool fine = rte_eth_dev_configure(ethdev_, n_rx, n_tx, &conf) == 0;
        for (uint16_t i = 0; i < n_rx; ++i) {
            fine = fine && rte_eth_rx_queue_setup(ethdev_, i, 0, 0, nullptr, pool) == 0;
        }
        for (uint16_t i = 0; i < n_tx; ++i) {
            fine = fine && rte_eth_tx_queue_setup(ethdev_, i, 0, 0, nullptr) == 0;
        }
        return fine && rte_eth_dev_start(ethdev_) == 0;
    }

    [[nodiscard]] uint16_t ethdev() const { return ethdev_; }
    // As DPDK knows it.
    [[nodiscard]] std::string device() const { return "net_ring_" + name_; }
    [[nodiscard]] const TestRing& to_port(uint16_t queue = 0) const { return *to_[queue]; }
    [[nodiscard]] const TestRing& from_port(uint16_t queue = 0) const { return *from_[queue]; }

 private:
    using Rings = std::vector<std::unique_ptr<TestRing>>;

    rte_ring* add(Rings& rings, const char* kind, uint16_t queue, unsigned size) const {
        rings.push_back(std::make_unique<TestRing>(name_ + kind + std::to_string(queue), size));
        return rings.back()->get();
    }

    std::string name_;
    Rings to_;
    Rings from_;
    uint16_t ethdev_ = 0;
};

}  // namespace evengate::test
