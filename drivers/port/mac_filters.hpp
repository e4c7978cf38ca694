// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: keeps a device's MAC filters at what is wanted, in a thread of its own: programming one may
// take a second, which control does not have. Thread: see each function. Used by: port, app.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "port/filter_device.hpp"
#include "port/filter_program.hpp"
#include "port/mac_filter_plan.hpp"

namespace evengate::port {

class MacFilters {
 public:
    // Starts the thread; nothing is programmed before set_wanted(). Thread: start-up.
    explicit MacFilters(std::unique_ptr<FilterDevice> device);

    // Waits for the call to the device that runs, not for all the filters that are left.
    ~MacFilters();
    MacFilters(const MacFilters&) = delete;
    MacFilters& operator=(const MacFilters&) = delete;

    // Replaces what is wanted; the last of several in a row counts. Thread: any.
    // Cost: a copy; never waits for the device.
    void set_wanted(WantedFilters wanted);

    // Programs everything again, as the device lost it (a restart). Thread: any. Cost: as
    // set_wanted().
    void reapply();

    struct Snapshot {
        WantedFilters wanted;
        FilterState state;     // after the last round
        bool settled = false;  // whether that round was for these wishes
    };
    // Thread: any. Cost: a copy; never waits for the device.
    [[nodiscard]] Snapshot snapshot() const;

 private:
    void run();
    void wake();  // with mutex_ held

    const std::unique_ptr<FilterDevice> device_;
    FilterProgram program_;  // filter thread: read and write

    mutable std::mutex mutex_;  // guards what follows; not held during device calls
    std::condition_variable changed_;
    WantedFilters wanted_;
    FilterState state_;
    bool dirty_ = false;  // wanted_ is newer than what the device was told
    bool lost_ = false;   // the device lost its filters
    bool busy_ = false;   // the filter thread talks to the device
    bool ending_ = false;

    // Whoever wants something else: write; filter thread: read, and cleared when it looks again.
    std::atomic<bool> interrupted_{false};

    std::thread thread_;  // last: it uses all of the above
};

}  // namespace evengate::port
