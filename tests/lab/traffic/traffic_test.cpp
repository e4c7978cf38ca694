// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the pure parts of the traffic of many hosts. Thread: one.
#include <vector>

#include "catch.hpp"
#include "pace.hpp"
#include "tapped_probe.hpp"

using namespace std::chrono_literals;
using evengate::TimePoint;
using evengate::prober::ProbePayload;
using evengate::traffic::find_probe;
using evengate::traffic::Pace;

namespace {

const TimePoint kStart{1000s};
constexpr uint16_t kPort = 7008;

uint64_t sent_in(Pace& pace, TimePoint& time, std::chrono::milliseconds length) {
    uint64_t n = 0;
    for (const TimePoint end = time + length; time < end;) {
        time += 1ms;
        n += pace.take_due(time);
    }
    return n;
}

std::vector<uint8_t> datagram(size_t ip_header, uint16_t port) {
    std::vector<uint8_t> bytes(ip_header + 8);
    bytes[0] = static_cast<uint8_t>(0x40 | ip_header / 4);
    bytes[9] = 17;
    bytes[ip_header + 2] = static_cast<uint8_t>(port >> 8);
    bytes[ip_header + 3] = static_cast<uint8_t>(port);
    const auto payload =
        evengate::prober::encode_probe(ProbePayload{.run = 7, .flow = 3, .sequence = 99});
    bytes.insert(bytes.end(), payload.begin(), payload.end());
    return bytes;
}

}  // namespace

TEST_CASE("a host keeps its rate over many ticks, also one that is no whole number a tick") {
    for (const double rate : {0.0, 0.5, 46.3, 1112.0, 9999.0}) {
        CAPTURE(rate);
        Pace pace;
        TimePoint time = kStart;
        pace.set_rate(rate, time);
        const auto n = static_cast<double>(sent_in(pace, time, 20s));
        CHECK(n >= rate * 20 - 1);
        CHECK(n <= rate * 20 + 1);
    }
}

TEST_CASE("a rate that changes holds from then on") {
    Pace pace;
    TimePoint time = kStart;
    pace.set_rate(100, time);
    CHECK(sent_in(pace, time, 1s) >= 99);
    pace.set_rate(1000, time);
    const uint64_t fast = sent_in(pace, time, 1s);
    CHECK(fast >= 999);
    CHECK(fast <= 1001);
    pace.set_rate(0, time);
    CHECK(sent_in(pace, time, 1s) == 0);
}

TEST_CASE("a host that was silent for long begins at its rate, without a burst") {
    Pace pace;
    pace.set_rate(0, kStart);
    TimePoint time = kStart + 100s;
    pace.set_rate(1000, time);
    CHECK(sent_in(pace, time, 10ms) <= 10);
}

TEST_CASE("what a machine that stood still did not send is left out") {
    Pace pace;
    pace.set_rate(1000, kStart);
    CHECK(pace.take_due(kStart + 5s) == 50);
    CHECK(pace.take_due(kStart + 5s + 1ms) <= 1);
}

TEST_CASE("a probe is found behind any IP header, and only at its port") {
    for (const size_t ip_header : {20u, 24u, 60u}) {
        CAPTURE(ip_header);
        const auto found = find_probe(datagram(ip_header, kPort), kPort);
        REQUIRE(found);
        CHECK(found->run == 7);
        CHECK(found->flow == 3);
        CHECK(found->sequence == 99);
        CHECK_FALSE(find_probe(datagram(ip_header, kPort + 1), kPort));
    }
}

TEST_CASE("what is no probe is not taken for one, however it is cut") {
    const auto whole = datagram(20, kPort);
    for (size_t size = 0; size < whole.size(); ++size) {
        CAPTURE(size);
        CHECK_FALSE(find_probe(std::span(whole).first(size), kPort));
    }
    const std::pair<size_t, uint8_t> damage[] = {{0, 0x65}, {0, 0x44}, {0, 0x4F}, {9, 6},
                                                 {6, 0x20}, {7, 1},    {28, 0}};
    for (const auto& [offset, value] : damage) {
        CAPTURE(offset, value);
        auto bytes = whole;
        bytes[offset] = value;
        CHECK_FALSE(find_probe(bytes, kPort));
    }
}
