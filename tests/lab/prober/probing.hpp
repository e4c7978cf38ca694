// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: one run of probes over many flows at one cadence. Thread: the caller's only.
// Used by: the prober's main.
#pragma once

#include <netinet/in.h>

#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "probe_flow.hpp"

namespace evengate::prober {

struct FlowPlan {
    enum class Role : uint8_t {
        probed,   // through what is tested
        control,  // around it: shows what the machine itself did to the run
    };
    std::string name;
    std::string netns_path;
    sockaddr_in target{};
    Role role = Role::probed;
};

struct ProbingPlan {
    std::vector<FlowPlan> flows;
    Duration interval{};
    Duration length{};  // 0 = until interrupted
    Duration answer_timeout{};
    std::FILE* log = nullptr;  // a line a probe, once it is settled; not owned
};

struct ProbingReport {
    std::vector<FlowSummary> flows;  // in the order of the plan
    uint64_t send_errors = 0;        // probes that the own kernel refused; they count as lost
    bool realtime = false;
};

// Sends until the length is over, then waits for late answers, once. progress, if any, is called
// each second. Fails: a socket cannot be made, or a clock cannot be armed.
Result<ProbingReport> perform_probing(const ProbingPlan& plan,
                                      const std::function<void(const ProbingReport&)>& progress);

// Asks a running perform_probing() to end early, as if its length were over. Signal-safe.
void request_end();

}  // namespace evengate::prober
