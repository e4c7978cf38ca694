// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "config/text.hpp"

#include "catch.hpp"

using namespace evengate::config;  // NOLINT: a test

TEST_CASE("what is shown to an operator cannot steer the terminal") {
    CHECK(quoted("plain") == "\"plain\"");
    CHECK(quoted("\x1B[2J\n\xFF") == "\"\\x1b[2J\\x0a\\xff\"");
    CHECK(quoted(std::string(48, 'x')) == '"' + std::string(48, 'x') + '"');
    CHECK(quoted(std::string(49, 'x')) == '"' + std::string(48, 'x') + "...\"");
}

TEST_CASE("a misspelt word has a nearest one, another word has none") {
    const std::vector<std::string_view> known = {"name", "rx-descriptors", "tx-descriptors", "mtu"};
    CHECK(nearest("nmae", known).empty());
    CHECK(nearest("nam", known) == "name");
    CHECK(nearest("rx-descriptor", known) == "rx-descriptors");
    CHECK(nearest("rx_descriptors", known) == "rx-descriptors");
    CHECK(nearest("descriptors", known) == "rx-descriptors");
    CHECK(nearest("colour", known).empty());
    CHECK(nearest("", known).empty());
    CHECK(nearest(std::string(1000, 'm'), known).empty());
}

TEST_CASE("UTF-8 is taken, and each way to get it wrong is refused") {
    for (const std::string_view good :
         {"", "abc\n", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "a\r\n", "a: \tb"}) {
        INFO(quoted(good));
        CHECK(find_bad_bytes(good).empty());
    }
    for (const std::string_view bad :
         {"\x80", "\xC0\x80", "\xC3", "\xE0\x80\x80", "\xE2\x82", "\xED\xA0\x80",
          "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xF0\x9F\x98(", "\x01",
          "\x7F", "a\rb", "\ta", "  \ta"}) {
        INFO(quoted(bad));
        CHECK(find_bad_bytes(bad).size() == 1);
    }
}
