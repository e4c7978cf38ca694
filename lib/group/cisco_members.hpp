// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the other members of a group in cisco mode, as their hellos show them. Bounded, whoever
// speaks. Thread: control. Used by: group.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/ip_address.hpp"
#include "base/mac_address.hpp"
#include "base/time.hpp"
#include "glbp/message.hpp"
#include "group/cisco_election.hpp"

namespace evengate::group {

// As many as TLV 4 has room for in ours.
inline constexpr size_t kMaxCiscoMembers = 20;

struct CiscoMember {
    MacAddress owner;  // its interface's own
    IpAddress address;
    glbp::VgState state = glbp::VgState::initial;
    uint8_t priority = 0;
    uint8_t weight = 0;      // 0: forwards for no vMAC, so it is not known
    TimePoint last_seen{};   // authentic, fresh or not
    TimePoint last_heard{};  // its messages count
    enum class Liveness : uint8_t { unknown, live, silent } liveness = Liveness::unknown;
    enum class Parameters : uint8_t { ours, foreign } parameters = Parameters::ours;
    std::optional<glbp::CiscoNonces> nonces;  // without its peers

    [[nodiscard]] bool is_live() const { return liveness == Liveness::live; }
    [[nodiscard]] CiscoCandidate candidate() const { return {owner, priority, address}; }
};

class CiscoMembers {
 public:
    // The member, or a new one in the place of one that is not live. Null: all places are taken by
    // live members. Lasts until the next call.
    [[nodiscard]] CiscoMember* find_or_add(const MacAddress& owner);
    [[nodiscard]] CiscoMember* find(const MacAddress& owner);
    [[nodiscard]] const CiscoMember* find(const MacAddress& owner) const;
    [[nodiscard]] bool is_live(const MacAddress& owner) const;

    // A member that was silent for the hold and still counts as live: now it does not. Null: none.
    [[nodiscard]] const CiscoMember* expire_one(Duration hold, TimePoint now);
    // When the first live one will have been silent for the hold.
    [[nodiscard]] TimePoint next_deadline(Duration hold) const;
    void clear() { members_.clear(); }

    // Live members that win over the candidate, without the one named.
    [[nodiscard]] size_t n_better(const CiscoCandidate& candidate,
                                  const std::optional<MacAddress>& but) const;
    [[nodiscard]] bool has_live() const;
    // Live and silent ones.
    [[nodiscard]] std::span<const CiscoMember> all() const { return members_; }

 private:
    [[nodiscard]] CiscoMember* oldest_silent();

    std::vector<CiscoMember> members_;
};

}  // namespace evengate::group
