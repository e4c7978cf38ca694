// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "catch.hpp"
#include "frame_file.hpp"
#include "pacing.hpp"

using namespace std::chrono_literals;
using evengate::flooder::frames_due;
using evengate::flooder::frames_to_send;
using evengate::flooder::parse_frames;

namespace {

void append(std::vector<uint8_t>& file, size_t length, uint8_t fill) {
    file.push_back(static_cast<uint8_t>(length >> 8));
    file.push_back(static_cast<uint8_t>(length));
    file.insert(file.end(), length, fill);
}

}  // namespace

TEST_CASE("frames are read in the order of the file") {
    std::vector<uint8_t> file;
    append(file, 14, 0xAA);
    append(file, 300, 0xBB);
    const auto frames = parse_frames(file);
    REQUIRE(frames);
    REQUIRE(frames->size() == 2);
    CHECK((*frames)[0].size() == 14);
    CHECK((*frames)[1].size() == 300);
    CHECK((*frames)[1].front() == 0xBB);
}

TEST_CASE("a file that is empty, cut off or has impossible lengths is refused") {
    std::vector<uint8_t> file;
    CHECK_FALSE(parse_frames(file));
    append(file, 60, 0);
    CHECK_FALSE(parse_frames(std::span(file).first(file.size() - 1)));
    CHECK_FALSE(parse_frames(std::span(file).first(1)));
    append(file, 13, 0);
    CHECK_FALSE(parse_frames(file));
    file.clear();
    append(file, 9217, 0);
    CHECK_FALSE(parse_frames(file));
}

TEST_CASE("the rate is exact over time, whatever the steps") {
    CHECK(frames_due(100'000, 0ns) == 0);
    CHECK(frames_due(100'000, -1ms) == 0);
    CHECK(frames_due(100'000, 1ms) == 100);
    CHECK(frames_due(3, 999ms) == 2);
    CHECK(frames_due(100'000, 900s) == 90'000'000);
}

TEST_CASE("what is missing is sent, but never in a burst beyond the bound") {
    CHECK(frames_to_send(100, 40, 1000) == 60);
    CHECK(frames_to_send(5000, 40, 1000) == 1000);
    CHECK(frames_to_send(40, 40, 1000) == 0);
    CHECK(frames_to_send(39, 40, 1000) == 0);
}
