// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: whose each vMAC of a group in cisco mode is, who forwards for it, and when this member
// takes it over (docs/cisco-mode.md). Thread: control. Used by: group.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/ids.hpp"
#include "base/ip_address.hpp"
#include "base/mac_address.hpp"
#include "base/time.hpp"
#include "group/cisco_members.hpp"
#include "group/view.hpp"

namespace evengate::group {

inline constexpr uint8_t kMaxCiscoForwarders = 4;
// Of TLV 2.
inline constexpr uint8_t kOwnerPriority = 167;
inline constexpr uint8_t kSecondaryPriority = 135;

// A member that says it forwards for a vMAC.
struct CiscoHolder {
    MacAddress who;
    IpAddress address;
    uint8_t priority = 0;  // of the forwarder: kOwnerPriority, kSecondaryPriority
    uint8_t weight = 0;
    TimePoint last_heard{};
};

struct CiscoForwarder {
    VmacNumber number;
    MacAddress mac;
    std::optional<MacAddress> owner;    // whose the number is: assigned, or heard with its priority
    std::optional<CiscoHolder> holder;  // another member that forwards now
    Role role = Role::other;
    TimePoint role_since{};
    TimePoint assigned_at{};                // to this member
    TimePoint free_since{};                 // without a holder
    std::optional<MacAddress> released_by;  // the last holder, where it gave the vMAC up
    TimePoint linger_until = kNever;
    TimePoint reasserted_at{};
    // Since the owner does not forward; kNever: it does.
    TimePoint redirect_until = kNever;
    TimePoint timeout_until = kNever;
    enum class Past : uint8_t { promised, forwarded } past = Past::promised;

    // Whether hosts may be given this vMAC.
    [[nodiscard]] bool is_answerable(TimePoint now) const;
};

struct CiscoForwarderTimers {
    Duration hold;
    Duration redirect;
    Duration timeout;
    Duration preempt_delay;
    Duration linger;
};

// This member, as one that can forward.
struct CiscoContender {
    MacAddress who;
    IpAddress address;
    uint8_t weight = 0;  // 0: takes nothing
    TimePoint listening_since = kNever;
    TimePoint able_since = kNever;  // it listens, and has a weight
};

class CiscoForwarders {
 public:
    CiscoForwarders(const CiscoContender& self, const CiscoForwarderTimers& timers);

    // What another says of one of its active vMACs. Not checked: the number, the MAC.
    enum class Outcome : uint8_t {
        noted,
        yielded,  // this member forwarded, and the other wins
        kept,     // this member forwards, and wins: to be said again
    };
    Outcome hear(const CiscoHolder& them, VmacNumber number, const MacAddress& mac,
                 Duration redirect_left, Duration timeout_left);
    // The member forwards for none of the vMACs but those listed.
    void release_all_but(const MacAddress& who, std::span<const VmacNumber> listed, TimePoint now);

    // The number is the member's from now on.
    void assign(VmacNumber number, const MacAddress& mac, const MacAddress& owner, TimePoint now);
    // The lowest number that is nobody's. Empty: all are taken.
    [[nodiscard]] std::optional<VmacNumber> find_free(uint8_t n_vmacs) const;
    [[nodiscard]] std::optional<VmacNumber> number_of(const MacAddress& owner) const;

    // A forwarder that this member takes now. Empty: none is due.
    [[nodiscard]] std::optional<VmacNumber> take_one(const CiscoMembers& members, TimePoint now);
    // Silent holders, ended linger, ended timeouts. Returns how many roles changed.
    size_t expire(const CiscoMembers& members, TimePoint now);
    [[nodiscard]] TimePoint next_deadline(const CiscoMembers& members, TimePoint now) const;

    // This member stops, but forwards what still arrives. Returns how many roles changed.
    size_t give_up(TimePoint now);
    // This member has slept, or its link is down: it does nothing more, and knows no holder.
    size_t drop(TimePoint now);

    [[nodiscard]] CiscoContender& self() { return self_; }
    void set_hold(Duration hold) { timers_.hold = hold; }
    [[nodiscard]] CiscoForwarder* find(VmacNumber number);
    [[nodiscard]] const CiscoForwarder* find(VmacNumber number) const;
    // By number.
    [[nodiscard]] std::span<const CiscoForwarder> all() const { return forwarders_; }
    // Of TLV 2, for a vMAC that this member forwards for.
    [[nodiscard]] uint8_t priority_of(const CiscoForwarder& forwarder) const;

 private:
    CiscoForwarder& find_or_add(VmacNumber number, const MacAddress& mac, TimePoint now);
    void set_free(CiscoForwarder& forwarder, TimePoint since);
    void set_role(CiscoForwarder& forwarder, Role role, TimePoint now);
    [[nodiscard]] bool wins(const CiscoForwarder& ours, const CiscoHolder& them) const;
    [[nodiscard]] TimePoint take_at(const CiscoForwarder& forwarder,
                                    const CiscoMembers& members) const;
    [[nodiscard]] size_t n_before_us(const CiscoForwarder& forwarder,
                                     const CiscoMembers& members) const;

    CiscoContender self_;
    CiscoForwarderTimers timers_;
    std::vector<CiscoForwarder> forwarders_;
};

}  // namespace evengate::group
