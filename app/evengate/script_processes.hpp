// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: scripts of health checks as processes of the machine: without our files, signals and terminal, each in
// a process group that ends as a whole. A thread of its own starts them: who starts a process sleeps until its
// file was read from the disk, which control must not.
// Thread: control; the starter for itself. Used by: gateway.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include <sys/types.h>

#include "control/script_runner.hpp"

namespace evengate {

class ScriptProcesses final : public control::ScriptRunner {
 public:
    ScriptProcesses() = default;
    // Ends those that run, and waits for them.
    ~ScriptProcesses() override;
    ScriptProcesses(const ScriptProcesses&) = delete;
    ScriptProcesses& operator=(const ScriptProcesses&) = delete;

    // False also while the one before was stopped and has not gone yet.
    bool start(uint16_t target, const control::ScriptCall& call) override;
    control::ScriptState look(uint16_t target) override;
    void stop(uint16_t target) override;

 private:
    struct Run {
        enum class Phase : uint8_t { asked, running, not_started };
        Phase phase = Phase::asked;
        pid_t process = 0;
        bool is_stopped = false;
    };
    struct Wanted {
        uint16_t target = 0;
        control::ScriptCall call;
    };

    void start_what_is_wanted(const std::stop_token& stop);
    // Whether it has gone. Not checked: mutex_ is held.
    static bool is_reaped(Run& run);

    std::mutex mutex_;  // never held while a process starts
    std::condition_variable_any has_changed_;
    std::deque<Wanted> wanted_;
    std::map<uint16_t, Run> runs_;  // by target
    std::jthread starter_;          // from the first start on
};

}  // namespace evengate
