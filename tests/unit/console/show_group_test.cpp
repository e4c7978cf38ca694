// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <memory>

#include "catch.hpp"
#include "console/shows.hpp"
#include "sample.hpp"

using namespace std::chrono_literals;
using namespace evengate;
using console::Outcome;

namespace {

std::string text_of(Outcome (*show)(const console::Call&), const admin::Report& report) {
    const admin::Reply reply;
    const std::vector<std::string> words;
    return show({reply, report, words, console::Format::text}).text;
}

bool contains(const std::string& text, std::string_view part) {
    INFO(text);
    return text.find(part) != std::string::npos;
}

admin::Report cisco_report() {
    admin::Report report;
    admin::GroupReport& group = report.groups.emplace_back();
    group.id = GroupId(10);
    group.interface = "lan";
    group.virtual_addresses = {IpAddress::v4(0x0A58'0101), IpAddress::v4(0x0A58'0102)};
    group.policy = "round-robin";
    group.mode = "cisco";
    group.state = "listen";
    group.avg = "10.88.1.10";
    group.standby = "10.88.1.11";
    group.vmacs.resize(2);
    group.vmacs[0].number = VmacNumber(1);
    group.vmacs[0].mac = MacAddress::from_u64(0x0007'B400'0A01);
    group.vmacs[0].state = "linger";
    group.vmacs[0].owner = "10.88.1.10";
    group.vmacs[0].priority = 135;
    group.vmacs[0].redirect_left = 599'800ms;
    group.vmacs[0].timeout_left = 4h;
    group.vmacs[1].number = VmacNumber(2);
    group.vmacs[1].mac = MacAddress::from_u64(0x0007'B400'0A02);
    group.vmacs[1].state = "own";
    group.vmacs[1].priority = 167;
    return report;
}

}  // namespace

TEST_CASE("in cisco mode forwarders have their priorities and timers") {
    CHECK(text_of(console::show_vmacs, cisco_report()) ==
          R"(group 10 on lan: 10.88.1.1, 10.88.1.2, policy round-robin, 0 hosts, 0 ARP answers
vmac  mac                state   owner       claimant  moving from  successors  priority  redirect  timeout  hosts  packets  share  bytes  foreign
   1  00:07:b4:00:0a:01  linger  10.88.1.10  -         -            -                135    9m 59s    4h 0m      0        0      -      0        0
   2  00:07:b4:00:0a:02  own     -           -         -            -                167         -        -      0        0      -      0        0
)");
    CHECK(
        text_of(console::show_group_brief, cisco_report()) ==
        R"(Interface  Grp  Fwd  Pri  State   Address               Active router  Standby router  Hosts  Packets  Weight
lan         10    -    0  Listen  10.88.1.1, 10.88.1.2  10.88.1.10     10.88.1.11          0        0       0
lan         10    1  135  Linger  00:07:b4:00:0a:01     10.88.1.10     -                   0        0       -
lan         10    2  167  Active  00:07:b4:00:0a:02     -              -                   0        0       -
)");
}

TEST_CASE("each group has its own part, with an empty line between") {
    admin::Report report = cisco_report();
    report.groups.push_back(report.groups[0]);
    report.groups[1].interface = "up";
    for (auto* const show : {console::show_group, console::show_members, console::show_vmacs,
                             console::show_hosts, console::show_messages}) {
        const std::string text = text_of(show, report);
        CHECK(text.starts_with("group 10 on lan: "));
        CHECK(contains(text, "\n\ngroup 10 on up: "));
        CHECK(text.find("\n\n") == text.rfind("\n\n"));
    }
}

TEST_CASE("a group that is not balanced says so, and why") {
    for (auto* const show : {console::show_balance, console::show_balance_dry_run,
                             console::show_balance_history}) {
        CHECK(text_of(show, cisco_report()) == "group 10 on lan: not balanced: mode cisco\n");
    }
}

TEST_CASE("where everyone decides, or nothing was measured yet, balancing says that") {
    admin::Report report = cisco_report();
    admin::BalanceReport& balance = report.groups[0].balance.emplace();
    balance.algorithm = "off";
    balance.decide = "everyone";
    balance.interval = 250ms;
    balance.alpha = 1e-6;
    balance.disagreements = 3;
    CHECK(text_of(console::show_balance, report) ==
          R"(group 10 on lan: off, everyone decides, - carries it out
  interval    250.0ms, alpha 0.000001
  imbalance   - (no load)
  rounds      none yet
  moves       none
  last round  none yet
no gateways
)");
    balance.rounds = 40;
    balance.alpha = 1;
    const std::string text = text_of(console::show_balance, report);
    CHECK(contains(text, "alpha 1\n"));
    CHECK(contains(text, "the slowest of late in 0ns; 3 in which the AVG did otherwise\n"));
    balance.rounds = 0;
    CHECK(text_of(console::show_balance_dry_run, report) ==
          "group 10 on lan: a round now: -\nno moves\n");
    CHECK(text_of(console::show_balance_history, report) ==
          "group 10 on lan: 0 rounds, the last 0\nno rounds yet\n");
}

TEST_CASE("what keeps a member from taking part is written large") {
    admin::Report report = cisco_report();
    CHECK_FALSE(contains(text_of(console::show_group, report), "DRAINING"));
    CHECK_FALSE(contains(text_of(console::show_summary, report), "FENCED"));
    report.groups[0].draining = report.groups[0].fenced = true;
    for (auto* const show : {console::show_group, console::show_summary}) {
        CHECK(contains(text_of(show, report), "DRAINING"));
        CHECK(contains(text_of(show, report), "FENCED"));
    }
}

TEST_CASE("a group that says nothing of itself yet is shown with dashes") {
    admin::Report report;
    report.groups.resize(1);
    CHECK(
        text_of(console::show_group_brief, report) ==
        R"(Interface  Grp  Fwd  Pri  State  Address  Active router  Standby router  Hosts  Packets  Weight
             0    -    0  -               -              -                   0        0       0
)");
    const std::string text = text_of(console::show_group, report);
    CHECK(contains(text, "  active      -\n"));
    CHECK(contains(text, "  no members\n"));
    CHECK(contains(text, "  no vMACs\n"));
    CHECK(contains(text, "0 sent; none refused\n"));
}
