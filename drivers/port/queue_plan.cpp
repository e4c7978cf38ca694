// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "port/queue_plan.hpp"

#include <algorithm>
#include <bit>

#include <fmt/format.h>

namespace evengate::port {

namespace {

PortQueues compute_queues(uint16_t wanted_rx, uint16_t n_workers, QueueOffer offer) {
    const uint16_t max_pairs = std::min(offer.max_rx, offer.max_tx);
    switch (offer.rule) {
        case QueueRule::paired_all:
            return {max_pairs, max_pairs, n_workers};
        case QueueRule::paired: {
            const uint16_t n_pairs = std::min(wanted_rx, max_pairs);
            return {n_pairs, n_pairs, n_workers};
        }
        case QueueRule::independent:
            break;
    }
    const uint32_t with_control = uint32_t{n_workers} + 1;
    return {std::min(wanted_rx, offer.max_rx),
            static_cast<uint16_t>(std::min<uint32_t>(with_control, offer.max_tx)), n_workers};
}

}  // namespace

QueuePlan plan_queues(uint16_t wanted_rx, uint16_t n_workers, QueueOffer offer) {
    const uint16_t wanted = wanted_rx == 0 ? n_workers : wanted_rx;
    QueuePlan plan{compute_queues(wanted, n_workers, offer), {}};
    const PortQueues& queues = plan.queues;
    if (queues.n_rx < wanted) {
        plan.warnings.push_back(
            fmt::format("{} receive queues are wanted, the device has {}", wanted, queues.n_rx));
    }
    if (wanted_rx != 0 && queues.n_rx > wanted) {
        plan.warnings.push_back(fmt::format(
            "{} receive queues are wanted, but the kernel spreads frames over all {} of the device",
            wanted, queues.n_rx));
    }
    if (queues.n_tx < n_workers) {
        plan.warnings.push_back(
            fmt::format("{} workers share {} transmit queues: some hand their frames to another "
                        "worker, which costs speed",
                        n_workers, queues.n_tx));
    }
    return plan;
}

std::vector<std::vector<RxQueue>> assign_rx_queues(std::span<const PortQueues> ports,
                                                   uint16_t n_workers) {
    std::vector<std::vector<RxQueue>> assignment(n_workers);
    size_t next = 0;
    for (size_t p = 0; p < ports.size(); ++p) {
        for (uint16_t q = 0; q < ports[p].n_rx; ++q) {
            assignment[next++ % n_workers].push_back({PortIndex{static_cast<uint16_t>(p)}, q});
        }
    }
    return assignment;
}

uint32_t compute_n_mbufs(const MbufDemand& demand) {
    // A cache keeps up to half more than its size before it gives back (rte_mempool.h).
    const uint64_t per_lcore = uint64_t{demand.cache_size} * 3 / 2 + demand.burst_size;
    const uint64_t n = demand.n_descriptors + demand.n_lcores * per_lcore + demand.n_held;
    constexpr uint64_t kLeast = 2047;
    constexpr uint64_t kMost = 0x7FFF'FFFF;
    return static_cast<uint32_t>(std::clamp<uint64_t>(std::bit_ceil(n + 1) - 1, kLeast, kMost));
}

}  // namespace evengate::port
