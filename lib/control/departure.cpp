// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/departure.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "packet/slot_action.hpp"

namespace evengate::control {
namespace {

using namespace std::chrono_literals;
using Severity = admin::Event::Severity;

constexpr Duration kDrainLook = 100ms;
constexpr Duration kDepartureLook = 5ms;
// Before good-bye: frames that were on their way when the last vMAC left.
constexpr Duration kLastFrames = 50ms;

}  // namespace

Departure::Departure(const settings::Timers& timers, const VmacOwnership& ownership,
                     const Appliance& appliance, GroupSpeakers& speakers, EventLog& events)
    : quiet_(timers.drain_quiet),
      limit_(timers.drain_limit),
      ownership_(ownership),
      appliance_(appliance),
      speakers_(speakers),
      events_(events) {}

bool Departure::is_busy() const {
    const auto all = std::as_const(speakers_).all();
    return std::any_of(all.begin(), all.end(),
                       [](const Speaker& speaker) { return speaker.segment.is_busy(); });
}

bool Departure::owns_nothing() const {
    const auto actions = ownership_.actions();
    return !is_busy() && std::none_of(actions.begin(), actions.end(), [](packet::SlotAction action) {
        return action == packet::SlotAction::own;
    });
}

bool Departure::has_live_peer(TimePoint now) const {
    for (const Speaker& speaker : speakers_.all()) {
        for (const GroupId id : speaker.segment.groups()) {
            const group::GroupView view = speaker.segment.view(id, now);
            if (std::any_of(view.members.begin(), view.members.end(),
                            [](const auto& m) { return !m.is_self && m.is_live; })) {
                return true;
            }
        }
    }
    return false;
}

// What control took out of the stream (ARP, messages, ping) is no transit.
uint64_t Departure::count_transit() const {
    uint64_t sum = 0;
    for (size_t slot = 0; slot < ownership_.actions().size(); ++slot) {
        sum += appliance_.slot_counts(SlotIndex(static_cast<uint16_t>(slot))).packets;
    }
    return sum - std::min(sum, n_punted_);
}

void Departure::begin_drain(TimePoint now) {
    drain_ = Drain::moving;
    drain_began_at_ = now;
    next_ = now;
    speakers_.tell_all(group::Drain{}, now);
    events_.add(Severity::info, "drain: the vMACs move to other members", now);
}

void Departure::end_drain(TimePoint now) {
    drain_ = Drain::none;
    speakers_.tell_all(group::Undrain{}, now);
    events_.add(Severity::info, "undrain: this member takes vMACs again", now);
}

void Departure::begin(TimePoint now) {
    if (departure_ != Stage::staying) {
        return;
    }
    departure_began_at_ = now;
    quiet_since_ = now;
    if (speakers_.all().empty()) {
        departure_ = Stage::gone;
        return;
    }
    departure_ = Stage::handing_over;
    if (has_live_peer(now)) {
        speakers_.tell_all(group::Drain{}, now);
    }
    next_ = now;
    look(now);
}

void Departure::look(TimePoint now) {
    if (now < next_) {
        return;
    }
    next_ = kNever;
    if (departure_ != Stage::staying) {
        look_at_departure(now);
    } else {
        look_at_drain(now);
    }
}

void Departure::look_at_drain(TimePoint now) {
    if (drain_ == Drain::none || drain_ == Drain::done) {
        return;
    }
    next_ = now + kDrainLook;
    const uint64_t transit = count_transit();
    if (drain_ == Drain::moving && owns_nothing()) {
        drain_ = Drain::quiet;
        quiet_since_ = now;
        last_transit_ = transit;
    }
    if (transit != last_transit_) {
        last_transit_ = transit;
        quiet_since_ = now;
    }
    if (drain_ == Drain::quiet && now - quiet_since_ >= quiet_) {
        drain_ = Drain::done;
        events_.add(Severity::info, "drained: no traffic comes here any more", now);
    } else if (now - drain_began_at_ >= limit_) {
        events_.add(Severity::warning,
                    drain_ == Drain::moving
                        ? "drain: some vMACs could not be moved; they are still forwarded here"
                        : "drained, but traffic still comes here: a router's route may lead to "
                          "this member's own address",
                    now);
        drain_ = Drain::done;
    }
    if (drain_ == Drain::done) {
        next_ = kNever;
    }
}

void Departure::look_at_departure(TimePoint now) {
    const Duration elapsed = now - departure_began_at_;
    if (departure_ == Stage::handing_over) {
        if (!owns_nothing()) {
            quiet_since_ = now;
        }
        if (elapsed >= kHandOver || now - quiet_since_ >= kLastFrames || !has_live_peer(now)) {
            speakers_.tell_all(group::Leave{}, now);
            departure_ = Stage::leaving;
        }
    }
    if (departure_ == Stage::leaving && (!is_busy() || elapsed >= kLongestDeparture)) {
        departure_ = Stage::gone;
    }
    next_ = departure_ == Stage::gone ? kNever : now + kDepartureLook;
}

}  // namespace evengate::control
