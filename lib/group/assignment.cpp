// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "group/assignment.hpp"

#include <algorithm>

namespace evengate::group {
namespace {

using glbp::AssignmentPart;

class Fnv {
 public:
    void add(uint64_t value, int n_bytes) {
        for (int i = 0; i < n_bytes; ++i) {
            state_ = (state_ ^ (value >> (8 * i) & 0xFF)) * 0x100'0000'01B3;
        }
    }
    [[nodiscard]] uint64_t value() const { return state_; }

 private:
    uint64_t state_ = 0xCBF2'9CE4'8422'2325;
};

bool same_member(const Assignment& a, MemberPlace in_a, const Assignment& b, MemberPlace in_b) {
    if (in_a == kNobody || in_b == kNobody) {
        return in_a == in_b;
    }
    return a.at(in_a) == b.at(in_b);
}

bool places_exist(const VmacPlan& plan, size_t n_members) {
    const auto exists = [n_members](MemberPlace place) { return place == kNobody || place < n_members; };
    return exists(plan.owner) && exists(plan.previous) && exists(plan.successors[0]) &&
           exists(plan.successors[1]);
}

}  // namespace

MemberPlace Assignment::place_of(MemberId member) const {
    for (size_t i = 0; i < members.size(); ++i) {
        if (members[i].member == member) {
            return static_cast<MemberPlace>(i);
        }
    }
    return kNobody;
}

uint64_t Assignment::digest() const {
    if (members.empty() && plans.empty()) {
        return 0;
    }
    Fnv fnv;
    for (const glbp::Incarnation& member : members) {
        fnv.add(member.member.value, 8);
        fnv.add(member.boot_nonce, 8);
    }
    for (const VmacPlan& plan : plans) {
        fnv.add(plan.owner, 1);
        fnv.add(plan.previous, 1);
        fnv.add(plan.successors[0], 1);
        fnv.add(plan.successors[1], 1);
    }
    return fnv.value();
}

bool says_the_same(const Assignment& a, const Assignment& b) {
    if (a.plans.size() != b.plans.size() || a.members.size() != b.members.size()) {
        return false;
    }
    for (size_t i = 0; i < a.plans.size(); ++i) {
        const VmacPlan& in_a = a.plans[i];
        const VmacPlan& in_b = b.plans[i];
        if (!same_member(a, in_a.owner, b, in_b.owner) ||
            !same_member(a, in_a.previous, b, in_b.previous) ||
            !same_member(a, in_a.successors[0], b, in_b.successors[0]) ||
            !same_member(a, in_a.successors[1], b, in_b.successors[1])) {
            return false;
        }
    }
    return std::all_of(a.members.begin(), a.members.end(), [&](const glbp::Incarnation& member) {
        return std::find(b.members.begin(), b.members.end(), member) != b.members.end();
    });
}

void append_parts(const Assignment& assignment, const glbp::Message& prototype,
                  std::vector<glbp::Message>& messages) {
    constexpr size_t kPlansPerPart = decltype(AssignmentPart::plans)::capacity();
    // With the largest member table a message has room for so many parts beside it.
    constexpr size_t kPartsPerMessage = 2;
    const size_t n_plans = assignment.plans.size();
    const size_t n_parts = std::max<size_t>(1, (n_plans + kPlansPerPart - 1) / kPlansPerPart);
    for (size_t part = 0; part < n_parts; ++part) {
        if (part % kPartsPerMessage == 0) {
            messages.push_back(prototype);
            messages.back().assignment_members = assignment.members;
        }
        const size_t first = part * kPlansPerPart;
        AssignmentPart filled{.name = assignment.name,
                              .part = static_cast<uint8_t>(part),
                              .n_parts = static_cast<uint8_t>(n_parts),
                              .first_vmac = static_cast<uint8_t>(first + 1),
                              .plans = {}};
        for (size_t i = first; i < std::min(n_plans, first + kPlansPerPart); ++i) {
            static_cast<void>(filled.plans.try_push_back(assignment.plans[i]));
        }
        static_cast<void>(messages.back().assignment_parts.try_push_back(filled));
    }
}

AssignmentAssembler::Step AssignmentAssembler::add(
    const AssignmentPart& part, const BoundedVector<glbp::Incarnation, glbp::kMaxMembers>& members) {
    if (part.n_parts == 0 || part.n_parts > kMaxParts || part.part >= part.n_parts) {
        return Step::invalid;
    }
    for (const VmacPlan& plan : part.plans) {
        if (!places_exist(plan, members.size())) {
            return Step::invalid;
        }
    }
    const bool begins = n_parts_ == 0 || part.name > assignment_.name;
    if (!begins && part.name < assignment_.name) {
        return Step::incomplete;
    }
    if (begins) {
        parts_.fill(std::nullopt);
        n_parts_ = part.n_parts;
        assignment_.name = part.name;
        assignment_.members = members;
    } else if (part.n_parts != n_parts_ || !(members == assignment_.members)) {
        n_parts_ = 0;
        return Step::invalid;
    }
    parts_[part.part] = part;
    for (size_t i = 0; i < n_parts_; ++i) {
        if (!parts_[i]) {
            return Step::incomplete;
        }
    }
    assignment_.plans.clear();
    bool fits = true;
    for (size_t i = 0; i < n_parts_; ++i) {
        fits = fits && parts_[i]->first_vmac == assignment_.plans.size() + 1;
        for (const VmacPlan& plan : parts_[i]->plans) {
            fits = assignment_.plans.try_push_back(plan) && fits;
        }
    }
    n_parts_ = 0;
    return fits ? Step::complete : Step::invalid;
}

}  // namespace evengate::group
