// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: scripts of health checks as processes of the machine: without our files, signals and terminal, each in
// a process group that ends as a whole. Thread: control. Used by: gateway.
#pragma once

#include <map>
#include <vector>

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

    bool start(uint16_t target, const control::ScriptCall& call) override;
    control::ScriptState look(uint16_t target) override;
    void stop(uint16_t target) override;

 private:
    void reap();

    std::map<uint16_t, pid_t> running_;  // by target
    std::vector<pid_t> ending_;          // stopped, not yet gone
};

}  // namespace evengate
