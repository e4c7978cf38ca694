// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "reroute/target_set.hpp"

#include "catch.hpp"
#include "vectors.hpp"

namespace evengate::reroute {
namespace {

using namespace std::chrono_literals;
using Weights = std::vector<uint32_t>;

constexpr MemberId kA{1};
constexpr MemberId kB{2};
constexpr MemberId kC{3};
constexpr TimePoint kStart{100s};

TargetSet made(std::vector<TargetOptions> options) {
    return {std::move(options), 30s};
}

void all_up(TargetSet& targets, size_t count) {
    for (size_t i = 0; i < count; ++i) {
        targets.set_verdict(i, kA, Verdict::up, kStart);
    }
}

TEST_CASE("epochs are ordered by term, then AVG, then sequence") {
    CHECK(Epoch{2, kA, 1} > Epoch{1, kC, 9});
    CHECK(Epoch{2, kB, 1} > Epoch{2, kA, 9});
    CHECK(Epoch{2, kB, 2} > Epoch{2, kB, 1});
}

TEST_CASE("the majority of the members that have a verdict decides") {
    TargetSet targets = made({{}});
    CHECK(targets.verdict(0) == Verdict::unknown);
    CHECK(targets.weights(kStart) == Weights{0});
    targets.set_verdict(0, kA, Verdict::up, kStart);
    CHECK(targets.verdict(0) == Verdict::up);
    targets.set_verdict(0, kB, Verdict::down, kStart);
    CHECK(targets.verdict(0) == Verdict::up);  // a tie changes nothing
    targets.set_verdict(0, kC, Verdict::down, kStart);
    CHECK(targets.verdict(0) == Verdict::down);
    targets.set_verdict(0, kB, Verdict::unknown, kStart);
    CHECK(targets.verdict(0) == Verdict::down);  // nor here
    targets.set_verdict(0, kC, Verdict::up, kStart);
    CHECK(targets.verdict(0) == Verdict::up);
}

TEST_CASE("verdicts of a member that left do not count, and the last decision outlives them all") {
    TargetSet targets = made({{}});
    targets.set_verdict(0, kA, Verdict::down, kStart);
    targets.set_verdict(0, kB, Verdict::down, kStart);
    targets.set_verdict(0, kC, Verdict::up, kStart);
    CHECK(targets.verdict(0) == Verdict::down);
    targets.forget_member(kA, kStart);
    targets.forget_member(kB, kStart);
    CHECK(targets.verdict(0) == Verdict::up);
    targets.forget_member(kC, kStart);
    CHECK(targets.verdict(0) == Verdict::up);
}

TEST_CASE("a target that comes back gains a tenth of its weight a step, first ones start in full") {
    TargetSet targets = made({{.weight = 7}, {.weight = 100}});
    all_up(targets, 2);
    CHECK(targets.weights(kStart) == Weights{70, 1000});
    CHECK(targets.next_change(kStart) == kNever);
    targets.set_verdict(0, kA, Verdict::down, kStart);
    CHECK(targets.weights(kStart) == Weights{0, 1000});
    const TimePoint back = kStart + 60s;
    targets.set_verdict(0, kA, Verdict::up, back);
    CHECK(targets.weights(back) == Weights{7, 1000});

    TimePoint now = back;
    uint32_t n_steps = 0;
    for (uint32_t weight = 7; targets.next_change(now) != kNever; ++n_steps) {
        const TimePoint next = targets.next_change(now);
        REQUIRE(next > now);
        CHECK(targets.weights(next - 1ns) == Weights{weight, 1000});
        weight += 7;
        CHECK(targets.weights(next) == Weights{weight, 1000});
        now = next;
    }
    CHECK(n_steps == 9);
    CHECK(now == back + 30s);
}

TEST_CASE("without a slow start a target comes back in full") {
    TargetSet targets({{}}, 0s);
    targets.set_verdict(0, kA, Verdict::down, kStart);
    targets.set_verdict(0, kA, Verdict::up, kStart);
    CHECK(targets.weights(kStart) == Weights{1000});
    CHECK(targets.next_change(kStart) == kNever);
}

TEST_CASE("what drains or is full gets no new connections") {
    TargetSet targets = made({{}, {.max_connections = 10}, {}});
    all_up(targets, 3);
    targets.set_admin(0, AdminState::draining);
    targets.set_connections(1, 9);
    CHECK(targets.weights(kStart) == Weights{0, 1000, 1000});
    targets.set_connections(1, 10);
    CHECK(targets.is_full(1));
    CHECK(targets.weights(kStart) == Weights{0, 0, 1000});
    targets.set_connections(1, 3);
    targets.set_admin(0, AdminState::drained);
    CHECK(targets.weights(kStart) == Weights{0, 1000, 1000});
    targets.set_admin(0, AdminState::active);
    CHECK(targets.weights(kStart) == Weights{1000, 1000, 1000});
    targets.set_connections(0, 1'000'000);
    CHECK_FALSE(targets.is_full(0));
}

TEST_CASE("backups serve only while no primary is up and active; a full primary is up") {
    TargetSet targets = made({{.max_connections = 1}, {.role = TargetRole::backup}});
    all_up(targets, 2);
    CHECK(targets.weights(kStart) == Weights{1000, 0});
    targets.set_connections(0, 1);
    CHECK(targets.weights(kStart) == Weights{0, 0});
    targets.set_admin(0, AdminState::draining);
    CHECK(targets.weights(kStart) == Weights{0, 1000});
    targets.set_admin(0, AdminState::active);
    targets.set_verdict(0, kA, Verdict::down, kStart);
    CHECK(targets.weights(kStart) == Weights{0, 1000});
}

TEST_CASE("members take over a newer epoch with its slow starts, and no older one") {
    TargetSet avg = made({{}, {}});
    all_up(avg, 2);
    avg.set_verdict(0, kA, Verdict::down, kStart);
    avg.set_verdict(0, kA, Verdict::up, kStart);
    avg.set_admin(1, AdminState::draining);
    const TimePoint now = kStart + 10s;
    const Epoch epoch = avg.publish(4, kA);
    CHECK(epoch == Epoch{4, kA, 1});

    TargetSet member = made({{}, {}});
    const TimePoint elsewhere{5s};  // another clock
    REQUIRE(member.try_adopt(epoch, avg.states(now), elsewhere));
    CHECK(member.weights(elsewhere) == avg.weights(now));
    CHECK(member.weights(elsewhere) == Weights{400, 0});
    CHECK(member.next_change(elsewhere) - elsewhere == avg.next_change(now) - now);

    CHECK_FALSE(member.try_adopt(epoch, avg.states(now), elsewhere));
    CHECK_FALSE(member.try_adopt({3, kC, 9}, avg.states(now), elsewhere));
    CHECK_FALSE(member.try_adopt({5, kC, 1}, std::vector<TargetState>(3), elsewhere));
    CHECK(member.epoch() == epoch);
    CHECK(avg.publish(4, kA) == Epoch{4, kA, 2});
    CHECK(member.publish(5, kB) == Epoch{5, kB, 1});
}

TEST_CASE("who follows keeps verdicts, and decides by them when it becomes the AVG") {
    TargetSet targets = made({{}});
    targets.set_part(TargetSet::Part::follows, kStart);
    REQUIRE(
        targets.try_adopt({1, kA, 1}, std::vector<TargetState>{{.verdict = Verdict::up}}, kStart));
    targets.set_verdict(0, kB, Verdict::down, kStart);
    targets.set_verdict(0, kC, Verdict::down, kStart);
    targets.set_verdict(0, kA, Verdict::up, kStart);
    CHECK(targets.verdict(0) == Verdict::up);
    targets.set_part(TargetSet::Part::decides, kStart);
    CHECK(targets.verdict(0) == Verdict::down);
    targets.forget_member(kB, kStart);
    CHECK(targets.verdict(0) == Verdict::down);
    targets.forget_member(kC, kStart);
    CHECK(targets.verdict(0) == Verdict::up);
}

TEST_CASE("the digest is SipHash-1-3 of the text and tells texts apart") {
    CHECK(services_digest("") == kEmptyDigest);
    CHECK(services_digest("web tcp 80") == kTextDigest);
    CHECK(services_digest("web tcp 80") != services_digest("web tcp 81"));
    CHECK(services_digest(std::string_view("a\0", 2)) != services_digest("a"));
}

}  // namespace
}  // namespace evengate::reroute
