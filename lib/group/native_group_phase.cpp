// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// Whether this member takes part: links, start, lease and fence, being held up, leaving (protocol rules
// 12 and 15).
#include <algorithm>
#include <utility>

#include "group/native_group.hpp"

namespace evengate::group {
namespace {

using namespace std::chrono_literals;

constexpr Duration kGoodByeInterval = 10ms;
constexpr uint8_t kGoodByes = 3;
constexpr Duration kLateFrames = 100ms;  // after the last good-bye

}  // namespace

void NativeGroup::check_lease(TimePoint now, Actions& actions) {
    if (phase_ == Phase::taking_part && lease_ != kNever && now >= lease_ &&
        !has_weakness(Weakness::no_lease)) {
        if (link_ == Link::down) {
            end_participation(Phase::down, now);
            return;
        }
        end_participation(Phase::fenced, now);
        note(actions, NoteKind::fenced);
    }
}

void NativeGroup::on_overslept(Duration slept, TimePoint now) {
    for (GroupPeer& said : said_) {
        said.slept.add(slept);
    }
    phase_slept_.add(slept);
    without_avg_slept_.add(slept);
    if (slept < options_.hello) {
        return;
    }
    for (GroupPeer& said : said_) {
        if (said.disputed_since != kNever) {
            said.disputed_since = std::min(said.disputed_since + slept, now);
        }
    }
    for (Vmac& mine : vmacs_) {
        mine.move_begun_at = std::min(mine.move_begun_at + slept, now);
        if (mine.unclaimed_since != kNever) {
            mine.unclaimed_since = std::min(mine.unclaimed_since + slept, now);
        }
    }
}

void NativeGroup::on_link(Link link, TimePoint now) {
    if (std::exchange(link_, link) == link) {
        return;
    }
    if (link == Link::down) {
        if (phase_ == Phase::down || phase_ == Phase::left) {
            return;
        }
        // Nothing arrives on this segment, so nothing is lost by keeping the roles until the lease
        // ends; and a link that only flickers costs nothing.
        down_since_ = now;
        next_hello_ = kNever;
        if (phase_ != Phase::taking_part) {
            end_participation(Phase::down, now);
        }
        return;
    }
    const bool flickered = phase_ == Phase::taking_part && now - down_since_ < options_.hold;
    down_since_ = {};
    for (GroupPeer& said : said_) {
        said.slept.reset();
        said.slept.add(now - said.hello_at);
    }
    if (phase_ == Phase::left) {
        return;
    }
    if (!flickered && phase_ != Phase::listening) {
        end_participation(Phase::listening, now);
        listen_until_ = has_weakness(Weakness::no_listening)
                            ? now
                            : now + options_.link_up_delay + options_.hold;
    }
    next_hello_ = now;
}

// Claims nothing from here on. What it owned it keeps no longer, not even for late frames: others
// may have taken over already. But who leaves in good order still serves what is on its way.
void NativeGroup::end_participation(Phase phase, TimePoint now) {
    phase_ = phase;
    phase_since_ = now;
    phase_slept_.reset();
    heard_since_fence_ = false;
    is_preempting_ = false;
    listen_until_ = kNever;
    for (const uint8_t n : numbers()) {
        const bool serves_late_frames = phase == Phase::left && vmac(n).role != Role::other;
        set_role(n, serves_late_frames ? Role::linger : Role::other, now);
        vmac(n).yielded_to = {};
    }
    note_roles_due();
    for (IncomingMove& move : moves_.of_vmac) {
        move = {};
    }
    lease_ = kNever;
    must_publish_roles_ = true;
    hello_wanted_ = phase != Phase::down;
}

void NativeGroup::update_phase(TimePoint now, Actions& actions) {
    const bool is_gone = next_hello_ == kNever && now - down_since_ >= options_.hold;
    if ((phase_ == Phase::taking_part || phase_ == Phase::fenced) && is_gone) {
        end_participation(Phase::down, now);  // without link for longer than the others wait
    }
    const auto take_part = [&] {
        phase_ = Phase::taking_part;
        phase_since_ = now;
        phase_slept_.reset();
        hello_wanted_ = true;
        next_plan_ = {};
        note_roles_due();
    };
    if (phase_ == Phase::listening && now - phase_slept_.total() >= listen_until_) {
        listen_until_ = kNever;
        take_part();
    }
    if (phase_ == Phase::fenced) {
        const Duration awake = now - phase_since_ - phase_slept_.total();
        // Not at the first hello: what waited in the machine's queues while it slept tells of the past.
        const bool is_current =
            heard_since_fence_ && adopted_.name >= highest_heard_ && awake >= options_.hello;
        const bool hears_newer = std::any_of(said().begin(), said().end(), [this](const GroupPeer& said) {
            return said.is_live && said.standing.adopted > adopted_.name;
        });
        // For anybody, or for those that have a newer assignment: they are gone, and it with them.
        const bool waited =
            awake >= options_.hold && (!has_live_peer() || (heard_since_fence_ && !hears_newer));
        if (is_current || waited || awake >= 3 * options_.hold) {
            take_part();
            note(actions, NoteKind::unfenced);
        }
    }
    if (phase_ == Phase::taking_part && leave_by_ != kNever) {
        const bool has_heir = std::any_of(said_.begin(), said_.end(), [](const GroupPeer& said) {
            return said.takes_part() && !said.has(glbp::Sender::Flag::draining);
        });
        if (!owns_any() || !has_heir || now >= leave_by_) {
            end_participation(Phase::left, now);
            next_good_bye_ = now;
        }
    } else if (leave_by_ != kNever && phase_ != Phase::left) {
        end_participation(Phase::left, now);
        next_good_bye_ = now;
    }
    if (is_draining_ && !was_drained_ && phase_ == Phase::taking_part && !owns_any()) {
        was_drained_ = true;
        note(actions, NoteKind::drained);
    }
}

void NativeGroup::say_good_bye(TimePoint now, Actions& actions) {
    publish_changed_roles(actions);
    if (now >= gone_at_) {
        gone_at_ = kNever;
        is_gone_ = true;
    }
    if (next_good_bye_ == kNever || now < next_good_bye_) {
        return;
    }
    become(glbp::VgState::initial, now, actions);
    send(make_hello(now), actions);
    ++n_good_byes_;
    next_good_bye_ = n_good_byes_ < kGoodByes ? now + kGoodByeInterval : kNever;
    gone_at_ = now + kLateFrames;
}

}  // namespace evengate::group
