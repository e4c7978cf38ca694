// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the set of services in force, replaced whole under readers. Thread: publish() control;
// current() any online worker. Used by: dataplane, the app.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "reroute/service_set.hpp"
#include "table/rcu.hpp"

namespace evengate::table {

class ServicePublisher {
 public:
    // The set in force before the first publish() is empty. Owns: nothing of rcu, which must outlive it.
    explicit ServicePublisher(Rcu& rcu);
    ~ServicePublisher();

    // Valid until the worker is quiescent. Thread: any worker that is online. Cost: one load.
    [[nodiscard]] const reroute::ServiceSet& current() const { return *current_.load(std::memory_order_acquire); }

    // Thread: control. Cost: frees what no worker sees any more; waits only if three changes come
    // within one loop of a worker.
    void publish(std::unique_ptr<reroute::ServiceSet> next);

    // Live connections of a target that the reader's own table does not have: of other members.
    // Not checked: target is below reroute::kMaxTargetsOfAll.
    [[nodiscard]] uint32_t live_elsewhere(uint16_t target) const {
        return live_elsewhere_[target].load(std::memory_order_relaxed);
    }
    void set_live_elsewhere(uint16_t target, uint32_t n_connections) {
        live_elsewhere_[target].store(n_connections, std::memory_order_relaxed);
    }

 private:
    struct Old {
        std::unique_ptr<const reroute::ServiceSet> set;
        Rcu::Token free_after = 0;
    };
    static constexpr size_t kMostOld = 2;

    Rcu& rcu_;
    std::unique_ptr<const reroute::ServiceSet> owned_;
    std::vector<Old> old_;
    uint64_t number_ = 0;
    // control: write relaxed; worker: read relaxed
    std::array<std::atomic<uint32_t>, reroute::kMaxTargetsOfAll> live_elsewhere_{};
    alignas(64) std::atomic<const reroute::ServiceSet*> current_;  // control: write release; worker: read acquire
};

}  // namespace evengate::table
