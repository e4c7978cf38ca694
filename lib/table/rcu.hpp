// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: knowing when no worker can still see something that was replaced (QSBR).
// Thread: reader calls from the worker that the id belongs to; writer calls from control.
// Used by: table, dataplane.
#pragma once

#include <cstdint>
#include <memory>

#include <rte_rcu_qsbr.h>

#include "base/ids.hpp"

namespace evengate::table {

class Rcu {
 public:
    // A moment after which a replaced thing is unreachable once every online reader was quiescent.
    using Token = uint64_t;

    explicit Rcu(uint16_t max_readers);

    // Reader: from here until offline() the writer waits for quiescent(). Cost: a fence.
    void online(WorkerIndex reader) { rte_rcu_qsbr_thread_online(variable_.get(), reader.value); }
    // Reader: holds no reference from before this call. Cost: about one cycle when nobody waits.
    void quiescent(WorkerIndex reader) { rte_rcu_qsbr_quiescent(variable_.get(), reader.value); }
    // Reader: before it sleeps or blocks; it must touch no table until online().
    void offline(WorkerIndex reader) { rte_rcu_qsbr_thread_offline(variable_.get(), reader.value); }

    // Writer: call after the last pointer to the replaced thing was overwritten.
    Token start_grace_period() { return rte_rcu_qsbr_start(variable_.get()); }
    // Writer: whether the grace period is over. Cost: a load per reader; never waits.
    bool is_over(Token token) { return rte_rcu_qsbr_check(variable_.get(), token, false) == 1; }
    // Writer: sleeps in short steps, so that a real-time writer does not starve the reader it waits
    // for on the same CPU. Cost: usually nothing; as long as a worker's longest loop.
    void wait_until_over(Token token);

 private:
    struct Free {
        void operator()(rte_rcu_qsbr* variable) const;
    };
    std::unique_ptr<rte_rcu_qsbr, Free> variable_;
};

}  // namespace evengate::table
