// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: ends a poll() of another thread. Thread: set() any; fd() and clear() its owner. Used by: app.
#pragma once

#include <cstdint>

#include <sys/eventfd.h>
#include <unistd.h>

namespace evengate {

class WakeEvent {
 public:
    WakeEvent() : fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}
    ~WakeEvent() { close(fd_); }
    WakeEvent(const WakeEvent&) = delete;
    WakeEvent& operator=(const WakeEvent&) = delete;

    // Async-signal-safe.
    void set() const {
        const uint64_t once = 1;
        // Fails only when it is set already.
        [[maybe_unused]] const ssize_t size = write(fd_, &once, sizeof once);
    }
    void clear() const {
        uint64_t n_times = 0;
        [[maybe_unused]] const ssize_t size = read(fd_, &n_times, sizeof n_times);
    }
    [[nodiscard]] int fd() const { return fd_; }

 private:
    int fd_;
};

}  // namespace evengate
