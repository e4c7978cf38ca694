// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the cheap checks of group messages, before any digest is computed: the datagram, its source,
// and how much each source may say (protocol rule 18). One for each interface with groups.
// Thread: control. Used by: group_speakers.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "base/ip_address.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "control/group_refusal.hpp"
#include "control/interface_set.hpp"
#include "control/local_addresses.hpp"
#include "control/rate_limit.hpp"
#include "glbp/message.hpp"
#include "packet/group_message.hpp"

namespace evengate::control {

class GroupAdmission {
 public:
    // More than that many messages a second of one member are not verified: enough for a flood under
    // its address to leave its own ones some place.
    static constexpr uint32_t kPerMember = 200'000;
    // Of all others together.
    static constexpr uint32_t kOfStrangers = 2'000;
    // A member silent for longer makes room for another.
    static constexpr Duration kMemory = std::chrono::seconds(60);

    GroupAdmission(const InterfaceSet& interfaces, const LocalAddresses& locals, InterfaceId id)
        : interfaces_(interfaces), locals_(locals), id_(id), strangers_(kOfStrangers) {}

    // The group that a message says it is for; nothing when it is too short to say.
    [[nodiscard]] static std::optional<GroupId> peek_group(std::span<const uint8_t> datagram);

    // Not checked: as packet::parse_group_datagram(). Cost: O(size), no allocation.
    Result<packet::GroupDatagram, GroupRefusal> admit(std::span<const uint8_t> datagram,
                                                      TimePoint now);

    // A message from this source was authentic: it has a rate of its own from now on.
    void believe(const IpAddress& source, TimePoint now);

    [[nodiscard]] size_t n_members() const { return members_.size(); }

 private:
    struct Member {
        IpAddress source;
        TimePoint heard_at;
        RateLimit limit;
    };

    [[nodiscard]] bool is_on_link(const IpAddress& source) const;
    [[nodiscard]] Member* find(const IpAddress& source);

    const InterfaceSet& interfaces_;
    const LocalAddresses& locals_;
    InterfaceId id_;
    RateLimit strangers_;
    std::vector<Member> members_;  // at most glbp::kMaxMembers
};

}  // namespace evengate::control
