// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the commands as librte_cmdline's tables; the only file with librte_cmdline's parser.
// Thread: any, one at a time for each Grammar. Used by: the interpreter, the interactive session.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "console/command.hpp"

namespace evengate::console {

struct Match {
    const Command* command = nullptr;
    Format format = Format::text;
    std::vector<std::string> words;  // in full, without `json`
};

// librte_cmdline hands a callback nothing of its caller but the instruction's own pointer. So each
// Grammar builds its own instructions, from the one list, instead of sharing static ones in a C
// file (C++ cannot write those: cmdline_inst ends with a flexible array): many sessions then parse
// at once, without globals. Building costs about 40 small allocations.
class Grammar {
 public:
    Grammar();
    ~Grammar();
    Grammar(const Grammar&) = delete;
    Grammar& operator=(const Grammar&) = delete;

    // The command that a line of full words means; nothing for a blank line or one of comment only.
    // Fails: no command is like that. Not checked: control characters in `line`.
    [[nodiscard]] Result<std::optional<Match>> match(std::string_view line);

    // One step of Tab completion, with the contract of librte_cmdline's cmdline_complete(), but
    // that a word which several commands have in common is offered once.
    [[nodiscard]] int complete(const char* buffer, int* state, char* destination,
                               unsigned int size);

 private:
    struct Tables;

    std::unique_ptr<Tables> tables_;
    std::set<std::string> offered_;  // in the completion that is going on
};

}  // namespace evengate::console
