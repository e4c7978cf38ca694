// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "console/table.hpp"

#include "catch.hpp"
#include "console/units.hpp"

using namespace std::chrono_literals;
using namespace evengate::console;

TEST_CASE("columns are as wide as their widest cell, and no line ends with blanks") {
    Table table({{"name"}, {"n", Align::right}, {"note"}});
    table.add_row({"a", "1", "x"});
    table.add_row({"longest name", "12345"});
    CHECK(table.print("none") ==
          "name              n  note\n"
          "a                 1  x\n"
          "longest name  12345\n");
}

TEST_CASE("a table without rows is the sentence for that") {
    CHECK(Table({{"name"}}).print("no names") == "no names\n");
}

TEST_CASE("durations are in the unit a person would choose, and never rounded up into the next") {
    CHECK(format_duration(0ns) == "0ns");
    CHECK(format_duration(-5s) == "0ns");
    CHECK(format_duration(999ns) == "999ns");
    CHECK(format_duration(1us) == "1.0us");
    CHECK(format_duration(999'999ns) == "999.9us");
    CHECK(format_duration(12'300us) == "12.3ms");
    CHECK(format_duration(59'999ms) == "59.9s");
    CHECK(format_duration(60s) == "1m 0s");
    CHECK(format_duration(1h - 1ns) == "59m 59s");
    CHECK(format_duration(23h + 59min + 59s) == "23h 59m");
    CHECK(format_duration(24h) == "1d 0h");
    CHECK(format_duration(evengate::Duration::max()) == "106751d 23h");
}

TEST_CASE("sizes, speeds and shares are readable at both ends of their range") {
    CHECK(format_size(0) == "0 B");
    CHECK(format_size(1023) == "1023 B");
    CHECK(format_size(1536) == "1.5 KiB");
    CHECK(format_size(UINT64_MAX) == "16.0 EiB");
    CHECK(format_speed(0) == "unknown");
    CHECK(format_speed(100) == "100 Mbps");
    CHECK(format_speed(2500) == "2.5 Gbps");
    CHECK(format_speed(400'000) == "400 Gbps");
    CHECK(format_percent(1, 0) == "-");
    CHECK(format_percent(1, 3) == "33.3%");
    CHECK(format_percent(UINT64_MAX, UINT64_MAX) == "100.0%");
}
