// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "group/cisco_election.hpp"

#include "catch.hpp"
#include "cisco_lan.hpp"

using namespace evengate;
using namespace evengate::group;
using namespace evengate::group::test;
using namespace std::chrono_literals;
using glbp::VgState;
using Change = CiscoElection::Change;
using Preemption = CiscoElection::Preemption;

namespace {

constexpr Duration kHold = 10s;
constexpr TimePoint kStart{};

CiscoCandidate candidate(unsigned router, uint8_t priority) {
    return {mac_of(router), priority, address_of(router)};
}

const CiscoCandidate kSelf = candidate(5, 100);
const CiscoCandidate kWorse = candidate(6, 90);
const CiscoCandidate kBetter = candidate(4, 110);
const CiscoCandidate kTieLost = candidate(7, 100);  // by its higher address
const CiscoCandidate kTieWon = candidate(3, 100);
const CiscoCandidate kGateway = candidate(9, 200);

void run_until(CiscoElection& election, TimePoint end) {
    while (election.next_deadline(0) <= end) {
        static_cast<void>(election.run_due(0, election.next_deadline(0)));
    }
}

// In the state asked for at 25 s; below active with kGateway as AVG.
CiscoElection election_in(VgState state) {
    CiscoElection election(kSelf, kHold);
    election.start(kStart);
    if (state == VgState::active) {
        run_until(election, kStart + 25s);
    } else {
        for (Duration at = 1s; at <= 25s; at += 3s) {
            run_until(election, kStart + at);
            static_cast<void>(
                election.hear(kGateway, VgState::active, Preemption::forbidden, kStart + at));
            if (state == VgState::listen) {
                static_cast<void>(
                    election.hear(kBetter, VgState::standby, Preemption::forbidden, kStart + at));
            }
            if (state == VgState::speak && at >= 16s) {
                break;
            }
        }
    }
    REQUIRE(election.state() == state);
    return election;
}

}  // namespace

TEST_CASE("a candidate wins by priority, then by address") {
    CHECK(is_better(kBetter, kSelf));
    CHECK(is_better(kSelf, kWorse));
    CHECK(is_better(kTieLost, kSelf));
    CHECK(is_better(kSelf, kTieWon));
    CHECK_FALSE(is_better(kSelf, kSelf));
}

TEST_CASE("each state and each hello lead to the state of the table") {
    struct Row {
        VgState before;
        const CiscoCandidate& them;
        VgState said;
        VgState after;
        Change change;
    };
    using enum VgState;
    const Row kRows[] = {
        {active, kBetter, active, speak, Change::announced},
        {active, kTieLost, active, speak, Change::announced},
        {active, kTieWon, active, active, Change::none},
        {active, kWorse, active, active, Change::none},
        {active, kBetter, standby, active, Change::none},
        {active, kBetter, speak, active, Change::none},
        {active, kBetter, listen, active, Change::none},

        {standby, kBetter, active, standby, Change::none},
        {standby, kWorse, active, standby, Change::none},
        {standby, kBetter, standby, listen, Change::quiet},
        {standby, kTieLost, standby, listen, Change::quiet},
        {standby, kTieWon, standby, standby, Change::none},
        {standby, kWorse, standby, standby, Change::none},
        {standby, kBetter, speak, standby, Change::none},
        {standby, kBetter, listen, standby, Change::none},
        {standby, kGateway, listen, active, Change::announced},
        {standby, kGateway, speak, standby, Change::none},

        {speak, kBetter, active, speak, Change::none},
        {speak, kBetter, standby, listen, Change::quiet},
        {speak, kWorse, standby, speak, Change::none},
        {speak, kBetter, speak, listen, Change::quiet},
        {speak, kTieLost, speak, listen, Change::quiet},
        {speak, kTieWon, speak, speak, Change::none},
        {speak, kWorse, speak, speak, Change::none},
        {speak, kBetter, listen, speak, Change::none},
        {speak, kGateway, listen, speak, Change::none},

        {listen, kBetter, active, listen, Change::none},
        {listen, kWorse, active, listen, Change::none},
        {listen, kBetter, standby, listen, Change::none},
        {listen, kWorse, standby, speak, Change::announced},
        {listen, kBetter, speak, listen, Change::none},
        {listen, kWorse, speak, listen, Change::none},
        {listen, kBetter, listen, listen, Change::none},
        {listen, kGateway, listen, listen, Change::none},
    };
    for (const Row& row : kRows) {
        CiscoElection election = election_in(row.before);
        INFO("from " << int(row.before) << ", heard " << int(row.said) << " of priority "
                     << int(row.them.priority) << " from " << row.them.address.to_string());
        CHECK(election.hear(row.them, row.said, Preemption::forbidden, kStart + 26s) == row.change);
        CHECK(election.state() == row.after);
    }
}

TEST_CASE("only a higher priority preempts, and only where it may") {
    for (const VgState before : {VgState::listen, VgState::speak, VgState::standby}) {
        CiscoElection election = election_in(before);
        // The AVG falls back to a lower priority.
        const CiscoCandidate equal = candidate(9, 100);
        const CiscoCandidate lower = candidate(9, 99);
        const TimePoint now = kStart + 26s;
        CHECK(election.hear(equal, VgState::active, Preemption::allowed, now) == Change::none);
        CHECK(election.hear(lower, VgState::active, Preemption::forbidden, now) == Change::none);
        CHECK(election.state() == before);
        CHECK(election.hear(lower, VgState::active, Preemption::allowed, now) == Change::announced);
        CHECK(election.state() == VgState::active);
        CHECK(election.avg() == kSelf.who);
    }
}

TEST_CASE("alone, a member listens and speaks for a hold each and passes through standby") {
    CiscoElection election(kSelf, kHold);
    election.start(kStart);
    struct Row {
        Duration at;
        VgState state;
    };
    for (const Row& row :
         {Row{10s, VgState::speak}, Row{20s, VgState::standby}, Row{20s + 8ms, VgState::active}}) {
        CHECK(election.next_deadline(0) == kStart + row.at);
        CHECK(election.run_due(0, kStart + row.at) == Change::announced);
        CHECK(election.state() == row.state);
    }
    CHECK(election.next_deadline(0) == kNever);
}

TEST_CASE("the AVG's silence ends after one hold for each state that hears it") {
    const CiscoElection standby = election_in(VgState::standby);
    CHECK(standby.next_deadline(0) == kStart + 25s + kHold);
    CiscoElection copy = standby;
    CHECK(copy.run_due(0, kStart + 35s) == Change::announced);
    CHECK(copy.state() == VgState::active);

    CiscoElection listener = election_in(VgState::listen);
    CHECK(listener.run_due(0, kStart + 35s) == Change::announced);
    CHECK(listener.state() == VgState::speak);
}

TEST_CASE("of those that wait for a standby the better ones speak first") {
    CiscoElection election(kSelf, kHold);
    election.start(kStart);
    static_cast<void>(election.hear(kGateway, VgState::active, Preemption::forbidden, kStart + 9s));
    CHECK(election.next_deadline(0) == kStart + 10s);
    CHECK(election.next_deadline(2) == kStart + 10s + 200ms);
    CHECK(election.run_due(2, kStart + 10s) == Change::none);
    static_cast<void>(
        election.hear(kBetter, VgState::speak, Preemption::forbidden, kStart + 10s + 50ms));
    CHECK(election.next_deadline(2) == kStart + 19s);  // the AVG's; the standby's begins anew
}

TEST_CASE("a stopped election hears nothing and waits for nothing") {
    CiscoElection election = election_in(VgState::standby);
    election.stop(VgState::initial);
    CHECK(election.next_deadline(0) == kNever);
    CHECK(election.hear(kWorse, VgState::active, Preemption::allowed, kStart + 30s) ==
          Change::none);
    CHECK(election.state() == VgState::initial);
    CHECK_FALSE(election.avg().has_value());
}

TEST_CASE("an AVG forgets a standby that is silent for a hold") {
    CiscoElection election = election_in(VgState::active);
    static_cast<void>(election.hear(kWorse, VgState::standby, Preemption::forbidden, kStart + 30s));
    CHECK(election.standby() == kWorse.who);
    run_until(election, kStart + 40s);
    CHECK_FALSE(election.standby().has_value());
    CHECK(election.state() == VgState::active);
}
