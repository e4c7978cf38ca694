// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "group/cisco_election.hpp"

#include <algorithm>
#include <tuple>

namespace evengate::group {
namespace {

using glbp::VgState;

// A router passes through standby in 8 ms of its 10 s hold when nobody is active.
constexpr int kRisesPerHold = 1250;
// Of members whose standby timer ends at the same moment, each lets its betters speak first.
constexpr int kTurnsPerHold = 100;
constexpr size_t kMaxTurns = 10;

bool is(const std::optional<CiscoCandidate>& one, const CiscoCandidate& other) {
    return one && one->who == other.who;
}

}  // namespace

bool is_better(const CiscoCandidate& a, const CiscoCandidate& b) {
    return std::tie(a.priority, a.address, a.who) > std::tie(b.priority, b.address, b.who);
}

CiscoElection::CiscoElection(const CiscoCandidate& self, Duration hold)
    : self_(self), hold_(hold) {}

void CiscoElection::start(TimePoint now) {
    stop(VgState::listen);
    active_timer_ = now + hold_;
    standby_timer_ = now + hold_;
}

void CiscoElection::stop(VgState state) {
    state_ = state;
    avg_.reset();
    standby_.reset();
    active_timer_ = kNever;
    standby_timer_ = kNever;
    rise_ = kNever;
}

std::optional<MacAddress> CiscoElection::avg() const {
    if (state_ == VgState::active) {
        return self_.who;
    }
    return avg_ ? std::optional(avg_->who) : std::nullopt;
}

std::optional<MacAddress> CiscoElection::standby() const {
    if (state_ == VgState::standby) {
        return self_.who;
    }
    return standby_ ? std::optional(standby_->who) : std::nullopt;
}

CiscoElection::Change CiscoElection::enter(VgState state, Change how) {
    state_ = state;
    rise_ = kNever;
    return how;
}

CiscoElection::Change CiscoElection::become_active() {
    avg_.reset();
    active_timer_ = kNever;
    return enter(VgState::active, Change::announced);
}

CiscoElection::Change CiscoElection::hear(const CiscoCandidate& them, VgState said,
                                          Preemption preemption, TimePoint now) {
    if (state_ == VgState::initial || state_ == VgState::disabled) {
        return Change::none;
    }
    switch (said) {
        case VgState::active:
            return hear_active(them, preemption, now);
        case VgState::standby:
            return hear_standby(them, now);
        case VgState::speak:
            return hear_speak(them, now);
        case VgState::disabled:
        case VgState::initial:
        case VgState::listen:
            break;
    }
    return hear_other(them, now);
}

CiscoElection::Change CiscoElection::hear_active(const CiscoCandidate& them, Preemption preemption,
                                                 TimePoint now) {
    if (state_ == VgState::active && !is_better(them, self_)) {
        return Change::none;  // it gives way when it hears us
    }
    if (avg_ && !is(avg_, them) && !is_better(them, *avg_)) {
        return Change::none;  // it gives way to the one that we follow
    }
    if (is(standby_, them)) {
        standby_.reset();
        standby_timer_ = now + hold_;
    }
    avg_ = them;
    active_timer_ = now + hold_;
    rise_ = kNever;
    if (state_ == VgState::active) {
        standby_timer_ = now + hold_;
        return enter(VgState::speak, Change::announced);
    }
    if (preemption == Preemption::allowed && self_.priority > them.priority) {
        if (state_ == VgState::standby) {
            standby_timer_ = kNever;
        }
        return become_active();
    }
    return Change::none;
}

CiscoElection::Change CiscoElection::hear_standby(const CiscoCandidate& them, TimePoint now) {
    if (is(avg_, them)) {
        avg_.reset();
        active_timer_ = now + hold_;
    }
    if (state_ == VgState::active) {
        standby_ = them;
        standby_timer_ = now + hold_;
        return Change::none;
    }
    if (is_better(them, self_)) {
        standby_ = them;
        standby_timer_ = now + hold_;
        if (state_ == VgState::listen) {
            return Change::none;
        }
        active_timer_ = avg_ ? active_timer_ : now + hold_;
        return enter(VgState::listen, Change::quiet);
    }
    if (state_ == VgState::standby) {
        return Change::none;  // it gives way when it hears us
    }
    standby_ = them;
    if (state_ == VgState::listen && avg_) {
        standby_timer_ = now + hold_;
        return enter(VgState::speak, Change::announced);
    }
    return Change::none;
}

CiscoElection::Change CiscoElection::hear_speak(const CiscoCandidate& them, TimePoint now) {
    if (is(avg_, them)) {
        // It was preempted: a better AVG is about to be heard.
        avg_.reset();
        active_timer_ = now + hold_;
    }
    if (is(standby_, them)) {
        standby_.reset();
    }
    const bool waits = state_ == VgState::listen || state_ == VgState::speak;
    if (!waits || !is_better(them, self_)) {
        return Change::none;
    }
    standby_timer_ = now + hold_;
    if (state_ == VgState::listen) {
        return Change::none;
    }
    active_timer_ = active_timer_ == kNever ? now + hold_ : active_timer_;
    return enter(VgState::listen, Change::quiet);
}

CiscoElection::Change CiscoElection::hear_other(const CiscoCandidate& them, TimePoint now) {
    if (is(standby_, them)) {
        standby_.reset();
    }
    if (!is(avg_, them)) {
        return Change::none;
    }
    avg_.reset();
    if (state_ == VgState::standby) {
        return become_active();
    }
    active_timer_ = now + hold_;
    return Change::none;
}

CiscoElection::Change CiscoElection::run_active_timer(TimePoint now) {
    active_timer_ = kNever;
    avg_.reset();
    if (state_ == VgState::standby) {
        return become_active();
    }
    if (state_ != VgState::listen) {
        return Change::none;
    }
    active_timer_ = now + hold_;
    standby_timer_ = now + hold_;
    return enter(VgState::speak, Change::announced);
}

CiscoElection::Change CiscoElection::run_standby_timer(TimePoint now) {
    standby_timer_ = kNever;
    standby_.reset();
    if (state_ == VgState::listen) {
        standby_timer_ = now + hold_;
        return enter(VgState::speak, Change::announced);
    }
    if (state_ != VgState::speak) {
        return Change::none;
    }
    const Change change = enter(VgState::standby, Change::announced);
    rise_ = avg_ ? kNever : now + hold_ / kRisesPerHold;
    return change;
}

TimePoint CiscoElection::standby_deadline(size_t n_better) const {
    if (standby_timer_ == kNever || state_ != VgState::listen) {
        return standby_timer_;
    }
    const auto n_turns = static_cast<int>(std::min(n_better, kMaxTurns));
    return standby_timer_ + n_turns * (hold_ / kTurnsPerHold);
}

TimePoint CiscoElection::next_deadline(size_t n_better) const {
    return std::min({active_timer_, rise_, standby_deadline(n_better)});
}

CiscoElection::Change CiscoElection::run_due(size_t n_better, TimePoint now) {
    if (active_timer_ <= now) {
        if (const Change change = run_active_timer(now); change != Change::none) {
            return change;
        }
    }
    if (rise_ <= now) {
        return become_active();
    }
    if (standby_deadline(n_better) <= now) {
        return run_standby_timer(now);
    }
    return Change::none;
}

}  // namespace evengate::group
