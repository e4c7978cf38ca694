// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the part of CiscoGroup that hears messages. Thread: control. Used by: group.
#include <algorithm>
#include <chrono>
#include <optional>

#include "group/cisco_group.hpp"

namespace evengate::group {
namespace {

using glbp::VgState;

// What Cisco's routers can be configured with, and less for our own faster ones.
constexpr uint32_t kMaxHelloMs = 60'000;
constexpr uint32_t kMaxHoldMs = 180'000;

}  // namespace

void CiscoGroup::on(const MessageReceived& event, TimePoint now, Actions& actions) {
    const glbp::Message& message = event.message;
    const auto refuse = [&](MessageRefusal why) { actions.emplace_back(action::Refuse{why}); };
    if (presence_ != Presence::present) {
        return;
    }
    if (message.group != options_.id) {
        return refuse(MessageRefusal::group_unknown);
    }
    if (message.is_native()) {
        return refuse(MessageRefusal::mode_foreign);
    }
    if (message.owner == mac_) {
        return refuse(MessageRefusal::own_message);
    }
    CiscoMember* sender = members_.find_or_add(message.owner);
    if (sender == nullptr) {
        return refuse(MessageRefusal::too_many_members);
    }
    sender->address = event.source;
    sender->last_seen = now;
    // Who only watches is echoed by nobody.
    if (options_.freshness == CiscoFreshness::nonces && options_.mode == Mode::cisco) {
        switch (nonces_.judge(message.cisco_nonces, mac_, *sender)) {
            case CiscoNonceBook::Verdict::fresh:
                break;
            case CiscoNonceBook::Verdict::not_proven:
                return refuse(MessageRefusal::not_proven);
            case CiscoNonceBook::Verdict::replayed:
                return refuse(MessageRefusal::replayed);
        }
    }
    if (message.opcode == glbp::Opcode::hello) {
        return hear_hello(message, *sender, now, actions);
    }
    // Those who never said hello get no number, and give none.
    if (!sender->is_live()) {
        return refuse(MessageRefusal::step_unexpected);
    }
    if (message.opcode == glbp::Opcode::request) {
        hear_request(*sender, now, actions);
    } else {
        hear_reply(message, *sender, now, actions);
    }
}

void CiscoGroup::hear_hello(const glbp::Message& message, CiscoMember& sender, TimePoint now,
                            Actions& actions) {
    sender.last_heard = now;
    if (message.hello) {
        sender.state = message.hello->state;
        sender.priority = message.hello->priority;
        sender.weight = message.forwarders.empty() ? uint8_t{0} : message.forwarders[0].weight;
        if (!sender.is_live()) {
            sender.liveness = CiscoMember::Liveness::live;
            note(NoteKind::member_up, actions, sender.owner);
        }
        compare_parameters(*message.hello, sender, actions);
        hear_election(*message.hello, sender, now, actions);
    }
    hear_forwarders(message, sender, now, actions);
}

void CiscoGroup::compare_parameters(const glbp::Hello& hello, CiscoMember& sender,
                                    Actions& actions) const {
    const auto& ours = options_.parameters.virtual_addresses;
    const bool same = ours.empty() || std::ranges::find(ours, hello.virtual_address) != ours.end();
    if (!same && sender.parameters == CiscoMember::Parameters::ours) {
        note(NoteKind::parameters_differ, actions, sender.owner);
        sender.parameters = CiscoMember::Parameters::foreign;
    }
}

void CiscoGroup::hear_election(const glbp::Hello& hello, CiscoMember& sender, TimePoint now,
                               Actions& actions) {
    if (takes_part()) {
        const TimePoint listened =
            forwarders_.self().listening_since + std::max(options_.preempt_delay, hold_);
        const bool preempts = options_.preempt == Preempt::when_better && now >= listened;
        const auto before = election_.avg();
        apply(election_.hear(sender.candidate(), hello.state,
                             preempts ? CiscoElection::Preemption::allowed
                                      : CiscoElection::Preemption::forbidden,
                             now),
              now, actions);
        n_avg_hellos_ = election_.avg() == before ? n_avg_hellos_ : 0;
    }
    if (hello.state == VgState::active && avg() == sender.owner) {
        ++n_avg_hellos_;
        learn_timers(hello);
    }
}

void CiscoGroup::learn_timers(const glbp::Hello& hello) {
    const bool sane = hello.hello_ms > 0 && hello.hello_ms <= kMaxHelloMs &&
                      hello.hold_ms > hello.hello_ms && hello.hold_ms <= kMaxHoldMs;
    if (sane) {
        set_timers(std::chrono::milliseconds(hello.hello_ms),
                   std::chrono::milliseconds(hello.hold_ms));
    }
}

void CiscoGroup::hear_forwarders(const glbp::Message& message, CiscoMember& sender, TimePoint now,
                                 Actions& actions) {
    BoundedVector<VmacNumber, kMaxCiscoForwarders> listed;
    for (const glbp::Forwarder& said : message.forwarders) {
        const VmacNumber number{said.number};
        if (said.state != glbp::VfState::active || said.number == 0 ||
            said.number > kMaxCiscoForwarders) {
            continue;
        }
        if (said.mac != vmac(number) && options_.mode == Mode::cisco) {
            if (sender.parameters == CiscoMember::Parameters::ours) {
                note(NoteKind::parameters_differ, actions, sender.owner, number);
                sender.parameters = CiscoMember::Parameters::foreign;
            }
            continue;
        }
        static_cast<void>(listed.try_push_back(number));
        const auto outcome =
            forwarders_.hear({.who = sender.owner,
                              .address = sender.address,
                              .priority = said.priority,
                              .weight = said.weight,
                              .last_heard = now},
                             number, said.mac, std::chrono::seconds(said.redirect_left_s),
                             std::chrono::seconds(said.timeout_left_s));
        if (outcome == CiscoForwarders::Outcome::yielded) {
            actions.emplace_back(action::Publish{});
            note(NoteKind::yielded, actions, sender.owner, number);
        }
        if (outcome == CiscoForwarders::Outcome::kept) {
            CiscoForwarder& kept = *forwarders_.find(number);
            if (kept.reasserted_at + hello_ <= now) {
                kept.reasserted_at = now;
                send_forwarder_hello(number, now, actions);
            }
        }
    }
    if (message.hello) {
        forwarders_.release_all_but(sender.owner, {listed.begin(), listed.size()}, now);
    }
}

void CiscoGroup::hear_request(const CiscoMember& sender, TimePoint now, Actions& actions) {
    if (election_.state() != VgState::active) {
        actions.emplace_back(action::Refuse{MessageRefusal::step_unexpected});
        return;
    }
    std::optional<VmacNumber> number = forwarders_.number_of(sender.owner);
    if (!number) {
        number = forwarders_.find_free(n_vmacs());
    }
    if (!number) {
        return;  // as many forwarders as a group may have
    }
    forwarders_.assign(*number, vmac(*number), sender.owner, now);
    send_reply(sender, *number, now, actions);
}

void CiscoGroup::hear_reply(const glbp::Message& message, const CiscoMember& sender, TimePoint now,
                            Actions& actions) {
    const bool ours =
        asked_at_ && election_.avg() == sender.owner && message.forwarders.size() == 1;
    const VmacNumber number{ours ? message.forwarders[0].number : uint8_t{0}};
    if (number.value == 0 || number.value > kMaxCiscoForwarders ||
        message.forwarders[0].mac != vmac(number)) {
        actions.emplace_back(action::Refuse{MessageRefusal::step_unexpected});
        return;
    }
    asked_at_.reset();
    forwarders_.assign(number, vmac(number), mac_, now);
}

}  // namespace evengate::group
