// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "console/help.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace evengate::console {

namespace {

std::vector<std::string_view> section_names() {
    std::vector<std::string_view> names;
    for (const Command& command : all_commands()) {
        if (names.empty() || names.back() != command.section) {
            names.push_back(command.section);
        }
    }
    return names;
}

std::string print_one_section(std::string_view section) {
    size_t width = 0;
    for (const Command& command : all_commands()) {
        width = command.section == section ? std::max(width, full_syntax(command).size()) : width;
    }
    std::string text = fmt::format("{}:\n", section);
    for (const Command& command : all_commands()) {
        if (command.section == section) {
            text += fmt::format("  {:<{}}  {}\n", full_syntax(command), width, command.help);
        }
    }
    return text;
}

}  // namespace

Outcome print_sections(const Call&) {
    return {
        Status::ok,
        fmt::format("help SECTION lists the commands of a section, `help all` those of every one:\n"
                    "  {}\n",
                    fmt::join(section_names(), "\n  "))};
}

Outcome print_section(const Call& call) {
    const std::string& wanted = call.words.back();
    const auto names = section_names();
    if (wanted != "all" && std::find(names.begin(), names.end(), wanted) == names.end()) {
        return {Status::usage,
                fmt::format("bad arguments: no section '{}'; expected all or one of: {}\n", wanted,
                            fmt::join(names, ", "))};
    }
    std::string text;
    for (const std::string_view name : names) {
        if (wanted == "all" || wanted == name) {
            text += (text.empty() ? "" : "\n") + print_one_section(name);
        }
    }
    return {Status::ok, text};
}

std::string print_reference() {
    std::string text;
    for (const std::string_view name : section_names()) {
        text +=
            fmt::format("{}### {}\n\n| command | |\n|---|---|\n", text.empty() ? "" : "\n", name);
        for (const Command& command : all_commands()) {
            if (command.section == name) {
                text += fmt::format("| `{}` | {} |\n", full_syntax(command), command.help);
            }
        }
    }
    return text;
}

std::string full_syntax(const Command& command) {
    return std::string(command.syntax) + (command.kind == Kind::show ? " [json]" : "");
}

}  // namespace evengate::console
