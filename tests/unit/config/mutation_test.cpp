// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <random>

#include "catch.hpp"
#include "files.hpp"

using namespace evengate::config;           // NOLINT: a test
using namespace evengate::config::testing;  // NOLINT

namespace {

// Whatever the text is: it loads, or there are problems with everything an operator needs.
void expect_loads_or_explains(const std::string& text) {
    const LoadResult result = load_text(text, "F");
    if (result) {
        // What was taken must also stand when written out.
        const LoadResult again = load_text(to_yaml(*result), "F");
        if (!again || !(*again == *result)) {
            FAIL("not the same when written out: " << text);
        }
        return;
    }
    if (result.error().empty()) {
        FAIL("refused without a reason: " << text);
    }
    for (const Problem& problem : result.error()) {
        if (problem.found.empty() || problem.expected.empty()) {
            FAIL("half a problem: " << to_string(problem) << " in " << text);
        }
    }
}

std::vector<std::string> good_texts() {
    std::vector<std::string> texts{default_yaml()};
    for (const auto& path : yaml_files(kSourceRoot / "conf")) {
        texts.push_back(read_text(path));
    }
    return texts;
}

using Random = std::mt19937;

size_t below(Random& random, size_t limit) {
    return random() % limit;
}

// One change of the kinds that typing, merging and copying cause.
void mutate(std::string& text, Random& random) {
    constexpr std::string_view kSharp = "[]{}:,-&*!|>'\"%#?~ \n\t0\\";
    const size_t at = below(random, text.size());
    const size_t length = std::min(below(random, 40), text.size() - at);
    switch (below(random, 5)) {
        case 0:
            text[at] = static_cast<char>(random());
            break;
        case 1:
            text[at] = kSharp[below(random, kSharp.size())];
            break;
        case 2:
            text.erase(at, length);
            break;
        case 3:
            text.insert(below(random, text.size()), text.substr(at, length));
            break;
        default:
            text.insert(at, 1, kSharp[below(random, kSharp.size())]);
            break;
    }
}

}  // namespace

TEST_CASE("a good file that lost any one line loads or is explained") {
    for (const std::string& text : good_texts()) {
        for (size_t start = 0; start < text.size();) {
            const size_t end = std::min(text.find('\n', start), text.size() - 1) + 1;
            expect_loads_or_explains(text.substr(0, start) + text.substr(end));
            start = end;
        }
    }
    SUCCEED();
}

TEST_CASE("a good file that was mutated anywhere loads or is explained") {
    constexpr unsigned kSeed = 20'260;
    constexpr int kRounds = 250;
    Random random{kSeed};
    for (const std::string& text : good_texts()) {
        for (int round = 0; round < kRounds; ++round) {
            std::string mutated = text;
            for (size_t n_changes = 1 + below(random, 4); n_changes > 0 && !mutated.empty();
                 --n_changes) {
                mutate(mutated, random);
            }
            expect_loads_or_explains(mutated);
        }
    }
    SUCCEED();
}
