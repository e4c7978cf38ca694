// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: services in a group: what an AVG leaves to the next one, and what counts once a member has left.
#include "catch.hpp"
#include "service_world.hpp"

using namespace evengate;
using namespace evengate::control;
using namespace evengate::control::test;
using settings::Probe;
using settings::Rewrite;

namespace {

constexpr MemberId kAvg{9};
constexpr uint32_t kOne = 100 * reroute::TargetSet::kWeightOne;  // as a target of weight 100 is published

// A gateway that follows an AVG, the one other member.
struct Follower {
    explicit Follower(settings::Criterion criterion) : world(settings_of(criterion)) {
        view.state = glbp::VgState::listen;
        view.members.resize(2);
        view.members[0].is_self = view.members[0].is_live = view.members[1].is_live = true;
        view.members[1].id = kAvg;
        view.members[1].mac = mac(0x5254'0000'0A09);
        world.services().on_members_changed(0, view, world.now);
        world.pass(1s);
        admin::RerouteReport report;
        world.services().fill_report(report, world.now);
        digest = report.digest;
        set.set.name = {.term = 1, .avg = kAvg, .sequence = 0};
        set.set.services_digest = digest;
        hear_verdicts(1);
    }

    static settings::Settings settings_of(settings::Criterion criterion) {
        auto settings = with_service(Rewrite::mac, Probe::none);
        settings.services[0].criterion = criterion;
        return settings;
    }

    void hear_verdicts(uint64_t boot_nonce) {
        group::action::VerdictsHeard heard{};
        heard.group = GroupId{1};
        heard.from = {.member = kAvg, .boot_nonce = boot_nonce};
        heard.verdicts.services_digest = digest;
        heard.verdicts.n_targets = kTargets;
        for (size_t i = 0; i < kTargets; ++i) {
            REQUIRE(heard.verdicts.targets.try_push_back({.health = glbp::TargetHealth::up}));
        }
        world.services().on_verdicts(0, heard, world.now);
        world.pass(1s);
    }
    void hear_set(const std::array<uint16_t, kTargets>& weights, const glbp::OrderedWeights& ordered = {}) {
        ++set.set.name.sequence;
        set.set.targets = {};
        for (const uint16_t weight : weights) {
            REQUIRE(set.set.targets.try_push_back({.state = glbp::TargetState::up, .weight = weight}));
        }
        set.ordered = ordered;
        world.services().on_target_set(0, set, world.now);
        world.pass(10ms);
    }
    void lose_avg() {
        view.members.pop_back();
        world.services().on_members_changed(0, view, world.now);
        world.pass(10ms);
    }
    [[nodiscard]] const reroute::ServiceRow& row() { return world.set().services[0]; }

    ServiceWorld world;
    group::GroupView view;
    uint64_t digest = 0;
    group::action::TargetSetHeard set{GroupId{1}, kAvg, {}, {}};
};

}  // namespace

TEST_CASE("who becomes AVG goes on with the weights that were ordered of the one before") {
    Follower follower(settings::Criterion::stateless);
    follower.hear_set({kOne, kOne, kOne, kOne}, {{1, 0}, {3, 300}, {200, 7}});
    CHECK(follower.world.share_of_slots(1) == Approx(0.25).margin(0.02));  // as the AVG says
    follower.hear_set({kOne, kOne, kOne, kOne}, {{2, 300}});
    follower.hear_set({kOne, kOne, kOne, kOne}, {{3, 300}});

    follower.lose_avg();
    CHECK(follower.world.share_of_slots(3) == Approx(0.5).margin(0.02));
    CHECK(follower.world.share_of_slots(2) == Approx(1.0 / 6).margin(0.02));
    CHECK(follower.world.share_of_slots(1) == Approx(1.0 / 6).margin(0.02));
}

TEST_CASE("who becomes AVG goes on from what the one before had steered: no slot moves") {
    Follower follower(settings::Criterion::stateful);
    follower.hear_set({kOne * 7 / 10, kOne * 13 / 10, 1234, 787});
    const std::vector<uint16_t> before = follower.row().slots;
    follower.lose_avg();
    CHECK(follower.row().slots == before);
    follower.world.pass(5s);
    CHECK(follower.row().slots == before);
    // An order counts on top.
    REQUIRE(follower.world.services().set_weight("web/t1", 1, follower.world.now).ok());
    CHECK(follower.world.share_of_slots(1) < 0.01);
}

TEST_CASE("who has just started remembers no slots that others never went by") {
    Follower follower(settings::Criterion::stateful);
    follower.world.pass(2s);  // by its own slots, until it hears the AVG
    follower.hear_set({kOne, 3 * kOne, kOne, kOne});
    CHECK(follower.row().previous_slots.empty());
    follower.world.pass(1s);
    const std::vector<uint16_t> before = follower.row().slots;
    follower.hear_set({kOne, kOne, kOne, kOne});
    CHECK(follower.row().previous_slots == before);
}

TEST_CASE("who becomes AVG knows which targets were down, and begins no slow start for one that was up") {
    Follower follower(settings::Criterion::stateless);
    follower.hear_set({kOne, kOne, kOne, kOne});
    follower.set.set.targets[0].state = glbp::TargetState::down;
    follower.set.set.targets[0].weight = 0;
    ++follower.set.set.name.sequence;
    follower.world.services().on_target_set(0, follower.set, follower.world.now);
    follower.hear_set({kOne, kOne, kOne, kOne});
    const std::vector<uint16_t> before = follower.row().slots;
    follower.lose_avg();
    CHECK(follower.row().slots == before);
}

TEST_CASE("weights that were scaled for the message go on as well") {
    auto weights = std::array<uint16_t, kTargets>{UINT16_MAX, UINT16_MAX / 2, UINT16_MAX / 4, UINT16_MAX / 4};
    Follower follower(settings::Criterion::stateful);
    follower.hear_set(weights);
    follower.lose_avg();
    CHECK(follower.world.share_of_slots(0) == Approx(0.5).margin(0.02));
    CHECK(follower.world.share_of_slots(1) == Approx(0.25).margin(0.02));
    CHECK(follower.world.share_of_slots(3) == Approx(0.125).margin(0.02));
}

TEST_CASE("what a member knew that left becomes ours for the transition, by the slots of its departure") {
    Follower follower(settings::Criterion::stateful);
    follower.hear_set({kOne, kOne, kOne, kOne});
    follower.world.pass(2min);
    REQUIRE_FALSE(follower.world.set().adopts_unknown);
    follower.hear_set({kOne, 2 * kOne, kOne, kOne});
    follower.world.pass(2s);
    CHECK(follower.row().previous_slots.empty());
    const std::vector<uint16_t> before = follower.row().slots;
    follower.lose_avg();
    CHECK(follower.world.set().adopts_unknown);
    for (const uint32_t weight : {500, 50}) {
        REQUIRE(follower.world.services().set_weight("web/t0", weight, follower.world.now).ok());
        follower.world.pass(20s);
        CHECK(follower.row().previous_slots == before);
    }
    follower.world.pass(20s);
    CHECK_FALSE(follower.world.set().adopts_unknown);
    CHECK(follower.row().previous_slots.empty());
}

TEST_CASE("a member that started again has forgotten, as if it had left") {
    Follower follower(settings::Criterion::stateful);
    follower.world.pass(2min);
    follower.hear_verdicts(1);
    REQUIRE_FALSE(follower.world.set().adopts_unknown);
    follower.hear_verdicts(2);
    CHECK(follower.world.set().adopts_unknown);
}

TEST_CASE("after a start what nobody knows may have been of who was here before") {
    ServiceWorld world(with_service(Rewrite::mac, Probe::none));
    world.pass(59s);
    CHECK(world.set().adopts_unknown);
    world.pass(2s);
    CHECK_FALSE(world.set().adopts_unknown);
}
