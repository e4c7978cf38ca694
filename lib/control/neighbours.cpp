// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/neighbours.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace evengate::control {
namespace {

using namespace std::chrono_literals;

// A request beyond the rate limit is put off by this, and up to as much again.
constexpr Duration kPutOff = 50ms;
// A neighbour keeps its MAC for so long at least.
constexpr Duration kLeastStay = 100ms;

// Timers of zero would be due for ever.
settings::Timers sane(settings::Timers timers) {
    timers.neighbour_retry = std::max(timers.neighbour_retry, settings::Milliseconds(1));
    timers.neighbour_refresh = std::max(timers.neighbour_refresh, settings::Milliseconds(10));
    timers.n_neighbour_tries = std::max<uint16_t>(timers.n_neighbour_tries, 1);
    timers.n_held_frames = std::max<uint16_t>(timers.n_held_frames, 1);
    return timers;
}

NeighbourTable::Quotas quotas(const settings::Settings& settings, const InterfaceSet& interfaces,
                              const Routes& routes) {
    const size_t pool = settings.tables.n_adjacencies - Adjacencies::n_fixed(interfaces.size());
    return NeighbourTable::Quotas::of_pool(pool, Neighbours::n_pinned(settings, routes));
}

}  // namespace

Neighbours::Neighbours(const settings::Settings& settings, const InterfaceSet& interfaces,
                       Routes& routes, Adjacencies& adjacencies, FrameSender& sender,
                       EventLog& events, Counts& counts, uint64_t seed)
    : timers_(sane(settings.timers)),
      interfaces_(interfaces),
      routes_(routes),
      sender_(sender),
      events_(events),
      counts_(counts),
      table_(quotas(settings, interfaces, routes), seed),
      deadlines_(table_.n_places()),
      requester_(settings.limits.arp_requests_per_s, interfaces, sender, counts),
      shown_(routes, adjacencies, events),
      // Asks all of a full table again at half the permitted rate.
      link_up_spread_(2s * table_.n_places() / std::max(settings.limits.arp_requests_per_s, 1u)) {}

void Neighbours::fix(const NeighbourKey& key, const MacAddress& mac, TimePoint now) {
    Neighbour& neighbour = table_.add(key, Standing::pinned, now);
    neighbour.state = NeighbourState::fixed;
    neighbour.mac = mac;
    shown_.show(neighbour, now);
}

AdjacencyIndex Neighbours::pin(const NeighbourKey& next_hop, TimePoint now) {
    if (const Neighbour* fixed = table_.find(next_hop); fixed != nullptr) {
        return fixed->adjacency;
    }
    Neighbour& neighbour = table_.add(next_hop, Standing::pinned, now);
    const AdjacencyIndex adjacency = shown_.pin(neighbour, now);
    begin_resolving(neighbour, now);
    return adjacency;
}

Outcome Neighbours::submit(const NeighbourKey& key, const Parcel& parcel, TimePoint now) {
    if (!interfaces_.at(key.interface).link_up()) {
        return Outcome::refused(Refusal::link_down);
    }
    Neighbour* neighbour = table_.find(key);
    if (neighbour == nullptr) {
        neighbour = add(key, Standing::unresolved, now);
        if (neighbour == nullptr) {
            return Outcome::refused(Refusal::neighbour_table_full);
        }
        begin_resolving(*neighbour, now);
    }
    if (neighbour->is_resolved()) {
        return send(*neighbour, parcel.datagram, parcel.origin);
    }
    if (neighbour->state == NeighbourState::failed) {
        return Outcome::refused(Refusal::neighbour_failed);
    }
    hold(*neighbour, parcel);
    return Outcome::held();
}

bool Neighbours::observe(const NeighbourKey& key, const MacAddress& mac, Sighting sighting,
                         TimePoint now) {
    Neighbour* neighbour = table_.find(key);
    if (neighbour == nullptr) {
        if (sighting != Sighting::question || !routes_.leads_to_link(key)) {
            return false;
        }
        neighbour = add(key, Standing::learnt, now);
        if (neighbour == nullptr) {
            return false;
        }
        resolve(*neighbour, mac, Standing::learnt, now);
        return true;
    }
    if (neighbour->state == NeighbourState::fixed) {
        return neighbour->mac == mac;
    }
    // Somebody sends to an unresolved one: whatever it says is the answer.
    const bool awaited = neighbour->standing == Standing::unresolved;
    const bool confirms = sighting == Sighting::answer || awaited;
    const Standing standing = neighbour->standing == Standing::pinned ? Standing::pinned
                              : confirms                              ? Standing::confirmed
                                                                      : neighbour->standing;
    if (neighbour->state == NeighbourState::reachable && neighbour->mac == mac) {
        neighbour->since = now;  // its timer sees this when it comes
        table_.set_standing(*neighbour, standing);
        if (neighbour->adjacency == kNoAdjacency) {
            shown_.show(*neighbour, now);  // none was free when it came
        }
        return true;
    }
    if (neighbour->is_resolved() && neighbour->mac != mac && now < neighbour->moved_at + kLeastStay) {
        // Two stations claim the address, or one floods: each move would cost the workers' tables a
        // grace period. Once the stay is over, a probe finds out who is there.
        if (neighbour->state == NeighbourState::reachable) {
            neighbour->since = now - refresh_after(*neighbour);
            set_deadline(*neighbour, neighbour->moved_at + kLeastStay);
        }
        return false;
    }
    if (awaited) {
        if (Neighbour* victim = table_.victim_for(standing); victim != nullptr) {
            forget(*victim, Refusal::neighbour_displaced, now);
        }
    }
    resolve(*neighbour, mac, standing, now);
    return true;
}

bool Neighbours::adopt(const NeighbourKey& key, const MacAddress& mac, TimePoint now) {
    if (!interfaces_.at(key.interface).link_up() || mac.is_multicast() || mac.is_zero()) {
        return false;
    }
    Neighbour* neighbour = table_.find(key);
    if (neighbour != nullptr && neighbour->is_resolved()) {
        return true;
    }
    if (neighbour == nullptr) {
        if (!routes_.leads_to_link(key)) {
            return false;
        }
        neighbour = add(key, Standing::learnt, now);
        if (neighbour == nullptr) {
            return false;
        }
    } else if (neighbour->standing != Standing::pinned) {
        if (Neighbour* victim = table_.victim_for(Standing::learnt); victim != nullptr) {
            forget(*victim, Refusal::neighbour_displaced, now);
        }
        if (!table_.has_room(Standing::learnt)) {
            return false;
        }
    }
    const Standing standing =
        neighbour->standing == Standing::pinned ? Standing::pinned : Standing::learnt;
    resolve(*neighbour, mac, standing, now);
    const TimePoint verify_at = now + jitter(key, link_up_spread_);
    neighbour->since = verify_at - refresh_after(*neighbour);
    set_deadline(*neighbour, verify_at);
    return true;
}

void Neighbours::hurry(const NeighbourKey& key, TimePoint now) {
    Neighbour* neighbour = table_.find(key);
    if (neighbour != nullptr && neighbour->state == NeighbourState::incomplete) {
        ask(*neighbour, now);
    }
}

void Neighbours::watch(const NeighbourKey& key, Duration longest_silence, TimePoint now) {
    if (!interfaces_.at(key.interface).link_up()) {
        return;
    }
    Neighbour* neighbour = table_.find(key);
    if (neighbour == nullptr) {
        if (routes_.leads_to_link(key)) {
            if (neighbour = add(key, Standing::unresolved, now); neighbour != nullptr) {
                begin_resolving(*neighbour, now);
            }
        }
    } else if (neighbour->state == NeighbourState::reachable &&
               now - neighbour->since >= longest_silence) {
        neighbour->state = NeighbourState::probing;
        neighbour->n_tries = 0;
        ask(*neighbour, now);
    }
}

Neighbour* Neighbours::add(const NeighbourKey& key, Standing standing, TimePoint now) {
    if (Neighbour* victim = table_.victim_for(standing); victim != nullptr) {
        forget(*victim, Refusal::neighbour_displaced, now);
    }
    if (!table_.has_room(standing)) {
        if (events_.is_due(EventReason::neighbours_full, now)) {
            events_.add_limited(EventReason::neighbours_full, admin::Event::Severity::warning,
                                "the neighbour table is full; raise tables.n_adjacencies", now);
        }
        return nullptr;
    }
    return &table_.add(key, standing, now);
}

void Neighbours::begin_resolving(Neighbour& neighbour, TimePoint now) {
    neighbour.state = NeighbourState::incomplete;
    neighbour.n_tries = 0;
    neighbour.since = now;
    ask(neighbour, now);
}

void Neighbours::resolve(Neighbour& neighbour, const MacAddress& mac, Standing standing,
                         TimePoint now) {
    const bool moved = !neighbour.is_resolved() || neighbour.mac != mac;
    if (moved) {
        neighbour.moved_at = now;
    }
    neighbour.state = NeighbourState::reachable;
    neighbour.mac = mac;
    neighbour.n_tries = 0;
    neighbour.since = now;
    table_.set_standing(neighbour, standing);
    set_deadline(neighbour, now + refresh_after(neighbour));
    if (moved || !neighbour.has_host_route) {
        shown_.show(neighbour, now);
    }
    send_held(neighbour);
}

void Neighbours::on_timers(TimePoint now) {
    while (const auto place = deadlines_.take_due(now)) {
        on_due(table_.at(*place), now);
    }
}

void Neighbours::on_due(Neighbour& neighbour, TimePoint now) {
    switch (neighbour.state) {
        case NeighbourState::reachable: {
            const TimePoint refresh_at = neighbour.since + refresh_after(neighbour);
            if (refresh_at > now) {  // it spoke meanwhile
                set_deadline(neighbour, refresh_at);
                return;
            }
            neighbour.state = NeighbourState::probing;
            neighbour.n_tries = 0;
            break;
        }
        case NeighbourState::incomplete:
        case NeighbourState::probing:
            if (is_given_up(neighbour, now)) {
                give_up(neighbour, now);
                return;
            }
            break;
        case NeighbourState::failed:
            if (neighbour.standing != Standing::pinned) {
                forget(neighbour, Refusal::neighbour_unreachable, now);
                return;
            }
            begin_resolving(neighbour, now);
            return;
        case NeighbourState::fixed:  // has no timer
            return;
    }
    ask(neighbour, now);
}

void Neighbours::give_up(Neighbour& neighbour, TimePoint now) {
    shown_.hide(neighbour, now);
    neighbour.state = NeighbourState::failed;
    set_deadline(neighbour, now + timers_.neighbour_hold_down);
    for (HeldFrame& frame : std::exchange(neighbour.held, {})) {
        release(frame, Outcome::refused(Refusal::neighbour_unreachable));
        if (frame.origin == Origin::transit) {
            unreachable_.push_back(std::move(frame));
        }
    }
    if (neighbour.standing == Standing::learnt || neighbour.standing == Standing::confirmed) {
        if (Neighbour* victim = table_.victim_for(Standing::unresolved); victim != nullptr) {
            forget(*victim, Refusal::neighbour_displaced, now);
        }
        table_.set_standing(neighbour, Standing::unresolved);
    }
}

void Neighbours::forget(Neighbour& neighbour, Refusal held_fate, TimePoint now) {
    shown_.hide(neighbour, now);
    refuse_held(neighbour, held_fate);
    deadlines_.clear(table_.place_of(neighbour));
    table_.remove(neighbour);
}

// The time counts too, since tries that the rate limit puts off do not.
bool Neighbours::is_given_up(const Neighbour& neighbour, TimePoint now) const {
    const Duration patience = timers_.neighbour_retry * timers_.n_neighbour_tries;
    return neighbour.n_tries >= timers_.n_neighbour_tries ||
           (neighbour.standing == Standing::unresolved && now - neighbour.since >= patience);
}

void Neighbours::ask(Neighbour& neighbour, TimePoint now) {
    // The last try of several is a broadcast: the address may have moved to another MAC.
    const int n_try = neighbour.n_tries + 1;
    const bool last = n_try > 1 && n_try == timers_.n_neighbour_tries;
    const bool unicast = neighbour.state == NeighbourState::probing && !last;
    const AskedFor reason =
        neighbour.standing == Standing::unresolved ? AskedFor::demand : AskedFor::upkeep;
    if (!requester_.try_ask(neighbour.key, unicast ? neighbour.mac : kBroadcastMac, reason, now)) {
        set_deadline(neighbour, now + kPutOff + jitter(neighbour.key, kPutOff));
        return;
    }
    ++neighbour.n_tries;
    set_deadline(neighbour, now + timers_.neighbour_retry);
}

Duration Neighbours::jitter(const NeighbourKey& key, Duration range) const {
    constexpr int64_t kSteps = 1024;
    return range / kSteps * static_cast<int64_t>(table_.hash(key) % kSteps);
}

// Spread over the last quarter of the interval, so that hosts that came up together are not asked
// together, and none is asked late.
Duration Neighbours::refresh_after(const Neighbour& neighbour) const {
    const Duration longest = timers_.neighbour_refresh;
    return longest - jitter(neighbour.key, longest / 4);
}

void Neighbours::hold(Neighbour& neighbour, const Parcel& parcel) {
    if (neighbour.held.size() == timers_.n_held_frames) {
        release(neighbour.held.front(), Outcome::refused(Refusal::held_displaced));
        neighbour.held.erase(neighbour.held.begin());
    }
    neighbour.held.push_back({.datagram = {parcel.datagram.begin(), parcel.datagram.end()},
                              .as_received = {parcel.as_received.begin(), parcel.as_received.end()},
                              .ingress = parcel.ingress,
                              .origin = parcel.origin});
}

void Neighbours::send_held(Neighbour& neighbour) {
    for (const HeldFrame& frame : std::exchange(neighbour.held, {})) {
        release(frame, send(neighbour, frame.datagram, frame.origin));
    }
}

void Neighbours::refuse_held(Neighbour& neighbour, Refusal refusal) {
    for (const HeldFrame& frame : std::exchange(neighbour.held, {})) {
        release(frame, Outcome::refused(refusal));
    }
}

void Neighbours::release(const HeldFrame& frame, Outcome outcome) {
    if (frame.origin == Origin::transit) {
        --counts_.held;
        counts_.add(outcome);
    } else if (outcome.kind == Outcome::Kind::refused) {
        ++counts_.answers_lost;
    }
}

Outcome Neighbours::send(const Neighbour& neighbour, std::span<const uint8_t> datagram,
                         Origin origin) {
    switch (sender_.send_ipv4(neighbour.key.interface, neighbour.mac, datagram, origin)) {
        case Sent::sent:
            return Outcome::forwarded();
        case Sent::link_down:
            return Outcome::refused(Refusal::link_down);
        case Sent::not_fragmentable:
            return Outcome::refused(Refusal::fragmentation_impossible);
        case Sent::no_room:
            break;
    }
    return Outcome::refused(Refusal::transmit_failed);
}

void Neighbours::on_link(InterfaceId interface, TimePoint now) {
    const bool up = interfaces_.at(interface).link_up();
    for_each([&](Neighbour& neighbour) {
        if (neighbour.key.interface != interface) {
            return;
        }
        if (up) {
            on_link_up(neighbour, now);
        } else {
            on_link_down(neighbour, now);
        }
    });
}

void Neighbours::on_link_down(Neighbour& neighbour, TimePoint now) {
    if (!neighbour.is_resolved() && neighbour.standing != Standing::pinned) {
        forget(neighbour, Refusal::link_down, now);
        return;
    }
    deadlines_.clear(table_.place_of(neighbour));
    refuse_held(neighbour, Refusal::link_down);
    shown_.follow_link(neighbour);  // also of one with a MAC: workers drop, by that name
}

void Neighbours::on_link_up(Neighbour& neighbour, TimePoint now) {
    if (!neighbour.is_resolved() && neighbour.standing != Standing::pinned) {
        return;  // failed while the link was down; its timer runs
    }
    if (!neighbour.is_resolved()) {
        shown_.follow_link(neighbour);
        begin_resolving(neighbour, now);
        return;
    }
    shown_.show(neighbour, now);
    if (neighbour.state == NeighbourState::fixed) {
        return;
    }
    neighbour.state = NeighbourState::probing;
    neighbour.n_tries = 0;
    set_deadline(neighbour, now + jitter(neighbour.key, link_up_spread_));
}

}  // namespace evengate::control
