// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "catch.hpp"
#include "settings/change.hpp"
#include "settings/check.hpp"

using namespace evengate;            // NOLINT: a test
using namespace evengate::settings;  // NOLINT

namespace {

IpAddress address(std::string_view text) {
    return *IpAddress::parse(text);
}
IpPrefix prefix(std::string_view text) {
    return *IpPrefix::parse(text);
}

Target target(const std::string& name, std::string_view at) {
    Target made;
    made.name = name;
    made.address = address(at);
    return made;
}

Service service(const std::string& name, std::string_view published, uint16_t port) {
    Service made;
    made.name = name;
    made.addresses = {address(published)};
    made.ports = {{port, port}};
    made.targets = {target("s1", "10.0.0.11"), target("s2", "10.0.0.12")};
    return made;
}

Settings sound() {
    Settings settings;
    settings.ports.resize(1);
    settings.ports[0].name = "p";
    settings.ports[0].device = "net_null0";
    settings.interfaces.resize(2);
    settings.interfaces[0] = {"lan", "p", 10, 0, 0, {}, {prefix("10.0.0.2/24")}};
    settings.interfaces[1] = {"up", "p", 20, 0, 0, {}, {prefix("192.0.2.2/30")}};
    settings.routes = {{prefix("0.0.0.0/0"), address("192.0.2.1")}};
    settings.groups.resize(1);
    settings.groups[0].interface = "lan";
    settings.groups[0].virtual_addresses = {address("10.0.0.1")};
    settings.services = {service("web", "203.0.113.10", 80), service("mail", "203.0.113.11", 25)};
    settings.rerouting.key_file = "keys";
    return settings;
}

std::string paths_of(const Settings& settings) {
    std::string paths;
    for (const Finding& finding : check(settings)) {
        paths += finding.path + " ";
    }
    return paths;
}

std::string text_of(const Settings& settings) {
    const std::vector<Finding> findings = check(settings);
    return findings.size() == 1 ? findings[0].found + "; " + findings[0].expected
                                : std::to_string(findings.size()) + " findings";
}

}  // namespace

TEST_CASE("sound services break no rule and warn of nothing") {
    CHECK(paths_of(sound()).empty());
    CHECK(warnings(sound()).empty());
}

TEST_CASE("names are unique among services, and among the targets of one service only") {
    Settings settings = sound();
    settings.services[1].name = "web";
    CHECK(paths_of(settings) == "services[1].name ");
    settings = sound();
    settings.services[0].targets[1].name = "s1";
    CHECK(paths_of(settings) == "services[0].targets[1].name ");
}

TEST_CASE("a published address is nobody's own, but may be a group's") {
    Settings settings = sound();
    IpAddress& published = settings.services[0].addresses[0];
    for (const char* bad : {"10.0.0.2", "10.0.0.255", "10.0.0.11", "224.0.0.1", "2001:db8::1"}) {
        published = address(bad);
        INFO(bad);
        CHECK(paths_of(settings) == "services[0].addresses[0] ");
    }
    for (const char* good : {"10.0.0.1", "10.0.0.99", "203.0.113.11"}) {
        published = address(good);
        INFO(good);
        CHECK(paths_of(settings).empty());
    }
    settings.services[0].addresses = {address("203.0.113.10"), address("203.0.113.10")};
    CHECK(paths_of(settings) == "services[0].addresses[1] ");
    settings.services[0].addresses.clear();
    CHECK(paths_of(settings) == "services[0].addresses ");
}

TEST_CASE("two services share an address while protocol or ports keep them apart") {
    Settings settings = sound();
    settings.services[1].addresses = settings.services[0].addresses;
    CHECK(paths_of(settings).empty());
    settings.services[1].ports = {{81, 90}, {70, 80}};
    CHECK(paths_of(settings) == "services[1].ports[1] ");
    settings.services[1].protocol = ServiceProtocol::udp;
    settings.services[1].health.probe = Probe::icmp;
    CHECK(paths_of(settings).empty());
    settings.services[0].ports = {{1, 65'535}, {100, 100}, {200, 300}};
    CHECK(paths_of(settings) == "services[0].ports[1] services[0].ports[2] ");
    settings.services[0].ports = {{100, 100}, {1, 65'535}};
    CHECK(paths_of(settings) == "services[0].ports[1] ");
    settings.services[0].ports.clear();
    CHECK(paths_of(settings) == "services[0].ports ");
}

TEST_CASE("keys of nat stand with nat only, and addresses that targets see with snat only") {
    Settings settings = sound();
    Service& web = settings.services[0];
    for (const Rewrite mode : {Rewrite::mac, Rewrite::ipip}) {
        web = service("web", "203.0.113.10", 80);
        web.mode = mode;
        web.answers = Answers::snat;
        web.snat = {prefix("198.51.100.8/29")};
        CHECK(paths_of(settings) == "services[0].return ");
        web.answers = Answers::route;
        CHECK(paths_of(settings) == "services[0].snat ");
        web.snat.clear();
        web.targets[1].port = 8080;
        CHECK(paths_of(settings) == "services[0].targets[1].port ");
    }
    web.mode = Rewrite::nat;
    CHECK(paths_of(settings).empty());
    web.snat = {prefix("198.51.100.8/29")};
    CHECK(paths_of(settings) == "services[0].snat ");
    web.answers = Answers::snat;
    CHECK(paths_of(settings).empty());
    for (const char* bad : {"198.51.100.9/29", "10.0.0.0/29", "203.0.113.0/26", "10.0.0.11/32", "10.0.0.248/29", "10.0.0.1/32", "192.0.2.1/32",
                            "127.0.0.0/30", "240.0.0.0/30"}) {
        web.snat = {prefix(bad)};
        INFO(bad);
        CHECK(paths_of(settings) == "services[0].snat[0] ");
    }
    settings.sprays.resize(1);
    settings.sprays[0] = {.name = "s", .interface = "lan", .addresses = {address("203.0.113.99")}, .targets = {address("10.0.0.70")}};
    settings.dispatchers.resize(1);
    settings.dispatchers[0].gateways = {{.name = "g", .address = address("10.0.0.80")}};
    for (const char* bad : {"203.0.113.96/30", "10.0.0.70/32", "10.0.0.80/32"}) {
        web.snat = {prefix(bad)};
        INFO(bad);
        CHECK(paths_of(settings).find("services[0].snat[0] ") != std::string::npos);
    }
    settings.sprays.clear();
    settings.dispatchers.clear();
    web.snat = {prefix("198.51.100.0/25")};
    CHECK(paths_of(settings) == "services[0].snat ");
    web.snat.clear();
    CHECK(paths_of(settings) == "services[0].return ");
}

TEST_CASE("pools of sources lie apart, within a service and among all, and are 64 addresses together") {
    Settings settings = sound();
    for (Service& each : settings.services) {
        each.mode = Rewrite::nat;
        each.answers = Answers::snat;
    }
    settings.services[0].snat = {prefix("198.51.100.0/27")};
    settings.services[1].snat = {prefix("198.51.100.32/27")};
    CHECK(paths_of(settings).empty());
    settings.services[1].snat = {prefix("198.51.100.16/28")};
    CHECK(paths_of(settings) == "services[1].snat[0] ");
    settings.services[1].snat = {prefix("198.51.100.32/28"), prefix("198.51.100.40/29")};
    CHECK(paths_of(settings) == "services[1].snat[1] ");
    settings.services[1].snat = {prefix("198.51.100.32/27"), prefix("198.51.100.64/32")};
    CHECK(paths_of(settings) == "services[1].snat ");
}

TEST_CASE("what a nat target answers is of one service, else snat is named") {
    Settings settings = sound();
    for (Service& each : settings.services) {
        each.mode = Rewrite::nat;
    }
    CHECK(paths_of(settings).empty());
    settings.services[0].targets[1].port = 25;
    CHECK(paths_of(settings) == "services[1].targets[1].address ");
    CHECK(text_of(settings).find("return: snat") != std::string::npos);
    settings.services[0].answers = Answers::snat;
    settings.services[0].snat = {prefix("198.51.100.8/29")};
    CHECK(paths_of(settings).empty());
    settings.services[0] = service("web", "203.0.113.10", 80);
    settings.services[0].mode = Rewrite::nat;
    settings.services[0].addresses.push_back(address("203.0.113.12"));
    CHECK(paths_of(settings) == "services[0].addresses ");
    settings.services[0].addresses.pop_back();
    settings.services[0].ports = {{80, 81}};
    CHECK(paths_of(settings).empty());
    settings.services[0].targets[0].port = 8080;
    CHECK(paths_of(settings) == "services[0].targets[0].port ");
}

TEST_CASE("clients beside a nat target are served with snat only") {
    Settings settings = sound();
    Service& web = settings.services[0];
    web.mode = Rewrite::nat;
    web.targets[0].clients = {prefix("10.0.0.128/25")};
    CHECK(paths_of(settings) == "services[0].targets[0].clients[0] ");
    CHECK(text_of(settings).find("return: snat") != std::string::npos);
    web.targets[0].clients = {prefix("10.0.1.0/24")};
    CHECK(paths_of(settings).empty());
    web.targets[0].clients = {prefix("10.0.1.1/24")};
    CHECK(paths_of(settings) == "services[0].targets[0].clients[0] ");
    web.targets[0].clients.clear();
    web.addresses = {address("10.0.0.99")};
    CHECK(paths_of(settings).empty());
    REQUIRE(warnings(settings).size() == 1);
    CHECK(warnings(settings)[0].find("return: snat") != std::string::npos);
}

TEST_CASE("a mac target is on-link, unless it sits behind another member") {
    Settings settings = sound();
    Target& far = settings.services[0].targets[0];
    far.address = address("172.16.0.1");
    CHECK(paths_of(settings) == "services[0].targets[0].address ");
    far.member = settings.appliance.name;
    CHECK(paths_of(settings) == "services[0].targets[0].address ");
    far.member = "gw2";
    CHECK(paths_of(settings).empty());
    far.member.clear();
    settings.services[0].mode = Rewrite::ipip;
    CHECK(paths_of(settings).empty());
}

TEST_CASE("a target is a host or a member, each address and port once, at least one") {
    Settings settings = sound();
    std::vector<Target>& targets = settings.services[0].targets;
    for (const char* bad : {"10.0.0.1", "10.0.0.0", "127.0.0.1", "fe80::1"}) {
        targets[0].address = address(bad);
        INFO(bad);
        CHECK(paths_of(settings) == "services[0].targets[0].address ");
    }
    targets[0].address = address("10.0.0.2");
    CHECK(paths_of(settings).empty());
    targets[1].address = targets[0].address;
    CHECK(paths_of(settings) == "services[0].targets[1].address ");
    settings.services[0].mode = Rewrite::nat;
    targets[1].port = 8080;
    CHECK(paths_of(settings).empty());
    targets.clear();
    CHECK(paths_of(settings) == "services[0].targets ");
}

TEST_CASE("all services together have at most 256 targets") {
    Settings settings = sound();
    settings.services.clear();
    for (uint16_t i = 0; i < 4; ++i) {
        settings.services.push_back(
            service("s" + std::to_string(i), "203.0.113.1" + std::to_string(i), 80));
        settings.services[i].targets.clear();
        for (uint32_t j = 0; j < 64; ++j) {
            settings.services[i].targets.push_back(target("t" + std::to_string(j), "10.0.0.11"));
            settings.services[i].targets[j].address = IpAddress::v4(0x0A00'0040U + j);
        }
    }
    CHECK(paths_of(settings).empty());
    settings.services.push_back(service("more", "203.0.113.20", 80));
    CHECK(paths_of(settings) == "services ");
}

TEST_CASE("only a stateful service counts connections and knows its clients") {
    Settings settings = sound();
    Service& web = settings.services[0];
    web.choose = Choice::load;
    web.sticky = Milliseconds{60'000};
    web.targets[0].max_connections = 10;
    CHECK(paths_of(settings) ==
          "services[0].choose services[0].sticky services[0].targets[0].max-connections ");
    web.criterion = Criterion::stateful;
    CHECK(paths_of(settings).empty());
}

TEST_CASE("a probe fits the protocol and has what it needs, and nothing else is given") {
    Settings settings = sound();
    Service& web = settings.services[0];
    web.protocol = ServiceProtocol::udp;
    for (const Probe probe : {Probe::tcp, Probe::http}) {
        web.health.probe = probe;
        CHECK(paths_of(settings) == "services[0].health.probe ");
    }
    for (const Probe probe : {Probe::icmp, Probe::none}) {
        web.health.probe = probe;
        CHECK(paths_of(settings).empty());
    }
    web.health.probe = Probe::script;
    CHECK(paths_of(settings) == "services[0].health.probe ");
    web.health.script = "/etc/evengate/probe";
    CHECK(paths_of(settings).empty());
    web.health.probe = Probe::icmp;
    CHECK(paths_of(settings) == "services[0].health.script ");
    web.health.script.clear();
    web.health.path = "/health";
    CHECK(paths_of(settings) == "services[0].health.path ");
    web.protocol = ServiceProtocol::tcp;
    web.health.probe = Probe::http;
    CHECK(paths_of(settings).empty());
}

TEST_CASE("segments are clamped where TCP passes a mode that may change it") {
    Settings settings = sound();
    Service& web = settings.services[0];
    web.mss = 1400;
    CHECK(paths_of(settings) == "services[0].mss ");
    web.mode = Rewrite::ipip;
    CHECK(paths_of(settings).empty());
    web.protocol = ServiceProtocol::udp;
    web.health.probe = Probe::icmp;
    CHECK(paths_of(settings) == "services[0].mss ");
}

TEST_CASE("a data set that a service needs is held by a target") {
    Settings settings = sound();
    Service& web = settings.services[0];
    web.data = "films";
    web.targets[0].data = {"songs"};
    CHECK(paths_of(settings) == "services[0].data ");
    web.targets[1].data = {"songs", "films"};
    CHECK(paths_of(settings).empty());
    web.targets[1].data.push_back("songs");
    web.targets[0].dscp = {46, 0, 46};
    CHECK(paths_of(settings) == "services[0].targets[0].dscp[2] services[0].targets[1].data[2] ");
}

TEST_CASE("targets that serve nobody, and a hash that anybody can compute, are warned of") {
    Settings settings = sound();
    for (Target& each : settings.services[0].targets) {
        each.backup = true;
        each.weight = 0;
    }
    CHECK(paths_of(settings).empty());
    CHECK(warnings(settings).size() == 2);
    settings.services[0].targets[0].weight = 1;
    settings.services[0].targets[1].backup = false;
    CHECK(warnings(settings).empty());
    settings.rerouting.key_file.clear();
    CHECK(warnings(settings).size() == 1);
    settings.groups[0].authentication.key_file = "keys";
    CHECK(warnings(settings).empty());
}

TEST_CASE("what is decapsulated comes by known interfaces from known sources") {
    Settings settings = sound();
    Rerouting& rerouting = settings.rerouting;
    rerouting.decapsulate_on = {"up", "down"};
    rerouting.decapsulate_from = {prefix("192.0.2.0/30"), prefix("192.0.2.1/30")};
    CHECK(paths_of(settings) == "rerouting.decapsulate-on[1] rerouting.decapsulate-from[1] ");
    rerouting.decapsulate_on.clear();
    rerouting.decapsulate_from.pop_back();
    CHECK(paths_of(settings) == "rerouting.decapsulate-from ");
    rerouting.decapsulate_on = {"up"};
    rerouting.tunnel_source = address("192.0.2.2");
    CHECK(paths_of(settings).empty());
    rerouting.decapsulate_from.clear();
    rerouting.tunnel_source = address("224.0.0.5");
    CHECK(paths_of(settings) == "rerouting.decapsulate-on rerouting.tunnel-source ");
}

TEST_CASE("the weight of a target changes while running, nothing else of it does") {
    Settings settings = sound();
    CHECK(set_target(settings, 1, 0, "weight", "0").ok());
    CHECK(settings.services[1].targets[0].weight == 0);
    CHECK(settings.services[0].targets[0].weight == 100);
    const Settings before = settings;
    CHECK(set_target(settings, 1, 0, "weight", "65536").error().message ==
          "services[1].targets[0].weight: found \"65536\", expected a whole number from 0 to "
          "65535");
    CHECK_FALSE(set_target(settings, 1, 0, "address", "10.0.0.14").ok());
    CHECK_FALSE(set_target(settings, 1, 0, "heft", "1").ok());
    CHECK(settings == before);
}
