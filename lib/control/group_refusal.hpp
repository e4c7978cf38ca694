// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: why a message of a group of ours was not used, and what else is counted of a group.
// Thread: control. Used by: group_admission, group_speakers, report.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "group/action.hpp"

namespace evengate::control {

// name, what it means to an operator: found before the protocol engine sees the message
#define EVENGATE_ADMISSION_REFUSALS(X)                                                  \
    X(ttl_wrong, "a TTL below 255: it came through a router")                           \
    X(port_wrong, "not from the port of the group protocol")                            \
    X(length_wrong, "a UDP length that does not fit")                                   \
    X(source_own, "from an address of ours")                                            \
    X(source_foreign, "from an address that is not on the interface's networks")        \
    X(limited_member, "more from this member than anybody needs to say")                \
    X(limited_stranger, "more from senders not known yet than all of them may say")     \
    X(checksum_wrong, "a wrong UDP checksum")                                           \
    X(malformed, "no message of the group protocol, or a cut one")                      \
    X(authentication_missing, "without authentication, where it is asked for")          \
    X(authentication_method, "another kind of authentication than is configured")       \
    X(no_key, "a key id that is not on the ring")                                       \
    X(wrong_digest, "the digest or the password is wrong")

// Those and the protocol engine's.
#define EVENGATE_GROUP_REFUSALS(X) EVENGATE_ADMISSION_REFUSALS(X) EVENGATE_MESSAGE_REFUSALS(X)

enum class GroupRefusal : uint8_t {
#define X(name, text) name,
    EVENGATE_GROUP_REFUSALS(X)
#undef X
};

inline constexpr std::array kGroupRefusalNames = {
#define X(name, text) std::string_view(#name),
    EVENGATE_GROUP_REFUSALS(X)
#undef X
};
inline constexpr size_t kGroupRefusalCount = kGroupRefusalNames.size();

constexpr GroupRefusal to_group_refusal(group::MessageRefusal refusal) {
    constexpr size_t kFirst = kGroupRefusalCount - group::kMessageRefusalCount;
    return static_cast<GroupRefusal>(kFirst + static_cast<size_t>(refusal));
}
static_assert(to_group_refusal(group::MessageRefusal::target_set_unfollowed) ==
              GroupRefusal::target_set_unfollowed);

// received == used + sum of refused, exactly, between any two calls. All only grow.
struct GroupCounts {
    uint64_t received = 0;
    uint64_t used = 0;
    std::array<uint64_t, kGroupRefusalCount> refused{};

    uint64_t sent = 0;
    uint64_t announcements = 0;
    uint64_t take_overs = 0;
    uint64_t hand_overs_done = 0;
    uint64_t hand_overs_failed = 0;

    void refuse(GroupRefusal refusal) { ++refused[static_cast<size_t>(refusal)]; }
};

}  // namespace evengate::control
