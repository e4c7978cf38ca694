// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <cstdio>

#include "console/client.hpp"
#include "console/session.hpp"
#include "evengate/commands.hpp"

namespace evengate {
namespace {

std::string join_words(const std::vector<std::string>& words) {
    std::string line;
    for (const std::string& word : words) {
        line += (line.empty() ? "" : " ") + word;
    }
    return line;
}

}  // namespace

int run_console(const ConsoleOptions& options) {
    auto client = console::Client::connect(options.socket);
    if (!client) {
        std::fprintf(stderr, "evengate: %s\n", client.error().message.c_str());
        return static_cast<int>(console::Status::unreachable);
    }
    const console::Execute execute = [&](std::string_view line) { return client->execute(line); };
    if (!options.command_file.empty()) {
        return console::run_file(options.command_file, {}, execute);
    }
    if (!options.command.empty()) {
        return console::run_line(join_words(options.command), {}, execute);
    }
    return console::run_interactive({}, execute);
}

}  // namespace evengate
