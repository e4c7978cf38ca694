// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "catch.hpp"
#include "settings/check.hpp"

using namespace evengate;            // NOLINT: a test
using namespace evengate::settings;  // NOLINT

namespace {

IpAddress address(std::string_view text) {
    return *IpAddress::parse(text);
}

Settings sound() {
    Settings settings;
    settings.ports.resize(1);
    settings.ports[0].name = "p";
    settings.ports[0].device = "net_null0";
    settings.interfaces.resize(1);
    settings.interfaces[0] = {"lan", "p", 10, 0, 0, {}, {*IpPrefix::parse("10.0.0.2/24")}};
    settings.groups.resize(1);
    settings.groups[0].interface = "lan";
    settings.groups[0].virtual_addresses = {address("10.0.0.1")};
    settings.services.resize(1);
    settings.services[0].name = "web";
    settings.services[0].addresses = {address("203.0.113.10")};
    settings.services[0].ports = {{80, 80}};
    settings.services[0].targets.resize(1);
    settings.services[0].targets[0].name = "s1";
    settings.services[0].targets[0].address = address("10.0.0.11");
    return settings;
}

Dispatcher dispatcher() {
    Dispatcher made;
    made.name = "front";
    made.interface = "lan";
    made.gateways = {{"gw1", address("10.0.0.21"), 0, 100}, {"gw2", address("10.0.0.22"), 0, 100}};
    return made;
}

Spray spray() {
    Spray made;
    made.name = "logs";
    made.interface = "lan";
    made.addresses = {address("203.0.113.99")};
    made.targets = {address("10.0.0.31"), address("10.0.0.32")};
    return made;
}

std::string paths_of(const Settings& settings) {
    std::string paths;
    for (const Finding& finding : check(settings)) {
        paths += finding.path + " ";
    }
    return paths;
}

}  // namespace

TEST_CASE("a dispatcher has an interface of its own and gateways on-link") {
    Settings settings = sound();
    settings.dispatchers = {dispatcher()};
    CHECK(paths_of(settings).empty());
    Dispatcher& front = settings.dispatchers[0];
    for (const char* bad : {"10.0.0.1", "10.0.0.2", "10.0.0.22", "172.16.0.1"}) {
        front.gateways[1].address = address("10.0.0.22");
        front.gateways[0].address = address(bad);
        INFO(bad);
        CHECK(paths_of(settings) == (bad == std::string_view{"10.0.0.22"}
                                         ? "dispatchers[0].gateways[1].address "
                                         : "dispatchers[0].gateways[0].address "));
    }
    front = dispatcher();
    front.n_buckets = 4095;
    CHECK(paths_of(settings) == "dispatchers[0].buckets ");
    front.n_buckets = 65'536;
    front.gateways[0].weight = 0;
    CHECK(paths_of(settings).empty());
    front.gateways[1].weight = 0;
    CHECK(paths_of(settings) == "dispatchers[0].gateways ");
    front.gateways.clear();
    CHECK(paths_of(settings) == "dispatchers[0].gateways ");
    front = dispatcher();
    front.interface = "none";
    CHECK(paths_of(settings) == "dispatchers[0].interface ");
    settings.dispatchers = {dispatcher(), dispatcher()};
    CHECK(paths_of(settings) == "dispatchers[1].name dispatchers[1].interface ");
}

TEST_CASE("what is handed on needs a group, no dispatcher beside it, and two thresholds") {
    Settings settings = sound();
    Rerouting& rerouting = settings.rerouting;
    rerouting.hand_on = true;
    CHECK(paths_of(settings).empty());
    settings.groups[0].mode = GroupMode::listen;
    CHECK(paths_of(settings) == "rerouting.hand-on ");
    settings.groups[0].mode = GroupMode::native;
    settings.dispatchers = {dispatcher()};
    CHECK(paths_of(settings) == "dispatchers[0].interface ");
    settings.dispatchers[0].name = "hand-on";
    CHECK(paths_of(settings) == "dispatchers[0].name dispatchers[0].interface ");
    settings.dispatchers.clear();
    rerouting.hand_on_below = rerouting.hand_on_above;
    CHECK(paths_of(settings) == "rerouting.hand-on-above ");
    rerouting.hand_on = false;
    CHECK(paths_of(settings) == "rerouting.hand-on-above ");
}

TEST_CASE("a spray publishes what no service does, to targets on-link") {
    Settings settings = sound();
    settings.sprays = {spray()};
    CHECK(paths_of(settings).empty());
    for (const char* bad : {"203.0.113.10", "10.0.0.2", "10.0.0.31"}) {
        settings.sprays[0].addresses = {address(bad)};
        INFO(bad);
        CHECK(paths_of(settings) == "sprays[0].addresses[0] ");
    }
    settings.sprays = {spray(), spray()};
    CHECK(paths_of(settings) == "sprays[1].name sprays[1].addresses[0] ");
    settings.sprays.pop_back();
    settings.sprays[0].targets = {address("10.0.0.31"), address("10.0.0.31"), address("10.9.9.9")};
    CHECK(paths_of(settings) == "sprays[0].targets[1] sprays[0].targets[2] ");
    settings.sprays[0] = spray();
    settings.sprays[0].interface = "none";
    settings.sprays[0].targets.clear();
    CHECK(paths_of(settings) == "sprays[0].interface sprays[0].targets ");
}
