// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "dataplane/disposal.hpp"

#include <algorithm>

#include <rte_cycles.h>
#include <rte_ring.h>

namespace evengate::dataplane {
namespace {

// A class may use a tenth of a second's worth at once, and at most half its ring.
uint64_t burst_of(const packet::PuntClassLimits& limits) {
    return std::clamp<uint64_t>(limits.rate_per_s / 10, 1, limits.ring_size / 2);
}

}  // namespace

Disposal::Disposal(const WorkerPlan& plan, counters::WorkerCounters& counters)
    : rings_(plan.punt_rings), counters_(counters) {
    for (size_t i = 0; i < limits_.size(); ++i) {
        const packet::PuntClassLimits& limits = packet::kPuntClassLimits[i];
        limits_[i] = TokenBucket(limits.rate_per_s, burst_of(limits), rte_get_tsc_hz());
    }
}

void Disposal::drop(rte_mbuf* frame, packet::DropReason reason) {
    counters_.count_drop(reason);
    rte_pktmbuf_free(frame);
}

void Disposal::punt(rte_mbuf* frame, const PuntTag& tag) {
    const auto punt_class = static_cast<size_t>(packet::punt_class(tag.reason));
    counters::PuntCell& cell = counters_.punts[punt_class];
    if (!limits_[punt_class].try_take(tag.received_tsc)) {
        cell.limited.add(1);
        drop(frame, packet::DropReason::punt_limited);
        return;
    }
    punt_tag(frame) = tag;
    if (rte_ring_sp_enqueue(rings_[punt_class], frame) != 0) {
        cell.ring_full.add(1);
        drop(frame, packet::DropReason::punt_ring_full);
        return;
    }
    cell.accepted.add(1);
    counters_.punted.add(1);
}

}  // namespace evengate::dataplane
