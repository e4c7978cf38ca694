// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/group_messages.hpp"

#include "packet/arp.hpp"
#include "packet/slot_action.hpp"

namespace evengate::control {
namespace {

// Cisco's priorities of a forwarder: 167 is the owner's (docs/protocol.md).
constexpr uint8_t kOwnersPriority = 167;
constexpr uint8_t kFullWeight = 100;

glbp::AuthMethod to_method(settings::AuthMethod method) {
    switch (method) {
        case settings::AuthMethod::plain:
            return glbp::AuthMethod::plain;
        case settings::AuthMethod::md5:
            return glbp::AuthMethod::md5;
        case settings::AuthMethod::hmac_sha256:
            return glbp::AuthMethod::hmac_sha256;
        case settings::AuthMethod::none:
            break;
    }
    return glbp::AuthMethod::none;
}

std::vector<glbp::Forwarder> make_forwarders(const Group& group) {
    std::vector<glbp::Forwarder> forwarders;
    for (const Vmac& vmac : group.vmacs) {
        forwarders.push_back({.number = vmac.number.value,
                              .state = glbp::VfState::active,
                              .priority = kOwnersPriority,
                              .weight = kFullWeight,
                              .timeout_left_s = 0,
                              .redirect_left_s = 0,
                              .mac = vmac.mac});
    }
    return forwarders;
}

}  // namespace

Result<std::vector<GroupVoice>> GroupMessages::make_voices(const settings::Settings& settings,
                                                           const InterfaceSet& interfaces,
                                                           const VmacOwnership& ownership) {
    std::vector<GroupVoice> voices;
    for (size_t i = 0; i < settings.groups.size(); ++i) {
        const settings::Group& configured = settings.groups[i];
        const Interface& interface = interfaces.at(ownership.groups()[i].interface);
        const std::string name = "group " + std::to_string(configured.id.value);
        const IpAddress peer = configured.virtual_addresses.empty()
                                   ? IpAddress{}
                                   : configured.virtual_addresses.front();
        const auto address = interfaces.source_towards(interface.id, peer);
        if (!address) {
            return Error{name + ": interface " + interface.name +
                         " has no IPv4 address; groups over IPv6 are not there yet"};
        }
        std::vector<glbp::Key> keys;
        for (const settings::AuthKey& key : configured.authentication.keys) {
            keys.push_back({.id = key.id, .secret = key.secret});
        }
        auto ring = glbp::KeyRing::make(to_method(configured.authentication.method),
                                        std::move(keys));
        if (!ring) {
            return Error{name + ": " + ring.error().message};
        }
        voices.push_back({.interface = interface.id,
                          .address = *address,
                          .segment = configured.segment,
                          .keys = std::move(ring).value(),
                          .mode = configured.mode,
                          .forwarders = make_forwarders(ownership.groups()[i]),
                          .counts = {}});
    }
    return voices;
}

std::span<uint8_t> GroupMessages::write(GroupVoice& voice, const glbp::Message& message,
                                        packet::GroupEnvelope envelope) {
    const size_t size = voice.keys.encode_signed(
        message, voice.binding(voice.address),
        std::span(frame_).subspan(packet::kGroupHeadersSize));
    if (size == 0) {
        return {};
    }
    envelope.source = voice.address;
    envelope.identification = ++identification_;
    const auto frame = std::span(frame_).first(packet::kGroupHeadersSize + size);
    packet::write_group_headers(frame, envelope);
    return frame;
}

void GroupMessages::send_to_all(size_t group_index, const glbp::Message& message,
                                VmacNumber from) {
    GroupVoice& voice = voices_[group_index];
    MacAddress source = interfaces_.at(voice.interface).mac;
    if (from.value != 0) {
        const Vmac& vmac = ownership_.groups()[group_index].vmac(from);
        if (ownership_.action(vmac.slot) != packet::SlotAction::own) {
            return;
        }
        source = vmac.mac;
    }
    const auto frame = write(voice, message,
                             {.destination_mac = packet::kGroupMulticastIpv4,
                              .source_mac = source,
                              .source = {},
                              .destination = packet::kGroupAddressIpv4});
    if (!frame.empty() && sender_.send(voice.interface, frame) == Sent::sent) {
        ++voice.counts.sent;
    }
}

void GroupMessages::send_to_one(size_t group_index, const glbp::Message& message,
                                const IpAddress& to, const MacAddress& to_mac, TimePoint now) {
    GroupVoice& voice = voices_[group_index];
    const auto frame = write(voice, message,
                             {.destination_mac = to_mac,
                              .source_mac = interfaces_.at(voice.interface).mac,
                              .source = {},
                              .destination = to});
    if (frame.empty()) {
        return;
    }
    bool sent = false;
    if (to_mac.is_zero()) {
        const Outcome outcome = neighbours_.submit(
            {voice.interface, to}, {.datagram = frame.subspan(packet::kEthernetHeaderSize)}, now);
        sent = outcome.kind != Outcome::Kind::refused;
    } else {
        sent = sender_.send(voice.interface, frame) == Sent::sent;
    }
    voice.counts.sent += sent ? 1 : 0;
}

void GroupMessages::send_forwarder_hello(size_t group_index, VmacNumber number) {
    const GroupVoice& voice = voices_[group_index];
    glbp::Message message;
    message.opcode = glbp::Opcode::hello;
    message.group = ownership_.groups()[group_index].id;
    message.owner = interfaces_.at(voice.interface).mac;
    static_cast<void>(message.forwarders.try_push_back(voice.forwarders[number.value - 1u]));
    send_to_all(group_index, message, number);
}

}  // namespace evengate::control
