// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what became of one command line. Thread: any. Used by: all of the console, the app.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace evengate::console {

// The numbers are exit statuses of the shell command and part of the socket's protocol: they stay.
enum class Status : uint8_t {
    ok = 0,
    failed = 1,       // the appliance refused, or has no such port
    usage = 2,        // unknown, ambiguous or incomplete command
    timed_out = 3,    // no answer from the control lcore in time
    unreachable = 4,  // no appliance at the other end of the socket
};

struct Outcome {
    Status status = Status::ok;
    std::string text;  // ends with a newline unless empty; with any status but ok: why

    [[nodiscard]] int exit_status() const { return static_cast<int>(status); }
};

// Executes one line, here (Interpreter) or in another process (Client).
using Execute = std::function<Outcome(std::string_view line)>;

}  // namespace evengate::console
