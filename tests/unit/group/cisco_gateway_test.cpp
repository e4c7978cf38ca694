// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <algorithm>

#include "catch.hpp"
#include "cisco_lan.hpp"

using namespace evengate;
using namespace evengate::group;
using namespace evengate::group::test;
using namespace std::chrono_literals;
using glbp::VgState;

namespace {

// Three routers that have found each other: 1 is AVG, 3 stands by, and 2 listens.
CiscoLan three_settled() {
    CiscoLan lan;
    for (const unsigned router : {1u, 2u, 3u}) {
        lan.add(router, with_priority(router == 1 ? 200 : 100));
        lan.connect(router);
        lan.run_for(500ms);
    }
    lan.run_until(TimePoint{} + 60s);
    REQUIRE(lan.group(1).view(lan.now()).state == VgState::active);
    REQUIRE(lan.group(2).view(lan.now()).state == VgState::listen);
    REQUIRE(lan.group(3).view(lan.now()).state == VgState::standby);
    return lan;
}

VgState state_of(CiscoLan& lan, unsigned router) {
    return lan.group(router).view(lan.now()).state;
}

std::vector<VgState> states_said(const std::vector<CiscoLan::Sent>& sent) {
    std::vector<VgState> states;
    for (const CiscoLan::Sent& one : sent) {
        const auto& hello = one.send.message.hello;
        if (hello && (states.empty() || states.back() != hello->state)) {
            states.push_back(hello->state);
        }
    }
    return states;
}

}  // namespace

TEST_CASE("three routers agree on AVG, standby, members and vMACs") {
    CiscoLan lan = three_settled();
    for (const unsigned router : {1u, 2u, 3u}) {
        const GroupView view = lan.group(router).view(lan.now());
        const MemberId gateway = router == 1 ? MemberId{1001} : MemberId{mac_of(1).to_u64()};
        CHECK(view.avg == gateway);
        CHECK(view.members.size() == 3);
        CHECK(view.members[0].is_self);
        CHECK(std::ranges::all_of(view.members, &MemberView::is_live));
        REQUIRE(view.vmacs.size() == 3);
        CHECK(view.vmacs[0].mac == vmac_of(1));
        CHECK(view.vmacs[0].owner == gateway);
        CHECK(std::ranges::all_of(view.vmacs, [](const VmacView& v) { return v.priority == 167; }));
        CHECK(lan.group(router).answers_hosts() == (router == 1));
        CHECK(lan.group(router).answerable().size() == 3);
    }
}

TEST_CASE("the standby is AVG one hold after the AVG's last hello, then forwards for its vMAC") {
    CiscoLan lan = three_settled();
    const TimePoint last = lan.sent_by(1).back().at;
    lan.kill(1);
    lan.run_for(12s);
    CHECK(state_of(lan, 3) == VgState::active);
    CHECK(lan.group(3).answers_hosts());
    const auto sent = lan.sent_by(3, last + 10s);
    REQUIRE(sent.size() >= 2);
    // 10.004 s were measured of a router, and 4 ms more to the vMAC.
    CHECK(sent[0].at - last == 10s + kWireDelay);
    CHECK(sent[0].send.message.hello->state == VgState::active);
    CHECK(sent[1].at - last <= 10s + 5ms);
    CHECK_FALSE(sent[1].send.message.hello.has_value());
    CHECK(sent[1].send.message.forwarders[0].number == 1);
    CHECK(sent[1].send.message.forwarders[0].priority == 135);
    CHECK(sent[1].send.from == VmacNumber{1});
    CHECK(lan.owners_of(1) == std::vector{3u});
}

TEST_CASE("a lost standby is replaced, the AVG stays") {
    CiscoLan lan = three_settled();
    lan.kill(3);
    lan.run_for(31s);
    CHECK(state_of(lan, 1) == VgState::active);
    CHECK(state_of(lan, 2) == VgState::standby);
    CHECK(states_said(lan.sent_by(2, lan.now() - 31s)) ==
          std::vector{VgState::listen, VgState::speak, VgState::standby});
}

TEST_CASE("when AVG and standby die together the last one is AVG after three holds at most") {
    CiscoLan lan = three_settled();
    lan.kill(1);
    lan.kill(3);
    lan.run_for(30s);
    CHECK(state_of(lan, 2) == VgState::active);
    for (const unsigned number : {1u, 2u, 3u}) {
        CHECK(lan.owners_of(number) == std::vector{2u});
    }
}

TEST_CASE("at equal priority the higher address is AVG") {
    CiscoLan lan;
    for (const unsigned router : {1u, 2u, 3u}) {
        lan.add(router, with_priority(100));
        lan.connect(router);
    }
    lan.run_for(60s);
    CHECK(state_of(lan, 3) == VgState::active);
    CHECK(state_of(lan, 2) == VgState::standby);
    CHECK(state_of(lan, 1) == VgState::listen);
}

TEST_CASE("without preemption a better router that comes later is not AVG") {
    CiscoLan lan = three_settled();
    lan.add(4, with_priority(250));
    lan.connect(4);
    lan.run_for(90s);
    CHECK(state_of(lan, 1) == VgState::active);
    CHECK(state_of(lan, 4) == VgState::standby);
    CHECK(state_of(lan, 3) == VgState::listen);  // gave the place to the better standby
    CHECK(lan.owners_of(4) == std::vector{4u});
}

TEST_CASE("with preemption a better router takes over after its delay, the old AVG speaks first") {
    CiscoLan lan = three_settled();
    GroupOptions options = with_priority(250);
    options.preempt = Preempt::when_better;
    options.preempt_delay = 40s;
    lan.add(4, options);
    const TimePoint begin = lan.now();
    lan.connect(4);
    lan.run_for(39s);
    CHECK(state_of(lan, 1) == VgState::active);
    lan.run_for(4500ms);
    CHECK(state_of(lan, 4) == VgState::active);
    CHECK(state_of(lan, 1) == VgState::speak);
    lan.run_for(11s);
    CHECK(states_said(lan.sent_by(1, begin)) ==
          std::vector{VgState::active, VgState::speak, VgState::standby});
    CHECK(state_of(lan, 3) == VgState::listen);
    CHECK(lan.owners_of(1) == std::vector{1u});  // forwarders do not care
}

TEST_CASE("a preempted AVG of two stands by one hold later") {
    CiscoLan lan;
    lan.add(1, with_priority(100));
    lan.connect(1);
    lan.run_for(40s);
    GroupOptions options = with_priority(200);
    options.preempt = Preempt::when_better;
    lan.add(2, options);
    lan.connect(2);
    const TimePoint begin = lan.now();
    lan.run_for(30s);
    CHECK(states_said(lan.sent_by(2, begin)).back() == VgState::active);
    CHECK(states_said(lan.sent_by(1, begin)) ==
          std::vector{VgState::active, VgState::speak, VgState::standby});
    const auto sent = lan.sent_by(1, begin);
    const auto first_with = [&](VgState state) {
        return std::ranges::find_if(sent,
                                    [&](const CiscoLan::Sent& one) {
                                        return one.send.message.hello &&
                                               one.send.message.hello->state == state;
                                    })
            ->at;
    };
    const Duration apart = first_with(VgState::standby) - first_with(VgState::speak);
    CHECK(apart == 10s);
}

TEST_CASE("timers are learnt from the AVG and advertised, but an AVG uses its own") {
    CiscoLan lan;
    GroupOptions slow = with_priority(200);
    lan.add(1, slow);
    GroupOptions fast = with_priority(100);
    fast.hello = 1s;
    fast.hold = 4s;
    lan.add(2, fast);
    lan.connect(1);
    lan.run_for(30s);
    lan.connect(2);
    lan.run_for(40s);
    CHECK(lan.group(2).view(lan.now()).hello == 3s);
    CHECK(lan.group(2).view(lan.now()).hold == 10s);
    CHECK(lan.sent_by(2).back().send.message.hello->hold_ms == 10000);
    lan.kill(1);
    lan.run_for(15s);
    CHECK(state_of(lan, 2) == VgState::active);
    CHECK(lan.group(2).view(lan.now()).hold == 4s);
    CHECK(lan.sent_by(2).back().send.message.hello->hello_ms == 1000);
}

TEST_CASE("after a partition the better AVG stays and each vMAC has one owner") {
    CiscoLan lan = three_settled();
    lan.part(1, 2);
    lan.part(1, 3);
    lan.run_for(40s);
    CHECK(state_of(lan, 1) == VgState::active);
    CHECK(state_of(lan, 3) == VgState::active);
    CHECK(lan.owners_of(1).size() == 2);
    lan.mend();
    lan.run_for(4s);
    CHECK(state_of(lan, 1) == VgState::active);
    CHECK(state_of(lan, 3) == VgState::speak);
    CHECK(lan.owners_of(1) == std::vector{1u});
    CHECK(lan.owners_of(2) == std::vector{2u});
    CHECK(lan.owners_of(3) == std::vector{3u});
}

TEST_CASE("a member that slept longer than its hold forwards nothing before it has listened") {
    CiscoLan lan = three_settled();
    lan.pause(1);
    lan.run_for(15s);
    CHECK(lan.group(3).answers_hosts());
    lan.resume(1);
    CHECK(lan.n_notes(1, NoteKind::fenced) == 1);
    CHECK(state_of(lan, 1) == VgState::listen);
    CHECK(lan.owners_of(1) == std::vector{3u});
    lan.run_for(29s);
    CHECK(lan.owners_of(1) == std::vector{3u});
    lan.run_for(2s);
    CHECK(lan.owners_of(1) == std::vector{1u});  // its own again, as after a restart
    CHECK(lan.group(3).answers_hosts());
}

TEST_CASE("a changed priority counts at the next hello") {
    CiscoLan lan;
    GroupOptions options = with_priority(100);
    options.preempt = Preempt::when_better;
    lan.add(1, options);
    lan.add(2, options);
    lan.connect(1);
    lan.connect(2);
    lan.run_for(60s);
    CHECK(state_of(lan, 2) == VgState::active);
    lan.give(1, SetPriority{GroupId{2}, 150});
    lan.run_for(4s);
    CHECK(state_of(lan, 2) == VgState::active);
    lan.give(1, SetPriority{GroupId{1}, 150});
    lan.run_for(4s);
    CHECK(state_of(lan, 1) == VgState::active);
    CHECK(state_of(lan, 2) == VgState::speak);
    CHECK(lan.n_notes(2, NoteKind::avg_changed) >= 1);
}

TEST_CASE("hellos come up to the jitter early, never late") {
    CiscoLan lan;
    GroupOptions options = with_priority(100);
    options.hello_jitter_percent = 20;
    lan.add(1, options);
    lan.connect(1);
    lan.run_for(300s);
    const auto sent = lan.sent_by(1, TimePoint{} + 31s);
    REQUIRE(sent.size() > 80);
    Duration shortest = 3s;
    Duration longest{};
    for (size_t i = 1; i < sent.size(); ++i) {
        shortest = std::min(shortest, sent[i].at - sent[i - 1].at);
        longest = std::max(longest, sent[i].at - sent[i - 1].at);
    }
    CHECK(shortest >= 2400ms);
    CHECK(shortest < 2600ms);
    CHECK(longest <= 3s);
    CHECK(longest > 2800ms);
}
