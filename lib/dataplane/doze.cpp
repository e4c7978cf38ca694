// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "dataplane/doze.hpp"

#include <algorithm>
#include <ctime>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace evengate::dataplane {
namespace {

constexpr std::chrono::nanoseconds kFirstSleep{10'000};
// Each further idle poll doubles the sleep, this often.
constexpr unsigned kDoublings = 8;

}  // namespace

Doze::Doze(std::chrono::microseconds longest)
    : longest_(longest), event_fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

Doze::~Doze() { close(event_fd_); }

void Doze::wait() {
    const unsigned n_sleeps = n_idle_polls_ - kIdlePollsBeforeSleep - 1;
    const auto length = std::min(longest_, kFirstSleep * (1u << std::min(n_sleeps, kDoublings)));
    const timespec timeout{.tv_sec = 0, .tv_nsec = length.count()};
    pollfd event{.fd = event_fd_, .events = POLLIN, .revents = 0};
    if (ppoll(&event, 1, &timeout, nullptr) == 1) {
        uint64_t n_wakes = 0;
        // Only clears the event; that it was cleared already is as good.
        [[maybe_unused]] const ssize_t size = read(event_fd_, &n_wakes, sizeof n_wakes);
    }
}

void Doze::wake() {
    // Pairs with the fence in sleep().
    std::atomic_thread_fence(std::memory_order_seq_cst);
    if (asleep_.load(std::memory_order_relaxed)) {
        const uint64_t once = 1;
        // Fails only when the event is set already.
        [[maybe_unused]] const ssize_t size = write(event_fd_, &once, sizeof once);
    }
}

}  // namespace evengate::dataplane
