// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "stall_watch.hpp"

#include <fmt/format.h>
#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "monotonic_clock.hpp"

namespace evengate::prober {
namespace {

constexpr Duration kPeriod = std::chrono::milliseconds(1);
constexpr int kPriority = 80;

}  // namespace

Result<void> StallWatch::start() {
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) {
        return Error{fmt::format("cannot tell the CPUs: {}", std::strerror(errno))};
    }
    for (unsigned cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
        if (!CPU_ISSET(cpu, &allowed)) {
            continue;
        }
        std::jthread& witness =
            witnesses_.emplace_back([this, cpu](const std::stop_token& token) { watch(token, cpu); });
        cpu_set_t own;
        CPU_ZERO(&own);
        CPU_SET(cpu, &own);
        const sched_param parameters{.sched_priority = kPriority};
        const int pinned = pthread_setaffinity_np(witness.native_handle(), sizeof own, &own);
        const int ahead = pthread_setschedparam(witness.native_handle(), SCHED_FIFO, &parameters);
        if (pinned != 0 || ahead != 0) {
            return Error{fmt::format("no witness of CPU {}: {}", cpu, std::strerror(pinned != 0 ? pinned : ahead))};
        }
    }
    return {};
}

void StallWatch::watch(const std::stop_token& token, unsigned cpu) {
    TimePoint due = now();
    while (!token.stop_requested()) {
        due += kPeriod;
        sleep_until(due);
        const TimePoint woken = now();
        if (woken - due >= kLeast) {
            const std::lock_guard lock(mutex_);
            stalls_.push_back({.cpu = cpu, .began = due, .ended = woken});
        }
        due = std::max(due, woken - kPeriod);  // what was missed is one stall, not many
    }
}

std::vector<Stall> StallWatch::finish() {
    witnesses_.clear();
    return std::move(stalls_);
}

}  // namespace evengate::prober
