// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "metrics/endpoint.hpp"

#include <string>

#include "catch.hpp"
#include "unit/metrics/example_report.hpp"
#include "unit/metrics/scrape.hpp"

namespace evengate::metrics {
namespace {

constexpr const char* kAnyPort = "127.0.0.1:0";

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST_CASE("a scrape over loopback shows the report") {
    admin::Mailbox mailbox;
    const AnsweringThread control(mailbox, admin::example_report());
    const auto endpoint = Endpoint::open(kAnyPort, mailbox);
    REQUIRE(endpoint.ok());
    REQUIRE((*endpoint)->port() != 0);
    const std::string body = scrape((*endpoint)->port());
    INFO(body);
    CHECK(contains(body, "\nevengate_up 1\n"));
    CHECK(contains(body, "# TYPE evengate_vmac_packets_total counter\n"));
    CHECK(contains(body,
                   "evengate_vmac_packets_total"
                   "{interface=\"hosts\",group=\"7\",vmac=\"3\"} 202\n"));
}

TEST_CASE("a count of 2^53 - 1 is scraped exactly") {
    admin::Mailbox mailbox;
    admin::Report report = admin::example_report();
    report.ports[0].rx_bytes = 9'007'199'254'740'991;
    const AnsweringThread control(mailbox, report);
    const auto endpoint = Endpoint::open(kAnyPort, mailbox);
    REQUIRE(endpoint.ok());
    CHECK(contains(scrape((*endpoint)->port()),
                   "evengate_port_receive_bytes_total{port=\"lan\"} 9007199254740991\n"));
}

TEST_CASE("a control lcore that does not answer shows as evengate_up 0 without numbers") {
    admin::Mailbox mailbox;
    const auto endpoint = Endpoint::open(kAnyPort, mailbox, std::chrono::milliseconds(20));
    REQUIRE(endpoint.ok());
    const std::string body = scrape((*endpoint)->port());
    INFO(body);
    CHECK(contains(body, "\nevengate_up 0\n"));
    CHECK(!contains(body, "evengate_uptime_seconds"));
}

TEST_CASE("quotes, backslashes and line ends in names are escaped") {
    admin::Mailbox mailbox;
    admin::Report report = admin::example_report();
    report.name = "a\"b\\c\nd";
    const AnsweringThread control(mailbox, report);
    const auto endpoint = Endpoint::open(kAnyPort, mailbox);
    REQUIRE(endpoint.ok());
    CHECK(contains(scrape((*endpoint)->port()), "{name=\"a\\\"b\\\\c\\nd\",version="));
}

TEST_CASE("a port in use is refused with the port and how to find who has it") {
    admin::Mailbox mailbox;
    const auto first = Endpoint::open(kAnyPort, mailbox);
    REQUIRE(first.ok());
    const std::string listen = "127.0.0.1:" + std::to_string((*first)->port());
    const auto second = Endpoint::open(listen, mailbox);
    REQUIRE(!second.ok());
    INFO(second.error().message);
    CHECK(contains(second.error().message, listen + " is in use"));
    CHECK(contains(second.error().message, "ss -ltnp"));
}

TEST_CASE("an address of another machine is refused with the command that shows our own") {
    admin::Mailbox mailbox;
    const auto endpoint = Endpoint::open("192.0.2.1:0", mailbox);
    REQUIRE(!endpoint.ok());
    INFO(endpoint.error().message);
    CHECK(contains(endpoint.error().message, "192.0.2.1:0 is not an address of this machine"));
    CHECK(contains(endpoint.error().message, "ip address"));
}

TEST_CASE("what is not ADDRESS:PORT is refused with an example") {
    const char* const listen = GENERATE(
        "", "127.0.0.1", "127.0.0.1:", ":9475", "9475", "127.0.0.1:65536", "127.0.0.1:-1",
        "127.0.0.1:9475x", "127.0.0.1:9475,9476", "::1:9475", "[127.0.0.1]:9475", "localhost:9475");
    admin::Mailbox mailbox;
    const auto endpoint = Endpoint::open(listen, mailbox);
    INFO(listen);
    REQUIRE(!endpoint.ok());
    INFO(endpoint.error().message);
    CHECK(contains(endpoint.error().message, "is not ADDRESS:PORT"));
    CHECK(contains(endpoint.error().message, "127.0.0.1:9475"));
}

TEST_CASE("a closed endpoint gives its port back") {
    admin::Mailbox mailbox;
    auto first = Endpoint::open(kAnyPort, mailbox);
    REQUIRE(first.ok());
    const std::string listen = "127.0.0.1:" + std::to_string((*first)->port());
    (*first).reset();
    CHECK(Endpoint::open(listen, mailbox).ok());
}

}  // namespace
}  // namespace evengate::metrics
