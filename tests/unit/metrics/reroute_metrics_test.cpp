// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <optional>
#include <string>

#include "catch.hpp"
#include "metrics/to_metrics.hpp"
#include "unit/metrics/example_report.hpp"

namespace evengate::metrics {
namespace {

// The value of evengate_name{labels}; nothing without such a sample.
std::optional<double> value_of(const admin::Report& report, const std::string& name, const std::string& labels = "") {
    for (const auto& family : to_metrics(report)) {
        for (const auto& sample : family.metric) {
            std::string text;
            for (const auto& label : sample.label) {
                text += (text.empty() ? "" : ",") + label.name + "=" + label.value;
            }
            if (family.name == "evengate_" + name && text == labels) {
                return family.type == prometheus::MetricType::Counter ? sample.counter.value : sample.gauge.value;
            }
        }
    }
    return std::nullopt;
}

TEST_CASE("a target shows its health, its weight and its traffic by service and name") {
    const admin::Report report = admin::example_report();
    const auto value = [&report](const std::string& name, const std::string& more = "") {
        return value_of(report, "target_" + name, "service=web,target=server1" + more);
    };
    CHECK(value("up") == 1.0);
    CHECK(value("state", ",state=up") == 1.0);
    CHECK(value("state", ",state=draining") == 0.0);
    CHECK(value("weight") == 701.0);
    CHECK(value("weight_now") == 702.0);
    CHECK(value("packets_total") == 703.0);
    CHECK(value("bytes_total") == 704.0);
    CHECK(value("connections") == 705.0);
    CHECK(value("connections_opened_total") == 706.0);
    CHECK(value("probes_total") == 707.0);
    CHECK(value("probes_failed_total") == 708.0);
    CHECK(value_of(report, "target_up", "service=web,target=server2") == 0.0);
}

TEST_CASE("a target that drains, is full or spare is up as long as it answers") {
    admin::Report report = admin::example_report();
    admin::TargetReport& target = report.reroute.services[0].targets[0];
    const auto up = [&] { return value_of(report, "target_up", "service=web,target=server1"); };
    for (const char* state : {"full", "spare", "draining", "drained"}) {
        target.state = state;
        CHECK(up() == 1.0);
        CHECK(value_of(report, "target_state", std::string("service=web,target=server1,state=") + state) == 1.0);
    }
    target.verdict = "down";
    CHECK(up() == 0.0);
    target.state = "spare";  // the group's decision is before our own verdict
    CHECK(up() == 1.0);
}

TEST_CASE("what workers met of services is counted by event, and their tables are measured") {
    const admin::Report report = admin::example_report();
    CHECK(value_of(report, "service_info", "service=web,protocol=tcp,mode=nat,criterion=stateful") == 1.0);
    CHECK(value_of(report, "rerouting_events_total", "event=encapsulated") == 717.0);
    CHECK(value_of(report, "rerouting_events_total", "event=table_full") == 718.0);
    CHECK(value_of(report, "rerouting_disagreeing_members") == 712.0);
    CHECK(value_of(report, "rerouting_publications_total") == 713.0);
    CHECK(value_of(report, "rerouting_connections") == 714.0);
    CHECK(value_of(report, "rerouting_half_open") == 715.0);
    CHECK(value_of(report, "rerouting_sources") == 716.0);
    CHECK(value_of(report, "rerouting_source_room") == 717.0);
    CHECK(value_of(report, "rerouting_connection_room") == 716.0);
}

TEST_CASE("a dispatcher shows its buckets by gateway, and no imbalance without load") {
    admin::Report report = admin::example_report();
    CHECK(value_of(report, "dispatcher_moves_total", "dispatcher=edge") == 709.0);
    CHECK(value_of(report, "dispatcher_buckets", "dispatcher=edge,gateway=alpha") == 710.0);
    CHECK(value_of(report, "dispatcher_packets_total", "dispatcher=edge,gateway=alpha") == 711.0);
    CHECK(value_of(report, "dispatcher_gateway_up", "dispatcher=edge,gateway=alpha") == 1.0);
    CHECK(value_of(report, "dispatcher_imbalance_ratio", "dispatcher=edge") == 1.25);
    report.reroute.dispatchers[0].imbalance = 0;
    report.reroute.dispatchers[0].gateways[0].state = "down";
    CHECK(!value_of(report, "dispatcher_imbalance_ratio", "dispatcher=edge"));
    CHECK(value_of(report, "dispatcher_gateway_up", "dispatcher=edge,gateway=alpha") == 0.0);
}

TEST_CASE("a spray shows which targets are up and what each got") {
    admin::Report report = admin::example_report();
    CHECK(value_of(report, "spray_packets_total", "spray=logs,target=10.0.1.21") == 741.0);
    CHECK(value_of(report, "spray_target_up", "spray=logs,target=10.0.1.21") == 1.0);
    report.reroute.sprays[0].targets[0].state = "down";
    CHECK(value_of(report, "spray_target_up", "spray=logs,target=10.0.1.21") == 0.0);
}

TEST_CASE("without a service and a dispatcher nothing of rerouting is shown") {
    admin::Report report = admin::example_report();
    report.reroute.services.clear();
    CHECK(value_of(report, "rerouting_connections"));
    report.reroute.dispatchers.clear();
    CHECK(value_of(report, "rerouting_connections"));
    report.reroute.sprays.clear();
    CHECK(!value_of(report, "rerouting_connections"));
    CHECK(!value_of(report, "rerouting_events_total", "event=encapsulated"));
}

}  // namespace
}  // namespace evengate::metrics
