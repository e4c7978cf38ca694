// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: how each kind of fault begins and ends.
#include <algorithm>
#include <utility>

#include "sim/addresses.hpp"
#include "sim/world.hpp"

namespace evengate::sim {
namespace {

using namespace std::chrono_literals;

constexpr Duration kProcessStart = 30ms;  // from the end of one process to the start of the next
constexpr size_t kMaxRecorded = 300;

}  // namespace

void World::begin(const Fault& fault) {
    say("begins: " + fault.to_string());
    switch (fault.kind) {
        case FaultKind::kill:
            if (fault.other != Fault::kAll) {
                kill_member(fault.other);
            }
            return kill_member(fault.member);
        case FaultKind::restart:
            return kill_member(fault.member);
        case FaultKind::link_down:
            return set_links(fault, LinkPhase::down);
        case FaultKind::one_way:
            return cut(fault, Network::Cut::cut);
        case FaultKind::partition:
            return set_trunks(fault, LinkPhase::down);
        case FaultKind::pause:
            members_[fault.member]->set_pause(Pause::paused, now_);
            tell_capability(fault.member);
            return properties_.sleep(fault.member, now_);
        case FaultKind::drift:
            return members_[fault.member]->set_drift(static_cast<int32_t>(fault.amount), now_);
        case FaultKind::loss:
        case FaultKind::delay:
        case FaultKind::reorder:
        case FaultKind::duplicate:
            return set_impairment(fault, fault.amount);
        case FaultKind::wrong_key:
        case FaultKind::rolling_parameters:
            return start_otherwise(fault);
        case FaultKind::replay:
            attack_rate_ = fault.amount;
            for (const Side side : {Side::lan, Side::wan}) {
                queue_.add(now_, EventKind::hostile_wakes, side, 0, 0);
            }
            return;
        case FaultKind::drain:
            is_draining_[fault.member] = true;
            tell_capability(fault.member);
            return order(fault.member, {.verb = admin::Verb::drain, .member = {}});
        case FaultKind::move:
            return move(fault);
        case FaultKind::flush:
            for (const Side side : {Side::lan, Side::wan}) {
                if (has(fault.sides, side)) {
                    network(side).flush();
                }
            }
            return;
        case FaultKind::priority:
            for (const Side side : {Side::lan, Side::wan}) {
                order(fault.member, {.verb = admin::Verb::set_priority,
                                     .group = group_of(side),
                                     .member = {},
                                     .priority = static_cast<uint8_t>(fault.amount)});
            }
            return;
    }
}

void World::end(const Fault& fault) {
    if (fault.lasts > Duration::zero()) {
        say("ends: " + fault.to_string());
    }
    switch (fault.kind) {
        case FaultKind::kill:
        case FaultKind::restart:
            for (const uint16_t dead : {fault.member, fault.other}) {
                if (dead < members_.size() && !members_[dead]->is_alive()) {
                    start_member(dead);
                }
            }
            return;
        case FaultKind::link_down:
            return set_links(fault, LinkPhase::up);
        case FaultKind::one_way:
            return cut(fault, Network::Cut::none);
        case FaultKind::partition:
            return set_trunks(fault, LinkPhase::up);
        case FaultKind::pause:
            members_[fault.member]->set_pause(Pause::running, now_);
            tell_capability(fault.member);
            properties_.wake(fault.member, now_);
            for (const admin::Request& request : std::exchange(orders_[fault.member], {})) {
                order(fault.member, request);
            }
            return;
        case FaultKind::drift:
            return members_[fault.member]->set_drift(0, now_);
        case FaultKind::loss:
        case FaultKind::delay:
        case FaultKind::reorder:
        case FaultKind::duplicate:
            return set_impairment(fault, 0);
        case FaultKind::wrong_key:
        case FaultKind::rolling_parameters:
            members_[fault.member]->settings() = settings_of_member(options_, fault.member);
            return restart_member(fault.member);
        case FaultKind::replay:
            attack_rate_ = 0;
            return;
        case FaultKind::drain:
            is_draining_[fault.member] = false;
            tell_capability(fault.member);
            return order(fault.member, {.verb = admin::Verb::undrain, .member = {}});
        case FaultKind::move:
        case FaultKind::flush:
        case FaultKind::priority:
            return;
    }
}

void World::set_links(const Fault& fault, LinkPhase phase) {
    for (const Side side : {Side::lan, Side::wan}) {
        if (has(fault.sides, side)) {
            members_[fault.member]->set_link(side, phase, now_);
            const bool runs = phase == LinkPhase::up && members_[fault.member]->is_alive();
            properties_.set_running(side, fault.member, runs ? Forwarder::yes : Forwarder::no, now_);
        }
    }
    tell_capability(fault.member);
    properties_.disturb(now_);
}

void World::set_trunks(const Fault& fault, LinkPhase phase) {
    for (const Side side : {Side::lan, Side::wan}) {
        if (has(fault.sides, side)) {
            network(side).set_trunk(phase);
            tell_islands(side);
        }
    }
    properties_.disturb(now_);
}

void World::cut(const Fault& fault, Network::Cut cut) {
    for (const Side side : {Side::lan, Side::wan}) {
        for (size_t other = 0; has(fault.sides, side) && other < members_.size(); ++other) {
            const bool is_meant = fault.other == Fault::kAll || fault.other == other;
            if (!is_meant || other == fault.member) {
                continue;
            }
            const StationId speaker = members_[fault.amount == 0 ? fault.member : other]->station(side);
            const StationId listener = members_[fault.amount == 0 ? other : fault.member]->station(side);
            network(side).set_cut(speaker, listener, cut);
        }
        if (has(fault.sides, side)) {
            properties_.set_divided(side, cut != Network::Cut::none);
        }
    }
    properties_.disturb(now_);
}

void World::set_impairment(const Fault& fault, uint32_t amount) {
    for (const Side side : {Side::lan, Side::wan}) {
        if (!has(fault.sides, side)) {
            continue;
        }
        Impairment& impairment = impairments_[index_of(side)];
        switch (fault.kind) {
            case FaultKind::loss:
                impairment.loss_per_mille = static_cast<uint16_t>(amount);
                break;
            case FaultKind::delay:
                impairment.delay = std::chrono::microseconds(amount);
                break;
            case FaultKind::reorder:
                impairment.jitter = std::chrono::microseconds(amount);
                break;
            default:
                impairment.copies_per_mille = static_cast<uint16_t>(amount);
                break;
        }
        network(side).set_impairment(impairment);
    }
    if (fault.kind != FaultKind::duplicate) {
        properties_.disturb(now_);
    }
}

void World::start_otherwise(const Fault& fault) {
    for (settings::Group& group : members_[fault.member]->settings().groups) {
        if (fault.kind == FaultKind::wrong_key) {
            for (settings::AuthKey& key : group.authentication.keys) {
                key.secret = "a wrong one";
            }
        } else {
            group.hello = settings::Milliseconds(group.hello.count() * fault.amount / 100);
            group.hold = settings::Milliseconds(group.hold.count() * fault.amount / 100);
            properties_.add_timers(group.hello, group.hold);
        }
    }
    restart_member(fault.member);
}

void World::restart_member(size_t index) {
    kill_member(index);
    queue_.add(now_ + kProcessStart, EventKind::member_starts, Side::lan, static_cast<uint16_t>(index),
               lives_[index]);
}

// The operator waits for one that is paused.
void World::order(size_t index, const admin::Request& request) {
    if (members_[index]->is_alive() && members_[index]->is_paused()) {
        orders_[index].push_back(request);
        return;
    }
    if (request.verb != admin::Verb::undrain) {
        properties_.expect_election(now_);
    }
    const admin::Reply reply = members_[index]->ask(request, now_);
    if (!reply.text.empty()) {
        surroundings_.say(now_, members_[index]->name(), "replies: " + reply.text);
    }
}

// The operator asks one after the other until one accepts: only the AVG plans.
void World::move(const Fault& fault) {
    for (const Side side : {Side::lan, Side::wan}) {
        for (uint32_t n = 0; has(fault.sides, side) && n < fault.amount; ++n) {
            const auto vmac = static_cast<uint8_t>((fault.first_vmac - 1u + n) % options_.n_vmacs + 1u);
            admin::Reply reply;
            for (size_t index = 0; index < members_.size(); ++index) {
                reply = members_[index]->ask({.verb = admin::Verb::move_vmac,
                                              .group = group_of(side),
                                              .vmac = VmacNumber(vmac),
                                              .member = members_[fault.other]->name()},
                                             now_);
                if (reply.status == admin::Reply::Status::ok) {
                    ++n_moves_ordered_;
                    break;
                }
            }
            say(std::string(name_of(side)) + " vMAC " + std::to_string(vmac) + " to " +
                members_[fault.other]->name() + ": " + reply.text);
        }
    }
}

void World::record_messages() {
    surroundings_.record = [this](Side side, const Frame& frame) {
        const StationId speaker = frame.speaker;
        const auto end = frame.bytes.begin() + frame.size;
        const Recorded recorded{side, speaker, frame.message, {frame.bytes.begin(), end}};
        // It replays and does not tunnel: what a cut keeps from a member, it does not bring there.
        for (const auto& member : members_) {
            const StationId listener = member->station(side);
            if (listener != speaker && !network(side).reaches(speaker, listener)) {
                return;
            }
        }
        if (speaker.value < members_.size() && impairments_[index_of(side)].loss_per_mille == 0) {
            newest_recorded_[index_of(side)][speaker.value] = recorded;
        }
        ++n_recorded_;
        if (recorded_.size() < kMaxRecorded) {
            recorded_.push_back(recorded);
        } else if (random_.below(n_recorded_) < kMaxRecorded) {
            recorded_[random_.below(kMaxRecorded)] = recorded;
        }
    };
}

}  // namespace evengate::sim
