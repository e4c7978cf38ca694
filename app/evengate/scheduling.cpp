// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "evengate/scheduling.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>

#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace evengate {
namespace {

// Above ordinary threads, below the kernel's own.
constexpr int kPriority = 10;

// The kernel stops real-time threads for the rest of each period (sched(7)); nothing where it does not.
std::string throttling() {
    long runtime_us = -1;
    std::ifstream("/proc/sys/kernel/sched_rt_runtime_us") >> runtime_us;
    long period_us = 0;
    std::ifstream("/proc/sys/kernel/sched_rt_period_us") >> period_us;
    // A control lcore that sleeps between its turns never meets the usual limit of 95 %.
    constexpr long kEnoughPercent = 90;
    if (runtime_us < 0 || period_us <= 0 || runtime_us * 100 >= period_us * kEnoughPercent) {
        return {};
    }
    return "the kernel stops real-time threads after " + std::to_string(runtime_us) + " of every " +
           std::to_string(period_us) + " us: hellos may be late; raise kernel.sched_rt_runtime_us";
}

}  // namespace

std::vector<std::string> make_real_time(CpuUse use) {
    std::vector<std::string> missing;
    // The kernel may otherwise be 50 us late for each sleep.
    prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);

    const sched_param parameters{.sched_priority = kPriority};
    const int policy = use == CpuUse::alone ? SCHED_FIFO : SCHED_RR;
    if (const int failure = pthread_setschedparam(pthread_self(), policy | SCHED_RESET_ON_FORK, &parameters);
        failure == 0) {
        if (std::string limit = throttling(); !limit.empty()) {
            missing.push_back(std::move(limit));
        }
    } else {
        missing.push_back(std::string("the control lcore has no real-time priority (") + std::strerror(failure) +
                          "): hellos and ARP answers may be late on a busy machine; grant CAP_SYS_NICE or "
                          "'ulimit -r 10'");
    }
    // As it is touched: locking at once would bring in every untouched page of tables and stacks.
    // Future memory only where no limit can make its allocation fail.
    const int future = geteuid() == 0 ? MCL_FUTURE : 0;
    if (mlockall(MCL_CURRENT | future | MCL_ONFAULT) != 0) {
        missing.push_back(std::string("memory is not locked (") + std::strerror(errno) +
                          "): paging may delay the control lcore; grant CAP_IPC_LOCK or 'ulimit -l unlimited'");
    }
    return missing;
}

void end_real_time() {
    const sched_param parameters{.sched_priority = 0};
    // Who has no CAP_SYS_NICE may not take back SCHED_RESET_ON_FORK (sched(7)).
    pthread_setschedparam(pthread_self(), SCHED_OTHER | SCHED_RESET_ON_FORK, &parameters);
}

}  // namespace evengate
