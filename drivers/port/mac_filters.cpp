// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "port/mac_filters.hpp"

#include <utility>

#include <pthread.h>
#include <sched.h>
#include <signal.h>

namespace evengate::port {

namespace {

// Drivers wait for their firmware by spinning. As a child of the control lcore this thread would do
// that with control's real-time priority, on its CPUs.
void leave_real_time() {
    const sched_param lowest{};
    // SCHED_OTHER is always permitted.
    static_cast<void>(pthread_setschedparam(pthread_self(), SCHED_OTHER, &lowest));
    static_cast<void>(pthread_setname_np(pthread_self(), "mac-filters"));
}

// Signals are for the thread that waits for them; a new thread inherits the mask it is made under.
std::thread make_thread_without_signals(auto body) {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    std::thread thread(std::move(body));
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return thread;
}

}  // namespace

MacFilters::MacFilters(std::unique_ptr<FilterDevice> device)
    : device_(std::move(device)), program_(*device_), thread_(make_thread_without_signals([this] {
          leave_real_time();
          run();
      })) {}

MacFilters::~MacFilters() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
        wake();
    }
    thread_.join();
}

void MacFilters::wake() {
    interrupted_.store(true, std::memory_order_relaxed);
    changed_.notify_one();
}

void MacFilters::set_wanted(WantedFilters wanted) {
    const std::lock_guard lock(mutex_);
    wanted_ = std::move(wanted);
    dirty_ = true;
    wake();
}

void MacFilters::reapply() {
    const std::lock_guard lock(mutex_);
    lost_ = true;
    dirty_ = true;
    wake();
}

MacFilters::Snapshot MacFilters::snapshot() const {
    const std::lock_guard lock(mutex_);
    return {wanted_, state_, !dirty_ && !busy_};
}

void MacFilters::run() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return dirty_ || ending_; });
        if (ending_) {
            return;
        }
        const WantedFilters wanted = wanted_;
        const bool lost = std::exchange(lost_, false);
        dirty_ = false;
        busy_ = true;
        interrupted_.store(false, std::memory_order_relaxed);
        lock.unlock();
        if (lost) {
            program_.forget();
        }
        const FilterState state = program_.apply(wanted, interrupted_);
        lock.lock();
        state_ = state;
        busy_ = false;
    }
}

}  // namespace evengate::port
