// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: how an idle worker sleeps, and how control wakes it. Thread: wake() any; the rest the worker.
// Used by: dataplane.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace evengate::dataplane {

class Doze {
 public:
    // The longest sleep is what a frame may wait for in an idle gateway.
    explicit Doze(std::chrono::microseconds longest);
    ~Doze();
    Doze(const Doze&) = delete;
    Doze& operator=(const Doze&) = delete;

    // After a poll that found frames.
    void reset() { n_idle_polls_ = 0; }

    // After a poll that found nothing: whether it is time to sleep.
    bool is_due() { return ++n_idle_polls_ > kIdlePollsBeforeSleep; }

    // Sleeps, longer each time in a row, until the time is over or somebody calls wake(). The caller
    // is offline for RCU. still_idle is asked after wake() would be seen: false cancels the sleep.
    template <class StillIdle>
    void sleep(StillIdle still_idle) {
        asleep_.store(true, std::memory_order_relaxed);
        // Pairs with the fence in wake(): either the waker sees asleep_, or still_idle its frames.
        std::atomic_thread_fence(std::memory_order_seq_cst);
        if (still_idle()) {
            wait();
        }
        asleep_.store(false, std::memory_order_relaxed);
    }

    // Ends a sleep that is under way; call it after what the worker shall find was put in place.
    // Cost: a fence; a system call only when the worker sleeps.
    void wake();

 private:
    static constexpr unsigned kIdlePollsBeforeSleep = 64;

    void wait();

    std::chrono::nanoseconds longest_;
    unsigned n_idle_polls_ = 0;
    int event_fd_ = -1;
    std::atomic<bool> asleep_{false};
};

}  // namespace evengate::dataplane
