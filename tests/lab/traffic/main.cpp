// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the command line of the traffic: rates from standard input, a line of JSON each interval.
// Thread: one. Used by: scripts/lab, the lab tests.
#include <arpa/inet.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "netns_socket.hpp"
#include "traffic.hpp"

namespace {

using evengate::Duration;
using evengate::Error;
using evengate::Result;
using evengate::traffic::HostCounts;
using evengate::traffic::TrafficPlan;
using evengate::traffic::TrafficReport;
using Json = nlohmann::ordered_json;

struct Options {
    std::vector<std::string> hosts;
    std::string interface = "eth0";
    std::string next_hop;
    std::string target;
    std::string sink;
    double interval_ms = 1000;
};

// "NAME,OTHER" to both.
Result<std::pair<std::string, std::string>> parse_pair(const std::string& text) {
    const size_t comma = text.find(',');
    if (comma == std::string::npos) {
        return Error{fmt::format("'{}' has no comma", text)};
    }
    return std::pair(text.substr(0, comma), text.substr(comma + 1));
}

Result<TrafficPlan> make_plan(const Options& options) {
    TrafficPlan plan;
    plan.host_interface = options.interface;
    plan.report_interval = std::chrono::duration_cast<Duration>(
        std::chrono::duration<double, std::milli>(options.interval_ms));
    for (const std::string& text : options.hosts) {
        auto host = parse_pair(text);
        if (!host) {
            return host.error();
        }
        plan.hosts.push_back({.name = host->first, .netns_path = host->second});
    }
    auto target = evengate::prober::parse_endpoint(options.target);
    if (!target) {
        return target.error();
    }
    plan.target = *target;
    if (inet_pton(AF_INET, options.next_hop.c_str(), &plan.next_hop) != 1) {
        return Error{fmt::format("'{}' is not an IPv4 address", options.next_hop)};
    }
    auto sink = parse_pair(options.sink);
    if (!sink) {
        return sink.error();
    }
    plan.sink_netns_path = sink->first;
    plan.sink_interface = sink->second;
    return plan;
}

Json to_json(const TrafficPlan& plan, const TrafficReport& report) {
    Json hosts = Json::array();
    for (size_t i = 0; i < report.hosts.size(); ++i) {
        const HostCounts& host = report.hosts[i];
        hosts.push_back({{"name", plan.hosts[i].name},
                         {"sent", host.flow.sent},
                         {"lost", host.flow.lost},
                         {"duplicates", host.flow.duplicates},
                         {"reordered", host.flow.reordered},
                         {"late", host.flow.late},
                         {"refused", host.refused},
                         {"vmac", host.next_hop_mac}});
    }
    return {{"at_ns", report.at.time_since_epoch().count()},
            {"realtime", report.realtime},
            {"sink_dropped", report.sink_dropped},
            {"hosts", std::move(hosts)},
            {"forwarded", report.forwarded}};
}

Result<void> run(const Options& options) {
    const auto plan = make_plan(options);
    if (!plan) {
        return plan.error();
    }
    return evengate::traffic::perform_traffic(*plan, [&plan](const TrafficReport& report) {
        fmt::print("{}\n", to_json(*plan, report).dump());
        std::fflush(stdout);
    });
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app(
        "Sends from many hosts at rates of their own, and counts what arrives by who forwarded it");
    app.add_option("--host", options.hosts, "NAME,NETNS-PATH")->required();
    app.add_option("--interface", options.interface, "Of the hosts");
    app.add_option("--next-hop", options.next_hop, "Whose MAC address hosts are asked for")
        ->required();
    app.add_option("--target", options.target, "ADDRESS:PORT")->required();
    app.add_option("--sink", options.sink, "NETNS-PATH,INTERFACE of the target")->required();
    app.add_option("--interval-ms", options.interval_ms, "Between reports")
        ->check(CLI::Range(10.0, 60'000.0));
    CLI11_PARSE(app, argc, argv);

    if (const auto done = run(options); !done) {
        fmt::print(stderr, "evengate-traffic: {}\n", done.error().message);
        return 1;
    }
    return 0;
}
