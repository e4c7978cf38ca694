// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "settings/check.hpp"

#include "catch.hpp"

using namespace evengate;            // NOLINT: a test
using namespace evengate::settings;  // NOLINT

namespace {

Settings sound() {
    Settings settings;
    settings.ports.resize(1);
    settings.ports[0].name = "p";
    settings.ports[0].device = "net_null0";
    settings.interfaces.resize(2);
    settings.interfaces[0] = {"lan", "p", 10, 0, 0, {}, {*IpPrefix::parse("10.0.0.2/24")}};
    settings.interfaces[1] = {"up", "p", 20, 0, 0, {}, {*IpPrefix::parse("192.0.2.2/30")}};
    settings.routes = {{*IpPrefix::parse("0.0.0.0/0"), *IpAddress::parse("192.0.2.1")}};
    settings.groups.resize(1);
    settings.groups[0].interface = "lan";
    settings.groups[0].virtual_addresses = {*IpAddress::parse("10.0.0.1")};
    return settings;
}

std::string paths_of(const std::vector<Finding>& findings) {
    std::string paths;
    for (const Finding& finding : findings) {
        paths += finding.path + " ";
    }
    return paths;
}

}  // namespace

TEST_CASE("sound settings break no rule") {
    CHECK(paths_of(check(sound())).empty());
}

TEST_CASE("the mtu of an interface may equal its port's and not exceed it") {
    Settings settings = sound();
    settings.interfaces[0].mtu = 1500;
    CHECK(paths_of(check(settings)).empty());
    settings.interfaces[0].mtu = 1501;
    CHECK(paths_of(check(settings)) == "interfaces[0].mtu ");
}

TEST_CASE("slots suffice exactly for interfaces and virtual MACs") {
    Settings settings = sound();
    settings.tables.n_slots = 18;
    CHECK(paths_of(check(settings)).empty());
    settings.tables.n_slots = 17;
    CHECK(paths_of(check(settings)) == "tables.slots ");
}

TEST_CASE("two addresses of one interface may share a prefix, of two interfaces not") {
    Settings settings = sound();
    settings.interfaces[0].addresses.push_back(*IpPrefix::parse("10.0.0.3/24"));
    CHECK(paths_of(check(settings)).empty());
    settings.interfaces[1].addresses.push_back(*IpPrefix::parse("10.0.0.130/25"));
    CHECK(paths_of(check(settings)) == "interfaces[1].addresses[1] ");
    settings.interfaces[1].addresses[1] = *IpPrefix::parse("10.0.0.3/16");
    CHECK_FALSE(check(settings).empty());
}

TEST_CASE("an overlap is seen through a nested prefix of the same interface") {
    Settings settings = sound();
    settings.interfaces[0].addresses = {*IpPrefix::parse("10.0.0.2/16")};
    settings.interfaces[1].addresses = {*IpPrefix::parse("10.0.0.3/24"),
                                        *IpPrefix::parse("10.0.0.5/28")};
    settings.routes.clear();
    settings.groups.clear();
    CHECK(paths_of(check(settings)) == "interfaces[1].addresses[0] interfaces[1].addresses[1] ");
}

TEST_CASE("on a /31 both addresses are hosts, on a /30 the outer two are not") {
    Settings settings = sound();
    settings.interfaces[1].addresses = {*IpPrefix::parse("192.0.2.0/31")};
    CHECK(paths_of(check(settings)).empty());
    settings.interfaces[1].addresses = {*IpPrefix::parse("192.0.2.2/30")};
    settings.routes[0].via = *IpAddress::parse("192.0.2.3");
    CHECK(paths_of(check(settings)) == "routes[0].via ");
}

TEST_CASE("busy workers need a CPU each, adaptive ones may share") {
    Settings settings = sound();
    settings.appliance.n_workers = 2;
    settings.appliance.worker_cpus = "3,3";
    CHECK(paths_of(check(settings)).empty());
    settings.appliance.poll_mode = PollMode::busy;
    CHECK(paths_of(check(settings)) == "appliance.cpus.workers ");
    settings.appliance.worker_cpus = "3-4";
    CHECK(paths_of(check(settings)).empty());
}

TEST_CASE("an interface keeps its MAC out of its own group's virtual ones only") {
    Settings settings = sound();
    settings.interfaces[0].mac = MacAddress::from_u64(0x0245'4700'0005);
    CHECK(paths_of(check(settings)) == "interfaces[0].mac ");
    settings.interfaces[0].mac = MacAddress::from_u64(0x0245'4700'0105);
    CHECK(paths_of(check(settings)).empty());
}

TEST_CASE("the same group id and virtual MACs may serve several interfaces") {
    Settings settings = sound();
    settings.groups.push_back(settings.groups[0]);
    settings.groups[1].interface = "up";
    settings.groups[1].virtual_addresses = {*IpAddress::parse("192.0.2.1")};
    settings.routes.clear();
    CHECK(paths_of(check(settings)).empty());
    settings.groups[1].interface = "lan";
    settings.groups[1].virtual_addresses = {*IpAddress::parse("10.0.0.9")};
    CHECK(paths_of(check(settings)) == "groups[1].id ");
}

TEST_CASE("static neighbours and routes together fill the route table exactly") {
    Settings settings = sound();
    settings.neighbours = {{"lan", *IpAddress::parse("10.0.0.9"), MacAddress::from_u64(2)},
                           {"up", *IpAddress::parse("192.0.2.1"), MacAddress::from_u64(4)}};
    settings.tables.n_routes = 3;
    CHECK(paths_of(check(settings)).empty());
    settings.tables.n_routes = 2;
    CHECK(paths_of(check(settings)) == "neighbours ");
    settings.tables.n_routes = 3;
    settings.tables.n_adjacencies = 2;
    CHECK(paths_of(check(settings)) == "neighbours ");
}

TEST_CASE("IPv6 addresses of interfaces are sound unless they are of many hosts or of none") {
    Settings settings = sound();
    for (const char* good : {"2001:db8::2/64", "fe80::1/10"}) {
        settings.interfaces[1].addresses[0] = *IpPrefix::parse(good);
        settings.routes.clear();
        INFO(good);
        CHECK(paths_of(check(settings)).empty());
    }
    for (const char* bad : {"::/64", "::1/128", "ff02::1/64"}) {
        settings.interfaces[1].addresses[0] = *IpPrefix::parse(bad);
        INFO(bad);
        CHECK(paths_of(check(settings)) == "interfaces[1].addresses[0] ");
    }
}

TEST_CASE("hold may be twice hello and not less") {
    Settings settings = sound();
    settings.groups[0].hello = Milliseconds{10};
    settings.groups[0].hold = Milliseconds{20};
    CHECK(paths_of(check(settings)).empty());
    settings.groups[0].hold = Milliseconds{19};
    CHECK(paths_of(check(settings)) == "groups[0].hold ");
}

TEST_CASE("a weight's thresholds may all be the maximum") {
    Settings settings = sound();
    settings.groups[0].weight = {50, 50, 50};
    CHECK(paths_of(check(settings)).empty());
    settings.groups[0].weight = {50, 50, 0};
    CHECK(paths_of(check(settings)).empty());
    settings.groups[0].weight = {50, 50, 49};
    CHECK(paths_of(check(settings)) == "groups[0].weight.lower ");
    settings.groups[0].weight = {50, 51, 0};
    CHECK(paths_of(check(settings)) == "groups[0].weight.lower ");
    settings.groups[0].weight = {50, 1, 51};
    CHECK(paths_of(check(settings)) == "groups[0].weight.upper ");
}

TEST_CASE("a track is of one thing that is there") {
    Settings settings = sound();
    Track link, next_hop, route, file;
    link.link = "up";
    next_hop.next_hop = IpAddress::parse("192.0.2.1");
    route.route = IpPrefix::parse("0.0.0.0/0");
    file.file = "/run/x";
    settings.groups[0].tracking = {link, next_hop, route, file};
    CHECK(paths_of(check(settings)).empty());
    settings.groups[0].tracking = {{}};
    CHECK(paths_of(check(settings)) == "groups[0].tracking[0] ");
    settings.groups[0].tracking[0] = link;
    settings.groups[0].tracking[0].file = "/run/x";
    CHECK(paths_of(check(settings)) == "groups[0].tracking[0] ");
    settings.groups[0].tracking = {route};
    settings.routes.clear();
    CHECK(paths_of(check(settings)) == "groups[0].tracking[0].route ");
}

TEST_CASE("cisco mode has Cisco's limits, native mode its own authentication, a listener either") {
    Settings settings = sound();
    Group& group = settings.groups[0];
    group.mode = GroupMode::cisco;
    group.vmac_prefix = MacAddress::from_u64(0x0007'B400'0000);
    group.n_vmacs = 4;
    group.hello = Milliseconds{50};
    group.authentication.key_file = "keys";
    for (const AuthMethod method : {AuthMethod::plain, AuthMethod::md5}) {
        group.authentication.method = method;
        group.mode = GroupMode::cisco;
        CHECK(paths_of(check(settings)).empty());
        group.mode = GroupMode::native;
        CHECK(paths_of(check(settings)) == "groups[0].authentication.method ");
        group.mode = GroupMode::listen;
        CHECK(paths_of(check(settings)).empty());
    }
    group.authentication.method = AuthMethod::hmac_sha256;
    CHECK(paths_of(check(settings)).empty());
    group.mode = GroupMode::native;
    CHECK(paths_of(check(settings)).empty());
    group.mode = GroupMode::cisco;
    CHECK(paths_of(check(settings)) == "groups[0].authentication.method ");
    group.authentication = {};
    group.redirect = Milliseconds{600'000};
    group.timeout = Milliseconds{1'200'000};
    CHECK(paths_of(check(settings)).empty());
    group.timeout = Milliseconds{1'199'000};
    CHECK(paths_of(check(settings)) == "groups[0].timeout ");
}

TEST_CASE("groups of one interface are on one segment, of two interfaces on any") {
    Settings settings = sound();
    settings.groups.push_back(settings.groups[0]);
    settings.groups[1].id = GroupId{1};
    settings.groups[1].virtual_addresses = {*IpAddress::parse("10.0.0.11")};
    settings.groups[0].segment = 5;
    CHECK(paths_of(check(settings)) == "groups[1].segment ");
    settings.groups[1].segment = 5;
    CHECK(paths_of(check(settings)).empty());
    settings.routes.clear();
    settings.groups[1].interface = "up";
    settings.groups[1].virtual_addresses = {*IpAddress::parse("192.0.2.1")};
    settings.groups[1].segment = 6;
    CHECK(paths_of(check(settings)).empty());
}

TEST_CASE("dwell may be linger and the time of announcements and not less") {
    Settings settings = sound();
    Group& group = settings.groups[0];
    group.linger = Milliseconds{4'450};
    CHECK(paths_of(check(settings)).empty());
    group.linger = Milliseconds{4'451};
    CHECK(paths_of(check(settings)) == "groups[0].balance.dwell ");
    group.balance.dwell = Milliseconds{5'001};
    CHECK(paths_of(check(settings)).empty());
}

TEST_CASE("shares are given with the target that uses them, each member's once") {
    Settings settings = sound();
    Balance& balance = settings.groups[0].balance;
    balance.target = BalanceTarget::shares;
    CHECK(paths_of(check(settings)) == "groups[0].balance.target ");
    balance.shares = {{"gw1", 2}, {"gw2", 1}};
    CHECK(paths_of(check(settings)).empty());
    for (const BalanceTarget other : {BalanceTarget::capacity, BalanceTarget::equal}) {
        balance.target = other;
        CHECK(paths_of(check(settings)) == "groups[0].balance.target ");
    }
    balance.target = BalanceTarget::shares;
    balance.shares.push_back({"gw1", 5});
    CHECK(paths_of(check(settings)) == "groups[0].balance.shares[2].member ");
}

TEST_CASE("an estimate that never changes, and one of the newest alone, are legal") {
    Settings settings = sound();
    CHECK(warnings(settings).empty());
    settings.groups[0].balance.alpha = 0;
    CHECK(paths_of(check(settings)).empty());
    CHECK(warnings(settings) ==
          std::vector<std::string>{"group 0: with alpha 0 loads stay as they were measured first"});
    settings.groups[0].balance.alpha = 1'000'000;
    CHECK(paths_of(check(settings)).empty());
}

TEST_CASE("hosts are not steered where a hash gives them their vMAC") {
    Settings settings = sound();
    Group& group = settings.groups[0];
    group.policy = VmacPolicy::host_hash;
    group.balance.steer_hosts = 3;
    CHECK(paths_of(check(settings)) == "groups[0].balance.steer-hosts ");
    group.policy = VmacPolicy::least_loaded;
    CHECK(paths_of(check(settings)).empty());
    group.balance.algorithm = BalanceAlgorithm::off;
    CHECK(paths_of(check(settings)) == "groups[0].balance.steer-hosts ");
    group.balance.algorithm = BalanceAlgorithm::even;
    group.balance.target = BalanceTarget::shares;
    group.balance.shares = {{"gw1", 2}};
    CHECK(paths_of(check(settings)) == "groups[0].balance.steer-hosts ");
}

TEST_CASE("only native mode balances: elsewhere every key of it must be at its default") {
    Settings settings = sound();
    Group& group = settings.groups[0];
    group.mode = GroupMode::listen;
    CHECK(paths_of(check(settings)).empty());
    group.balance.dwell = Milliseconds{1};
    group.balance.alpha = 0;
    group.balance.start = Start::random;
    group.balance.shares = {{"gw1", 2}};
    CHECK(paths_of(check(settings)) ==
          "groups[0].balance.start groups[0].balance.alpha groups[0].balance.shares "
          "groups[0].balance.dwell ");
    CHECK(check(settings)[1].expected ==
          "auto, as mode is listen, in which nothing is balanced");
    group.balance = {};
    group.mode = GroupMode::cisco;
    group.vmac_prefix = MacAddress::from_u64(0x0007'B400'0000);
    group.n_vmacs = 4;
    // Nothing is balanced: nothing has to wait for it.
    group.linger = Milliseconds{60'000};
    CHECK(paths_of(check(settings)).empty());
    group.balance.max_moves = 1;
    CHECK(paths_of(check(settings)) == "groups[0].balance.max-moves ");
}
