// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What befalls a member: lives, pauses, links, its clock, orders of the operator.
#include <utility>
#include <vector>

#include "sim/addresses.hpp"
#include "sim/member.hpp"

namespace evengate::sim {

void Member::start(TimePoint now) {
    tables_.clear();
    slot_counts_.assign(options_.settings.tables.n_slots, {});
    boot_nonce_ = random_.next();
    started_at_ = now;
    pause_ = Pause::running;
    control::Identity identity;
    identity.version = "sim";
    identity.seed = random_.next();
    identity.boot_nonce = boot_nonce_;
    identity.weaknesses = options_.weaknesses;
    std::vector<control::PortFacts> ports;
    for (const Side side : {Side::lan, Side::wan}) {
        links_told_[index_of(side)] = surroundings_.network(side).link(station(side));
        const bool is_up = links_told_[index_of(side)] == LinkPhase::up;
        ports.push_back({.mac = member_mac(side, options_.index),
                         .link = is_up ? control::LinkState::up : control::LinkState::down});
    }
    now_ = now;
    control_ = std::make_unique<control::Control>(options_.settings, std::move(identity), ports, *this,
                                                  *this, *this);
    if (const Result<void> started = control_->start(local(now)); !started) {
        surroundings_.properties.violate(Property::scenario_met, now,
                                         name_ + " does not start: " + started.error().message);
        control_.reset();
        return;
    }
    surroundings_.say(now, name_, "starts");
    wake_at(now);
}

void Member::kill(TimePoint now) {
    surroundings_.say(now, name_, "is killed");
    if (!is_conserved()) {
        surroundings_.properties.violate(Property::frames_conserved, now, name_);
    }
    control_.reset();
    for (auto& ring : rings_) {
        for (const Punted& punted : ring) {
            drop(punted.frame, Loss::member_dead);
        }
        ring.clear();
    }
    tables_.clear();
    report_vmacs(now);
    wake_at_ = kNever;
}

void Member::set_pause(Pause pause, TimePoint now) {
    pause_ = pause;
    surroundings_.say(now, name_, pause == Pause::paused ? "is paused" : "goes on");
    if (pause == Pause::running && is_alive()) {
        for (const Side side : {Side::lan, Side::wan}) {
            tell_link(side, now);
        }
        wake_at(now);
    }
}

void Member::set_link(Side side, LinkPhase phase, TimePoint now) {
    surroundings_.network(side).set_link(station(side), phase);
    surroundings_.say(now, name_,
                      std::string(name_of(side)) + (phase == LinkPhase::up ? " link up" : " link down"));
    if (is_alive() && !is_paused()) {
        tell_link(side, now);
    }
}

void Member::tell_link(Side side, TimePoint now) {
    const LinkPhase phase = surroundings_.network(side).link(station(side));
    if (std::exchange(links_told_[index_of(side)], phase) == phase) {
        return;
    }
    now_ = now;
    control_->on_link(PortIndex(static_cast<uint16_t>(side)),
                      phase == LinkPhase::up ? control::LinkState::up : control::LinkState::down, local(now));
    wake_at(now + kShortestPunt);
}

void Member::set_drift(int32_t fast_ppm, TimePoint now) {
    options_.clock.set_drift(now, fast_ppm);
    surroundings_.properties.set_lease(options_.index, options_.clock.truth(tables_.lease()), now);
    if (is_alive()) {
        wake_at(now + kShortestPunt);
    }
}

admin::Reply Member::ask(const admin::Request& request, TimePoint now) {
    if (!is_alive()) {
        return {.status = admin::Reply::Status::timed_out, .text = "dead", .report = nullptr};
    }
    if (is_paused()) {
        return {.status = admin::Reply::Status::timed_out, .text = "paused", .report = nullptr};
    }
    now_ = now;
    const admin::Reply reply = control_->on_request(request, local(now));
    wake_at(now + kShortestPunt);
    return reply;
}

}  // namespace evengate::sim
