// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "console/interpreter.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "console/words.hpp"

namespace evengate::console {

namespace {

// What follows is echoed in error texts, and NUL would end librte_cmdline's line early.
bool is_printable(char c) {
    return c == '\t' || (c >= ' ' && c <= '~');
}

Status status_of(admin::Reply::Status status) {
    switch (status) {
        case admin::Reply::Status::ok:
            return Status::ok;
        case admin::Reply::Status::refused:
            return Status::failed;
        case admin::Reply::Status::timed_out:
            return Status::timed_out;
    }
    return Status::failed;
}

}  // namespace

Outcome Interpreter::execute(std::string_view line) {
    if (line.size() > kMaxLine) {
        return {Status::usage,
                fmt::format("bad arguments: the line is longer than {} bytes\n", kMaxLine)};
    }
    if (!std::all_of(line.begin(), line.end(), is_printable)) {
        return {Status::usage, "bad arguments: a command is printable ASCII on one line\n"};
    }
    const Result<std::string> full = complete_words(line);
    if (!full) {
        return {Status::usage, full.error().message + "\n"};
    }
    const Result<std::optional<Match>> match = grammar_.match(*full);
    if (!match) {
        return {Status::usage, match.error().message + "\n"};
    }
    return match->has_value() ? run(**match) : Outcome{};
}

Outcome Interpreter::run(const Match& match) {
    const Command& command = *match.command;
    admin::Reply reply;
    if (command.verb) {
        Result<admin::Request> request =
            command.request == nullptr ? admin::Request{} : command.request(match.words);
        if (!request) {
            return {Status::usage, fmt::format("bad arguments: {}\n", request.error().message)};
        }
        request->verb = *command.verb;
        reply = mailbox_.ask(std::move(request).value(), patience_);
    }
    const std::string line = fmt::format("{}", fmt::join(match.words, " "));
    if (reply.status != admin::Reply::Status::ok) {
        return {status_of(reply.status), fmt::format("{}: {}\n", line, reply.text)};
    }
    static const admin::Report kEmpty;
    const bool wants_report = command.verb == admin::Verb::report;
    if (wants_report && !reply.report) {
        return {Status::failed, fmt::format("{}: the appliance sent no report\n", line)};
    }
    return command.run({reply, wants_report ? *reply.report : kEmpty, match.words, match.format});
}

bool ends_session(std::string_view line) {
    const Result<std::string> full = complete_words(line);
    const auto commands = all_commands();
    return full && std::any_of(commands.begin(), commands.end(), [&](const Command& command) {
               return command.kind == Kind::ends_session && command.syntax == *full;
           });
}

}  // namespace evengate::console
