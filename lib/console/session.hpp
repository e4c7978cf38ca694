// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the ways to hand command lines to an appliance, here or behind a socket: one line, a file,
// a pipe, a person at a terminal. Thread: any but control. Used by: app.
#pragma once

#include <unistd.h>

#include <string>
#include <string_view>

#include "console/outcome.hpp"

namespace evengate::console {

// Where a session reads and writes. All descriptors stay the caller's.
struct Streams {
    int in = STDIN_FILENO;
    int out = STDOUT_FILENO;
    int err = STDERR_FILENO;
    int stop = -1;  // becomes readable when the session must end; -1 = never
};

// Executes one line: text to `out`, or to `err` if it failed. Returns its exit status.
int run_line(std::string_view line, const Streams& streams, const Execute& execute);

// Executes lines from `in` until its end, a command that ends the session, or a lost connection. A
// line that fails is named by its number on `err`, and the next one is executed. Returns the exit
// status of the last line that failed, 0 if none did.
int run_script(const Streams& streams, const Execute& execute);

// As run_script() with the lines of a file in place of `in`. Fails: Status::failed if it cannot be
// read.
int run_file(const std::string& path, const Streams& streams, const Execute& execute);

// With a terminal as `in`: prompt, history and Tab completion, until Ctrl-D on an empty line or a
// command that ends the session; Ctrl-C gives up the line. Returns 0, or Status::unreachable after
// a lost connection. Otherwise as run_script(): no prompt, no echo.
int run_interactive(const Streams& streams, const Execute& execute);

}  // namespace evengate::console
