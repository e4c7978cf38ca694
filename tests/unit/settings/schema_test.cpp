// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "settings/schema.hpp"

#include <set>

#include "catch.hpp"

using namespace evengate::settings;  // NOLINT: a test

namespace {

bool holds_text(const Row& row) {
    return row.form == Form::value || row.form == Form::values;
}

// The place of a row in settings with one element in every list: 0 in each list around it.
std::vector<size_t> place_of(const Row& row) {
    size_t n_lists = 0;
    for (size_t i = row.path.find("[]."); i != std::string_view::npos; ++n_lists) {
        i = row.path.find("[].", i + 1);
    }
    return std::vector<size_t>(n_lists);
}

Settings with_one_of_each() {
    Settings settings;
    for (const Row& row : schema()) {
        if (row.form == Form::list) {
            row.append(settings, place_of(row));
        }
    }
    return settings;
}

}  // namespace

TEST_CASE("every row is reached from the top exactly once") {
    std::multiset<std::string_view> reached;
    std::vector<std::string_view> sections{""};
    while (!sections.empty()) {
        const std::string_view section = sections.back();
        sections.pop_back();
        for (const Row* const row : keys_of(section)) {
            reached.insert(row->path);
            if (!holds_text(*row)) {
                sections.push_back(row->path);
            }
        }
    }
    CHECK(reached.size() == schema().size());
    CHECK(std::set<std::string_view>{reached.begin(), reached.end()}.size() == schema().size());
}

TEST_CASE("every row has help that is a sentence, and names in kebab case") {
    for (const Row& row : schema()) {
        INFO(row.path);
        REQUIRE_FALSE(row.help.empty());
        CHECK(row.help.back() == '.');
        CHECK(name_of(row).find_first_not_of("abcdefghijklmnopqrstuvwxyz-") ==
              std::string_view::npos);
        CHECK((row.form == Form::list || row.form == Form::values) == (row.max_items != 0));
    }
}

TEST_CASE("every default and every example is a value that its key takes") {
    for (const Row& row : schema()) {
        if (!holds_text(row)) {
            continue;
        }
        INFO(row.path);
        Settings settings = with_one_of_each();
        const bool has_default = row.form == Form::value && row.presence == Presence::optional;
        if (has_default) {
            const std::string text = default_of(row);
            INFO(text);
            REQUIRE(row.store(row.type, settings, place_of(row), text));
            CHECK(row.print(row.type, settings, place_of(row)) == std::vector{text});
            CHECK(settings == with_one_of_each());
        }
        if (!has_default || !row.example.empty()) {
            const std::string text{row.example};
            INFO(text);
            REQUIRE(row.store(row.type, settings, place_of(row), text));
            CHECK(row.print(row.type, settings, place_of(row)) == std::vector{text});
        }
    }
}

TEST_CASE("a word that stands for no number leaves no second spelling of it") {
    for (const Row& row : schema()) {
        if (row.type.zero_word.empty() || row.type.max == 0) {
            continue;
        }
        INFO(row.path);
        Settings settings = with_one_of_each();
        const std::string least = print_number(row.type, row.type.min);
        REQUIRE(row.store(row.type, settings, place_of(row), least));
        CHECK(row.print(row.type, settings, place_of(row)) == std::vector{least});
        const std::string word{row.type.zero_word};
        REQUIRE(row.store(row.type, settings, place_of(row), word));
        CHECK(row.print(row.type, settings, place_of(row)) == std::vector{word});
        if (row.type.min > 0) {
            CHECK_FALSE(
                row.store(row.type, settings, place_of(row), print_number(row.type, 0)));
        }
    }
}

TEST_CASE("no two keys share a field") {
    // Storing what is not the default changes what exactly one key prints.
    for (const Row& row : schema()) {
        if (row.form != Form::value || row.type.kind == Kind::name) {
            continue;
        }
        INFO(row.path);
        Settings settings = with_one_of_each();
        const std::string low = row.type.max != 0 ? print_number(row.type, row.type.min) : "";
        const std::string high = row.type.max != 0 ? print_number(row.type, row.type.max) : "";
        if (low.empty()) {
            continue;
        }
        const auto before = row.print(row.type, settings, place_of(row)).front();
        REQUIRE(row.store(row.type, settings, place_of(row), before == low ? high : low));
        size_t n_changed = 0;
        const Settings original = with_one_of_each();
        for (const Row& other : schema()) {
            if (holds_text(other)) {
                n_changed += other.print(other.type, settings, place_of(other)) !=
                                     other.print(other.type, original, place_of(other))
                                 ? 1
                                 : 0;
            }
        }
        CHECK(n_changed == 1);
    }
}
