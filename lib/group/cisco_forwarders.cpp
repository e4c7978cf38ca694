// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "group/cisco_forwarders.hpp"

#include <algorithm>
#include <tuple>

namespace evengate::group {
namespace {

// Of members that could take a vMAC at the same moment, each lets its betters go first.
constexpr int kTurnsPerHold = 100;

auto rank(const CiscoHolder& holder) {
    return std::tie(holder.priority, holder.weight, holder.address, holder.who);
}

// kNever for what never began.
TimePoint after(TimePoint start, Duration delay) {
    return start == kNever ? kNever : start + delay;
}

}  // namespace

bool CiscoForwarder::is_answerable(TimePoint now) const {
    const bool served = role == Role::own || holder.has_value();
    return served && redirect_until > now;
}

CiscoForwarders::CiscoForwarders(const CiscoContender& self, const CiscoForwarderTimers& timers)
    : self_(self), timers_(timers) {}

CiscoForwarder* CiscoForwarders::find(VmacNumber number) {
    const auto found = std::ranges::find(forwarders_, number, &CiscoForwarder::number);
    return found == forwarders_.end() ? nullptr : &*found;
}

const CiscoForwarder* CiscoForwarders::find(VmacNumber number) const {
    const auto found = std::ranges::find(forwarders_, number, &CiscoForwarder::number);
    return found == forwarders_.end() ? nullptr : &*found;
}

CiscoForwarder& CiscoForwarders::find_or_add(VmacNumber number, const MacAddress& mac,
                                             TimePoint now) {
    if (CiscoForwarder* known = find(number)) {
        return *known;
    }
    const auto place = std::ranges::upper_bound(forwarders_, number, {}, &CiscoForwarder::number);
    CiscoForwarder& added = *forwarders_.emplace(place);
    added.number = number;
    added.mac = mac;
    added.role_since = now;
    added.free_since = now;
    return added;
}

uint8_t CiscoForwarders::priority_of(const CiscoForwarder& forwarder) const {
    return forwarder.owner == self_.who ? kOwnerPriority : kSecondaryPriority;
}

bool CiscoForwarders::wins(const CiscoForwarder& ours, const CiscoHolder& them) const {
    const uint8_t priority = priority_of(ours);
    return std::tie(priority, self_.weight, self_.address, self_.who) > rank(them);
}

void CiscoForwarders::set_role(CiscoForwarder& forwarder, Role role, TimePoint now) {
    forwarder.role = role;
    forwarder.role_since = now;
    forwarder.linger_until = kNever;
}

void CiscoForwarders::set_free(CiscoForwarder& forwarder, TimePoint since) {
    forwarder.holder.reset();
    forwarder.free_since = since;
    if (forwarder.timeout_until == kNever) {
        forwarder.redirect_until = since + timers_.redirect;
        forwarder.timeout_until = since + timers_.timeout;
    }
}

CiscoForwarders::Outcome CiscoForwarders::hear(const CiscoHolder& them, VmacNumber number,
                                               const MacAddress& mac, Duration redirect_left,
                                               Duration timeout_left) {
    const TimePoint now = them.last_heard;
    CiscoForwarder& forwarder = find_or_add(number, mac, now);
    if (forwarder.role == Role::own && wins(forwarder, them)) {
        return Outcome::kept;
    }
    if (forwarder.holder && forwarder.holder->who != them.who &&
        now < forwarder.holder->last_heard + timers_.hold * 3 / 4 &&
        rank(*forwarder.holder) > rank(them)) {
        return Outcome::noted;  // of two that live, the worse one gives way when it hears the other
    }
    forwarder.holder = them;
    forwarder.released_by.reset();
    forwarder.past = CiscoForwarder::Past::forwarded;
    if (them.priority >= kOwnerPriority) {
        forwarder.owner = them.who;
        forwarder.redirect_until = kNever;
        forwarder.timeout_until = kNever;
    } else {
        forwarder.redirect_until = now + redirect_left;
        forwarder.timeout_until = now + timeout_left;
    }
    if (forwarder.role == Role::own) {
        set_role(forwarder, Role::linger, now);
        forwarder.linger_until = now + timers_.linger;
        return Outcome::yielded;
    }
    if (forwarder.role == Role::linger) {
        forwarder.linger_until = std::min(forwarder.linger_until, now + timers_.linger);
    }
    return Outcome::noted;
}

void CiscoForwarders::release_all_but(const MacAddress& who, std::span<const VmacNumber> listed,
                                      TimePoint now) {
    for (CiscoForwarder& forwarder : forwarders_) {
        const bool held = forwarder.holder && forwarder.holder->who == who;
        if (held && std::ranges::find(listed, forwarder.number) == listed.end()) {
            set_free(forwarder, now);
            forwarder.released_by = who;
        }
    }
}

void CiscoForwarders::assign(VmacNumber number, const MacAddress& mac, const MacAddress& owner,
                             TimePoint now) {
    CiscoForwarder& forwarder = find_or_add(number, mac, now);
    forwarder.owner = owner;
    if (owner == self_.who) {
        forwarder.assigned_at = now;
    }
}

std::optional<VmacNumber> CiscoForwarders::find_free(uint8_t n_vmacs) const {
    for (uint8_t number = 1; number <= n_vmacs; ++number) {
        const CiscoForwarder* forwarder = find(VmacNumber{number});
        if (forwarder == nullptr) {
            return VmacNumber{number};
        }
    }
    return std::nullopt;
}

std::optional<VmacNumber> CiscoForwarders::number_of(const MacAddress& owner) const {
    const auto found = std::ranges::find(forwarders_, owner, &CiscoForwarder::owner);
    return found == forwarders_.end() ? std::nullopt : std::optional(found->number);
}

size_t CiscoForwarders::n_before_us(const CiscoForwarder& forwarder,
                                    const CiscoMembers& members) const {
    size_t n_before = 0;
    for (const CiscoMember& member : members.all()) {
        const bool owns = forwarder.owner == member.owner && forwarder.released_by != member.owner;
        const bool better = member.weight > 0 && std::tie(member.weight, member.address) >
                                                     std::tie(self_.weight, self_.address);
        n_before += member.is_live() && (owns || better) ? 1 : 0;
    }
    return n_before;
}

TimePoint CiscoForwarders::take_at(const CiscoForwarder& forwarder,
                                   const CiscoMembers& members) const {
    if (self_.weight == 0 || self_.able_since == kNever || forwarder.role == Role::own) {
        return kNever;
    }
    if (forwarder.past == CiscoForwarder::Past::promised && forwarder.owner != self_.who) {
        return kNever;  // its owner still waits; nobody uses it yet
    }
    const Duration hold = timers_.hold;
    const TimePoint lost =
        forwarder.holder ? forwarder.holder->last_heard + hold : forwarder.free_since;
    const TimePoint listened = after(self_.listening_since, hold);
    if (forwarder.owner != self_.who) {
        const auto n_turns = static_cast<int>(n_before_us(forwarder, members));
        return std::max(lost, listened) + n_turns * (hold / kTurnsPerHold);
    }
    const TimePoint earliest = std::max(listened, forwarder.assigned_at + hold);
    if (!forwarder.holder) {
        return std::max(earliest, lost);
    }
    const TimePoint preempts = after(self_.able_since, timers_.preempt_delay);
    return std::max(earliest, std::min(lost, preempts));
}

std::optional<VmacNumber> CiscoForwarders::take_one(const CiscoMembers& members, TimePoint now) {
    for (CiscoForwarder& forwarder : forwarders_) {
        if (take_at(forwarder, members) > now) {
            continue;
        }
        if (forwarder.owner == self_.who) {
            forwarder.redirect_until = kNever;
            forwarder.timeout_until = kNever;
        } else {
            set_free(forwarder, now);  // its counters run
        }
        forwarder.holder.reset();
        forwarder.past = CiscoForwarder::Past::forwarded;
        set_role(forwarder, Role::own, now);
        return forwarder.number;
    }
    return std::nullopt;
}

size_t CiscoForwarders::expire(const CiscoMembers& members, TimePoint now) {
    size_t n_changed = 0;
    for (CiscoForwarder& forwarder : forwarders_) {
        if (forwarder.holder && forwarder.holder->last_heard + timers_.hold <= now) {
            set_free(forwarder, forwarder.holder->last_heard + timers_.hold);
        }
        if (forwarder.role == Role::linger && forwarder.linger_until <= now) {
            set_role(forwarder, Role::other, now);
            ++n_changed;
        }
    }
    std::erase_if(forwarders_, [&](const CiscoForwarder& forwarder) {
        const bool timed_out = forwarder.timeout_until <= now;
        // Only the AVG knows what it promised; who dies before it forwards gives the number back.
        const bool promise_void = forwarder.past == CiscoForwarder::Past::promised &&
                                  forwarder.owner && forwarder.owner != self_.who &&
                                  !members.is_live(*forwarder.owner);
        const bool erased = timed_out || promise_void;
        n_changed += erased && forwarder.role != Role::other ? 1 : 0;
        return erased;
    });
    return n_changed;
}

TimePoint CiscoForwarders::next_deadline(const CiscoMembers& members, TimePoint now) const {
    TimePoint next = kNever;
    for (const CiscoForwarder& forwarder : forwarders_) {
        next = std::min(
            {next, take_at(forwarder, members), forwarder.linger_until, forwarder.timeout_until});
        if (forwarder.holder) {
            next = std::min(next, forwarder.holder->last_heard + timers_.hold);
        }
        // Changes what hosts are given, once.
        if (forwarder.redirect_until > now) {
            next = std::min(next, forwarder.redirect_until);
        }
    }
    return next;
}

size_t CiscoForwarders::give_up(TimePoint now) {
    size_t n_changed = 0;
    for (CiscoForwarder& forwarder : forwarders_) {
        if (forwarder.role == Role::own) {
            set_role(forwarder, Role::linger, now);
            // As long as somebody may need to notice.
            forwarder.linger_until = now + std::max(timers_.hold, timers_.linger);
            set_free(forwarder, now);
            ++n_changed;
        }
    }
    return n_changed;
}

size_t CiscoForwarders::drop(TimePoint now) {
    size_t n_changed = 0;
    for (CiscoForwarder& forwarder : forwarders_) {
        if (forwarder.role != Role::other) {
            set_role(forwarder, Role::other, now);
            ++n_changed;
        }
        set_free(forwarder, now);
    }
    return n_changed;
}

}  // namespace evengate::group
