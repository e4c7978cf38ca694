// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the schema rows of groups[].balance (balancing rules B1-B12). Thread: any (compile time).
// Used by: schema.cpp only.
#pragma once

#include "settings/binding.hpp"
#include "settings/types.hpp"

namespace evengate::settings::balance_schema {

using binding::exemplified;
using binding::list;
using binding::required;
using binding::section;
using binding::value;
using enum Change;
using types::count;
using types::duration;
using types::fraction;
using types::of;
using types::or_word;
using types::word;
using namespace std::chrono_literals;

// In the order of the enumerators.
inline constexpr std::string_view kAlgorithms[] = {
    "off", "sequential", "greedy", "best-fit", "random", "exact", "even", "multifit", "portfolio"};
inline constexpr std::string_view kTargets[] = {"capacity", "equal", "shares"};
inline constexpr std::string_view kCounts[] = {"sent", "both"};
inline constexpr std::string_view kDeciders[] = {"avg", "lowest-id", "everyone"};
inline constexpr std::string_view kStarts[] = {"even", "random"};
static_assert(kAlgorithms[static_cast<size_t>(BalanceAlgorithm::portfolio)] == "portfolio");
static_assert(kAlgorithms[static_cast<size_t>(BalanceAlgorithm::best_fit)] == "best-fit");
static_assert(kTargets[static_cast<size_t>(BalanceTarget::shares)] == "shares");
static_assert(kCounts[static_cast<size_t>(BalanceCount::both)] == "both");
static_assert(kDeciders[static_cast<size_t>(Decider::everyone)] == "everyone");
static_assert(kStarts[static_cast<size_t>(Start::random)] == "random");

inline constexpr int64_t kOne = 1'000'000;  // of a fraction
inline constexpr int64_t kMaxShare = 1'000'000;

// A key of groups[].balance itself.
template <auto Member>
constexpr Row balance(std::string_view path, Type type, Change change, std::string_view help) {
    return value<&Settings::groups, &Group::balance, Member>(path, type, change, help);
}

inline constexpr Row kRows[] = {
    section("groups[].balance",
            "Mode native: how virtual MACs are moved so that each gateway carries its part of the "
            "load."),
    balance<&Balance::algorithm>(
        "groups[].balance.algorithm", word(kAlgorithms), live,
        "How a plan is made; portfolio = the best of all, and few moves without a plan; off = "
        "virtual MACs are shared out by their number, whatever their load."),
    balance<&Balance::decide>(
        "groups[].balance.decide", word(kDeciders), live,
        "Who computes the moves: the AVG, the live member with the lowest id, or everyone, so that "
        "they can be compared. The AVG carries them out in any case."),
    balance<&Balance::start>("groups[].balance.start", word(kStarts), restart,
                             "How virtual MACs are first shared out, before any load is known."),
    balance<&Balance::interval>("groups[].balance.interval", duration<Milliseconds>(10ms, 5min),
                                live, "Between two measurements of the load."),
    balance<&Balance::plan_interval>(
        "groups[].balance.plan-interval",
        or_word("interval", duration<Milliseconds>(10ms, 5min)), live,
        "Between two rounds, in each of which virtual MACs may be moved; interval = after each "
        "measurement."),
    balance<&Balance::alpha>(
        "groups[].balance.alpha", or_word("auto", fraction(0, kOne)), live,
        "Weight of the newest measurement in the estimate of a load; auto = the one that foretold "
        "best of late. 1 believes the newest alone, 0 the first for ever."),
    exemplified<&Settings::groups, &Group::balance, &Balance::target>(
        "groups[].balance.target", word(kTargets), "shares", live,
        "The part of the load that a gateway should have: as its capacity, the same for all, or as "
        "`shares` says."),
    list<&Settings::groups, &Group::balance, &Balance::shares>(
        "groups[].balance.shares[]", 30, restart,
        "Target shares: what each member gets, out of the sum of all shares; one that is not named "
        "gets nothing."),
    required<&Settings::groups, &Group::balance, &Balance::shares, &BalanceShare::member>(
        "groups[].balance.shares[].member", of(Kind::name), "gw1", restart,
        "The name of a member's appliance."),
    value<&Settings::groups, &Group::balance, &Balance::shares, &BalanceShare::share>(
        "groups[].balance.shares[].share", count(1, kMaxShare), restart, "Its share."),
    balance<&Balance::count>(
        "groups[].balance.count", word(kCounts), restart,
        "What the load of a virtual MAC is: what hosts sent to it; or both, with what its member "
        "forwarded to the hosts that were last given it, where those packets follow it to its "
        "member. All members should say the same."),
    balance<&Balance::headroom>(
        "groups[].balance.headroom", fraction(kOne / 10, kOne), live,
        "Load beyond this part of a gateway's capacity counts as lost, and is moved away first."),
    balance<&Balance::evenness>(
        "groups[].balance.evenness", fraction(0, 16 * kOne), live,
        "What unevenness costs, beside lost load at 1 (lambda)."),
    balance<&Balance::load_moved>("groups[].balance.load-moved", fraction(0, kOne), live,
                                  "What the load of a moved virtual MAC costs (mu)."),
    balance<&Balance::vmacs_moved>(
        "groups[].balance.vmacs-moved", fraction(0, 4 * kOne), live,
        "What each move costs, of the mean load of a virtual MAC (nu)."),
    balance<&Balance::max_moves>("groups[].balance.max-moves", count(1, 255), live,
                                 "Virtual MACs moved in a round, at most."),
    balance<&Balance::min_gain>(
        "groups[].balance.min-gain", fraction(0, kOne), live,
        "A round moves nothing unless it gains this part of all that could be gained, two rounds "
        "in a row where it might be chance."),
    balance<&Balance::dwell>(
        "groups[].balance.dwell", duration<Milliseconds>(0s, 1h), live,
        "A moved virtual MAC stays this long before it moves again; at least linger and 550ms."),
    balance<&Balance::no_return>(
        "groups[].balance.no-return", duration<Milliseconds>(0s, 1h), live,
        "And this long before it goes back to the member that it came from."),
    balance<&Balance::quiet>("groups[].balance.quiet", duration<Milliseconds>(0s, 1h), live,
                             "After a member failed nothing is moved for so long."),
    balance<&Balance::steer_hosts>(
        "groups[].balance.steer-hosts", or_word("off", count(1, 600)), live,
        "Where no move of a virtual MAC helps, so many hosts a minute at most are told another one, "
        "by an ARP reply that they did not ask for; not with policy host-hash or target shares."),
};

}  // namespace evengate::settings::balance_schema
