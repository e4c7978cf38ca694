// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <sstream>

#include "catch.hpp"
#include "files.hpp"
#include "private_folder.hpp"
#include "settings/check.hpp"

using namespace evengate;                   // NOLINT: a test
using namespace evengate::config;           // NOLINT
using namespace evengate::config::testing;  // NOLINT

namespace {

// What an operator does who wants to use the commented examples.
std::string without_comment_marks(const std::string& text) {
    std::istringstream lines{text};
    std::string result;
    for (std::string line; std::getline(lines, line);) {
        result += (line.starts_with("# ") ? line.substr(2) : line) + "\n";
    }
    return result;
}

// The marks of the block that begins with "# balance:".
std::string without_balance_comments(const std::string& text) {
    std::istringstream lines{text};
    std::string result;
    bool inside = false;
    for (std::string line; std::getline(lines, line); result += line + "\n") {
        inside = line == "    # balance:" || (inside && line.starts_with("    #   "));
        if (inside) {
            line.erase(4, 2);
        }
    }
    return result;
}

constexpr std::string_view kExampleKeys = "/etc/evengate/group.keys";
constexpr std::string_view kOnePort = "ports: [{name: a, device: net_null0}]\n";

}  // namespace

TEST_CASE("every file in conf/ loads, and loads again to the same from what it is in force") {
    const auto paths = yaml_files(kSourceRoot / "conf");
    REQUIRE(paths.size() >= 8);
    for (const auto& path : paths) {
        INFO(path);
        // Not load_file(): the key files that examples name are the operator's.
        const LoadResult first = load_text(read_text(path), path.string());
        REQUIRE(problems_of(first).empty());
        const std::string in_force = to_yaml(*first);
        const LoadResult second = load_text(in_force, "F");
        INFO(in_force);
        REQUIRE(problems_of(second).empty());
        CHECK(*second == *first);
    }
}

TEST_CASE("one-gateway.yaml is what it says") {
    const LoadResult loaded = load_file((kSourceRoot / "conf/one-gateway.yaml").string());
    REQUIRE(loaded.ok());
    CHECK(loaded->appliance.name == "gw1");
    REQUIRE(loaded->ports.size() == 2);
    CHECK(loaded->ports[1].device == "net_af_packet1,iface=eth2");
    REQUIRE(loaded->interfaces.size() == 2);
    CHECK(loaded->interfaces[0].addresses == std::vector{*IpPrefix::parse("10.0.0.2/24")});
    REQUIRE(loaded->routes.size() == 1);
    CHECK(loaded->routes[0].via == *IpAddress::parse("192.0.2.1"));
    REQUIRE(loaded->groups.size() == 1);
    CHECK(loaded->groups[0].id == GroupId{1});
    CHECK(loaded->groups[0].virtual_addresses == std::vector{*IpAddress::parse("10.0.0.1")});
    CHECK(loaded->metrics.listen == "127.0.0.1:9464");
}

TEST_CASE("vlan.yaml keeps its tags, MTUs and policies") {
    const LoadResult loaded = load_file((kSourceRoot / "conf/vlan.yaml").string());
    REQUIRE(loaded.ok());
    CHECK(loaded->ports[0].mtu == 1504);
    CHECK(loaded->interfaces[0].mtu == 1500);
    CHECK(loaded->interfaces[2].vlan == 100);
    CHECK(loaded->interfaces[2].inner_vlan == 7);
    CHECK(loaded->interfaces[3].vlan == 0);
    CHECK(loaded->groups[2].policy == settings::VmacPolicy::round_robin);
}

TEST_CASE("group.yaml loads with the operator's key file and is what it says") {
    const PrivateFolder folder;
    const auto keys = folder.write("group.keys", "1 only-a-test\n", 0600);
    std::string text = read_text(kSourceRoot / "conf/group.yaml");
    for (size_t at = 0; (at = text.find(kExampleKeys, at)) != std::string::npos;) {
        text.replace(at, kExampleKeys.size(), keys.string());
    }
    const auto file = folder.write("group.yaml", text, 0644);

    const LoadResult loaded = load_file(file.string());
    REQUIRE(problems_of(loaded).empty());
    CHECK(loaded->appliance.name == "gw1");
    REQUIRE(loaded->groups.size() == 2);
    for (const settings::Group& group : loaded->groups) {
        CHECK(group.mode == settings::GroupMode::native);
        CHECK(group.authentication.method == settings::AuthMethod::hmac_sha256);
        CHECK(group.authentication.keys == std::vector<settings::AuthKey>{{1, "only-a-test"}});
        CHECK(group.tracking.size() == 1);
    }
    CHECK(loaded->groups[0].interface == "lan");
    CHECK(loaded->groups[1].interface == "uplink");
    CHECK(loaded->groups[0].segment != loaded->groups[1].segment);
}

TEST_CASE("the examples of services are what they say") {
    const auto services_of = [](const char* name) {
        const LoadResult loaded = load_text(read_text(kSourceRoot / "conf" / name), name);
        REQUIRE(problems_of(loaded).empty());
        CHECK(settings::warnings(*loaded).empty());
        return loaded->services;
    };
    const auto mac = services_of("service-mac.yaml");
    REQUIRE(mac.size() == 1);
    CHECK(mac[0].mode == settings::Rewrite::mac);
    CHECK(mac[0].criterion == settings::Criterion::stateless);
    CHECK(mac[0].ports == std::vector<settings::PortRange>{{80, 80}, {443, 443}});
    REQUIRE(mac[0].targets.size() == 3);
    CHECK(mac[0].targets[1].weight == 200);
    CHECK(mac[0].targets[2].backup);

    const auto nat = services_of("service-nat.yaml");
    REQUIRE(nat.size() == 2);
    CHECK(nat[0].criterion == settings::Criterion::stateful);
    CHECK(nat[0].answers == settings::Answers::route);
    CHECK(nat[0].sticky == std::chrono::minutes{10});
    CHECK(nat[0].health.path == "/health");
    CHECK(nat[0].targets[0].port == 8080);
    CHECK(nat[1].protocol == settings::ServiceProtocol::udp);
    CHECK(nat[1].answers == settings::Answers::route);

    const auto snat = services_of("service-snat.yaml");
    REQUIRE(snat.size() == 2);
    CHECK(snat[0].answers == settings::Answers::snat);
    CHECK(settings::pool_addresses(snat[1]) == std::vector{*IpAddress::parse("10.0.0.202"), *IpAddress::parse("10.0.0.203")});
    CHECK(snat[0].targets == snat[1].targets);

    const auto ipip = services_of("service-ipip.yaml");
    REQUIRE(ipip.size() == 1);
    CHECK(ipip[0].mode == settings::Rewrite::ipip);
    CHECK(ipip[0].ports[1] == settings::PortRange{8000, 8010});
    CHECK(ipip[0].data == "films");
    CHECK(ipip[0].targets[0].clients == std::vector{*IpPrefix::parse("198.51.100.0/25")});
}

TEST_CASE("the balance block of group.yaml loads when its comment marks are taken away") {
    const std::string text = read_text(kSourceRoot / "conf/group.yaml");
    const LoadResult commented = load_text(text, "F");
    const LoadResult loaded = load_text(without_balance_comments(text), "F");
    REQUIRE(problems_of(loaded).empty());
    CHECK(loaded->groups[0].balance == settings::Balance{});
    CHECK(*loaded == *commented);
    // It is the block that was read: a key of it that is changed is seen.
    std::string changed = without_balance_comments(text);
    changed.replace(changed.find("max-moves: 8"), 12, "max-moves: 9");
    CHECK(load_text(changed, "F")->groups[0].balance.max_moves == 9);
}

TEST_CASE("the printed defaults are the defaults, once there is a port") {
    const LoadResult loaded = load_text(default_yaml() + std::string{kOnePort}, "F");
    REQUIRE(problems_of(loaded).empty());
    settings::Settings expected;
    expected.ports.push_back({});
    expected.ports[0].name = "a";
    expected.ports[0].device = "net_null0";
    CHECK(*loaded == expected);
}

TEST_CASE("the printed defaults alone lack nothing but a port") {
    CHECK(problems_of(load_text(default_yaml(), "F")) ==
          "F:1:1: ports: found no port, expected at least one port\n");
}

TEST_CASE("dispatcher.yaml is what it says") {
    const auto path = kSourceRoot / "conf/dispatcher.yaml";
    const LoadResult loaded = load_text(read_text(path), "F");
    REQUIRE(problems_of(loaded).empty());
    REQUIRE(loaded->dispatchers.size() == 1);
    const settings::Dispatcher& dispatcher = loaded->dispatchers[0];
    CHECK(dispatcher.by == settings::Dispatcher::By::flow);
    CHECK(dispatcher.move == settings::Dispatcher::Move::new_connections);
    REQUIRE(dispatcher.gateways.size() == 4);
    CHECK(dispatcher.gateways[3].capacity_pps == 2'000'000);
    REQUIRE(loaded->sprays.size() == 1);
    CHECK(loaded->sprays[0].per == settings::Spray::Per::packet);
    CHECK(loaded->sprays[0].targets.size() == 2);
}

TEST_CASE("the commented examples of the printed defaults load as they stand") {
    const LoadResult loaded = load_text(without_comment_marks(default_yaml()), "F");
    REQUIRE(problems_of(loaded).empty());
    CHECK(loaded->ports.size() == 1);
    CHECK(loaded->interfaces.size() == 1);
    CHECK(loaded->routes.size() == 1);
    CHECK(loaded->groups.size() == 1);
    CHECK(loaded->services.size() == 1);
    CHECK(loaded->dispatchers.size() == 1);
    CHECK(loaded->sprays.size() == 1);
}

TEST_CASE(
    "docs/configuration.md is what the schema says; ninja configuration-reference renews it") {
    CHECK(read_text(kSourceRoot / "docs/configuration.md") == reference_markdown());
}
