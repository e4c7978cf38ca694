// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the prober's command line: "probe" measures loss and outage, "respond" is its other end.
// Thread: one, and with --stalls one on each CPU. Used by: scripts/lab, the lab tests.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "netns_socket.hpp"
#include "probing.hpp"
#include "responder.hpp"
#include "stall_watch.hpp"

namespace {

using evengate::Duration;
using evengate::Error;
using evengate::Result;
using evengate::prober::FlowPlan;
using evengate::prober::FlowSummary;
using evengate::prober::ProbingPlan;
using evengate::prober::ProbingReport;
using evengate::prober::ResponderPlace;
using Json = nlohmann::ordered_json;

// A run in which the control flow was cut off for longer says more of the machine than of the
// gateway.
constexpr auto kMaxControlOutage = std::chrono::milliseconds(5);

struct Options {
    std::vector<std::string> flows;
    std::vector<std::string> controls;
    std::vector<std::string> places;
    double interval_ms = 5;
    double seconds = 10;
    double answer_timeout_ms = 1000;
    std::string log_path;
    std::string stalls_path;
    bool progress = false;
};

Duration to_duration(double milliseconds) {
    return std::chrono::duration_cast<Duration>(
        std::chrono::duration<double, std::milli>(milliseconds));
}

std::vector<std::string> split_at_commas(const std::string& text) {
    return CLI::detail::split(text, ',');
}

Result<FlowPlan> parse_flow(const std::string& text, FlowPlan::Role role) {
    const auto parts = split_at_commas(text);
    if (parts.size() != 3) {
        return Error{fmt::format("flow '{}' is not NAME,NETNS-PATH,ADDRESS:PORT", text)};
    }
    auto target = evengate::prober::parse_endpoint(parts[2]);
    if (!target) {
        return target.error();
    }
    return FlowPlan{.name = parts[0], .netns_path = parts[1], .target = *target, .role = role};
}

Result<ProbingPlan> make_plan(const Options& options) {
    ProbingPlan plan{.flows = {},
                     .interval = to_duration(options.interval_ms),
                     .length = to_duration(options.seconds * 1000),
                     .answer_timeout = to_duration(options.answer_timeout_ms)};
    for (const auto& [texts, role] : {std::pair(&options.flows, FlowPlan::Role::probed),
                                      std::pair(&options.controls, FlowPlan::Role::control)}) {
        for (const std::string& text : *texts) {
            auto flow = parse_flow(text, role);
            if (!flow) {
                return flow.error();
            }
            plan.flows.push_back(std::move(flow.value()));
        }
    }
    return plan;
}

Json to_json(const FlowPlan& plan, const FlowSummary& flow) {
    return {{"name", plan.name},
            {"role", plan.role == FlowPlan::Role::control ? "control" : "probed"},
            {"sent", flow.sent},
            {"answered", flow.answered},
            {"lost", flow.lost},
            {"duplicates", flow.duplicates},
            {"reordered", flow.reordered},
            {"late", flow.late},
            {"outage_ns", flow.outage.count()},
            {"longest_round_trip_ns", flow.longest_round_trip.count()}};
}

// Totals are of the probed flows; the control flow only says whether the run is to be believed.
Json to_json(const ProbingPlan& plan, const ProbingReport& report) {
    uint64_t sent = 0;
    uint64_t lost = 0;
    uint64_t duplicates = 0;
    uint64_t reordered = 0;
    Duration outage{};
    Duration control_outage{};
    Json flows = Json::array();
    for (size_t i = 0; i < plan.flows.size(); ++i) {
        const FlowSummary& flow = report.flows[i];
        flows.push_back(to_json(plan.flows[i], flow));
        if (plan.flows[i].role == FlowPlan::Role::control) {
            control_outage = std::max(control_outage, flow.outage);
            continue;
        }
        sent += flow.sent;
        lost += flow.lost;
        duplicates += flow.duplicates;
        reordered += flow.reordered;
        outage = std::max(outage, flow.outage);
    }
    return {{"interval_ns", plan.interval.count()},
            {"realtime", report.realtime},
            {"probes_sent", sent},
            {"probes_lost", lost},
            {"duplicates", duplicates},
            {"reordered", reordered},
            {"send_errors", report.send_errors},
            {"outage_ns", outage.count()},
            {"control_outage_ns", control_outage.count()},
            {"disturbed", control_outage > kMaxControlOutage},
            {"flows", std::move(flows)}};
}

void end_on_signal() {
    struct sigaction action {};
    action.sa_handler = [](int) { evengate::prober::request_end(); };
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

using Log = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

// None: nobody wants it.
Result<Log> open_log(const std::string& path, const char* columns) {
    Log log(path.empty() ? nullptr : std::fopen(path.c_str(), "we"), &std::fclose);
    if (!path.empty() && !log) {
        return Error{fmt::format("cannot write '{}'", path)};
    }
    if (log) {
        fmt::print(log.get(), "{}\n", columns);
    }
    return log;
}

Result<void> probe(const Options& options) {
    auto plan = make_plan(options);
    if (!plan) {
        return plan.error();
    }
    auto log = open_log(options.log_path, "flow,sequence,sent_ns,answered_ns,duplicates");
    if (!log) {
        return log.error();
    }
    plan->log = log.value().get();
    auto stalls_log = open_log(options.stalls_path, "cpu,began_ns,ended_ns");
    if (!stalls_log) {
        return stalls_log.error();
    }
    end_on_signal();
    evengate::prober::StallWatch stalls;
    if (stalls_log.value()) {
        if (const auto started = stalls.start(); !started) {
            return started.error();
        }
    }
    const std::function<void(const ProbingReport&)> print = [&plan](const ProbingReport& report) {
        fmt::print("{}\n", to_json(*plan, report).dump());
        std::fflush(stdout);
    };
    auto report = perform_probing(*plan, options.progress ? print : nullptr);
    if (!report) {
        return report.error();
    }
    print(*report);
    for (const evengate::prober::Stall& stall : stalls.finish()) {
        fmt::print(stalls_log.value().get(), "{},{},{}\n", stall.cpu, stall.began.time_since_epoch().count(),
                   stall.ended.time_since_epoch().count());
    }
    return {};
}

Result<void> respond(const Options& options) {
    std::vector<ResponderPlace> places;
    for (const std::string& text : options.places) {
        const auto parts = split_at_commas(text);
        if (parts.size() != 2) {
            return Error{fmt::format("place '{}' is not NETNS-PATH,ADDRESS:PORT", text)};
        }
        auto listen = evengate::prober::parse_endpoint(parts[1]);
        if (!listen) {
            return listen.error();
        }
        places.push_back({.netns_path = parts[0], .listen = *listen});
    }
    return evengate::prober::respond_forever(places);
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app("Measures how long a path did not work, from the send times of UDP probes");
    app.require_subcommand(1);
    CLI::App* probing = app.add_subcommand("probe", "Send probes and print a JSON report");
    probing->add_option("--flow", options.flows, "NAME,NETNS-PATH,ADDRESS:PORT")->required();
    probing->add_option("--control", options.controls, "The same, around what is tested");
    probing->add_option("--interval-ms", options.interval_ms)->check(CLI::Range(0.05, 60'000.0));
    probing->add_option("--seconds", options.seconds, "0: until interrupted")
        ->check(CLI::NonNegativeNumber);
    probing->add_option("--answer-timeout-ms", options.answer_timeout_ms)
        ->check(CLI::Range(1.0, 60'000.0));
    probing->add_option("--log", options.log_path, "Write a line for each probe to this file");
    probing->add_option("--stalls", options.stalls_path, "Write when a CPU stood still to this file; needs root");
    probing->add_flag("--progress", options.progress, "Print a report each second as well");
    CLI::App* responding = app.add_subcommand("respond", "Answer probes until killed");
    responding->add_option("--at", options.places, "NETNS-PATH,ADDRESS:PORT")->required();
    CLI11_PARSE(app, argc, argv);

    const Result<void> done = probing->parsed() ? probe(options) : respond(options);
    if (!done) {
        fmt::print(stderr, "evengate-prober: {}\n", done.error().message);
        return 1;
    }
    return 0;
}
