// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the two ways in which a frame leaves the fast path: dropped by name, or handed to control.
// Thread: worker. Used by: dataplane.
#pragma once

#include <array>
#include <cstdint>

#include <rte_mbuf.h>

#include "base/token_bucket.hpp"
#include "counters/worker_counters.hpp"
#include "dataplane/punt_tag.hpp"
#include "dataplane/worker_plan.hpp"
#include "packet/drop_reason.hpp"

namespace evengate::dataplane {

class Disposal {
 public:
    // Borrows the rings of the plan and the counters; both outlive it.
    Disposal(const WorkerPlan& plan, counters::WorkerCounters& counters);

    // Frees the frame and counts it.
    void drop(rte_mbuf* frame, packet::DropReason reason);

    // Hands the frame to control, as it came but for priority tags, or drops it by name when its class is over its rate or
    // its ring is full.
    void punt(rte_mbuf* frame, const PuntTag& tag);

 private:
    const std::array<rte_ring*, packet::kPuntClassCount>& rings_;
    std::array<TokenBucket, packet::kPuntClassCount> limits_;
    counters::WorkerCounters& counters_;
};

}  // namespace evengate::dataplane
