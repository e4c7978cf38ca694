// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/arp_responder.hpp"

#include <algorithm>

namespace evengate::control {
namespace {

constexpr IpAddress kNoAddress{};

// RFC 5227: a host that asks whether an address is free has none to give.
bool is_probe(const packet::Arp& arp) {
    return arp.sender_ip == kNoAddress;
}

bool has_owner(const VmacAnswers& answers, VmacOwnership::Place place) {
    const auto& answerable = answers.standing(place.group_index).answerable;
    return std::binary_search(answerable.begin(), answerable.end(), place.number);
}

}  // namespace

Outcome ArpResponder::on_frame(const PuntedFrame& frame, TimePoint now) {
    ++counts_.arp_received;
    const auto arp = packet::parse_arp(frame.payload);
    if (!arp) {
        return Outcome::refused(Refusal::arp_malformed);
    }
    if (const auto fault = find_fault(frame, *arp, now)) {
        return Outcome::refused(*fault);
    }
    const bool noted = learn_sender(frame, *arp, now);
    const LocalAddress* asked = arp->operation == packet::ArpOperation::request
                                    ? locals_.find(frame.interface, arp->target_ip)
                                    : nullptr;
    if (asked != nullptr) {
        return answer(frame, *arp, *asked, now);
    }
    return noted ? Outcome::noted() : Outcome::refused(Refusal::arp_not_for_us);
}

std::optional<Refusal> ArpResponder::find_fault(const PuntedFrame& frame, const packet::Arp& arp,
                                                TimePoint now) {
    const bool our_mac = ownership_.is_ours(frame.interface, arp.sender_mac) ||
                         ownership_.is_ours(frame.interface, frame.source);
    const LocalAddress* claimed =
        is_probe(arp) ? nullptr : locals_.find(frame.interface, arp.sender_ip);
    if (our_mac) {
        if (events_.is_due(EventReason::own_mac_elsewhere, now)) {
            events_.add_limited(EventReason::own_mac_elsewhere, admin::Event::Severity::alarm,
                                interfaces_.at(frame.interface).name +
                                    ": ARP from elsewhere bears " + arp.sender_mac.to_string() +
                                    ", which is ours (a loop, or a copy)",
                                now);
        }
        return Refusal::arp_from_own_mac;
    }
    if (claimed != nullptr && claimed->kind == LocalAddress::Kind::virtual_address &&
        ownership_.find_vmac(frame.interface, arp.sender_mac)) {
        // The answer of another member, which a switch floods.
        return Refusal::arp_not_for_us;
    }
    if (claimed != nullptr) {
        if (claimed->kind == LocalAddress::Kind::virtual_address) {
            defence_.defend(claimed->group_index, claimed->address, now);
        }
        if (events_.is_due(EventReason::address_conflict, now)) {
            events_.add_limited(EventReason::address_conflict, admin::Event::Severity::alarm,
                                interfaces_.at(frame.interface).name + ": " +
                                    arp.sender_mac.to_string() + " claims our address " +
                                    arp.sender_ip.to_string(),
                                now);
        }
        return Refusal::arp_conflict;
    }
    return std::nullopt;
}

bool ArpResponder::learn_sender(const PuntedFrame& frame, const packet::Arp& arp, TimePoint now) {
    if (is_probe(arp)) {
        return false;
    }
    Sighting sighting = Sighting::question;
    if (arp.operation == packet::ArpOperation::reply) {
        const bool to_us = arp.target_mac == interfaces_.at(frame.interface).mac;
        sighting = to_us ? Sighting::answer : Sighting::rumour;
    }
    return neighbours_.observe({frame.interface, arp.sender_ip}, arp.sender_mac, sighting, now);
}

Outcome ArpResponder::answer(const PuntedFrame& frame, const packet::Arp& arp,
                             const LocalAddress& asked, TimePoint now) {
    const auto mac = mac_for(frame, arp, asked, now);
    if (!mac) {
        return Outcome::refused(mac.error());
    }
    // From the interface's own MAC also for a vMAC (protocol rule 20), and never to all: each host
    // must keep its own vMAC.
    const auto reply = packet::make_arp_frame(arp.sender_mac, interfaces_.at(frame.interface).mac,
                                              {.operation = packet::ArpOperation::reply,
                                               .sender_mac = *mac,
                                               .sender_ip = arp.target_ip,
                                               .target_mac = arp.sender_mac,
                                               .target_ip = arp.sender_ip});
    switch (sender_.send(frame.interface, reply)) {
        case Sent::sent:
            break;
        case Sent::link_down:
            return Outcome::refused(Refusal::link_down);
        case Sent::no_room:
        case Sent::not_fragmentable:
            return Outcome::refused(Refusal::transmit_failed);
    }
    ++counts_.arp_answered;
    return Outcome::answered();
}

Result<MacAddress, Refusal> ArpResponder::mac_for(const PuntedFrame& frame,
                                                  const packet::Arp& arp,
                                                  const LocalAddress& asked, TimePoint now) {
    if (asked.kind == LocalAddress::Kind::own) {
        return interfaces_.at(frame.interface).mac;
    }
    const auto probed = ownership_.vmac_at(frame.slot);
    if (probed && probed->group_index == asked.group_index &&
        packet::is_forwarded(ownership_.action(frame.slot))) {
        // Who lingers keeps no host on a vMAC whose new owner is gone.
        if (ownership_.action(frame.slot) == packet::SlotAction::linger && !has_owner(answers_, *probed)) {
            return Refusal::arp_no_vmac;
        }
        return answers_.keep(*probed, arp.sender_mac, arp.sender_ip, now);
    }
    if (!answers_.answers(asked.group_index, arp.sender_mac)) {
        return Refusal::arp_left_to_others;
    }
    const auto given = answers_.answer(asked.group_index, arp.sender_mac, arp.sender_ip, now);
    if (!given) {
        return Refusal::arp_no_vmac;
    }
    return *given;
}

}  // namespace evengate::control
