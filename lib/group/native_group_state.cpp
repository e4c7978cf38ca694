// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// Who is there and who leads: liveness and election, and the conclusions of each step (protocol rules
// 6, 7, 9 and 14).
#include <algorithm>
#include <utility>

#include "group/native_group.hpp"

namespace evengate::group {
namespace {

using namespace std::chrono_literals;

constexpr Duration kLeastRequestInterval = 5ms;
constexpr Duration kLeastHelloDistance = 1ms;

}  // namespace

void NativeGroup::settle(TimePoint now, Actions& actions) {
    conclude(now, actions);
    update_deadline(now);
}

void NativeGroup::conclude(TimePoint now, Actions& actions) {
    update_members(now, actions);
    update_phase(now, actions);
    if (link_ == Link::down && phase_ == Phase::taking_part) {
        return;  // it keeps what it has until the lease ends, and judges nobody: it cannot hear
    }
    elect(now, actions);
    request_newer(now, actions);
    // First what follows from the assignment that all have, then what a new one changes.
    update_roles(now, actions);
    balance(now, actions);
    if (plan(now, actions) == Planned::anew) {
        update_roles(now, actions);
    }
    advance_moves(now, actions);
    update_answerable();
    send_clients(now, actions);
    if (phase_ == Phase::left) {
        say_good_bye(now, actions);
        return;
    }
    if (phase_ == Phase::down || next_hello_ == kNever) {
        return;
    }
    if (hello_wanted_) {
        next_hello_ = std::min(next_hello_, std::max(now, hello_sent_at_ + kLeastHelloDistance));
    }
    if (now >= next_hello_) {
        send_hello(now, actions);
    }
    const TimePoint lease = phase_ == Phase::taking_part && has_live_peer() && !has_weakness(Weakness::no_lease)
                                ? hello_sent_at_ + options_.hold
                                : kNever;
    must_publish_roles_ = must_publish_roles_ || lease != lease_;
    lease_ = lease;
    publish_changed_roles(actions);
}

void NativeGroup::publish_changed_roles(Actions& actions) {
    if (std::exchange(must_publish_roles_, false)) {
        actions.emplace_back(std::in_place_type<action::Publish>);
    }
}

void NativeGroup::update_members(TimePoint now, Actions& actions) {
    if (link_ == Link::down) {
        return;
    }
    bool is_anybody_back = false;
    for (const Peer& peer : peers_.all()) {
        GroupPeer& said = said_[peers_.index_of(peer)];
        if (said.life.boot_nonce == 0 && said.hello_sequence == 0) {
            continue;
        }
        const bool is_live = peer.is_live && said.life == peer.life && said.hello_sequence != 0 &&
                             !said.has_left && now < said.hello_at + said.slept.total() + 2 * said.hold;
        if (is_live != said.is_live) {
            said.is_live = is_live;
            note_roles_due();
            said.lists_us_at = now;
            said.is_one_way = false;
            hello_wanted_ = true;
            next_plan_ = {};
            if (is_live) {
                note(actions, NoteKind::member_up, peer.id());
                is_anybody_back = true;
            } else if (!said.has_left) {
                note(actions, NoteKind::member_down, peer.id());
                if (loads_) {
                    loads_->note_failure(now);
                }
            }
        }
        if (said.is_live && !said.is_one_way && now - said.lists_us_at > said.hold + said.slept.total()) {
            said.is_one_way = true;
            note(actions, NoteKind::one_way, peer.id());
        }
    }
    // It may have drawn the switches to itself, and yield before we hear that it claims anything.
    if (is_anybody_back) {
        announce_again(owned_, actions);
    }
}

// Election.

NativeGroup::Rank NativeGroup::own_rank() const {
    return {.is_available = !is_draining_,
            .priority = options_.priority,
            .address = segment_.address,
            .id = self().member};
}

NativeGroup::Rank NativeGroup::rank_of(const Peer& peer, const GroupPeer& said) const {
    return {.is_available = !said.has(glbp::Sender::Flag::draining),
            .priority = said.priority,
            .address = peer.address,
            .id = peer.id()};
}

const Peer* NativeGroup::find_avg() const {
    const Peer* best = nullptr;
    for (const Peer& peer : peers_.all()) {
        const GroupPeer& said = said_[peers_.index_of(peer)];
        if (!said.is_live || said.state != glbp::VgState::active) {
            continue;
        }
        if (best == nullptr || rank_of(peer, said) > rank_of(*best, said_[peers_.index_of(*best)])) {
            best = &peer;
        }
    }
    return best;
}

// Its hellos do not reach us, but others hear it (rule 10).
bool NativeGroup::avg_lives_elsewhere() const {
    const MemberId avg = adopted_.name.avg;
    const MemberPlace place = adopted_.place_of(avg);
    if (avg == self().member || place == kNobody) {
        return false;
    }
    const Peer* peer = peers_.find(avg);
    const bool is_heard = peer != nullptr && said_[peers_.index_of(*peer)].is_live;
    return !is_heard && is_alive(adopted_.at(place));
}

// By whose assignment it is, not which: each new one takes a moment to be adopted.
uint8_t NativeGroup::n_following() const {
    return static_cast<uint8_t>(
        1 + std::count_if(said().begin(), said().end(), [&](const GroupPeer& each) {
            return each.takes_part() && each.standing.adopted.avg == self().member;
        }));
}

// Of two AVGs that hear each other (rule 14).
bool NativeGroup::wins_against(const GroupPeer& other, const Peer& peer) const {
    const uint8_t ours = n_following();
    return ours != other.standing.n_following ? ours > other.standing.n_following
                                              : own_rank() > rank_of(peer, other);
}

void NativeGroup::become(glbp::VgState state, TimePoint now, Actions& actions) {
    if (state_ == state) {
        return;
    }
    state_ = state;
    ++n_state_changes_;
    hello_wanted_ = true;
    if (state == glbp::VgState::active) {
        must_publish_ = true;
        next_plan_ = now;
        without_avg_since_ = kNever;
        is_preempting_ = false;
        for (Vmac& mine : vmacs_) {
            mine.move_begun_at = now;
            mine.unclaimed_since = kNever;
        }
    }
    // What an AVG was asked for is over with its time.
    for (Vmac& mine : vmacs_) {
        mine.wanted_at = {};
        mine.pinned_to = {};
    }
    note(actions, NoteKind::state_changed);
}

void NativeGroup::elect(TimePoint now, Actions& actions) {
    using glbp::VgState;
    if (phase_ != Phase::taking_part) {
        become(phase_ == Phase::listening || phase_ == Phase::fenced ? VgState::listen : VgState::initial, now,
               actions);
        without_avg_since_ = kNever;
        return;
    }
    const Peer* avg = find_avg();
    if (state_ == VgState::active) {
        bool steps_down = false;
        if (avg != nullptr) {
            const GroupPeer& rival = said_[peers_.index_of(*avg)];
            steps_down = !wins_against(rival, *avg);
            must_publish_ = must_publish_ || (!steps_down && rival.standing.adopted > adopted_.name);
        }
        for (const Peer& peer : peers_.all()) {
            const GroupPeer& said = said_[peers_.index_of(peer)];
            const bool is_better = said.takes_part() && rank_of(peer, said) > own_rank();
            steps_down = steps_down || (is_better && said.has(glbp::Sender::Flag::preempting) &&
                                        said.standing.adopted == adopted_.name);
            steps_down = steps_down || (is_better && is_draining_ && !owns_any() &&
                                        said.standing.adopted == adopted_.name);
        }
        if (steps_down) {
            become(VgState::speak, now, actions);
            without_avg_since_ = now;
            without_avg_slept_.reset();
        }
        return;
    }
    bool is_best_of_rest = true;     // of those that take part and are not AVG
    bool is_best_of_all = true;      // and of those that listen still
    for (const Peer& peer : peers_.all()) {
        const GroupPeer& said = said_[peers_.index_of(peer)];
        if (!said.is_live || &peer == avg || rank_of(peer, said) < own_rank()) {
            continue;
        }
        is_best_of_rest = is_best_of_rest && !said.takes_part();
        is_best_of_all = false;
    }
    if (avg != nullptr) {
        without_avg_since_ = kNever;
        const GroupPeer& said = said_[peers_.index_of(*avg)];
        const bool wants = options_.preempt == Preempt::when_better && !is_draining_ &&
                           own_rank() > rank_of(*avg, said) && said.standing.adopted == adopted_.name &&
                           now - phase_since_ >= options_.preempt_delay;
        hello_wanted_ = hello_wanted_ || wants != is_preempting_;
        is_preempting_ = wants;
        become(is_best_of_rest ? VgState::standby : VgState::listen, now, actions);
        return;
    }
    if (avg_lives_elsewhere()) {
        without_avg_since_ = kNever;
        become(VgState::listen, now, actions);
        return;
    }
    if (without_avg_since_ == kNever) {
        without_avg_since_ = now;
        without_avg_slept_.reset();
    }
    const bool waited = now - without_avg_since_ - without_avg_slept_.total() >= options_.hold;
    if (is_best_of_all || (is_best_of_rest && waited)) {
        become(VgState::active, now, actions);
    } else {
        become(VgState::speak, now, actions);
    }
}

// Rule 9: whoever has a newer assignment is asked for it.
void NativeGroup::request_newer(TimePoint now, Actions& actions) {
    if (phase_ == Phase::down || phase_ == Phase::left ||
        now < requested_at_ + std::max<Duration>(options_.hello / 2, kLeastRequestInterval)) {
        return;
    }
    const Peer* best = nullptr;
    for (const Peer& peer : peers_.all()) {
        const GroupPeer& said = said_[peers_.index_of(peer)];
        const glbp::AssignmentName least =
            best == nullptr ? adopted_.name : said_[peers_.index_of(*best)].standing.adopted;
        if (said.is_live && said.standing.adopted > least && may_adopt(said.standing.adopted)) {
            best = &peer;
        }
    }
    if (best != nullptr) {
        requested_at_ = now;
        glbp::Message message = make_message();
        message.assignment_request = adopted_.name;
        send_to(*best, std::move(message), actions);
    }
}

// Only what lies ahead: what is overdue now waits for something else to happen.
void NativeGroup::update_deadline(TimePoint now) {
    deadline_ = phase_ == Phase::left ? kNever : std::max(next_hello_, now);
    const auto consider = [&](TimePoint time) {
        if (time > now) {
            deadline_ = std::min(deadline_, time);
        }
    };
    if (listen_until_ != kNever) {
        consider(listen_until_ + phase_slept_.total());
    }
    consider(next_good_bye_);
    consider(gone_at_);
    if (next_hello_ == kNever) {
        consider(down_since_ + options_.hold);
    }
    if (phase_ == Phase::fenced) {
        consider(phase_since_ + phase_slept_.total() + options_.hello);
        consider(phase_since_ + phase_slept_.total() + options_.hold);
        consider(phase_since_ + phase_slept_.total() + 3 * options_.hold);
    }
    if (without_avg_since_ != kNever) {
        consider(without_avg_since_ + without_avg_slept_.total() + options_.hold);
    }
    consider(next_linger_end_);
    consider(closed_at_);
    for (const uint8_t n : numbers()) {
        if (moves_due_ && moves_.of_vmac[n].state == IncomingMove::State::ready) {
            consider(moves_.of_vmac[n].repeat_at);
        }
    }
    if (moves_.asked_until > now) {
        for (const NeighbourTransfer& transfer : moves_.transfers) {
            consider(transfer.ask_again_at);
        }
    }
}

}  // namespace evengate::group
