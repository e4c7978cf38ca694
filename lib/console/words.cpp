// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "console/words.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace evengate::console {

namespace {

constexpr std::string_view kEndOfLine = "the end of the line";

// The distinct words that `forms` have at `position`, in the order of the list.
std::vector<std::string_view> words_at(const std::vector<Form>& forms, size_t position) {
    std::vector<std::string_view> words;
    for (const Form& form : forms) {
        const std::string_view word =
            position < form.words.size() ? form.words[position] : kEndOfLine;
        if (std::find(words.begin(), words.end(), word) == words.end()) {
            words.push_back(word);
        }
    }
    return words;
}

void keep_with(std::vector<Form>& forms, size_t position, std::string_view word) {
    std::erase_if(forms, [&](const Form& form) {
        return position >= form.words.size() || form.words[position] != word;
    });
}

Error expected(const std::vector<Form>& forms, const std::vector<std::string>& before,
               std::string_view found) {
    const auto wanted = words_at(forms, before.size());
    return {fmt::format("bad arguments: expected {} after '{}'{}", fmt::join(wanted, " | "),
                        fmt::join(before, " "),
                        found.empty() ? "" : fmt::format(", found '{}'", found))};
}

bool may_shorten(const std::vector<Form>& forms, size_t position, std::string_view word) {
    return std::any_of(forms.begin(), forms.end(), [&](const Form& form) {
        return position < form.words.size() && form.words[position] == word &&
               (form.command->kind == Kind::show || form.command->kind == Kind::local);
    });
}

// Which syntax word `typed` stands for at `position`.
Result<std::string_view> find_word(const std::vector<Form>& forms,
                                   const std::vector<std::string>& before, std::string_view typed) {
    const size_t position = before.size();
    const auto known = words_at(forms, position);
    std::vector<std::string_view> beginning;
    for (const std::string_view word : known) {
        if (word == kEndOfLine || is_argument(word)) {
            continue;
        }
        if (word == typed) {
            return word;
        }
        if (word.starts_with(typed)) {
            beginning.push_back(word);
        }
    }
    if (beginning.size() > 1) {
        return Error{
            fmt::format("ambiguous command: '{}' may be {}", typed, fmt::join(beginning, " | "))};
    }
    if (beginning.size() == 1) {
        if (!may_shorten(forms, position, beginning.front())) {
            return Error{fmt::format("bad arguments: '{}' must be written in full: {}", typed,
                                     beginning.front())};
        }
        return beginning.front();
    }
    const auto argument = std::find_if(known.begin(), known.end(), is_argument);
    if (argument != known.end()) {
        return *argument;
    }
    if (position == 0) {
        return Error{fmt::format("unknown command '{}'; `help` lists the commands", typed)};
    }
    return expected(forms, before, typed);
}

}  // namespace

std::vector<Form> all_forms() {
    std::vector<Form> forms;
    for (const Command& command : all_commands()) {
        forms.push_back({&command, Format::text, split_words(command.syntax)});
        if (command.kind == Kind::show) {
            forms.push_back({&command, Format::json, split_words(command.syntax)});
            forms.back().words.push_back("json");
        }
    }
    return forms;
}

Result<std::string> complete_words(std::string_view line) {
    std::vector<Form> forms = all_forms();
    std::vector<std::string> full;
    for (const std::string_view typed : split_words(line.substr(0, line.find('#')))) {
        const Result<std::string_view> word = find_word(forms, full, typed);
        if (!word) {
            return word.error();
        }
        keep_with(forms, full.size(), *word);
        full.emplace_back(is_argument(*word) ? typed : *word);
    }
    const bool whole = std::any_of(forms.begin(), forms.end(), [&](const Form& form) {
        return form.words.size() == full.size();
    });
    if (!full.empty() && !whole) {
        return expected(forms, full, "");
    }
    return fmt::format("{}", fmt::join(full, " "));
}

}  // namespace evengate::console
