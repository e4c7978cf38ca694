// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what the protocol engine of a segment is made with. Thread: any. Used by: group, control.
#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <vector>

#include "balance/balancer.hpp"
#include "balance/estimate.hpp"
#include "balance/start.hpp"
#include "base/ids.hpp"
#include "base/ip_address.hpp"
#include "base/mac_address.hpp"
#include "base/time.hpp"
#include "glbp/message.hpp"

namespace evengate::group {

enum class Mode : uint8_t {
    native,  // protocol rules 1 to 28
    cisco,   // as Cisco's routers do it (docs/protocol.md, "cisco mode")
    listen,  // watches a group and takes no part
};

// Who computes which vMACs move for their load; the AVG carries it out (balancing rule B11).
enum class Decider : uint8_t { avg, lowest_id, everyone };

// How the vMACs are balanced (balancing rules B5 to B11). All members should have the same.
struct BalanceSettings {
    // off: vMACs are shared out by number and capacity alone.
    enum class Use : uint8_t { off, on } use = Use::on;
    Decider decide = Decider::avg;
    // Of vMACs that nobody had; random: the paper's on-line scheme.
    balance::Start start = balance::Start::even;
    balance::BalanceOptions rounds;
    balance::EstimateOptions estimate;
    Duration plan_interval{};  // at least this between two rounds
    // With balance::Target::shares; who is not named gets none.
    struct Share {
        std::string member;  // its name
        uint32_t share = 0;
    };
    std::vector<Share> shares;
};

enum class Preempt : uint8_t { never, when_better };

// Cisco mode: whether members prove by TLV 4 that their messages are no recordings. As the routers
// do it, with MD5 and not without.
enum class CiscoFreshness : uint8_t { unproven, nonces };

struct GroupOptions {
    GroupId id{0};
    Mode mode = Mode::native;
    uint8_t priority = 100;  // 1-255; higher becomes AVG
    Preempt preempt = Preempt::never;
    Duration preempt_delay{};      // after the member has taken part for so long
    Duration hello = std::chrono::milliseconds(100);
    Duration hold = std::chrono::milliseconds(300);  // this member is dead after so much silence
    Duration minimum_stay = std::chrono::seconds(60);  // of a vMAC, between planned moves (rule 22)
    Duration linger = std::chrono::seconds(2);         // rule 16; 500 ms at least
    Duration link_up_delay{};                          // rule 14
    glbp::Parameters parameters;                       // n_vmacs, prefix, VIPs (rule 5)
    uint64_t capacity_pps = 1'000'000;                 // until it is measured
    uint8_t weight = 100;                              // the maximum; tracking takes from it
    BalanceSettings balance;

    // cisco mode.
    Duration redirect = std::chrono::seconds(600);
    Duration timeout = std::chrono::seconds(14400);
    Duration forwarder_preempt_delay = std::chrono::seconds(30);
    uint8_t hello_jitter_percent = 0;  // 0-20: hellos come up to so much early
    CiscoFreshness freshness = CiscoFreshness::unproven;
};

// Faults of our own that the simulator can switch in, to prove that it would find them. Never set
// outside of it.
enum class Weakness : uint8_t {
    no_lease,                // a member that slept goes on forwarding
    no_name_check,           // any assignment is adopted, older ones too
    no_echo,                 // a new life is believed without an echo of ours (rule 17)
    no_sequence_window,      // a message counts however often it comes
    successors_unused,       // nobody takes over before the AVG says so
    no_retraction,           // a take-over stands although the owner is heard by others (rule 10)
    no_yield,                // of two claimants neither gives way (rule 11)
    send_after_release,      // the old owner's last frame from the vMAC is behind RELEASED
    release_before_ready,    // the old owner lets go at PREPARE
    no_linger,               // the old owner drops what still arrives
    restart_unseen,          // a new boot nonce does not end ownership (rule 13)
    no_heal_announcement,    // a vMAC claimed twice is not announced by its winner (rule 14)
    no_listening,            // a member takes part without listening first (rule 15)
    all_answer,              // every member answers for the VIP
    no_new_term,             // a new AVG goes on with the term of the one before (rule 7)
    no_deaf_yield,           // who is not heard by a claimant does not yield to it (rule 11)
};
inline constexpr size_t kWeaknessCount = 16;
using Weaknesses = std::bitset<kWeaknessCount>;

struct SegmentOptions {
    glbp::Incarnation self;  // boot nonce: random at each start
    glbp::Name name;         // shown by the others
    MacAddress mac;          // the interface's own
    IpAddress address;       // the interface's, from which messages are sent
    uint32_t segment = 0;    // the same for all members of the segment; bound into the HMAC
    std::vector<IpAddress> peers;  // also sent to by unicast, where multicast is filtered (rule 6)
    uint64_t seed = 0;       // of jitter; differs between members
    Weaknesses weaknesses;
};

}  // namespace evengate::group
