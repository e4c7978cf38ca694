// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// Which vMACs this member forwards for: take-over, claims, yielding (protocol rules 10 and 11).
#include <algorithm>
#include <bit>
#include <utility>

#include "group/mix.hpp"
#include "group/native_group.hpp"

namespace evengate::group {

// Whether that life of a member takes part: heard by us, or by a live member that says so in a hello
// that it sent when it would have known otherwise.
bool NativeGroup::is_alive(const glbp::Incarnation& life) const {
    if (life == self()) {
        return phase_ == Phase::taking_part;
    }
    const Peer* peer = peers_.find(life.member);
    const GroupPeer* said = peer == nullptr ? nullptr : &said_[peers_.index_of(*peer)];
    if (said != nullptr && said->is_live) {
        return said->takes_part() && (said->life == life || has_weakness(Weakness::restart_unseen));
    }
    if (has_weakness(Weakness::no_retraction) || (said != nullptr && said->has_left) ||
        (peer != nullptr && peer->is_proven && peer->life != life)) {
        return false;
    }
    const TimePoint died_at = peer == nullptr ? TimePoint{} : peer->died_at;
    for (const Peer& other : peers_.all()) {
        const GroupPeer& witness = said_[peers_.index_of(other)];
        const Duration hello = said != nullptr ? std::max(said->hello, witness.hello) : witness.hello;
        if (witness.takes_part() && witness.hello_at >= died_at + hello && other.hears_live(life)) {
            return true;
        }
    }
    return false;
}

Places NativeGroup::alive_places(const Assignment& assignment) const {
    Places places;
    for (size_t i = 0; i < assignment.members.size(); ++i) {
        places.set(i, is_alive(assignment.members[i]));
    }
    return places;
}

bool NativeGroup::is_claimed_by(const glbp::Incarnation& life, uint8_t number) const {
    if (life == self()) {
        return vmac(number).role == Role::own;
    }
    const Peer* peer = peers_.find(life.member);
    if (peer == nullptr) {
        return false;
    }
    const GroupPeer& said = said_[peers_.index_of(*peer)];
    return said.takes_part() && said.life == life && said.claims.has(number);
}

MemberPlace NativeGroup::rightful(uint8_t number, const Places& alive) const {
    const VmacPlan* plan = adopted_.plan(number);
    const bool is_held = plan != nullptr && plan->previous != kNobody && plan->previous != plan->owner &&
                         is_claimed_by(adopted_.at(plan->previous), number);
    return rightful_owner(adopted_, number, alive, is_held ? PreviousClaim::held : PreviousClaim::none);
}

void NativeGroup::set_role(uint8_t number, Role role, TimePoint now) {
    Vmac& mine = vmac(number);
    if (mine.role != role) {
        mine.role = role;
        if (role == Role::own) {
            owned_.set(number);
        } else {
            owned_.clear(number);
        }
        note_roles_due();
        mine.since = now;
        mine.linger_until = role == Role::linger ? now + options_.linger : kNever;
        must_publish_roles_ = true;
        hello_wanted_ = true;
        next_plan_ = {};
    }
}

// Rule 11: of two claimants that hear each other one gives way.
void NativeGroup::resolve_conflicts(TimePoint now, Actions& actions) {
    if (has_weakness(Weakness::no_yield)) {
        return;
    }
    if (std::exchange(has_yielded_, false)) {
        for (const uint8_t n : numbers()) {
            MemberId& yielded_to = vmac(n).yielded_to;
            if (yielded_to == MemberId{}) {
                continue;
            }
            const Peer* rival = peers_.find(yielded_to);
            if (rival == nullptr || !is_claimed_by(rival->life, n)) {
                yielded_to = {};
                roles_due_ = true;
            }
            has_yielded_ = has_yielded_ || yielded_to != MemberId{};
        }
    }
    const size_t n_bytes = n_vmacs() / 8u + 1u;
    for (const Peer& peer : peers_.all()) {
        GroupPeer& said = said_[peers_.index_of(peer)];
        bool is_disputed = false;
        for (size_t i = 0; said.takes_part() && i < n_bytes; ++i) {
            for (unsigned both = said.claims.bytes[i] & owned_.bytes[i]; both != 0; both &= both - 1) {
                const auto number = static_cast<uint8_t>(8 * i + static_cast<size_t>(std::countr_zero(both)));
                is_disputed = true;
                said.disputed_since = std::min(said.disputed_since, now);
                resolve_conflict(number, peer, said, now, actions);
            }
        }
        if (!is_disputed) {
            said.disputed_since = kNever;
        }
    }
}

void NativeGroup::resolve_conflict(uint8_t number, const Peer& peer, const GroupPeer& said, TimePoint now,
                                   Actions& actions) {
    // It says so, or it would have given way.
    const bool rival_is_deaf = (now - said.lists_us_at > said.hold + said.slept.total() ||
                                now - said.disputed_since > std::max(said.hold, options_.hold)) &&
                               !has_weakness(Weakness::no_deaf_yield);
    const bool ours_is_greater = said.standing.adopted != adopted_.name
                                     ? adopted_.name > said.standing.adopted
                                     : comes_before(adopted_, number, self().member, peer.id());
    if (rival_is_deaf || !ours_is_greater) {
        vmac(number).yielded_to = peer.id();
        has_yielded_ = true;
        set_role(number, Role::linger, now);
        note(actions, NoteKind::yielded, peer.id(), number);
    }
}

void NativeGroup::update_roles(TimePoint now, Actions& actions) {
    resolve_conflicts(now, actions);
    const Places alive = alive_places(adopted_);
    if (roles_due_ || alive != alive_ || now >= next_linger_end_) {
        alive_ = alive;
        follow_assignment(now, actions);
    }
    publish_changed_roles(actions);
    // The claim goes out before frames from the vMAC do, so that whoever sees those knows why.
    if (!claimed_.empty() && next_hello_ != kNever) {
        send_hello(now, actions);
    }
    for (const uint8_t n : claimed_) {
        moves_.of_vmac[n] = {};
        actions.push_back(action::Announce{options_.id, VmacNumber(n)});
    }
    claimed_.clear();
}

void NativeGroup::follow_assignment(TimePoint now, Actions& actions) {
    roles_due_ = false;
    for (const uint8_t n : numbers()) {
        Vmac& mine = vmac(n);
        const VmacPlan* plan = adopted_.plan(n);
        const MemberPlace owner = rightful(n, alive_);
        const bool is_planned =
            plan != nullptr && (owner == plan->owner || owner == plan->previous);
        const bool is_ours = phase_ == Phase::taking_part && owner != kNobody &&
                             adopted_.at(owner) == self() && mine.yielded_to == MemberId{} &&
                             (is_planned || !has_weakness(Weakness::successors_unused));
        if (is_ours && mine.role != Role::own) {
            set_role(n, Role::own, now);
            static_cast<void>(claimed_.try_push_back(n));
            const bool was_moved = owner == plan->owner && plan->previous != kNobody && plan->previous != owner;
            if (was_moved) {
                note(actions, NoteKind::hand_over_done, adopted_.at(plan->previous).member, n);
            } else if (!is_planned) {
                const MemberId before = plan->owner == kNobody ? MemberId{} : adopted_.at(plan->owner).member;
                note(actions, NoteKind::took_over, before, n);
            }
        } else if (!is_ours && mine.role == Role::own) {
            const bool gave_back = is_planned && owner != kNobody && plan->previous == kNobody;
            set_role(n, has_weakness(Weakness::no_linger) ? Role::other : Role::linger, now);
            if (gave_back && plan->owner != kNobody && adopted_.at(plan->owner) != self()) {
                note(actions, NoteKind::retracted, adopted_.at(plan->owner).member, n);
            }
        } else if (mine.role == Role::linger && now >= mine.linger_until) {
            set_role(n, Role::other, now);
        }
    }
    next_linger_end_ = kNever;
    for (const Vmac& mine : vmacs_) {
        if (mine.role == Role::linger) {
            next_linger_end_ = std::min(next_linger_end_, mine.linger_until);
        }
    }
}

// Rule 20: hosts are given vMACs that somebody forwards for.
void NativeGroup::update_answerable() {
    if (!answerable_changed_) {
        return;
    }
    answerable_changed_ = false;
    uint64_t state = mix(n_vmacs());
    answerable_.clear();
    for (const uint8_t n : numbers()) {
        MemberId claimant = vmac(n).role == Role::own ? self().member : MemberId{};
        for (const Peer& peer : peers_.all()) {
            const GroupPeer& said = said_[peers_.index_of(peer)];
            if (said.takes_part() && said.claims.has(n)) {
                claimant = peer.id();
            }
        }
        if (claimant != MemberId{}) {
            answerable_.emplace_back(n);
            state = mix(state + n) ^ claimant.value;
        }
    }
    answerable_revision_ = state;
}

}  // namespace evengate::group
