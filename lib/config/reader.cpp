// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "config/reader.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "config/text.hpp"
#include "settings/check.hpp"

namespace evengate::config {
namespace {

using settings::Form;
using settings::Row;

std::string describe(const Node& node) {
    switch (node.kind) {
        case Node::Kind::nothing:
            return "nothing";
        case Node::Kind::scalar:
            return quoted(node.text);
        case Node::Kind::list:
            return "a list";
        case Node::Kind::map:
            return "a section";
    }
    return {};
}

std::string join(const std::string& path, std::string_view name) {
    return path.empty() ? std::string{name} : fmt::format("{}.{}", path, name);
}

std::string element_path(const std::string& path, size_t index) {
    return fmt::format("{}[{}]", path, index);
}

std::string expected_values(const Row& row) {
    return fmt::format("a list such as [{}]", row.example);
}

// Whether one of two paths lies at or below the other; "[]" stands for any element.
bool are_related(std::string_view concrete, std::string_view pattern) {
    while (!concrete.empty() && !pattern.empty()) {
        if (pattern.starts_with("[]") && concrete.front() == '[') {
            pattern.remove_prefix(2);
            concrete.remove_prefix(concrete.find(']') + 1);
        } else if (concrete.front() == pattern.front()) {
            concrete.remove_prefix(1);
            pattern.remove_prefix(1);
        } else {
            return false;
        }
    }
    const std::string_view rest = concrete.empty() ? pattern : concrete;
    return rest.empty() || rest.front() == '.' || rest.front() == '[';
}

}  // namespace

settings::Settings Reader::read(const Node& root) {
    if (expect(Node::Kind::map, root, "", "a section with the keys of docs/configuration.md")) {
        read_section(root, settings::keys_of(""), "");
        if (!is_full()) {
            check_rules();
        }
    }
    return std::move(settings_);
}

void Reader::read_section(const Node& node, const Rows& rows, const std::string& path) {
    for (size_t i = 0; i < node.keys.size(); ++i) {
        if (const Row* const row = match_key(node.keys[i], rows, path)) {
            const std::string key_path = join(path, name_of(*row));
            marks_[key_path] = {node.keys[i].where, node.items[i].where};
            read_row(*row, node.items[i], key_path);
        }
    }
    for (const Row* const row : rows) {
        const std::string key_path = join(path, name_of(*row));
        if (row->presence == settings::Presence::required && !marks_.contains(key_path)) {
            report(
                key_path, node.where, "nothing",
                row->form == Form::values ? expected_values(*row) : settings::describe(row->type));
        }
    }
}

const Row* Reader::match_key(const Node& key, const Rows& rows, const std::string& path) {
    if (key.kind != Node::Kind::scalar) {
        add_problem(path, key.where, describe(key) + " as a key", "a word");
        return nullptr;
    }
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const Row* candidate) {
        return name_of(*candidate) == key.text;
    });
    if (row == rows.end()) {
        std::vector<std::string_view> names;
        std::transform(rows.begin(), rows.end(), std::back_inserter(names),
                       [](const Row* candidate) { return name_of(*candidate); });
        report_unknown(key, names, path);
        return nullptr;
    }
    const std::string key_path = join(path, key.text);
    if (const auto first = marks_.find(key_path); first != marks_.end()) {
        report(key_path, key.where,
               fmt::format("the key again (also on line {})", first->second.key.line),
               "each key once");
        return nullptr;
    }
    return *row;
}

void Reader::report_unknown(const Node& key, const std::vector<std::string_view>& known,
                            const std::string& path) {
    if (is_full()) {
        return;
    }
    const std::string_view guess = nearest(key.text, known);
    add_problem(path, key.where, "the unknown key " + quoted(key.text),
                guess.empty() ? fmt::format("one of {}", fmt::join(known, ", ")) : quoted(guess));
    // What follows from the absence of the key that was meant needs no telling.
    if (!guess.empty()) {
        unreadable_.push_back(join(path, guess));
    }
}

void Reader::read_row(const Row& row, const Node& node, const std::string& path) {
    switch (row.form) {
        case Form::section:
            // A section whose keys are all commented out leaves them at their defaults.
            if (node.kind != Node::Kind::nothing &&
                expect(Node::Kind::map, node, path, "a section")) {
                read_section(node, settings::keys_of(row.path), path);
            }
            break;
        case Form::list:
            if (node.kind != Node::Kind::nothing &&
                expect(Node::Kind::list, node, path, "a list of sections")) {
                read_list(row, node, path);
            }
            break;
        case Form::value:
            read_value(row, node, path);
            break;
        case Form::values:
            if (expect(Node::Kind::list, node, path, expected_values(row))) {
                read_values(row, node, path);
            }
            break;
    }
}

void Reader::read_list(const Row& row, const Node& node, const std::string& path) {
    if (!expect_few(row, node, path)) {
        return;
    }
    const Rows rows = settings::keys_of(row.path);
    for (size_t i = 0; i < node.items.size(); ++i) {
        const std::string item_path = element_path(path, i);
        marks_[item_path] = {node.items[i].where, node.items[i].where};
        row.append(settings_, place_);
        place_.push_back(i);
        if (expect(Node::Kind::map, node.items[i], item_path, "a section")) {
            read_section(node.items[i], rows, item_path);
        }
        place_.pop_back();
    }
}

void Reader::read_values(const Row& row, const Node& node, const std::string& path) {
    if (!expect_few(row, node, path)) {
        return;
    }
    for (size_t i = 0; i < node.items.size(); ++i) {
        const std::string item_path = element_path(path, i);
        marks_[item_path] = {node.items[i].where, node.items[i].where};
        read_value(row, node.items[i], item_path);
    }
}

void Reader::read_value(const Row& row, const Node& node, const std::string& path) {
    // Called for what is no scalar too: an element of a list must be there to keep the count.
    const bool stored = row.store(row.type, settings_, place_, node.text);
    if (!stored || node.kind != Node::Kind::scalar) {
        report(path, node.where, describe(node), settings::describe(row.type));
    }
}

bool Reader::expect(Node::Kind kind, const Node& node, const std::string& path,
                    std::string_view expected) {
    if (node.kind != kind) {
        report(path, node.where, describe(node), std::string{expected});
        return false;
    }
    return true;
}

bool Reader::expect_few(const Row& row, const Node& node, const std::string& path) {
    if (node.items.size() > row.max_items) {
        report(path, node.where, fmt::format("a list of {}", node.items.size()),
               fmt::format("at most {}", row.max_items));
        return false;
    }
    return true;
}

void Reader::check_rules() {
    for (settings::Finding& finding : settings::check(settings_)) {
        const bool blind =
            is_unreadable(finding.path) ||
            std::any_of(finding.reads.begin(), finding.reads.end(),
                        [&](const std::string& path) { return is_unreadable(path); });
        if (!blind) {
            report_at(finding.path, std::move(finding.found), std::move(finding.expected));
        }
    }
}

bool Reader::is_unreadable(std::string_view path) const {
    return std::any_of(unreadable_.begin(), unreadable_.end(),
                       [&](const std::string& problem) { return are_related(problem, path); });
}

void Reader::report_at(const std::string& path, std::string found, std::string expected) {
    add_problem(path, location_of(path), std::move(found), std::move(expected));
}

Location Reader::location_of(std::string path) const {
    for (;;) {
        if (const auto found = marks_.find(path); found != marks_.end()) {
            return found->second.value;
        }
        const size_t cut = path.find_last_of(".[");
        if (cut == std::string::npos) {
            return {1, 1};
        }
        path.resize(cut);
    }
}

void Reader::report(const std::string& path, Location where, std::string found,
                    std::string expected) {
    if (is_full()) {
        return;
    }
    add_problem(path, where, std::move(found), std::move(expected));
    unreadable_.push_back(path);
}

void Reader::add_problem(const std::string& path, Location where, std::string found,
                         std::string expected) {
    if (!is_full()) {
        problems_.push_back(
            {file_, where.line, where.column, path, std::move(found), std::move(expected)});
    }
}

}  // namespace evengate::config
