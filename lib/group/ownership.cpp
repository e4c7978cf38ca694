// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "group/ownership.hpp"

#include <tuple>

#include "group/mix.hpp"

namespace evengate::group {
namespace {

// 0 for the owner, 1 and 2 for its successors, 3 for everybody else.
int rank(const Assignment& assignment, uint8_t vmac, MemberId member) {
    constexpr int kOthers = 3;
    const VmacPlan* plan = assignment.plan(vmac);
    const MemberPlace place = assignment.place_of(member);
    if (plan == nullptr || place == kNobody) {
        return kOthers;
    }
    if (place == plan->owner) {
        return 0;
    }
    if (place == plan->successors[0]) {
        return 1;
    }
    return place == plan->successors[1] ? 2 : kOthers;
}

bool is_alive(const Places& alive, MemberPlace place) {
    return place != kNobody && alive.test(place);
}

}  // namespace

uint64_t take_over_weight(uint8_t vmac, MemberId member) {
    return mix(mix(member.value ^ kMixSalt) + kMixSalt * (uint64_t{vmac} + 1));
}

MemberPlace first_live(const Assignment& assignment, uint8_t vmac, const Places& alive) {
    const VmacPlan* plan = assignment.plan(vmac);
    if (plan == nullptr) {
        return kNobody;
    }
    for (const MemberPlace place : {plan->owner, plan->successors[0], plan->successors[1]}) {
        if (is_alive(alive, place)) {
            return place;
        }
    }
    MemberPlace best = kNobody;
    for (size_t i = 0; i < assignment.members.size(); ++i) {
        const auto place = static_cast<MemberPlace>(i);
        if (alive.test(i) && (best == kNobody || take_over_weight(vmac, assignment.at(place).member) >
                                                     take_over_weight(vmac, assignment.at(best).member))) {
            best = place;
        }
    }
    return best;
}

MemberPlace rightful_owner(const Assignment& assignment, uint8_t vmac, const Places& alive,
                           PreviousClaim previous_claim) {
    const VmacPlan* plan = assignment.plan(vmac);
    if (plan != nullptr && previous_claim == PreviousClaim::held && is_alive(alive, plan->previous)) {
        return plan->previous;
    }
    return first_live(assignment, vmac, alive);
}

bool comes_before(const Assignment& assignment, uint8_t vmac, MemberId a, MemberId b) {
    return std::tuple(rank(assignment, vmac, a), ~take_over_weight(vmac, a), a) <
           std::tuple(rank(assignment, vmac, b), ~take_over_weight(vmac, b), b);
}

}  // namespace evengate::group
