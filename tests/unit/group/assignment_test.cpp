// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "group/assignment.hpp"

#include <algorithm>
#include <random>

#include "catch.hpp"
#include "glbp/encode.hpp"

namespace evengate::group {
namespace {

Assignment make_assignment(size_t n_members, size_t n_vmacs, uint32_t sequence) {
    Assignment assignment;
    assignment.name = {.term = 3, .avg = MemberId{1}, .sequence = sequence};
    for (uint64_t i = 1; i <= n_members; ++i) {
        static_cast<void>(assignment.members.try_push_back({.member = MemberId{i}, .boot_nonce = 100 + i}));
    }
    for (size_t i = 0; i < n_vmacs; ++i) {
        const auto place = [&](size_t offset) { return static_cast<MemberPlace>((i + offset) % n_members); };
        static_cast<void>(assignment.plans.try_push_back(
            {.owner = place(0), .previous = kNobody, .successors = {place(1), place(2)}}));
    }
    return assignment;
}

std::vector<glbp::Message> split(const Assignment& assignment) {
    glbp::Message prototype;
    prototype.sender.emplace();
    std::vector<glbp::Message> messages;
    append_parts(assignment, prototype, messages);
    return messages;
}

AssignmentAssembler::Step feed(AssignmentAssembler& assembler, const glbp::Message& message) {
    auto step = AssignmentAssembler::Step::incomplete;
    for (const glbp::AssignmentPart& part : message.assignment_parts) {
        step = assembler.add(part, message.assignment_members);
    }
    return step;
}

TEST_CASE("an assignment is whole again whatever the order of its parts, and fits its messages") {
    for (const size_t n_vmacs : {1u, 16u, 56u, 57u, 255u}) {
        const Assignment sent = make_assignment(glbp::kMaxMembers, n_vmacs, 1);
        std::vector<glbp::Message> messages = split(sent);
        std::array<uint8_t, glbp::kMaxMessageSize> buffer{};
        for (glbp::Message& message : messages) {
            message.hmac.emplace();
            CHECK(glbp::encode(message, buffer) != 0);
        }
        std::shuffle(messages.begin(), messages.end(), std::mt19937(1));
        AssignmentAssembler assembler;
        for (size_t i = 0; i < messages.size(); ++i) {
            const bool is_last = i + 1 == messages.size();
            CHECK((feed(assembler, messages[i]) == AssignmentAssembler::Step::complete) == is_last);
        }
        CHECK(assembler.assembled().digest() == sent.digest());
        CHECK(assembler.assembled().name == sent.name);
        CHECK(says_the_same(assembler.assembled(), sent));
    }
}

TEST_CASE("parts of a newer name begin anew, those of an older one are ignored") {
    AssignmentAssembler assembler;
    const auto older = split(make_assignment(4, 255, 1));
    const auto newer = split(make_assignment(4, 255, 2));
    feed(assembler, older[0]);
    feed(assembler, newer[0]);
    feed(assembler, older[1]);
    feed(assembler, older[2]);
    CHECK(feed(assembler, newer[1]) == AssignmentAssembler::Step::incomplete);
    CHECK(feed(assembler, newer[2]) == AssignmentAssembler::Step::complete);
    CHECK(assembler.assembled().name.sequence == 2);
}

TEST_CASE("parts that do not fit together are refused") {
    glbp::Message message = split(make_assignment(3, 16, 1)).front();
    glbp::AssignmentPart part = message.assignment_parts[0];
    AssignmentAssembler assembler;
    SECTION("a member that the table does not have") { part.plans[0].owner = 3; }
    SECTION("a part beyond the last") { part.part = part.n_parts; }
    SECTION("no parts at all") { part.n_parts = 0; }
    SECTION("a first vMAC that is not where the part before ended") { part.first_vmac = 2; }
    CHECK(assembler.add(part, message.assignment_members) == AssignmentAssembler::Step::invalid);
}

TEST_CASE("what an assignment says does not depend on its name or the order of its members") {
    const Assignment a = make_assignment(3, 16, 1);
    Assignment b = a;
    b.name.sequence = 9;
    CHECK(says_the_same(a, b));
    std::swap(b.members[0], b.members[1]);
    CHECK_FALSE(says_the_same(a, b));
    const auto swapped = [](MemberPlace place) {
        return place == kNobody || place > 1 ? place : static_cast<MemberPlace>(1 - place);
    };
    for (VmacPlan& plan : b.plans) {
        plan.owner = swapped(plan.owner);
        plan.successors = {swapped(plan.successors[0]), swapped(plan.successors[1])};
    }
    CHECK(says_the_same(a, b));
    b.members[2].boot_nonce ^= 1;
    CHECK_FALSE(says_the_same(a, b));
}

}  // namespace
}  // namespace evengate::group
