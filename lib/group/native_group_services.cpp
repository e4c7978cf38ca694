// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// Services: what members say of targets and connections goes through here, and changes nothing here
// (rerouting rules D2, D3, D8).
#include <utility>

#include "group/native_group.hpp"

namespace evengate::group {

// Saying.

void NativeGroup::tell(const TellVerdicts& event, Actions& actions) {
    if (!may_tell()) {
        return;
    }
    for (size_t n_said = 0; n_said < event.targets.size();) {
        glbp::Message message = make_message();
        glbp::TargetVerdicts& part = message.target_verdicts.emplace();
        part.services_digest = event.services_digest;
        part.n_targets = static_cast<uint16_t>(event.targets.size());
        part.first_target = static_cast<uint16_t>(n_said);
        while (n_said < event.targets.size() && part.targets.try_push_back(event.targets[n_said])) {
            ++n_said;
        }
        send(std::move(message), actions);
    }
}

void NativeGroup::tell(const TellTargetSet& event, Actions& actions) {
    const bool is_ours = state_ == glbp::VgState::active && event.set.name.avg == self().member;
    if (!may_tell() || !is_ours || event.set.targets.empty()) {
        return;
    }
    glbp::Message message = make_message();
    message.target_set = event.set;
    message.ordered_weights = event.ordered;
    send(std::move(message), actions);
}

void NativeGroup::tell(const TellConnections& event, Actions& actions) {
    const bool to_all = event.to == MemberId{0};
    const Peer* to = to_all ? nullptr : peers_.find(event.to);
    const bool is_heard = to != nullptr && said_[peers_.index_of(*to)].is_live;
    if (!may_tell() || (!to_all && !is_heard)) {
        return;
    }
    for (size_t n_said = 0; n_said < event.connections.size();) {
        glbp::Message message = make_message();
        glbp::ConnectionList& list = message.connections.emplace();
        list.services_digest = event.services_digest;
        while (n_said < event.connections.size() &&
               list.connections.try_push_back(event.connections[n_said])) {
            ++n_said;
        }
        if (to_all) {
            send(std::move(message), actions);
        } else {
            send_to(*to, std::move(message), actions);
        }
    }
}

// Hearing.

void NativeGroup::hear_services(const glbp::Message& message, const Peer& peer, Actions& actions) const {
    if (phase_ == Phase::down || phase_ == Phase::left || !said_[peers_.index_of(peer)].is_live) {
        return;
    }
    if (message.target_verdicts) {
        actions.push_back(action::VerdictsHeard{options_.id, peer.life, *message.target_verdicts});
    }
    if (message.target_set) {
        // Rule 14: while two AVGs are heard, each member stays with its own. Nobody follows one whose
        // assignment it has not adopted yet.
        const MemberId avg = message.target_set->name.avg;
        if (avg == peer.id() && avg == adopted_.name.avg && state_ != glbp::VgState::active) {
            actions.push_back(action::TargetSetHeard{options_.id, avg, *message.target_set, message.ordered_weights});
        } else {
            actions.push_back(action::Refuse{MessageRefusal::target_set_unfollowed});
        }
    }
    if (message.connections) {
        actions.push_back(action::ConnectionsHeard{options_.id, peer.id(), *message.connections});
    }
}

}  // namespace evengate::group
