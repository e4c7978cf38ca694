// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/group_admission.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "packet/ipv4.hpp"

namespace evengate::control {
namespace {

GroupRefusal to_refusal(packet::GroupDatagramFault fault) {
    switch (fault) {
        case packet::GroupDatagramFault::ttl_wrong:
            return GroupRefusal::ttl_wrong;
        case packet::GroupDatagramFault::port_wrong:
            return GroupRefusal::port_wrong;
        case packet::GroupDatagramFault::length_wrong:
            break;
    }
    return GroupRefusal::length_wrong;
}

}  // namespace

std::optional<GroupId> GroupAdmission::peek_group(std::span<const uint8_t> datagram) {
    constexpr size_t kGroupOffset = 2;  // docs/protocol.md: version, opcode, group
    const size_t at =
        packet::ipv4_header_length(datagram.data()) + packet::kUdpHeaderSize + kGroupOffset;
    if (load_be16(datagram.data() + packet::ipv4_offset::total_length) < at + sizeof(uint16_t)) {
        return std::nullopt;
    }
    return GroupId(load_be16(datagram.data() + at));
}

Result<packet::GroupDatagram, GroupRefusal> GroupAdmission::admit(
    std::span<const uint8_t> datagram, TimePoint now) {
    const auto parsed = packet::parse_group_datagram(datagram);
    if (!parsed) {
        return to_refusal(parsed.error());
    }
    if (locals_.find(id_, parsed->source) != nullptr) {
        return GroupRefusal::source_own;
    }
    if (!is_on_link(parsed->source)) {
        return GroupRefusal::source_foreign;
    }
    Member* const member = find(parsed->source);
    if (member != nullptr && !member->limit.try_take(now)) {
        return GroupRefusal::limited_member;
    }
    if (member == nullptr && !strangers_.try_take(now)) {
        return GroupRefusal::limited_stranger;
    }
    if (!parsed->is_checksum_right()) {
        return GroupRefusal::checksum_wrong;
    }
    return *parsed;
}

void GroupAdmission::believe(const IpAddress& source, TimePoint now) {
    if (Member* const known = find(source); known != nullptr) {
        known->heard_at = now;
        return;
    }
    if (members_.size() == glbp::kMaxMembers) {
        const auto oldest = std::min_element(
            members_.begin(), members_.end(),
            [](const Member& a, const Member& b) { return a.heard_at < b.heard_at; });
        if (now - oldest->heard_at <= kMemory) {
            return;
        }
        members_.erase(oldest);
    }
    members_.push_back({.source = source, .heard_at = now, .limit = RateLimit(kPerMember)});
}

bool GroupAdmission::is_on_link(const IpAddress& source) const {
    const auto& own = interfaces_.at(id_).addresses;
    return std::any_of(own.begin(), own.end(),
                       [&](const IpPrefix& prefix) { return prefix.contains(source); });
}

GroupAdmission::Member* GroupAdmission::find(const IpAddress& source) {
    const auto found = std::find_if(members_.begin(), members_.end(),
                                    [&](const Member& member) { return member.source == source; });
    return found == members_.end() ? nullptr : &*found;
}

}  // namespace evengate::control
