// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: `help` and the command table of docs/console.md, from the one list of commands. Thread:
// any. Used by: the list of commands, the test that keeps the page in step.
#pragma once

#include <string>

#include "console/command.hpp"

namespace evengate::console {

// The `help` command: which sections there are.
[[nodiscard]] Outcome print_sections(const Call& call);

// `help SECTION`, where `all` is every section. Fails: Status::usage names the sections.
[[nodiscard]] Outcome print_section(const Call& call);

// Markdown: a table of commands for each section.
[[nodiscard]] std::string print_reference();

// "show vmacs [json]": the command as an operator may type it.
[[nodiscard]] std::string full_syntax(const Command& command);

}  // namespace evengate::console
