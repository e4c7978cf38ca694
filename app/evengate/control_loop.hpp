// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the loop of the control lcore: punted frames, links, timers, requests; sleeps when there is
// nothing. Thread: the EAL's main lcore. Used by: gateway.
#pragma once

#include <atomic>
#include <algorithm>
#include <functional>
#include <utility>

#include "admin/mailbox.hpp"
#include "base/time.hpp"
#include "control/control.hpp"
#include "evengate/wake_event.hpp"
#include "evengate/worker_set.hpp"
#include "port/link_monitor.hpp"

namespace evengate {

class ControlLoop {
 public:
    // How long a punted frame, a hello among them, may wait in a ring while control sleeps: workers
    // make no system call to wake it.
    static constexpr std::chrono::microseconds kLongestSleep{200};

    struct Parts {
        control::Control& control;
        WorkerSet& workers;
        port::LinkMonitor& links;
        admin::Mailbox& mailbox;
        const WakeEvent& wake;
        std::function<void(const admin::Event&)> on_event;
        std::function<void(PortIndex, port::LinkState, TimePoint)> on_link;
    };
    explicit ControlLoop(Parts parts) : parts_(std::move(parts)) {}

    // Returns after request_quit(), when the groups have taken over or
    // control::Departure::kLongestDeparture has passed.
    void run();
    // The longest turn of the last ten to twenty seconds: for so long a hello may have waited.
    // Thread: control.
    [[nodiscard]] Duration longest_step() const { return std::max(longest_step_, last_longest_step_); }
    // Thread: any; async-signal-safe.
    void request_quit() {
        quit_.store(true, std::memory_order_relaxed);
        parts_.wake.set();
    }

 private:
    // True when there was something to do.
    bool take_frames();
    void take_requests();
    void report_events();
    void roll_peaks(TimePoint now);
    void sleep_until(TimePoint deadline) const;

    Parts parts_;
    Duration longest_step_{};       // of the window under way
    Duration last_longest_step_{};  // of the one before
    TimePoint window_end_{};
    std::atomic<bool> quit_{false};
};

}  // namespace evengate
