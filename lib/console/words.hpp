// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: completes shortened words, and says what is wrong with a line where librte_cmdline only
// knows "bad arguments". Thread: any. Used by: the interpreter, the grammar.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "console/command.hpp"

namespace evengate::console {

// The ways to type a command, each a list of syntax words: with and without the final `json`.
struct Form {
    const Command* command = nullptr;
    Format format = Format::text;
    std::vector<std::string_view> words;
};
[[nodiscard]] std::vector<Form> all_forms();

// The line in full words, one space between, without its comment; empty where there is nothing to
// do. Fails: no command begins like that, several do, or a word is missing, unknown or one too
// many.
[[nodiscard]] Result<std::string> complete_words(std::string_view line);

}  // namespace evengate::console
