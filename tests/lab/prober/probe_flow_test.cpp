// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "probe_flow.hpp"

#include <set>
#include <vector>

#include "catch.hpp"
#include "wire.hpp"

using namespace std::chrono_literals;
using evengate::Duration;
using evengate::TimePoint;
using evengate::prober::Probe;
using evengate::prober::ProbeFlow;

namespace {

constexpr Duration kInterval = 5ms;
constexpr Duration kTimeout = 1s;
constexpr Duration kRoundTrip = 200us;

TimePoint at(Duration since_start) {
    return TimePoint(1h + since_start);
}

// Sends n probes on time; those whose numbers are in `unanswered` get no answer.
ProbeFlow flow_with_losses(uint64_t n_probes, const std::set<uint64_t>& unanswered) {
    ProbeFlow flow(kInterval, kTimeout);
    for (uint64_t i = 0; i < n_probes; ++i) {
        const TimePoint sent = at(i * kInterval);
        flow.settle(sent);
        const uint64_t sequence = flow.record_sent(sent);
        if (!unanswered.contains(i)) {
            flow.record_answer(sequence, sent + kRoundTrip);
        }
    }
    flow.finish();
    return flow;
}

}  // namespace

TEST_CASE("a flow that loses nothing has no outage, however long its round trips") {
    const auto summary = flow_with_losses(1000, {}).summary();
    CHECK(summary.sent == 1000);
    CHECK(summary.answered == 1000);
    CHECK(summary.lost == 0);
    CHECK(summary.outage == 0ns);
    CHECK(summary.longest_round_trip == kRoundTrip);
}

TEST_CASE("an outage is as long as the probes that are missing in a row") {
    CHECK(flow_with_losses(1000, {500}).summary().outage == kInterval);
    CHECK(flow_with_losses(1000, {500, 501, 502}).summary().outage == 3 * kInterval);
    CHECK(flow_with_losses(1000, {100, 500, 501, 800}).summary().outage == 2 * kInterval);
    CHECK(flow_with_losses(1000, {100, 500, 501, 800}).summary().lost == 4);
}

TEST_CASE("the edges of a run count: loss before the first answer and behind the last") {
    CHECK(flow_with_losses(10, {0, 1, 2}).summary().outage == 3 * kInterval);
    CHECK(flow_with_losses(10, {8, 9}).summary().outage == 2 * kInterval);
    CHECK(flow_with_losses(3, {0, 1, 2}).summary().outage == 3 * kInterval);
    CHECK(flow_with_losses(3, {0, 1, 2}).summary().answered == 0);
    CHECK(flow_with_losses(0, {}).summary().outage == 0ns);
}

TEST_CASE("a prober that slept shows it, although every probe is answered") {
    ProbeFlow flow(kInterval, kTimeout);
    for (const Duration sent : {0ms, 5ms, 32ms, 32ms, 35ms}) {
        flow.record_answer(flow.record_sent(at(sent)), at(sent + kRoundTrip));
    }
    flow.finish();
    CHECK(flow.summary().lost == 0);
    CHECK(flow.summary().outage == 22ms);
}

TEST_CASE("an answer behind its timeout is late, and its probe stays lost") {
    ProbeFlow flow(kInterval, kTimeout);
    const uint64_t sequence = flow.record_sent(at(0ms));
    flow.settle(at(kTimeout - 1ns));
    CHECK_FALSE(flow.all_settled());
    flow.settle(at(kTimeout));
    CHECK(flow.all_settled());
    flow.record_answer(sequence, at(kTimeout + 1ms));
    flow.finish();
    CHECK(flow.summary().late == 1);
    CHECK(flow.summary().lost == 1);
    CHECK(flow.summary().answered == 0);
}

TEST_CASE("a second answer is a duplicate and changes nothing else") {
    ProbeFlow flow(kInterval, kTimeout);
    const uint64_t sequence = flow.record_sent(at(0ms));
    flow.record_answer(sequence, at(1ms));
    flow.record_answer(sequence, at(2ms));
    flow.record_answer(sequence, at(3ms));
    flow.finish();
    CHECK(flow.summary().duplicates == 2);
    CHECK(flow.summary().answered == 1);
    CHECK(flow.summary().longest_round_trip == 1ms);
}

TEST_CASE("only an answer behind that to a later probe is reordered") {
    ProbeFlow flow(kInterval, kTimeout);
    for (int i = 0; i < 4; ++i) {
        flow.record_sent(at(i * kInterval));
    }
    for (const uint64_t sequence : {0u, 2u, 1u, 3u}) {
        flow.record_answer(sequence, at(20ms));
    }
    flow.finish();
    CHECK(flow.summary().reordered == 1);
    CHECK(flow.summary().outage == 0ns);
}

TEST_CASE("answers with numbers that were never sent are not counted") {
    ProbeFlow flow(kInterval, kTimeout);
    flow.record_sent(at(0ms));
    flow.record_answer(1, at(1ms));
    flow.record_answer(UINT64_MAX, at(1ms));
    flow.finish();
    CHECK(flow.summary().answered == 0);
    CHECK(flow.summary().late == 0);
    CHECK(flow.summary().lost == 1);
}

TEST_CASE("each probe is settled once and in order, also those that are still out at the end") {
    std::vector<uint64_t> settled;
    ProbeFlow flow(kInterval, kTimeout,
                   [&settled](const Probe& probe) { settled.push_back(probe.sequence); });
    for (int i = 0; i < 3; ++i) {
        flow.record_sent(at(i * 600ms));
    }
    flow.settle(at(1300ms));
    CHECK(settled == std::vector<uint64_t>{0});
    flow.finish();
    CHECK(settled == std::vector<uint64_t>{0, 1, 2});
}

TEST_CASE("a settled probe says how many further answers it had") {
    std::vector<uint64_t> duplicates;
    ProbeFlow flow(kInterval, kTimeout, [&duplicates](const Probe& probe) {
        duplicates.push_back(probe.n_duplicates);
    });
    for (int i = 0; i < 3; ++i) {
        flow.record_sent(at(i * kInterval));
    }
    for (const uint64_t sequence : {0u, 1u, 1u, 1u}) {
        flow.record_answer(sequence, at(20ms));
    }
    flow.finish();
    CHECK(duplicates == std::vector<uint64_t>{0, 2, 0});
}

TEST_CASE("a probe's payload survives the wire, and nothing else is taken for one") {
    auto bytes = evengate::prober::encode_probe(
        {.run = 0x0123'4567'89ab'cdef, .flow = 7, .sequence = 1ull << 40});
    const auto probe = evengate::prober::decode_probe(bytes);
    REQUIRE(probe);
    CHECK(probe->run == 0x0123'4567'89ab'cdef);
    CHECK(probe->flow == 7);
    CHECK(probe->sequence == 1ull << 40);
    CHECK_FALSE(evengate::prober::decode_probe(std::span(bytes).first(bytes.size() - 1)));
    bytes[0] ^= 1;
    CHECK_FALSE(evengate::prober::decode_probe(bytes));
}
