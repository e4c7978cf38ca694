// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/connection_filter.hpp"

#include "catch.hpp"
#include "packet/ipv4.hpp"

namespace evengate::control {
namespace {

const std::vector<std::string> kTargets = {"web/server1", "web/server2", "names/server1"};
const std::vector<IpAddress> kPublished = {IpAddress::v4(0xCB00'710A), IpAddress::v4(0xCB00'7135)};
constexpr uint8_t kSeen = 0x80;  // the bit without a meaning here

// 198.51.100.5:49152 to 203.0.113.10:80 (tcp), established at web/server2.
reroute::ToldFlow web_flow() {
    return {.ends = reroute::flow_ends(0xC633'6405, 49152, 80),
            .kind = reroute::flow_kind(0, packet::kIpProtocolTcp),
            .target = 1,
            .state = kSeen | 1};
}

// 198.51.100.50:80 to 203.0.113.53:53 (udp) at names/server1.
reroute::ToldFlow names_flow() {
    return {.ends = reroute::flow_ends(0xC633'6432, 80, 53),
            .kind = reroute::flow_kind(1, packet::kIpProtocolUdp),
            .target = 2,
            .state = 5};
}

// Which of the two a filter picks: "web", "names", "both", "none", or "refused".
std::string picked(std::string_view text) {
    const auto filter = ConnectionFilter::make(text, kTargets, kPublished);
    if (!filter) {
        return "refused";
    }
    const bool web = filter->matches(web_flow());
    const bool names = filter->matches(names_flow());
    return web && names ? "both" : web ? "web" : names ? "names" : "none";
}

TEST_CASE("an empty filter picks every connection") {
    CHECK(picked("") == "both");
    CHECK(picked("0.0.0.0/0") == "both");
}

TEST_CASE("an address is that of the client or the published one, and no part of another") {
    CHECK(picked("198.51.100.5") == "web");
    CHECK(picked("198.51.100.50") == "names");
    CHECK(picked("203.0.113.10") == "web");
    CHECK(picked("203.0.113.1") == "none");
    CHECK(picked("198.51.100.0/24") == "both");
    CHECK(picked("198.51.100.32/27") == "names");
    CHECK(picked("203.0.113.53/32") == "names");
}

TEST_CASE("a port is that of either end, and with an address both are of the same end") {
    CHECK(picked("80") == "both");
    CHECK(picked(":53") == "names");
    CHECK(picked("49152") == "web");
    CHECK(picked("203.0.113.10:80") == "web");
    CHECK(picked("198.51.100.5:80") == "none");
    CHECK(picked("198.51.100.50:80") == "names");
}

TEST_CASE("a word is a part of the name of a service, target, state or protocol") {
    CHECK(picked("web") == "web");
    CHECK(picked("server") == "both");
    CHECK(picked("web/server1") == "none");
    CHECK(picked("server1") == "names");
    CHECK(picked("established") == "web");
    CHECK(picked("datagrams") == "names");
    CHECK(picked("closing") == "none");
    CHECK(picked("tcp") == "web");
    CHECK(picked("udp") == "names");
}

TEST_CASE("what nothing can be like is refused, and says what a filter is") {
    for (const char* text : {"nobody", "198.51.100", "198.51.100.5:", "198.51.100.5:99999", "host:80",
                             "198.51.100.5/33", "2001:db8::1", "2001:db8::/32", "65536"}) {
        INFO(text);
        CHECK(picked(text) == "refused");
    }
    CHECK(ConnectionFilter::make("nobody", kTargets, kPublished).error().message ==
          "'nobody' is no address, prefix, ADDRESS:PORT or port, and no service, target, state or "
          "protocol has it in its name");
}

TEST_CASE("a flow of a target or state that is not known is no reason to read beyond a table") {
    reroute::ToldFlow odd = web_flow();
    odd.target = 999;
    odd.state = 99;
    odd.kind = reroute::flow_kind(999, packet::kIpProtocolTcp);
    for (const char* text : {"web", "established", "203.0.113.10"}) {
        const auto filter = ConnectionFilter::make(text, kTargets, kPublished);
        REQUIRE(filter);
        CHECK_FALSE(filter->matches(odd));
    }
    CHECK(connection_state_text(99) == "?");
}

}  // namespace
}  // namespace evengate::control
