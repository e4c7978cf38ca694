// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/keep_alive.hpp"

#include <algorithm>
#include <chrono>

#include "packet/arp.hpp"

namespace evengate::control {
namespace {

using namespace std::chrono_literals;

// Protocol rule 21: 1000 announcements a second, as switches have storm control.
constexpr Duration kAnnouncePace = 1ms;
constexpr Duration kRetry = 10ms;

size_t count_vmacs(const VmacOwnership& ownership) {
    size_t count = 0;
    for (const Group& group : ownership.groups()) {
        count += group.vmacs.size();
    }
    return count;
}

}  // namespace

KeepAlive::KeepAlive(const VmacOwnership& ownership, const InterfaceSet& interfaces,
                     FrameSender& sender, Counts& counts, Duration interval)
    : ownership_(ownership),
      interfaces_(interfaces),
      sender_(sender),
      counts_(counts),
      interval_(std::max<Duration>(interval, kRetry)),
      deadlines_(count_vmacs(ownership)) {
    const auto n_vmacs = static_cast<int64_t>(std::max<size_t>(count_vmacs(ownership), 1));
    for (const Group& group : ownership.groups()) {
        for (const Vmac& vmac : group.vmacs) {
            const auto index = static_cast<int64_t>(entries_.size());
            entries_.push_back({.interface = group.interface,
                                .vmac = vmac,
                                .announce_after = kAnnouncePace * index,
                                .phase = interval_ / n_vmacs * index});
        }
    }
}

void KeepAlive::start(TimePoint now) {
    epoch_ = now;
    for (uint32_t index = 0; index < entries_.size(); ++index) {
        announce(index, now);
    }
}

void KeepAlive::announce(uint32_t index, TimePoint now) {
    const Entry& entry = entries_[index];
    if (interfaces_.at(entry.interface).link_up()) {
        deadlines_.set(index, now + entry.announce_after);
    } else {
        deadlines_.clear(index);
    }
}

void KeepAlive::on_link(InterfaceId interface, TimePoint now) {
    for (uint32_t index = 0; index < entries_.size(); ++index) {
        if (entries_[index].interface == interface) {
            announce(index, now);
        }
    }
}

void KeepAlive::on_timers(TimePoint now) {
    while (const auto index = deadlines_.take_due(now)) {
        send(*index, now);
    }
}

void KeepAlive::send(uint32_t index, TimePoint now) {
    const Entry& entry = entries_[index];
    if (ownership_.action(entry.vmac.slot) == packet::SlotAction::own) {
        const Sent sent =
            sender_.send(entry.interface, packet::make_vmac_keep_alive(entry.vmac.mac));
        if (sent == Sent::no_room) {
            deadlines_.set(index, now + kRetry);
            return;
        }
        counts_.keep_alives_sent += sent == Sent::sent ? 1 : 0;
    }
    // The next time that is in this vMAC's phase.
    const Duration into_round = (now - epoch_ - entry.phase) % interval_;
    const Duration until_next =
        into_round < Duration::zero() ? -into_round : interval_ - into_round;
    deadlines_.set(index, now + until_next);
}

}  // namespace evengate::control
