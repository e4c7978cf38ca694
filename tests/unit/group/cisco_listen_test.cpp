// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "catch.hpp"
#include "cisco_lan.hpp"

using namespace evengate;
using namespace evengate::group;
using namespace evengate::group::test;
using namespace std::chrono_literals;
using glbp::VgState;

namespace {

CiscoLan with_watcher(const GroupOptions& watcher) {
    CiscoLan lan;
    for (const unsigned router : {1u, 2u, 3u}) {
        GroupOptions options = group_options();
        options.priority = router == 1 ? 200 : 100;
        lan.add(router, options);
        lan.connect(router);
        lan.run_for(100ms);
    }
    lan.add(9, watcher);
    lan.connect(9);
    lan.run_for(60s);
    return lan;
}

GroupOptions watching() {
    GroupOptions options = group_options();
    options.mode = Mode::listen;
    options.priority = 255;
    options.preempt = Preempt::when_better;
    return options;
}

}  // namespace

TEST_CASE("a member that only listens knows the group and sends nothing, whoever dies") {
    CiscoLan lan = with_watcher(watching());
    GroupView view = lan.group(9).view(lan.now());
    CHECK(view.state == VgState::listen);
    CHECK(view.avg == MemberId{mac_of(1).to_u64()});
    CHECK(view.standby == MemberId{mac_of(3).to_u64()});
    CHECK(view.members.size() == 4);
    CHECK_FALSE(view.members[0].is_live);
    REQUIRE(view.vmacs.size() == 3);
    CHECK(view.vmacs[1].owner == MemberId{mac_of(2).to_u64()});

    lan.give(9, WeightChanged{GroupId{1}, 200});
    lan.give(9, Drain{});
    lan.give(9, Undrain{});
    for (const unsigned router : {1u, 2u, 3u}) {
        lan.kill(router);
        lan.run_for(40s);
    }
    lan.give(9, Leave{});
    CHECK(lan.sent_by(9).empty());
    CHECK_FALSE(lan.group(9).answers_hosts());
    CHECK_FALSE(lan.group(9).is_busy());
    for (uint8_t number = 1; number <= 4; ++number) {
        CHECK(lan.group(9).role(VmacNumber{number}) == Role::other);
    }
    CHECK(lan.n_notes(9, NoteKind::member_down) == 3);
}

TEST_CASE("a listener follows the AVG and its timers") {
    GroupOptions options = watching();
    options.hello = 100ms;
    options.hold = 300ms;
    CiscoLan lan = with_watcher(options);
    CHECK(lan.group(9).view(lan.now()).hold == 10s);
    lan.kill(1);
    lan.run_for(15s);
    CHECK(lan.group(9).view(lan.now()).avg == MemberId{mac_of(3).to_u64()});
    CHECK(lan.group(9).view(lan.now()).vmacs[0].owner == MemberId{mac_of(3).to_u64()});
    CHECK(lan.group(9).answerable().size() == 3);
}

TEST_CASE("messages that are none of the group's are refused by name") {
    CiscoLan lan;
    lan.add(1, group_options());
    lan.connect(1);
    glbp::Message foreign_group = hello_of(2, VgState::active, 200);
    foreign_group.group = GroupId{2};
    glbp::Message native = hello_of(2, VgState::active, 200);
    native.sender.emplace();
    glbp::Message own = hello_of(1, VgState::active, 200);
    for (const glbp::Message& message : {foreign_group, native, own}) {
        lan.inject(lan.now(), 2, message);
    }
    lan.run_for(1s);
    CHECK(lan.n_refused(1, MessageRefusal::group_unknown) == 1);
    CHECK(lan.n_refused(1, MessageRefusal::mode_foreign) == 1);
    CHECK(lan.n_refused(1, MessageRefusal::own_message) == 1);
    CHECK(lan.group(1).view(lan.now()).members.size() == 1);
}

TEST_CASE("a thousand members announced by a forger displace none that lives") {
    CiscoLan lan = with_watcher(watching());
    for (unsigned forged = 100; forged < 1100; ++forged) {
        glbp::Message message = hello_of(2, VgState::listen, 1);
        message.owner = MacAddress::from_u64(0x0200'0000'0000 + forged);
        lan.inject(lan.now(), 2, message);
    }
    lan.run_for(1s);
    CHECK(lan.group(1).view(lan.now()).members.size() == 1 + kMaxCiscoMembers);
    CHECK(lan.n_refused(1, MessageRefusal::too_many_members) >= 980);
    lan.run_for(30s);
    for (const unsigned router : {1u, 2u, 3u}) {
        CHECK(lan.owners_of(router) == std::vector{router});
    }
    // The places of the forged ones are free again.
    lan.add(4, group_options());
    lan.connect(4);
    lan.run_for(30s);
    CHECK(lan.owners_of(4) == std::vector{4u});
}

TEST_CASE("a group without a VIP is disabled and silent") {
    CiscoLan lan;
    GroupOptions options = group_options();
    options.parameters.virtual_addresses.clear();
    lan.add(1, options);
    lan.connect(1);
    lan.inject(TimePoint{} + 1s, 2, hello_of(2, VgState::active, 200));
    lan.run_for(60s);
    lan.give(1, Leave{});
    CHECK(lan.group(1).view(lan.now()).state == VgState::disabled);
    CHECK(lan.sent_by(1).empty());
}

TEST_CASE("a member with another VIP is noted once") {
    CiscoLan lan = with_watcher(watching());
    glbp::Message other = hello_of(7, VgState::listen, 1);
    other.hello->virtual_address = IpAddress::v4(0x0A00'0001);
    for (int i = 0; i < 3; ++i) {
        lan.inject(lan.now(), 7, other);
        lan.run_for(1s);
    }
    CHECK(lan.n_notes(1, NoteKind::parameters_differ) == 1);
}

TEST_CASE("the timers of an AVG that no router could have are not learnt") {
    CiscoLan lan;
    lan.add(1, group_options());
    lan.connect(1);
    for (const auto& [hello_ms, hold_ms] :
         {std::pair(0u, 10u), std::pair(3000u, 3000u), std::pair(3000u, 4'000'000'000u)}) {
        glbp::Message message = hello_of(2, VgState::active, 200);
        message.hello->hello_ms = hello_ms;
        message.hello->hold_ms = hold_ms;
        lan.inject(lan.now(), 2, message);
        lan.run_for(1s);
        CHECK(lan.group(1).view(lan.now()).hold == 10s);
    }
}

TEST_CASE("cisco mode has no planned moves") {
    CiscoLan lan;
    lan.add(1, group_options());
    lan.give(1, MoveVmac{GroupId{1}, VmacNumber{1}, MemberId{7}});
    CHECK(lan.n_notes(1, NoteKind::move_refused) == 1);
}
