// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what the program can be told to do; each returns the exit status. Thread: main.
// Used by: main.
#pragma once

#include <string>
#include <vector>

namespace evengate {

struct RunOptions {
    std::string config_file;
    bool interactive = false;  // a console on standard input
};
// Runs a gateway until SIGTERM, SIGINT, or "shutdown" on a console.
int run_gateway(const RunOptions& options);

// Loads each file and prints all its problems. 0: every file is fit to run.
int check_files(const std::vector<std::string>& files);

struct ConsoleOptions {
    std::string socket;
    std::string command_file;         // run line by line, instead of a command
    std::vector<std::string> command;  // words; none: interactive
};
// Talks to a running gateway. Returns the status of the last command.
int run_console(const ConsoleOptions& options);

}  // namespace evengate
