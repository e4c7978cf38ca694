// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/announcer.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "packet/arp.hpp"

namespace evengate::control {
namespace {

using namespace std::chrono_literals;

// Protocol rule 21: at once, and again after these.
constexpr std::array<Duration, 5> kAnnouncements = {0ms, 50ms, 150ms, 300ms, 500ms};
constexpr Duration kRetry = 10ms;

size_t count_vmacs(const VmacOwnership& ownership) {
    size_t count = 0;
    for (const Group& group : ownership.groups()) {
        count += group.vmacs.size();
    }
    return count;
}

}  // namespace

Announcer::Announcer(const settings::Settings& settings, const VmacOwnership& ownership,
                     const InterfaceSet& interfaces, const Appliance& appliance,
                     GroupMessages& messages, FrameSender& sender, Counts& counts)
    : ownership_(ownership),
      interfaces_(interfaces),
      appliance_(appliance),
      messages_(messages),
      sender_(sender),
      counts_(counts),
      interval_(std::max<Duration>(settings.timers.vmac_keep_alive, kRetry)),
      gap_(Duration(1s) / std::max(settings.limits.announcements_per_s, 1u)),
      paces_(interfaces.size()),
      deadlines_(count_vmacs(ownership)) {
    const auto n_vmacs = static_cast<int64_t>(std::max<size_t>(count_vmacs(ownership), 1));
    for (size_t group = 0; group < ownership.groups().size(); ++group) {
        first_entries_.push_back(static_cast<uint32_t>(entries_.size()));
        for (const Vmac& vmac : ownership.groups()[group].vmacs) {
            const auto index = static_cast<int64_t>(entries_.size());
            entries_.push_back({.group_index = group,
                                .interface = ownership.groups()[group].interface,
                                .vmac = vmac,
                                .phase = interval_ / n_vmacs * index,
                                .announced_at = {},
                                .n_announced = kAnnouncements.size()});
        }
    }
}

bool Announcer::is_owned(const Entry& entry) const {
    return ownership_.action(entry.vmac.slot) == packet::SlotAction::own;
}

void Announcer::start(TimePoint now) {
    epoch_ = now;
    for (uint32_t index = 0; index < entries_.size(); ++index) {
        if (interfaces_.at(entries_[index].interface).link_up()) {
            set_keep_alive(index, now);
        }
    }
}

void Announcer::announce(size_t group_index, VmacNumber vmac, TimePoint now) {
    const uint32_t index = index_of(group_index, vmac);
    if (interfaces_.at(entries_[index].interface).link_up()) {
        begin(index, now);
    }
}

void Announcer::begin(uint32_t index, TimePoint now) {
    entries_[index].announced_at = now;
    entries_[index].n_announced = 0;
    deadlines_.set(index, now);
}

void Announcer::send_last(size_t group_index, VmacNumber vmac) {
    const uint32_t index = index_of(group_index, vmac);
    Entry& entry = entries_[index];
    entry.n_announced = kAnnouncements.size();
    std::erase(paces_[entry.interface.value].waiting, index);
    if (send_rarp(entry) == Sent::sent) {
        ++counts_.keep_alives_sent;
    }
}

void Announcer::on_link(InterfaceId interface, TimePoint now) {
    const bool up = interfaces_.at(interface).link_up();
    paces_[interface.value].waiting.clear();
    for (uint32_t index = 0; index < entries_.size(); ++index) {
        if (entries_[index].interface != interface) {
            continue;
        }
        entries_[index].n_announced = kAnnouncements.size();
        if (!up) {
            deadlines_.clear(index);
        } else if (is_owned(entries_[index])) {
            begin(index, now);
        } else {
            set_keep_alive(index, now);
        }
    }
}

void Announcer::on_timers(TimePoint now) {
    while (const auto index = deadlines_.take_due(now)) {
        const Entry& entry = entries_[*index];
        if (entry.n_announced < kAnnouncements.size() && is_owned(entry)) {
            paces_[entry.interface.value].waiting.push_back(*index);
        } else {
            send_keep_alive(*index, now);
        }
    }
    for (Pace& pace : paces_) {
        if (!pace.waiting.empty()) {
            send_waiting(pace, now);
        }
    }
}

void Announcer::send_waiting(Pace& pace, TimePoint now) {
    const auto load = [&](uint32_t index) {
        return appliance_.slot_counts(entries_[index].vmac.slot).packets;
    };
    std::vector<std::pair<uint64_t, uint32_t>> by_load;
    for (const uint32_t index : std::exchange(pace.waiting, {})) {
        by_load.emplace_back(load(index), index);
    }
    std::stable_sort(by_load.begin(), by_load.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    pace.free_at = std::max(pace.free_at, now - gap_ * (kBurst - 1));
    for (const auto& [packets, index] : by_load) {
        if (pace.free_at <= now) {
            pace.free_at += gap_;
            send_announcement(index, now);
        } else {
            // All wait for the same moment, so that the heaviest is found again then.
            deadlines_.set(index, pace.free_at);
        }
    }
}

Sent Announcer::send_rarp(const Entry& entry) {
    return is_owned(entry)
               ? sender_.send(entry.interface, packet::make_vmac_keep_alive(entry.vmac.mac))
               : Sent::link_down;
}

void Announcer::send_announcement(uint32_t index, TimePoint now) {
    Entry& entry = entries_[index];
    const GroupVoice& voice = messages_.voice(entry.group_index);
    if (voice.mode != settings::GroupMode::cisco) {
        if (send_rarp(entry) == Sent::no_room) {
            deadlines_.set(index, now + kRetry);
            return;
        }
        ++counts_.keep_alives_sent;
    }
    messages_.send_forwarder_hello(entry.group_index, entry.vmac.number);
    ++messages_.voice(entry.group_index).counts.announcements;
    ++entry.n_announced;
    if (entry.n_announced < kAnnouncements.size()) {
        deadlines_.set(index,
                       std::max(entry.announced_at + kAnnouncements[entry.n_announced], now + gap_));
    } else {
        set_keep_alive(index, now);
    }
}

void Announcer::send_keep_alive(uint32_t index, TimePoint now) {
    if (is_owned(entries_[index])) {
        const Sent sent = send_rarp(entries_[index]);
        if (sent == Sent::no_room) {
            deadlines_.set(index, now + kRetry);
            return;
        }
        counts_.keep_alives_sent += sent == Sent::sent ? 1 : 0;
    }
    set_keep_alive(index, now);
}

// The next time that is in this vMAC's phase.
void Announcer::set_keep_alive(uint32_t index, TimePoint now) {
    const Duration into_round = (now - epoch_ - entries_[index].phase) % interval_;
    const Duration until_next =
        into_round < Duration::zero() ? -into_round : interval_ - into_round;
    deadlines_.set(index, now + until_next);
}

}  // namespace evengate::control
