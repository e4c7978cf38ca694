// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "bench/bench_clock.hpp"

#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>

namespace evengate::bench {

std::chrono::nanoseconds now() {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

void sleep_until(std::chrono::nanoseconds deadline) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(deadline);
    const timespec at{.tv_sec = seconds.count(), .tv_nsec = (deadline - seconds).count()};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, nullptr);
}

double worker_seconds() {
    for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
        std::string name;
        std::ifstream(task.path() / "comm") >> name;
        if (name.find("-worker-") != std::string::npos) {
            double nanoseconds = 0;
            std::ifstream(task.path() / "schedstat") >> nanoseconds;
            return nanoseconds / 1e9;
        }
    }
    return 0;
}

}  // namespace evengate::bench
