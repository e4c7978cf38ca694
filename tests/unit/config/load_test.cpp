// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <chrono>
#include <cstdlib>

#include <fmt/format.h>

#include "catch.hpp"
#include "files.hpp"

using namespace evengate;                   // NOLINT: a test
using namespace evengate::config;           // NOLINT
using namespace evengate::config::testing;  // NOLINT

namespace {

constexpr std::string_view kOnePort = "ports: [{name: a, device: net_null0}]\n";

std::string problems_with_one_port(const std::string& text) {
    return problems_of(load_text(std::string{kOnePort} + text, "F"));
}

settings::Group every_group_key() {
    using std::chrono::milliseconds;
    settings::Group group;
    group.id = GroupId{1023};
    group.interface = "i";
    group.virtual_addresses = {*IpAddress::parse("10.0.0.3"), *IpAddress::parse("10.0.0.4")};
    group.n_vmacs = 255;
    group.vmac_prefix = MacAddress::from_u64(0x0007'B400'0000);
    group.policy = settings::VmacPolicy::round_robin;
    group.mode = settings::GroupMode::listen;
    group.priority = 255;
    group.preempt = true;
    group.preempt_delay = milliseconds{1000};
    group.hello = milliseconds{20};
    group.hold = milliseconds{61};
    group.minimum_stay = milliseconds{2000};
    group.linger = milliseconds{501};
    group.link_up_delay = milliseconds{3000};
    group.answerer = settings::Answerer::avg;
    group.segment = 4'294'967'295;
    group.capacity_pps = 5000;
    group.peers = {*IpAddress::parse("10.0.0.7"), *IpAddress::parse("10.0.0.8")};
    group.authentication = {settings::AuthMethod::md5, "a/b.keys", {}};
    group.weight = {90, 20, 30};
    group.tracking.resize(4);
    group.tracking[0].link = "i";
    group.tracking[0].decrement = 1;
    group.tracking[1].next_hop = IpAddress::parse("10.0.0.9");
    group.tracking[2].route = IpPrefix::parse("10.9.0.0/16");
    group.tracking[3].file = "/run/x";
    group.redirect = milliseconds{4000};
    group.timeout = milliseconds{700'000};
    group.forwarder_preempt_delay = milliseconds{6000};
    return group;
}

}  // namespace

TEST_CASE("every key lands in its own field and survives being written") {
    const LoadResult loaded = load_text(R"(
appliance: {name: x, id: 9223372036854775807, workers: 3, cpus: {control: "0", workers: "1-2,5"}, poll-mode: busy, max-sleep: 1ms,
            memory: 2GB, hugepages: required, mbufs: 5000}
ports: [{name: p, device: 0000:03:00.1, queues: 2, rx-descriptors: 64, tx-descriptors: 128, mtu: 9000, promiscuous: true}]
interfaces: [{name: i, port: p, vlan: 2, inner-vlan: 3, mtu: 1400, mac: "02:00:00:00:00:09",
              addresses: [10.0.0.2/24, "2001:db8::2/64"]}]
routes: [{prefix: 10.9.0.0/16, via: 10.0.0.9}]
groups: [{id: 1023, interface: i, virtual-addresses: [10.0.0.3, 10.0.0.4], vmacs: 255, vmac-prefix: "00:07:b4", policy: round-robin,
          mode: listen, priority: 255, preempt: true, preempt-delay: 1s, hello: 20ms, hold: 61ms, minimum-stay: 2s,
          linger: 501ms, link-up-delay: 3s, answerer: avg, segment: 4294967295, capacity: 5kpps, peers: [10.0.0.7, 10.0.0.8],
          authentication: {method: md5, keys: a/b.keys}, weight: {maximum: 90, lower: 20, upper: 30},
          tracking: [{link: i, decrement: 1}, {next-hop: 10.0.0.9}, {route: 10.9.0.0/16}, {file: /run/x}],
          redirect: 4s, timeout: 700s, forwarder-preempt-delay: 6s}]
tables: {routes: 10, route-groups: 11, adjacencies: 12, slots: 300}
timers: {neighbour-refresh: 90s, neighbour-retry: 50ms, neighbour-tries: 7, neighbour-hold-down: 0s, held-frames: 0,
         vmac-keep-alive: 2min, client-age: 3h, drain-quiet: 1500ms, drain-limit: 4s}
limits: {icmp-errors: 0/s, echo-replies: 1/s, arp-requests: 2/s, clients: 3, announcements: 4/s}
metrics: {listen: "[::1]:0"}
console: {socket: /run/e.sock}
)",
                                        "F");
    REQUIRE(problems_of(loaded).empty());
    const settings::Settings& s = *loaded;
    CHECK(s.appliance == settings::Appliance{"x", MemberId{9'223'372'036'854'775'807U}, 3, "0",
                                             "1-2,5", settings::PollMode::busy,
                                             std::chrono::milliseconds{1}, 2048,
                                             settings::Hugepages::required, 5000});
    CHECK(s.ports == std::vector<settings::Port>{{"p", "0000:03:00.1", 2, 64, 128, 9000, true}});
    CHECK(s.interfaces == std::vector<settings::Interface>{{"i",
                                                            "p",
                                                            2,
                                                            3,
                                                            1400,
                                                            MacAddress::from_u64(0x0200'0000'0009),
                                                            {*IpPrefix::parse("10.0.0.2/24"),
                                                             *IpPrefix::parse("2001:db8::2/64")}}});
    CHECK(s.routes == std::vector<settings::Route>{
                          {*IpPrefix::parse("10.9.0.0/16"), *IpAddress::parse("10.0.0.9")}});
    CHECK(s.groups == std::vector{every_group_key()});
    CHECK(s.tables == settings::Tables{10, 11, 12, 300});
    using std::chrono::milliseconds;
    CHECK(s.timers == settings::Timers{milliseconds{90'000}, milliseconds{50}, 7, milliseconds{0},
                                       0, milliseconds{120'000}, milliseconds{10'800'000},
                                       milliseconds{1500}, milliseconds{4000}});
    CHECK(s.limits == settings::Limits{0, 1, 2, 3, 4});
    CHECK(s.metrics.listen == "[::1]:0");
    CHECK(s.console.socket == "/run/e.sock");

    const LoadResult again = load_text(to_yaml(s), "F");
    REQUIRE(problems_of(again).empty());
    CHECK(*again == s);
}

TEST_CASE("text that YAML could take for something else is quoted when written") {
    for (const std::string device :
         {"net_pcap0,rx_pcap=it's", "net_tap0,a=\\x41\"b\"", "net_x:,#[]{}&*!|>%@`"}) {
        settings::Settings original;
        original.appliance.name = "null";
        original.ports.push_back({});
        original.ports[0].name = "Null";
        original.ports[0].device = device;
        INFO(to_yaml(original));
        const LoadResult loaded = load_text(to_yaml(original), "F");
        REQUIRE(problems_of(loaded).empty());
        CHECK(*loaded == original);
    }
}

TEST_CASE(
    "quotes, comments, block and flow style, a byte order mark and DOS line ends make no "
    "difference") {
    const LoadResult plain =
        load_text("ports:\n  - name: a\n    device: net_null0\n    mtu: 1400\n", "F");
    REQUIRE(plain.ok());
    for (const std::string& text :
         {std::string{"\xEF\xBB\xBFports: [{\"name\": 'a', device: \"net_null0\", mtu: '1400'}]"},
          std::string{
              "ports:\r\n  - name: a # \xC3\xA4\r\n    device: net_null0\r\n    mtu: 1400\r\n"},
          std::string{"---\nports: [{name: a, device: net_null0, mtu: 1400}]\n...\n"}}) {
        INFO(text);
        const LoadResult other = load_text(text, "F");
        CHECK(problems_of(other).empty());
        CHECK((other.ok() && *other == *plain));
    }
}

TEST_CASE("a section or list whose keys are all commented out is as if left out") {
    CHECK(problems_with_one_port("timers:\nroutes:\n# nothing\n").empty());
}

TEST_CASE("a file that cannot be read says why") {
    CHECK(problems_of(load_file("/nonexistent/gw.yaml")) ==
          "/nonexistent/gw.yaml: found a file that cannot be read (No such file or directory), "
          "expected a "
          "readable file\n");
    CHECK(problems_of(load_file("/")) ==
          "/: found a file that cannot be read (Is a directory), expected a readable file\n");
    CHECK(problems_of(load_file("/dev/zero")) ==
          "/dev/zero: found a file of more than 4 MiB, expected a smaller one\n");
}

TEST_CASE("text without any key is an empty file") {
    const std::string expected =
        "F: found an empty file, expected a configuration with at least one port\n";
    for (const std::string_view text : {"", "\n\n", "# nothing\n", "---\n", "~", "null\n"}) {
        INFO(text);
        CHECK(problems_of(load_text(text, "F")) == expected);
    }
}

TEST_CASE("bytes that no text editor makes are refused where they are") {
    using namespace std::string_literals;
    CHECK(problems_of(load_text("a: b\n  \0"s, "F")) ==
          "F:2:3: found the control character 0x00, expected printable text\n");
    CHECK(problems_of(load_text("\xFF\xFEp\0o\0"s, "F")) ==
          "F:1:1: found the byte 0xff, expected UTF-8 text\n");
    CHECK(problems_of(load_text("a: \xC3(\nb: \xED\xA0\x80\n", "F")) ==
          "F:1:4: found the byte 0xc3, expected UTF-8 text\nF:2:4: found the byte 0xed, expected "
          "UTF-8 text\n");
    CHECK(problems_of(load_text("a: \x1B[2J\n", "F")) ==
          "F:1:4: found the control character 0x1b, expected printable text\n");
}

TEST_CASE("a value of a megabyte on one line is shown shortened") {
    const std::string long_name(size_t{1} << 20, 'x');
    CHECK(problems_of(load_text("ports: [{device: net_null0, name: " + long_name + "}]", "F")) ==
          fmt::format("F:1:35: ports[0].name: found \"{}...\", expected a name of up to 32 "
                      "letters, digits, '-', "
                      "'_' or '.'\n",
                      std::string(48, 'x')));
}

TEST_CASE("an unknown key of a megabyte is shown shortened") {
    const std::string problems =
        problems_with_one_port(std::string(size_t{1} << 10, 'k') + ": 1\n");
    CHECK(problems.starts_with("F:2:1: found the unknown key \"kkk"));
    CHECK(problems.size() < 300);
}

TEST_CASE("nesting of a hundred thousand levels is an error, not a crash") {
    for (const char open : {'[', '{'}) {
        const std::string problems =
            problems_of(load_text("ports: " + std::string(100'000, open), "F"));
        CHECK(problems.find("YAML nested this deeply") != std::string::npos);
    }
    std::string indented;
    for (size_t depth = 0; depth < 1000; ++depth) {
        indented += std::string(depth, ' ') + "a:\n";
    }
    CHECK(problems_of(load_text(indented, "F")).find("YAML nested this deeply") !=
          std::string::npos);
}

TEST_CASE("a file with more problems than anybody reads shows the first ones") {
    std::string text{kOnePort};
    for (int i = 0; i < 50'000; ++i) {
        text += fmt::format("unknown-{}: 1\n", i);
    }
    const LoadResult result = load_text(text, "F");
    REQUIRE_FALSE(result.ok());
    CHECK(result.error().size() == 201);
    CHECK(to_string(result.error().front())
              .starts_with("F:2:1: found the unknown key \"unknown-0\""));
    CHECK(to_string(result.error().back()) ==
          "F: found more problems, expected those above mended first");
}

TEST_CASE("a list that is longer than the schema allows is one problem, whatever is in it") {
    std::string ports = "ports: [";
    for (int i = 0; i < 20'000; ++i) {
        ports += "{},";
    }
    CHECK(problems_of(load_text(ports + "]", "F")) ==
          "F:1:8: ports: found a list of 20000, expected at most 64\n");
}

TEST_CASE("a full table of interfaces, groups and routes loads") {
    std::string text =
        std::string{kOnePort} + "tables: {slots: 65534, routes: 65536}\ninterfaces:\n";
    for (int i = 0; i < 4000; ++i) {
        text += fmt::format("- {{name: i{}, port: a, vlan: {}, addresses: [10.{}.{}.2/24]}}\n", i,
                            i + 1, i / 250, i % 250);
    }
    text += "groups:\n";
    for (int i = 0; i < 1000; ++i) {
        text += fmt::format("- {{id: {}, interface: i{}, virtual-addresses: [10.{}.{}.1]}}\n", i, i,
                            i / 250, i % 250);
    }
    text += "routes:\n";
    for (int i = 0; i < 20'000; ++i) {
        text += fmt::format("- {{prefix: 20.{}.{}.0/24, via: 10.0.1.3}}\n", i / 250, i % 250);
    }
    const LoadResult loaded = load_text(text, "F");
    CHECK(problems_of(loaded).empty());
    CHECK((loaded.ok() && loaded->routes.size() == 20'000));
}

TEST_CASE("a name that was misspelt is not reported a second time by those who refer to it") {
    const std::string problems = problems_of(load_text(R"(
ports: [{name: "a b", device: net_null0}]
interfaces: [{name: i, port: a b, addresses: [10.0.0.2/33]}]
groups: [{id: 1, interface: i, virtual-addresses: [10.0.0.1]}]
)",
                                                       "F"));
    CHECK(problems ==
          "F:2:16: ports[0].name: found \"a b\", expected a name of up to 32 letters, digits, '-', "
          "'_' or '.'\n"
          "F:3:30: interfaces[0].port: found \"a b\", expected a name of up to 32 letters, digits, "
          "'-', '_' or '.'\n"
          "F:3:47: interfaces[0].addresses[0]: found \"10.0.0.2/33\", expected an address and a "
          "prefix length such as "
          "10.0.0.2/24\n");
}
