// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: programs that say whether a target serves (rerouting rule 4), as an interface: the app starts
// processes, tests answer themselves. Thread: control. Used by: service_probes, app, tests.
#pragma once

#include <cstdint>
#include <string>

#include "base/ip_address.hpp"

namespace evengate::control {

// What the program is told: the target's name, its address, and the port that it serves at.
struct ScriptCall {
    std::string path;
    std::string name;
    IpAddress address;
    uint16_t port = 0;
};

enum class ScriptState : uint8_t { running, succeeded, failed };

class ScriptRunner {
 public:
    virtual ~ScriptRunner() = default;

    // One a target, by its number: the one before has ended or was stopped. Does not wait for it.
    // False: it cannot be started now; one that turns out not to be startable fails.
    virtual bool start(uint16_t target, const ScriptCall& call) = 0;
    // Does not wait. succeeded: it ended by itself, with status 0. Not checked: it was started.
    virtual ScriptState look(uint16_t target) = 0;
    // With all that it started itself. Nothing, if it does not run.
    virtual void stop(uint16_t target) = 0;
};

}  // namespace evengate::control
