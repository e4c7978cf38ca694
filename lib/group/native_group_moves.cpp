// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// Hand-overs, seen from the new owner and from the old (protocol rule 16). Each step is repeated
// until its answer comes, and may come twice.
#include <algorithm>
#include <utility>

#include "group/native_group.hpp"

namespace evengate::group {
namespace {

using namespace std::chrono_literals;
using Step = glbp::HandOver::Step;

constexpr Duration kMostRepeat = 50ms;
// A new owner that gets no neighbours goes on without: it learns them as any router does.
constexpr Duration kNeighbourPatience = 300ms;

}  // namespace

bool NativeGroup::is_moving_here(uint8_t number, MemberId from) const {
    const VmacPlan* plan = adopted_.plan(number);
    return plan != nullptr && plan->owner != kNobody && plan->previous != kNobody &&
           adopted_.at(plan->owner) == self() && adopted_.at(plan->previous).member == from;
}

bool NativeGroup::is_moving_away(uint8_t number, MemberId to) const {
    const VmacPlan* plan = adopted_.plan(number);
    return plan != nullptr && plan->owner != kNobody && plan->previous != kNobody &&
           adopted_.at(plan->previous) == self() && adopted_.at(plan->owner).member == to;
}

void NativeGroup::send_step(Step step, uint8_t number, const Peer& to, Actions& actions) const {
    glbp::Message message = make_message();
    const bool comes_here = step != Step::released;
    static_cast<void>(message.hand_overs.try_push_back({.step = step,
                                                        .vmac = number,
                                                        .name = adopted_.name,
                                                        .from = comes_here ? to.id() : self().member,
                                                        .to = comes_here ? self().member : to.id()}));
    send_to(to, std::move(message), actions);
}

void NativeGroup::hear_hand_over(const glbp::HandOver& step, const Peer& peer, TimePoint now,
                                 Actions& actions) {
    if (step.vmac == 0 || step.vmac > n_vmacs()) {
        actions.push_back(action::Refuse{MessageRefusal::step_unexpected});
        return;
    }
    const bool any_name = has_weakness(Weakness::no_name_check);
    switch (step.step) {
        case Step::prepare:
            if (is_moving_away(step.vmac, peer.id()) && step.name <= adopted_.name) {
                actions.push_back(action::CollectNeighbours{options_.id, peer.id(), step.name});
                if (has_weakness(Weakness::release_before_ready)) {
                    release(step.vmac, peer, now, actions);
                }
                return;
            }
            break;
        case Step::ready:
            // Prepared under an earlier name is prepared, as long as the move is the same.
            if ((is_moving_away(step.vmac, peer.id()) && step.name <= adopted_.name) || any_name) {
                // Before we know that it takes part we would be the vMAC's owner again at once. It
                // says READY until it is answered.
                if (said_[peers_.index_of(peer)].takes_part()) {
                    release(step.vmac, peer, now, actions);
                }
                return;
            }
            break;
        case Step::released:
            if (is_moving_here(step.vmac, peer.id()) || any_name) {
                said_[peers_.index_of(peer)].claims.clear(step.vmac);
                note_roles_due();
                return;
            }
            break;
    }
    actions.push_back(action::Refuse{MessageRefusal::step_unexpected});
}

// The last frame from the vMAC, then silence, then the word, in this order on the wire.
void NativeGroup::release(uint8_t number, const Peer& to, TimePoint now, Actions& actions) {
    if (vmac(number).role == Role::own) {
        if (has_weakness(Weakness::send_after_release)) {
            send_step(Step::released, number, to, actions);
        }
        actions.push_back(action::SendLastKeepAlive{options_.id, VmacNumber(number)});
        set_role(number, has_weakness(Weakness::no_linger) ? Role::other : Role::linger, now);
        publish_changed_roles(actions);
    }
    send_step(Step::released, number, to, actions);
}

void NativeGroup::on_collected(const NeighboursCollected& event, TimePoint, Actions& actions) {
    constexpr size_t kPerPart = decltype(glbp::NeighbourList::entries)::capacity();
    constexpr size_t kMostParts = 255;
    const Peer* to = peers_.find(event.to);
    if (to == nullptr) {
        return;
    }
    const size_t n_parts =
        std::clamp<size_t>((event.neighbours.size() + kPerPart - 1) / kPerPart, 1, kMostParts);
    for (size_t part = 0; part < n_parts; ++part) {
        glbp::Message message = make_message();
        glbp::NeighbourList list{.name = event.name,
                                 .part = static_cast<uint8_t>(part),
                                 .n_parts = static_cast<uint8_t>(n_parts),
                                 .entries = {}};
        for (size_t i = part * kPerPart; i < std::min(event.neighbours.size(), (part + 1) * kPerPart); ++i) {
            static_cast<void>(list.entries.try_push_back(event.neighbours[i]));
        }
        message.neighbours = list;
        send_to(*to, std::move(message), actions);
    }
}

void NativeGroup::hear_neighbours(const glbp::NeighbourList& list, const Peer& peer, Actions& actions) {
    NeighbourTransfer& transfer = moves_.transfers[peers_.index_of(peer)];
    if (transfer.from != peer.id() || list.part >= list.n_parts) {
        actions.push_back(action::Refuse{MessageRefusal::step_unexpected});
        return;
    }
    if (transfer.name != list.name || transfer.n_parts != list.n_parts) {
        transfer.parts.reset();  // a list made later: all of it
    }
    transfer.name = list.name;
    transfer.n_parts = list.n_parts;
    transfer.parts.set(list.part);
    actions.push_back(action::AdoptNeighbours{list});
}

void NativeGroup::on_prepared(const VmacPrepared& event, TimePoint) {
    const uint8_t number = event.vmac.value;
    if (number >= 1 && number <= n_vmacs() &&
        moves_.of_vmac[number].state == IncomingMove::State::preparing) {
        moves_.of_vmac[number] = {.state = IncomingMove::State::ready, .repeat_at = {}};
    }
}

void NativeGroup::advance_moves(TimePoint now, Actions& actions) {
    if (!std::exchange(moves_due_, false)) {
        return;
    }
    const Duration repeat = std::min<Duration>(options_.hello, kMostRepeat);
    for (const uint8_t n : numbers()) {
        IncomingMove& move = moves_.of_vmac[n];
        const VmacPlan* plan = adopted_.plan(n);
        const bool comes_here = plan != nullptr && plan->previous != kNobody && plan->owner != kNobody &&
                                adopted_.at(plan->owner) == self();
        moves_due_ = moves_due_ || comes_here;
        const Peer* from = comes_here ? peers_.find(adopted_.at(plan->previous).member) : nullptr;
        if (phase_ != Phase::taking_part || from == nullptr ||
            vmac(n).role == Role::own) {
            move = {};
            continue;
        }
        NeighbourTransfer& transfer = moves_.transfers[peers_.index_of(*from)];
        if (move.state == IncomingMove::State::none) {
            move = {.state = IncomingMove::State::waiting, .repeat_at = {}};
            if (transfer.from != from->id() || transfer.name != adopted_.name) {
                transfer = {.from = from->id(),
                            .name = adopted_.name,
                            .n_parts = 0,
                            .parts = {},
                            .begun_at = now,
                            .ask_again_at = now};
            }
        }
        if (move.state == IncomingMove::State::waiting) {
            if (transfer.is_complete() || now - transfer.begun_at >= kNeighbourPatience) {
                move.state = IncomingMove::State::preparing;
                actions.push_back(action::PrepareVmac{options_.id, VmacNumber(n), adopted_.name});
            } else if (now >= transfer.ask_again_at) {
                transfer.ask_again_at = now + repeat;
                moves_.asked_until = transfer.ask_again_at;
                send_step(Step::prepare, n, *from, actions);
            }
        }
        if (move.state == IncomingMove::State::ready && now >= move.repeat_at) {
            move.repeat_at = now + repeat;
            send_step(Step::ready, n, *from, actions);
        }
    }
}

}  // namespace evengate::group
