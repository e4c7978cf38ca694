// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <sstream>

#include "catch.hpp"
#include "files.hpp"

using namespace evengate::config;           // NOLINT: a test
using namespace evengate::config::testing;  // NOLINT

namespace {

// A bad file opens with the problems it must cause: "# expect: LINE:COLUMN: KEY: found ...".
std::string expected_problems(const std::string& text) {
    constexpr std::string_view kMark = "# expect: ";
    std::istringstream lines{text};
    std::string expected;
    for (std::string line; std::getline(lines, line) && line.starts_with(kMark);) {
        const std::string problem = line.substr(kMark.size());
        expected += (problem.starts_with("found") ? "F: " : "F:") + problem + "\n";
    }
    return expected;
}

}  // namespace

TEST_CASE("each bad file causes exactly the problems it names") {
    const auto paths = yaml_files(kSourceRoot / "tests/unit/config/bad");
    REQUIRE(paths.size() >= 70);
    for (const auto& path : paths) {
        INFO(path.filename());
        const std::string text = read_text(path);
        const std::string expected = expected_problems(text);
        CHECK_FALSE(expected.empty());
        CHECK(problems_of(load_text(text, "F")) == expected);
    }
}
