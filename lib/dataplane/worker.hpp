// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the loop of one worker lcore: poll, classify, route, forward, transmit; run to completion.
// Thread: run() and poll() on its lcore; the rest any. Used by: the app, tests.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

#include "counters/worker_counters.hpp"
#include "dataplane/classify.hpp"
#include "dataplane/disposal.hpp"
#include "dataplane/doze.hpp"
#include "dataplane/forward.hpp"
#include "dataplane/reroute.hpp"
#include "dataplane/worker_plan.hpp"

namespace evengate::dataplane {

class Worker {
 public:
    // Everything that the plan points to must outlive the worker.
    explicit Worker(WorkerPlan plan);
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    // Forwards until request_stop(). Thread: the worker's lcore, once.
    void run();
    // Polls each queue once and forwards what it found; for tests, instead of run(). The caller is
    // online for RCU in between. Returns the number of frames.
    unsigned poll_once();

    // Thread: any. The worker leaves run() within one loop, or one sleep.
    void request_stop();
    // Ends a sleep, because there are control frames to send. Thread: any.
    void wake() { doze_.wake(); }
    // Whether frames are forwarded, or dropped by name; ARP and the group go on. Thread: any.
    enum class Forwarding : bool { off, on };
    void set_forwarding(Forwarding forwarding) {
        forwarding_.store(forwarding == Forwarding::on, std::memory_order_relaxed);
    }

    [[nodiscard]] counters::WorkerCounters& counters() { return counters_; }
    // nullptr where no service is configured.
    [[nodiscard]] counters::RerouteCounters* reroute_counters() {
        return rerouter_ ? &rerouter_->counters() : nullptr;
    }
    [[nodiscard]] const WorkerPlan& plan() const { return plan_; }

 private:
    template <Tagging kTagging>
    void run_loop();
    template <Tagging kTagging>
    unsigned poll_all();
    template <Tagging kTagging>
    void take_burst(rte_mbuf** frames, unsigned n_frames, const Arrival& arrival);
    void drop_all(Routable& routable);
    void transmit(Egress& egress);
    void tend();
    // These return how many frames they took from rings.
    unsigned send_from_rings();
    unsigned send_control_frames(const TxQueue& queue);
    void free_stale(TxBatch& batch);
    unsigned send_taken_over(const TxQueue& queue);
    void send_batch(const TxQueue& queue, TxBatch& batch);
    [[nodiscard]] bool has_ring_frames() const;
    void note_loop(uint64_t cycles);
    void sleep();

    WorkerPlan plan_;
    counters::WorkerCounters counters_;
    Disposal disposal_;
    Doze doze_;
    std::optional<Rerouter> rerouter_;  // where services are configured
    std::vector<TxBatch> batches_;  // by PortIndex; empty between two bursts
    uint32_t longest_loop_epoch_ = 0;
    std::atomic<bool> stop_requested_{false};
    std::atomic<bool> forwarding_{true};
};

}  // namespace evengate::dataplane
