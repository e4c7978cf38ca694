// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What an AVG does: sees who forwards, plans, publishes (protocol rules 7 to 9, 15, 16, 22).
#include <algorithm>

#include "group/native_group.hpp"

namespace evengate::group {
namespace {

using namespace std::chrono_literals;

constexpr Duration kReadyPatience = 1s;       // rule 16
constexpr Duration kAfterFailedMove = 5s;

MemberPlace place_in(const PlanInput& input, const glbp::Incarnation& life) {
    for (size_t i = 0; i < input.members.size(); ++i) {
        if (input.members[i].life == life) {
            return static_cast<MemberPlace>(i);
        }
    }
    return kNobody;
}

MemberPlace place_in(const PlanInput& input, MemberId member) {
    for (size_t i = 0; i < input.members.size(); ++i) {
        if (input.members[i].life.member == member) {
            return static_cast<MemberPlace>(i);
        }
    }
    return kNobody;
}

// Another member than this one, for a vMAC that it does not take; kNobody.
MemberPlace other_than(const PlanInput& input, MemberPlace place, uint8_t number) {
    const size_t n_members = input.members.size();
    for (size_t i = 1; i < n_members; ++i) {
        const size_t other = (place + i) % n_members;
        if (input.members[other].use == PlanMember::Use::full && input.members[other].n_vmacs >= number) {
            return static_cast<MemberPlace>(other);
        }
    }
    return kNobody;
}

}  // namespace

PlanInput NativeGroup::plan_input(TimePoint now, Actions& actions) {
    const auto use = [this](const glbp::Incarnation& life) {
        return is_leaving(life) ? PlanMember::Use::leaving : PlanMember::Use::full;
    };
    PlanInput input;
    const bool knows_load = loads_ && loads_->total() != 0;
    input.start = options_.balance.start;
    // By number means by capacity, which other targets do not want.
    const bool is_by_capacity =
        options_.balance.rounds.objective.target == balance::Target::capacity;
    const bool is_even = !knows_load && input.start == balance::Start::even;
    input.evening = is_even                        ? PlanInput::Evening::closely
                    : knows_load && is_by_capacity ? PlanInput::Evening::loosely
                                                   : PlanInput::Evening::none;
    static_cast<void>(input.members.try_push_back({.life = self(),
                                                   .capacity_pps = capacity_pps_,
                                                   .n_vmacs = n_vmacs(),
                                                   .use = use(self())}));
    for (const Peer& peer : peers_.all()) {
        const GroupPeer& said = said_[peers_.index_of(peer)];
        // One that does not hear us would not know what we publish.
        if (!said.takes_part() || said.is_one_way) {
            continue;
        }
        const glbp::Standing& standing = said.standing;
        static_cast<void>(input.members.try_push_back(
            {.life = said.life,
             .capacity_pps = standing.capacity_pps,
             .n_vmacs = said.n_vmacs,
             .use = use(said.life)}));
    }
    // In an order of their own, so that every AVG would plan alike.
    std::sort(input.members.begin(), input.members.end(),
              [](const PlanMember& a, const PlanMember& b) { return a.life < b.life; });
    const Places alive = alive_places(adopted_);
    for (const uint8_t n : numbers()) {
        static_cast<void>(input.vmacs.try_push_back(plan_vmac(n, input, alive, now, actions)));
    }
    return input;
}

PlanVmac NativeGroup::plan_vmac(uint8_t number, const PlanInput& input, const Places& alive, TimePoint now,
                                Actions& actions) {
    Vmac& known = vmac(number);
    PlanVmac planned;
    // Where load is known, rounds move what has some; by number only the idle ones are evened out.
    const TimePoint moved_at = known.moved_at.back();
    const bool may_flap = options_.minimum_stay == Duration::zero();  // as the operator wants it
    const bool must_stay = (moved_at != TimePoint{} && now - moved_at < options_.minimum_stay) ||
                           now < known.no_move_before || (!may_flap && flaps(number, now)) || (loads_ && !loads_->is_idle(number));
    planned.stay = must_stay ? PlanVmac::Stay::must_stay : PlanVmac::Stay::may_move;
    MemberId& wish = known.pinned_to != MemberId{} ? known.pinned_to : known.wanted_at;
    planned.pinned = wish != MemberId{} ? place_in(input, wish) : kNobody;
    const bool can_be_had = planned.pinned != kNobody &&
                            input.members[planned.pinned].use == PlanMember::Use::full &&
                            input.members[planned.pinned].n_vmacs >= number;
    if (!can_be_had) {
        wish = {};
        planned.pinned = kNobody;
    }
    const VmacPlan* plan = adopted_.plan(number);
    const bool is_moving = plan != nullptr && plan->previous != kNobody && plan->owner != kNobody &&
                           plan->previous != plan->owner &&
                           is_claimed_by(adopted_.at(plan->previous), number);
    if (is_moving) {
        planned.holder = place_in(input, adopted_.at(plan->previous));
        planned.target = place_in(input, adopted_.at(plan->owner));
        if (now - known.move_begun_at >= kReadyPatience) {
            note(actions, NoteKind::hand_over_failed, adopted_.at(plan->owner).member, number);
            known.no_move_before = now + kAfterFailedMove;
            known.pinned_to = {};
            known.wanted_at = {};
            planned.target = kNobody;
            planned.pinned = kNobody;
            planned.stay = PlanVmac::Stay::must_stay;
        }
        return planned;
    }
    const MemberPlace rightful_place = rightful(number, alive);
    MemberPlace owner = kNobody;
    bool is_claimed = false;
    if (rightful_place != kNobody) {
        owner = place_in(input, adopted_.at(rightful_place));
        is_claimed = is_claimed_by(adopted_.at(rightful_place), number);
    }
    MemberPlace claimant = kNobody;
    for (size_t i = 0; i < input.members.size() && !is_claimed; ++i) {
        if (is_claimed_by(input.members[i].life, number)) {
            claimant = static_cast<MemberPlace>(i);
        }
    }
    if (owner == kNobody) {
        planned.holder = claimant;
        return planned;
    }
    planned.holder = owner;
    if (is_claimed) {
        known.unclaimed_since = kNever;
        if (owner == planned.pinned) {
            known.wanted_at = {};
        }
        return planned;
    }
    // It may have been released to its owner a moment ago: given to the old one again now, both would
    // forward for it.
    planned.stay = PlanVmac::Stay::unclaimed;
    // Who should forward says that it does not: since when?
    if (known.unclaimed_since == kNever) {
        known.unclaimed_since = now;
    }
    const MemberId late = input.members[owner].life.member;
    const Peer* peer = peers_.find(late);
    const Duration hello = peer == nullptr ? options_.hello : said_[peers_.index_of(*peer)].hello;
    if (now - known.unclaimed_since >= 2 * hello) {
        planned.holder = claimant != kNobody ? claimant : other_than(input, owner, number);
        known.unclaimed_since = now;
        note(actions, NoteKind::mended, late, number);
    }
    return planned;
}

NativeGroup::Planned NativeGroup::plan(TimePoint now, Actions& actions) {
    if (state_ != glbp::VgState::active || phase_ != Phase::taking_part || now < next_plan_) {
        return Planned::as_before;
    }
    next_plan_ = now + options_.hello;
    Assignment planned = plan_assignment(plan_input(now, actions));
    if (!must_publish_ && says_the_same(planned, adopted_)) {
        return Planned::as_before;
    }
    publish(std::move(planned), now, actions);
    return Planned::anew;
}

void NativeGroup::publish(Assignment assignment, TimePoint now, Actions& actions) {
    glbp::AssignmentName name = adopted_.name;
    if (must_publish_ || name.avg != self().member || highest_heard_ > name) {
        const uint32_t raise = has_weakness(Weakness::no_new_term) ? 0 : 1;
        name = {.term = std::max(highest_heard_.term, adopted_.name.term) + raise,
                .avg = self().member,
                .sequence = 0};
    } else {
        ++name.sequence;
    }
    must_publish_ = false;
    assignment.name = name;
    for (const uint8_t n : numbers_of(assignment)) {
        if (begins_move(assignment, n)) {
            const VmacPlan& plan = assignment.plans[n - 1u];
            ++n_moves_[static_cast<size_t>(cause_of(n, assignment.at(plan.previous), assignment.at(plan.owner)))];
            vmac(n).move_begun_at = now;
            note(actions, NoteKind::hand_over_begun, assignment.at(plan.owner).member, n);
        }
    }
    adopt(assignment, now);
    next_plan_ = now + options_.hello;
    send_assignment(actions, nullptr);
}

bool NativeGroup::begins_move(const Assignment& assignment, uint8_t number) const {
    const VmacPlan& plan = assignment.plans[number - 1u];
    const VmacPlan* before = adopted_.plan(number);
    const bool goes_on = before != nullptr && before->previous != kNobody && before->owner != kNobody &&
                         plan.previous != kNobody && plan.owner != kNobody &&
                         adopted_.at(before->previous) == assignment.at(plan.previous) &&
                         adopted_.at(before->owner) == assignment.at(plan.owner);
    return plan.previous != kNobody && plan.owner != kNobody && !goes_on;
}

MoveCause NativeGroup::cause_of(uint8_t number, const glbp::Incarnation& from, const glbp::Incarnation& to) const {
    if (vmac(number).pinned_to == to.member) {
        return MoveCause::operator_asked;
    }
    if (vmac(number).wanted_at == to.member) {
        return MoveCause::balanced;
    }
    return is_leaving(from) ? MoveCause::drained : MoveCause::evened;
}

// All members do, since any may be the next to plan.
void NativeGroup::note_moves(const Assignment& assignment, TimePoint now) {
    for (const uint8_t n : numbers_of(assignment)) {
        if (!begins_move(assignment, n)) {
            continue;
        }
        auto& moved_at = vmac(n).moved_at;
        std::shift_left(moved_at.begin(), moved_at.end(), 1);
        moved_at.back() = now;
        const LoadBook::Place from = place_of(assignment.at(assignment.plans[n - 1u].previous));
        if (loads_ && from != balance::unassigned) {
            loads_->note_move(n, from, now);
        }
    }
}

bool NativeGroup::is_leaving(const glbp::Incarnation& life) const {
    if (life == self()) {
        return is_draining_ || options_.weight == 0;
    }
    const Peer* peer = peers_.find(life.member);
    if (peer == nullptr) {
        return true;
    }
    const GroupPeer& said = said_[peers_.index_of(*peer)];
    return said.has(glbp::Sender::Flag::draining) || said.standing.weight == 0;
}

}  // namespace evengate::group
