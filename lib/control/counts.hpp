// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what can become of a punted frame, and how often each happened.
// Thread: control. Used by: every file of control that decides about a frame; the report.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace evengate::control {

// name, what it means to an operator
#define EVENGATE_REFUSALS(X)                                                             \
    X(interface_unknown, "from an interface that is not configured")                     \
    X(older_than_fence, "from before this member noticed that its lease had run out")    \
    X(group_not_configured, "a message of a group that is not configured here")          \
    X(group_message_refused, "a message of a group of ours, which says why it is none")  \
    X(arp_malformed, "ARP that is not Ethernet/IPv4 or is cut short")                    \
    X(arp_not_for_us, "ARP between others from which nothing was learnt")                \
    X(arp_conflict, "a stranger's ARP that claims an address of ours or a VIP")          \
    X(arp_from_own_mac, "ARP from elsewhere that bears a MAC of ours")                   \
    X(arp_no_vmac, "ARP for a VIP while the group has no vMAC to give")                  \
    X(arp_left_to_others, "ARP for a VIP that another member answers")                   \
    X(ipv4_malformed, "IPv4 that a worker should not have let through")                  \
    X(ipv4_in_link_broadcast, "IPv4 for others in a link-layer broadcast or multicast")  \
    X(destination_invalid, "to an address that no router forwards to")                   \
    X(local_fragment, "a fragment to an address of ours; nothing is reassembled")        \
    X(local_icmp_ignored, "ICMP to an address of ours that asks nothing of us")          \
    X(echo_limited, "ping of an address of ours, beyond the rate limit")                 \
    X(icmp_error_limited, "an ICMP error was due, beyond the rate limit")                \
    X(icmp_error_forbidden, "an ICMP error was due, but RFC 1122 3.2.2 forbids it here") \
    X(no_return_route, "an answer was due, but no route leads to the sender")            \
    X(link_down, "towards an interface that has no link")                                \
    X(neighbour_table_full, "towards a neighbour for which the table has no room")       \
    X(neighbour_failed, "towards a neighbour that did not answer a moment ago")          \
    X(neighbour_unreachable, "was held for a neighbour that did not answer")             \
    X(neighbour_displaced, "was held for a neighbour that made room for another")        \
    X(held_displaced, "was held for a neighbour and made room for a later frame")        \
    X(fragmentation_impossible, "beyond an MTU that has no room for a fragment")         \
    X(transmit_failed, "the port took no frame for it")

enum class Refusal : uint8_t {
#define X(name, text) name,
    EVENGATE_REFUSALS(X)
#undef X
};

inline constexpr std::array kRefusalNames = {
#define X(name, text) std::string_view(#name),
    EVENGATE_REFUSALS(X)
#undef X
};
inline constexpr std::array kRefusalTexts = {
#define X(name, text) std::string_view(text),
    EVENGATE_REFUSALS(X)
#undef X
};
inline constexpr size_t kRefusalCount = kRefusalNames.size();

// What became of one frame; exactly one of these holds.
struct Outcome {
    enum class Kind : uint8_t {
        answered,   // ARP, echo, or an ICMP error about it, was sent or waits for its next hop
        noted,      // it taught us something and asks for nothing
        forwarded,  // sent on, whole or in fragments
        held,       // waits for its next hop; will be forwarded or refused
        refused,
    };
    Kind kind = Kind::refused;
    Refusal refusal{};  // only if refused

    static constexpr Outcome answered() { return {Kind::answered}; }
    static constexpr Outcome noted() { return {Kind::noted}; }
    static constexpr Outcome forwarded() { return {Kind::forwarded}; }
    static constexpr Outcome held() { return {Kind::held}; }
    static constexpr Outcome refused(Refusal refusal) { return {Kind::refused, refusal}; }

    friend constexpr bool operator==(Outcome, Outcome) = default;
};

// received == answered + noted + forwarded + held + sum of refused, exactly, between any two calls.
// All but held only grow.
struct Counts {
    uint64_t received = 0;
    uint64_t answered = 0;
    uint64_t noted = 0;
    uint64_t forwarded = 0;
    uint64_t held = 0;  // received frames that wait now
    std::array<uint64_t, kRefusalCount> refused{};

    uint64_t arp_received = 0;
    uint64_t arp_answered = 0;
    uint64_t hosts_reanswered = 0;  // after a stranger claimed a VIP
    uint64_t arp_requests_sent = 0;
    uint64_t arp_requests_limited = 0;
    uint64_t echo_answered = 0;
    uint64_t icmp_errors_sent = 0;
    uint64_t icmp_errors_limited = 0;
    uint64_t answers_lost = 0;  // made, but their own next hop could not be reached
    uint64_t fragments_sent = 0;
    uint64_t keep_alives_sent = 0;
    uint64_t frames_sent = 0;
    uint64_t frames_not_sent = 0;

    void refuse(Refusal refusal) { ++refused[static_cast<size_t>(refusal)]; }

    // Adds the outcome of a frame just received, or of one that was held until now.
    void add(Outcome outcome) {
        switch (outcome.kind) {
            case Outcome::Kind::answered:
                ++answered;
                break;
            case Outcome::Kind::noted:
                ++noted;
                break;
            case Outcome::Kind::forwarded:
                ++forwarded;
                break;
            case Outcome::Kind::held:
                ++held;
                break;
            case Outcome::Kind::refused:
                refuse(outcome.refusal);
                break;
        }
    }
};

}  // namespace evengate::control
