// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a witness on each CPU, which finds out when the machine itself stood still: a virtual CPU that was stopped,
// or a kernel that did not let go of it. It runs before all else there, so that what is tested cannot delay it.
// Thread: start() and finish() the owner's; one of its own on each CPU. Used by: the prober.
#pragma once

#include <mutex>
#include <thread>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace evengate::prober {

struct Stall {
    unsigned cpu = 0;
    TimePoint began{};  // CLOCK_MONOTONIC
    TimePoint ended{};
};

class StallWatch {
 public:
    // What is shorter is not noted.
    static constexpr Duration kLeast = std::chrono::milliseconds(3);

    // Fails: no right to run in real time.
    Result<void> start();
    // Ends the watch; in the order of their ends on each CPU.
    std::vector<Stall> finish();

 private:
    void watch(const std::stop_token& token, unsigned cpu);

    std::mutex mutex_;  // of stalls_
    std::vector<Stall> stalls_;
    std::vector<std::jthread> witnesses_;
};

}  // namespace evengate::prober
