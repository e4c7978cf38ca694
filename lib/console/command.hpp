// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what a command is, and the one list of them: the grammar, Tab completion, `help` and
// docs/console.md all come from it. A new command is a row in commands.cpp and a function in
// shows.hpp. Thread: any. Used by: all of the console.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "admin/mailbox.hpp"
#include "base/result.hpp"
#include "console/outcome.hpp"

namespace evengate::console {

enum class Format : uint8_t { text, json };

// A command as typed, with all that answering it takes.
struct Call {
    const admin::Reply& reply;    // the appliance's; empty for a command that asked nothing
    const admin::Report& report;  // of the reply; empty unless the verb was `report`
    const std::vector<std::string>& words;  // in full, without `json`
    Format format = Format::text;
};

enum class Kind : uint8_t {
    show,          // changes nothing; may be shortened, and takes `json` at its end
    action,        // changes something: its words must be written in full
    local,         // asks nothing of the appliance
    ends_session,  // the session ends once it was executed
};

struct Command {
    std::string_view section;
    std::string_view
        syntax;  // one space between words; CAPITALS stand for a word of the operator's
    std::string_view help;
    Kind kind = Kind::show;
    std::optional<admin::Verb> verb;  // what is asked of the appliance; none = nothing
    Outcome (*run)(const Call& call) = nullptr;
    // What the words ask beside the verb; none = nothing. Fails: an argument is not what it must be.
    Result<admin::Request> (*request)(const std::vector<std::string>& words) = nullptr;
};

// In the order in which help lists them; the rows of a section stand together.
[[nodiscard]] std::span<const Command> all_commands();

// The words of a command's syntax.
[[nodiscard]] std::vector<std::string_view> split_words(std::string_view line);

// Whether a word of a syntax stands for one of the operator's.
[[nodiscard]] bool is_argument(std::string_view syntax_word);

}  // namespace evengate::console
