// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the part of CiscoGroup that makes messages. Thread: control. Used by: group.
#include <algorithm>
#include <chrono>
#include <utility>

#include "group/cisco_group.hpp"

namespace evengate::group {
namespace {

// Seconds of a counter that runs down, so that 0 means its end; within TLV 2's 16 bits.
uint16_t seconds_left(TimePoint end, TimePoint now) {
    if (end <= now) {
        return 0;
    }
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(end - now).count();
    return static_cast<uint16_t>(std::min<int64_t>(seconds, 0xFFFF));
}

uint16_t whole_seconds(Duration duration) {
    return seconds_left(TimePoint{} + duration, TimePoint{});
}

uint32_t milliseconds(Duration duration) {
    return static_cast<uint32_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

}  // namespace

glbp::Message CiscoGroup::make_message(glbp::Opcode opcode, TimePoint now) {
    glbp::Message message;
    message.opcode = opcode;
    message.group = options_.id;
    message.owner = mac_;
    if (options_.freshness == CiscoFreshness::nonces) {
        message.cisco_nonces = nonces_.make(members_, hold_, now);
    }
    return message;
}

glbp::Forwarder CiscoGroup::make_forwarder(const CiscoForwarder& forwarder, TimePoint now) const {
    const bool ours = forwarder.owner == mac_;
    return {.number = forwarder.number.value,
            .state = glbp::VfState::active,
            .priority = forwarders_.priority_of(forwarder),
            .weight = weight(),
            .timeout_left_s =
                ours ? whole_seconds(options_.timeout) : seconds_left(forwarder.timeout_until, now),
            .redirect_left_s = ours ? whole_seconds(options_.redirect)
                                    : seconds_left(forwarder.redirect_until, now),
            .mac = forwarder.mac};
}

void CiscoGroup::send_hello(glbp::VgState state, TimePoint now, Actions& actions) {
    const auto& virtual_addresses = options_.parameters.virtual_addresses;
    glbp::Message message = make_message(glbp::Opcode::hello, now);
    message.hello = glbp::Hello{.state = state,
                                .priority = priority_,
                                .hello_ms = milliseconds(hello_),
                                .hold_ms = milliseconds(hold_),
                                .redirect_s = whole_seconds(options_.redirect),
                                .timeout_s = whole_seconds(options_.timeout),
                                .virtual_address = virtual_addresses[0]};
    for (const CiscoForwarder& forwarder : forwarders_.all()) {
        if (forwarder.role == Role::own) {
            static_cast<void>(message.forwarders.try_push_back(make_forwarder(forwarder, now)));
        }
    }
    actions.emplace_back(
        action::Send{.message = message, .to = {}, .to_mac = {}, .from = next_source()});
    hello_sent_at_ = now;
    hello_due_ = now + next_interval();
}

void CiscoGroup::send_forwarder_hello(VmacNumber number, TimePoint now, Actions& actions) {
    glbp::Message message = make_message(glbp::Opcode::hello, now);
    static_cast<void>(
        message.forwarders.try_push_back(make_forwarder(*forwarders_.find(number), now)));
    actions.emplace_back(action::Send{.message = message, .to = {}, .to_mac = {}, .from = number});
}

void CiscoGroup::send_request_if_wanted(TimePoint now, Actions& actions) {
    const CiscoMember* gateway = avg() ? members_.find(*avg()) : nullptr;
    const bool wants = weight() > 0 && !forwarders_.number_of(mac_);
    const bool may = n_avg_hellos_ >= 2 && (!asked_at_ || *asked_at_ + hold_ <= now);
    if (gateway == nullptr || !wants || !may) {
        return;
    }
    asked_at_ = now;
    glbp::Message message = make_message(glbp::Opcode::request, now);
    static_cast<void>(message.forwarders.try_push_back({}));
    actions.emplace_back(action::Send{.message = message,
                                      .to = gateway->address,
                                      .to_mac = gateway->owner,
                                      .from = VmacNumber{0}});
}

void CiscoGroup::send_reply(const CiscoMember& receiver, VmacNumber number, TimePoint now,
                            Actions& actions) {
    glbp::Message message = make_message(glbp::Opcode::reply, now);
    glbp::Forwarder forwarder;
    forwarder.number = number.value;
    forwarder.mac = vmac(number);
    static_cast<void>(message.forwarders.try_push_back(forwarder));
    actions.emplace_back(action::Send{.message = message,
                                      .to = receiver.address,
                                      .to_mac = receiver.owner,
                                      .from = VmacNumber{0}});
}

// One of the vMACs that we forward for, another each time, so that switches keep all of them.
VmacNumber CiscoGroup::next_source() {
    VmacNumber lowest{0};
    for (const CiscoForwarder& forwarder : forwarders_.all()) {
        if (forwarder.role != Role::own) {
            continue;
        }
        if (forwarder.number > last_source_) {
            return last_source_ = forwarder.number;
        }
        lowest = lowest == VmacNumber{0} ? forwarder.number : lowest;
    }
    return last_source_ = lowest;
}

Duration CiscoGroup::next_interval() {
    // Knuth's MMIX generator; its upper bits are the good ones.
    jitter_state_ = jitter_state_ * 6364136223846793005u + 1442695040888963407u;
    const auto share = static_cast<int64_t>(jitter_state_ >> 44);  // of 2^20
    return hello_ - hello_ * options_.hello_jitter_percent * share / (100 << 20);
}

}  // namespace evengate::group
