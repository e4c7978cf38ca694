// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "console/frame.hpp"

#include <vector>

#include "catch.hpp"
#include "console/interpreter.hpp"

using namespace evengate::console;

namespace {

std::vector<std::string> cut(LineCutter& cutter, std::string_view bytes) {
    std::vector<std::string> lines;
    while (auto line = cutter.take_line(bytes)) {
        lines.push_back(*line);
    }
    return lines;
}

}  // namespace

TEST_CASE("lines are the same however the bytes arrive") {
    const std::string bytes = "show vmacs\r\n\nstop\nhalf";
    LineCutter whole;
    CHECK(cut(whole, bytes) == std::vector<std::string>{"show vmacs", "", "stop"});
    CHECK(whole.take_rest() == "half");

    LineCutter byte_by_byte;
    std::vector<std::string> lines;
    for (const char& byte : bytes) {
        for (std::string& line : cut(byte_by_byte, {&byte, 1})) {
            lines.push_back(std::move(line));
        }
    }
    CHECK(lines == std::vector<std::string>{"show vmacs", "", "stop"});
    CHECK(byte_by_byte.take_rest() == "half");
}

TEST_CASE("of an endless line only as much is kept as shows that it is too long") {
    LineCutter cutter;
    for (unsigned i = 0; i < 100; ++i) {
        CHECK(cut(cutter, std::string(1000, 'x')).empty());
    }
    const auto lines = cut(cutter, "\nshow vmacs\n");
    REQUIRE(lines.size() == 2);
    CHECK(lines[0] == std::string(kMaxLine + 1, 'x'));
    CHECK(lines[1] == "show vmacs");
}

TEST_CASE("a reply is its status, the length of its text, and the text") {
    CHECK(encode_reply({Status::ok, ""}) == "0 0\n");
    CHECK(encode_reply({Status::usage, "no\n"}) == "2 3\nno\n");
}

TEST_CASE("replies are decoded however they are cut, one after the other") {
    const std::string bytes = "0 0\n2 7\na\nb\n1 23 4\nlast";
    for (size_t step = 1; step <= bytes.size(); ++step) {
        ReplyDecoder decoder;
        std::vector<Outcome> outcomes;
        for (size_t i = 0; i < bytes.size(); i += step) {
            auto outcome = decoder.decode(std::string_view(bytes).substr(i, step));
            REQUIRE(outcome.ok());
            while (outcome->has_value()) {
                outcomes.push_back(**outcome);
                outcome = decoder.decode("");
                REQUIRE(outcome.ok());
            }
        }
        REQUIRE(outcomes.size() == 3);
        CHECK(outcomes[0].text.empty());
        CHECK(outcomes[1].status == Status::usage);
        CHECK(outcomes[1].text == "a\nb\n1 2");
        CHECK(outcomes[2].status == Status::timed_out);
        CHECK(outcomes[2].text == "last");
    }
}

TEST_CASE("what is not a reply is an error, and at the latest when its header is too long") {
    for (const char* bytes :
         {"\n", "0\n", "0 \n", " 0 1\n", "0  1\n", "5 1\n", "-1 1\n", "0 -1\n", "0 1x\n", "0 1 \n",
          "0 99999999999\n", "0 99999999999999999999\n", "HTTP/1.1 400 Bad Request"}) {
        INFO(bytes);
        CHECK_FALSE(ReplyDecoder().decode(bytes).ok());
    }
    CHECK(ReplyDecoder().decode("0 1234").ok());
}
