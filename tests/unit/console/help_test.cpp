// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "console/help.hpp"

#include <cstdio>
#include <fstream>
#include <set>
#include <sstream>

#include "catch.hpp"
#include "console/words.hpp"

using namespace evengate::console;

namespace {

bool asks_only(std::optional<evengate::admin::Verb> verb) {
    using evengate::admin::Verb;
    return verb == Verb::report || verb == Verb::list_connections || verb == Verb::explain_flow;
}

}  // namespace

TEST_CASE("docs/console.md lists the commands as they are") {
    std::ifstream file(EVENGATE_CONSOLE_PAGE);
    REQUIRE(file);
    std::ostringstream page;
    page << file.rdbuf();
    INFO(
        "print the tables anew with: unit_console '[.reference]', and put them under \"The "
        "commands\"");
    CHECK(page.str().find(print_reference()) != std::string::npos);
}

TEST_CASE("prints the tables of docs/console.md", "[.reference]") {
    std::fputs(print_reference().c_str(), stdout);
}

TEST_CASE(
    "every command has a section, a help text, a function, and a way to type it that no other "
    "has") {
    std::set<std::vector<std::string_view>> forms;
    for (const Form& form : all_forms()) {
        INFO(form.command->syntax);
        CHECK(forms.insert(form.words).second);
        CHECK_FALSE(form.command->section.empty());
        CHECK_FALSE(form.command->help.empty());
        CHECK(form.command->run != nullptr);
        CHECK((form.command->kind != Kind::show || asks_only(form.command->verb)));
    }
}

TEST_CASE("the rows of a section stand together, so that help lists each section once") {
    std::set<std::string_view> closed;
    std::string_view section;
    for (const Command& command : all_commands()) {
        if (command.section != section) {
            CHECK(closed.insert(command.section).second);
            section = command.section;
        }
    }
}
