// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "group/planner.hpp"

#include <algorithm>
#include <map>

#include "catch.hpp"
#include "group/ownership.hpp"

namespace evengate::group {
namespace {

PlanInput make_input(std::initializer_list<uint64_t> capacities, size_t n_vmacs) {
    PlanInput input;
    uint64_t id = 0;
    for (const uint64_t capacity : capacities) {
        ++id;
        static_cast<void>(input.members.try_push_back({.life = {.member = MemberId{id}, .boot_nonce = id},
                                                       .capacity_pps = capacity,
                                                       .n_vmacs = 255,
                                                       .use = PlanMember::Use::full}));
    }
    for (size_t i = 0; i < n_vmacs; ++i) {
        static_cast<void>(input.vmacs.try_push_back({}));
    }
    return input;
}

std::map<MemberPlace, size_t> count_owned(const Assignment& assignment) {
    std::map<MemberPlace, size_t> counts;
    for (const VmacPlan& plan : assignment.plans) {
        ++counts[plan.owner];
    }
    return counts;
}

size_t n_moves(const Assignment& assignment) {
    return static_cast<size_t>(std::count_if(assignment.plans.begin(), assignment.plans.end(),
                                             [](const VmacPlan& plan) { return plan.previous != kNobody; }));
}

TEST_CASE("vMACs without an owner are shared out by capacity") {
    const Assignment assignment = plan_assignment(make_input({300, 100, 100}, 100));
    auto counts = count_owned(assignment);
    CHECK(counts[0] == 60);
    CHECK(counts[1] == 20);
    CHECK(counts[2] == 20);
    CHECK(n_moves(assignment) == 0);
}

TEST_CASE("any single death is spread over all survivors") {
    const Assignment assignment = plan_assignment(make_input({1, 1, 1, 1, 1}, 100));
    for (MemberPlace dead = 0; dead < 5; ++dead) {
        Places alive;
        for (size_t i = 0; i < 5; ++i) {
            alive.set(i, i != dead);
        }
        std::map<MemberPlace, size_t> counts;
        for (uint8_t n = 1; n <= 100; ++n) {
            ++counts[first_live(assignment, n, alive)];
        }
        REQUIRE(counts.size() == 4);
        for (const auto& [place, count] : counts) {
            CHECK(count == 25);
        }
    }
}

TEST_CASE("a newcomer gets its share in moves of at most so many at once, and no vMAC moves in vain") {
    PlanInput input = make_input({1, 1, 1}, 30);
    for (size_t i = 0; i < 30; ++i) {
        input.vmacs[i].holder = static_cast<MemberPlace>(i % 2);
    }
    size_t rounds = 0;
    size_t moved = 0;
    while (true) {
        const Assignment assignment = plan_assignment(input);
        if (n_moves(assignment) == 0) {
            break;
        }
        CHECK(n_moves(assignment) <= 8);
        moved += n_moves(assignment);
        for (size_t i = 0; i < 30; ++i) {
            CHECK((assignment.plans[i].previous == kNobody || assignment.plans[i].owner == 2));
            input.vmacs[i].holder = assignment.plans[i].owner;
        }
        REQUIRE(++rounds < 10);
    }
    CHECK(moved == 10);
    CHECK(rounds == 2);
}

TEST_CASE("a member that leaves loses all its vMACs, one that must stay or is pinned does not move for evenness") {
    PlanInput input = make_input({1, 1}, 6);
    for (size_t i = 0; i < 6; ++i) {
        input.vmacs[i].holder = 0;
    }
    SECTION("leaving") {
        input.members[0].use = PlanMember::Use::leaving;
        CHECK(count_owned(plan_assignment(input))[1] == 6);
    }
    SECTION("must stay") {
        for (PlanVmac& vmac : input.vmacs) {
            vmac.stay = PlanVmac::Stay::must_stay;
        }
        CHECK(n_moves(plan_assignment(input)) == 0);
        input.members[0].use = PlanMember::Use::leaving;  // from which departures are exempt
        CHECK(n_moves(plan_assignment(input)) == 6);
    }
    SECTION("not claimed by its holder yet, whoever wants it") {
        for (PlanVmac& vmac : input.vmacs) {
            vmac.stay = PlanVmac::Stay::unclaimed;
        }
        input.vmacs[3].pinned = 1;
        input.members[0].use = PlanMember::Use::leaving;
        CHECK(n_moves(plan_assignment(input)) == 0);
    }
    SECTION("pinned") {
        for (PlanVmac& vmac : input.vmacs) {
            vmac.pinned = 0;
        }
        CHECK(n_moves(plan_assignment(input)) == 0);
        input.vmacs[3].pinned = 1;
        const Assignment assignment = plan_assignment(input);
        CHECK(n_moves(assignment) == 1);
        CHECK(assignment.plans[3].owner == 1);
        CHECK(assignment.plans[3].previous == 0);
    }
    SECTION("moves under way go on and count") {
        input.vmacs[0].target = 1;
        input.vmacs[1].target = 1;
        input.n_moves_at_once = 2;
        const Assignment assignment = plan_assignment(input);
        CHECK(n_moves(assignment) == 2);
        CHECK(assignment.plans[0].owner == 1);
        CHECK(assignment.plans[1].owner == 1);
    }
}

TEST_CASE("a member is given no vMAC that it does not know") {
    PlanInput input = make_input({1, 1}, 20);
    input.members[1].n_vmacs = 8;
    const Assignment assignment = plan_assignment(input);
    for (size_t i = 8; i < 20; ++i) {
        CHECK(assignment.plans[i].owner == 0);
        CHECK(assignment.plans[i].successors[0] == kNobody);
    }
    for (size_t i = 0; i < 20; ++i) {
        input.vmacs[i].holder = assignment.plans[i].owner;
    }
    CHECK(count_owned(plan_assignment(input))[1] == 8);
}

TEST_CASE("when all leave, each vMAC still has an owner") {
    PlanInput input = make_input({1, 1}, 5);
    input.members[0].use = PlanMember::Use::leaving;
    input.members[1].use = PlanMember::Use::leaving;
    CHECK(count_owned(plan_assignment(input)).count(kNobody) == 0);
}

}  // namespace
}  // namespace evengate::group
