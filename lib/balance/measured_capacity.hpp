// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what an appliance can process, from what its workers needed a packet (rule B4). Pure.
// Thread: any. Used by: control.
#pragma once

#include <chrono>
#include <cstdint>

#include "balance/problem.hpp"
#include "base/time.hpp"

namespace evengate::balance {

class MeasuredCapacity {
 public:
    // Of all workers together, in one interval. Polls that returned nothing do not count: they cost
    // time that packets could have had.
    struct Sample {
        std::uint64_t packets = 0;
        std::uint64_t busy_cycles = 0;  // of polls that returned packets
        std::uint64_t all_cycles = 0;   // workers times the interval
        std::uint64_t hz = 0;           // cycles a second, of one worker
        std::uint32_t n_workers = 0;
    };
    void add(const Sample& sample, TimePoint now);

    // Units: packets a second. 0 until it was measured.
    [[nodiscard]] Load value() const { return value_; }

    // Below this use small bursts cost more a packet: the capacity would look too small.
    static constexpr std::uint64_t kLeastUsePercent = 30;
    // It changes in steps of this size, at most so many a minute: 10 %.
    static constexpr Load kStepPercent = 5;
    static constexpr int kStepsAMinute = 2;

 private:
    Load value_ = 0;
    TimePoint minute_began_{};
    int n_steps_ = 0;  // since then
};

}  // namespace evengate::balance
