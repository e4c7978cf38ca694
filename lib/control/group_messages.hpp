// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: group messages on their way out: signed, in their headers, sent. Thread: control.
// Used by: group_speakers, announcer.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/ip_address.hpp"
#include "base/mac_address.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "control/frame_sender.hpp"
#include "control/group_refusal.hpp"
#include "control/interface_set.hpp"
#include "control/neighbours.hpp"
#include "control/vmac_ownership.hpp"
#include "glbp/authentication.hpp"
#include "glbp/message.hpp"
#include "packet/group_message.hpp"
#include "settings/settings.hpp"

namespace evengate::control {

// What a group speaks with.
struct GroupVoice {
    InterfaceId interface;
    IpAddress address;      // of the interface: the source of its messages
    uint32_t segment = 0;   // bound into the digest
    glbp::KeyRing keys;
    settings::GroupMode mode = settings::GroupMode::native;
    std::vector<glbp::Forwarder> forwarders;  // by number, from 1: what their hellos say of them
    GroupCounts counts;

    [[nodiscard]] glbp::Binding binding(const IpAddress& source) const {
        return {.source = source, .segment = segment};
    }
};

class GroupMessages {
 public:
    // By group index, as VmacOwnership has them. Fails: keys that do not fit the method, or an
    // interface that has no IPv4 address.
    static Result<std::vector<GroupVoice>> make_voices(const settings::Settings& settings,
                                                       const InterfaceSet& interfaces,
                                                       const VmacOwnership& ownership);

    GroupMessages(std::vector<GroupVoice> voices, const InterfaceSet& interfaces,
                  const VmacOwnership& ownership, FrameSender& sender, Neighbours& neighbours)
        : voices_(std::move(voices)),
          interfaces_(interfaces),
          ownership_(ownership),
          sender_(sender),
          neighbours_(neighbours) {}

    [[nodiscard]] GroupVoice& voice(size_t group_index) { return voices_[group_index]; }
    [[nodiscard]] const GroupVoice& voice(size_t group_index) const {
        return voices_[group_index];
    }

    // To all of the segment, from the interface's own MAC or, with a number above 0, from that vMAC
    // of the group; nothing is sent from one that this member does not own (protocol rule 21).
    void send_to_all(size_t group_index, const glbp::Message& message, VmacNumber from);

    // To one member, whose MAC is asked for when it is all zero.
    void send_to_one(size_t group_index, const glbp::Message& message, const IpAddress& to,
                     const MacAddress& to_mac, TimePoint now);

    // A hello that speaks for the vMAC alone and is sent from it, for switches and decoders.
    void send_forwarder_hello(size_t group_index, VmacNumber vmac);

 private:
    // The frame, in frame_; empty when the message does not fit.
    std::span<uint8_t> write(GroupVoice& voice, const glbp::Message& message,
                             packet::GroupEnvelope envelope);

    std::vector<GroupVoice> voices_;
    const InterfaceSet& interfaces_;
    const VmacOwnership& ownership_;
    FrameSender& sender_;
    Neighbours& neighbours_;
    uint16_t identification_ = 0;
    std::array<uint8_t, packet::kGroupHeadersSize + glbp::kMaxMessageSize> frame_{};
};

}  // namespace evengate::control
