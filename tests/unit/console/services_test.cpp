// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <sstream>

#include "catch.hpp"
#include "console/interpreter.hpp"
#include "console/shows.hpp"
#include "sample.hpp"

using namespace std::chrono_literals;
using namespace evengate;
using admin::Verb;
using console::Interpreter;
using console::Outcome;
using console::Status;

namespace {

bool contains(const std::string& text, std::string_view part) {
    INFO(text);
    return text.find(part) != std::string::npos;
}

std::string text_of(Outcome (*show)(const console::Call&), const admin::RerouteReport& reroute) {
    admin::Report report;
    report.reroute = reroute;
    const admin::Reply reply;
    return show({reply, report, {}, console::Format::text}).text;
}

}  // namespace

TEST_CASE("wrong arguments of services are refused with what was expected, and ask nothing") {
    const auto [line, text] = GENERATE(table<const char*, const char*>({
        {"drain target", "expected NAME after 'drain target'"},
        {"drain target web/", "expected TARGET, or SERVICE/TARGET as NAME, found 'web/'"},
        {"drain target /server1", "expected TARGET, or SERVICE/TARGET as NAME, found '/server1'"},
        {"drain target server1 later",
         "expected the end of the line | now after 'drain target server1', found 'later'"},
        {"dr target server1", "'dr' must be written in full: drain"},
        {"undrain target", "expected NAME after 'undrain target'"},
        {"set target server1 weight 65536", "expected 0 to 65535 as N, found '65536'"},
        {"set target server1 weight -1", "expected 0 to 65535 as N, found '-1'"},
        {"set target server1 weight 1.5", "expected 0 to 65535 as N, found '1.5'"},
        {"set target / weight 1", "expected TARGET, or SERVICE/TARGET as NAME, found '/'"},
        {"explain connection 10.0.0.1", "expected PUBLISHED:PORT after 'explain connection 10.0.0.1'"},
        {"explain connection host 203.0.113.10:80",
         "expected an IPv4 address, with or without a port as CLIENT[:PORT], found 'host'"},
        {"explain connection 10.0.0.1:0 203.0.113.10:80",
         "expected an IPv4 address, with or without a port as CLIENT[:PORT], found '10.0.0.1:0'"},
        {"explain connection 10.0.0.1: 203.0.113.10:80",
         "expected an IPv4 address, with or without a port as CLIENT[:PORT], found '10.0.0.1:'"},
        {"explain connection 10.0.0.1 203.0.113.10",
         "expected an IPv4 address and a port as PUBLISHED:PORT, found '203.0.113.10'"},
        {"explain connection 10.0.0.1 203.0.113.10:65536",
         "expected an IPv4 address and a port as PUBLISHED:PORT, found '203.0.113.10:65536'"},
        {"explain connection 10.0.0.1 2001:db8::1", "expected an IPv4 address and a port as "
                                                    "PUBLISHED:PORT, found '2001:db8::1'"},
        {"show connections web now",
         "expected the end of the line | json after 'show connections web', found 'now'"},
    }));
    INFO(line);
    admin::Mailbox mailbox;
    const Outcome outcome = Interpreter(mailbox, 0ms).execute(line);
    CHECK_FALSE(mailbox.has_requests());
    CHECK(outcome.status == Status::usage);
    CHECK(outcome.text == std::string("bad arguments: ") + text + "\n");
}

TEST_CASE("an action on a target asks for what its words say") {
    console::test::SampleGateway gateway;
    Interpreter interpreter(gateway.mailbox());
    for (const char* line : {"drain target server1", "drain target web/server1 now", "undrain target server1",
                             "set target web/server2 weight 65535", "set target now weight 0"}) {
        CHECK(interpreter.execute(line).status == Status::ok);
    }
    const auto requests = gateway.requests();
    REQUIRE(requests.size() == 5);
    CHECK(requests[0].verb == Verb::drain_target);
    CHECK(requests[0].target == "server1");
    CHECK(requests[1].verb == Verb::drain_target_now);
    CHECK(requests[1].target == "web/server1");
    CHECK(requests[2].verb == Verb::undrain_target);
    CHECK(requests[3].verb == Verb::set_target_weight);
    CHECK(requests[3].target == "web/server2");
    CHECK(requests[3].weight == 65'535);
    CHECK(requests[4].target == "now");
    CHECK(requests[4].weight == 0);
}

TEST_CASE("connections are asked for with their filter, and a flow with its ends") {
    console::test::SampleGateway gateway;
    Interpreter interpreter(gateway.mailbox());
    for (const char* line :
         {"sho conn", "show connections 10.0.0.0/8 json", "show connections json",
          "explain connection 10.0.0.1 203.0.113.10:80 udp", "expl conn 10.0.0.1:5 203.0.113.10:80 json"}) {
        INFO(line);
        const Outcome outcome = interpreter.execute(line);
        INFO(outcome.text);
        CHECK(outcome.status == Status::ok);
    }
    const auto requests = gateway.requests();
    REQUIRE(requests.size() == 5);
    CHECK(requests[0].verb == Verb::list_connections);
    CHECK(requests[0].filter.empty());
    CHECK(requests[0].most == 100);
    CHECK(requests[1].filter == "10.0.0.0/8");
    CHECK(requests[2].filter.empty());
    CHECK(requests[3].verb == Verb::explain_flow);
    CHECK(requests[3].flow == admin::FlowQuestion{*IpAddress::parse("10.0.0.1"), 0,
                                                  *IpAddress::parse("203.0.113.10"), 80, "udp"});
    CHECK(requests[4].flow == admin::FlowQuestion{*IpAddress::parse("10.0.0.1"), 5,
                                                  *IpAddress::parse("203.0.113.10"), 80, ""});
}

TEST_CASE("a service that is not there is named together with those that are") {
    console::test::SampleGateway gateway;
    Interpreter interpreter(gateway.mailbox());
    for (const char* line : {"show targets nobody", "show targets nobody json"}) {
        const Outcome outcome = interpreter.execute(line);
        CHECK(outcome.status == Status::failed);
        CHECK(outcome.text == "no service 'nobody'; there are: web, names\n");
    }
    const std::string all = interpreter.execute("show targets all").text;
    CHECK(all.starts_with(interpreter.execute("show targets web").text));
    CHECK(all.ends_with(interpreter.execute("show targets names").text));
}

TEST_CASE("what services print is at most 100 columns wide") {
    console::test::SampleGateway gateway;
    Interpreter interpreter(gateway.mailbox());
    for (const char* line : {"show services", "show targets all", "show connections 80", "show dispatcher"}) {
        std::istringstream text(interpreter.execute(line).text);
        for (std::string one; std::getline(text, one);) {
            INFO(one);
            CHECK(one.size() <= 100);
        }
    }
}

TEST_CASE("services say what is wrong between members, and what is not there") {
    admin::RerouteReport report = console::test::sample_reroute();
    CHECK(contains(text_of(console::show_services, report), "1 MEMBERS HAVE OTHER SERVICES"));
    report.n_disagreeing = 0;
    CHECK(contains(text_of(console::show_services, report), "all members have the same services"));
    report.epoch.clear();
    CHECK(contains(text_of(console::show_services, report), "this member decides alone; 23 publications"));
    report.events.clear();
    CHECK(contains(text_of(console::show_services, report), "no events yet"));
    CHECK(text_of(console::show_services, {}) == "no services\n");
    CHECK(text_of(console::show_targets, {}) == "no services\n");
    CHECK(text_of(console::show_dispatcher, {}) == "no dispatcher and no spray is configured\n");
    CHECK(contains(text_of(console::show_dispatcher, report), "spray logs: per packet, for 203.0.113.99"));
    report.dispatchers[0].imbalance = 0;
    CHECK(contains(text_of(console::show_dispatcher, report), "imbalance   - (no load)"));
    report.dispatchers[0].keeps_rest = true;
    report.dispatchers[0].gateways[0].n_buckets = 1024;
    CHECK(contains(text_of(console::show_dispatcher, report), "kept here   2048 buckets"));
    CHECK_FALSE(contains(text_of(console::show_dispatcher, report), "imbalance"));
}
