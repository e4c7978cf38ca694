// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "evengate/scheduling.hpp"

#include <cerrno>
#include <cstring>

#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace evengate {
namespace {

// Above ordinary threads, below the kernel's own.
constexpr int kPriority = 10;

}  // namespace

std::vector<std::string> make_real_time() {
    std::vector<std::string> missing;
    // The kernel may otherwise be 50 us late for each sleep.
    prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);

    const sched_param parameters{.sched_priority = kPriority};
    if (const int failure = pthread_setschedparam(pthread_self(), SCHED_RR | SCHED_RESET_ON_FORK, &parameters);
        failure != 0) {
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

}  // namespace evengate
