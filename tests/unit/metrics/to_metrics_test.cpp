// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "metrics/to_metrics.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <string>

#include "catch.hpp"
#include "metrics/metric_table.hpp"
#include "metrics/page.hpp"
#include "unit/metrics/example_report.hpp"

namespace evengate::metrics {
namespace {

using Families = std::vector<prometheus::MetricFamily>;

std::string labels_of(const prometheus::ClientMetric& sample) {
    std::string text;
    for (const auto& label : sample.label) {
        text += (text.empty() ? "" : ",") + label.name + "=" + label.value;
    }
    return text;
}

// The value of name{labels}, if there is exactly one such sample.
std::optional<double> value_of(const Families& families, const std::string& name,
                               const std::string& labels = "") {
    std::optional<double> value;
    for (const auto& family : families) {
        for (const auto& sample : family.metric) {
            if (family.name == name && labels_of(sample) == labels) {
                if (value) {
                    return std::nullopt;
                }
                value = family.type == prometheus::MetricType::Counter ? sample.counter.value
                                                                       : sample.gauge.value;
            }
        }
    }
    return value;
}

bool ends_with_one_of(std::string_view name, std::initializer_list<std::string_view> endings) {
    return std::any_of(endings.begin(), endings.end(),
                       [name](std::string_view ending) { return name.ends_with(ending); });
}

TEST_CASE("every metric has a help text, and a name that follows Prometheus' rules") {
    std::set<std::string_view> names;
    for (const Metric& metric : kMetrics) {
        INFO(metric.name);
        CHECK(names.insert(metric.name).second);
        CHECK(metric.help.size() > 5);
        CHECK(metric.help.find('|') == std::string_view::npos);
        CHECK(metric.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") ==
              std::string_view::npos);
        CHECK(metric.name.ends_with("_total") == (metric.kind == MetricKind::counter));
        CHECK(!ends_with_one_of(metric.name, {"_ms", "_us", "_ns", "_milliseconds", "_bits"}));
    }
}

TEST_CASE("a name that speaks of a unit has this unit in the table") {
    for (const Metric& metric : kMetrics) {
        INFO(metric.name);
        const auto says = [&metric](std::string_view unit) {
            return metric.name.find(unit) != std::string_view::npos;
        };
        CHECK((says("_bytes") ? metric.unit.starts_with("bytes")
                              : !metric.unit.starts_with("bytes")));
        CHECK((metric.unit == "seconds") == metric.name.ends_with("_seconds"));
        CHECK((!says("_packets") || metric.unit == (metric.name.ends_with("_per_second")
                                                        ? "packets per second"
                                                        : "packets")));
    }
}

TEST_CASE("a full report has a sample for every metric of the table, with the table's labels") {
    const Families families = to_metrics(admin::example_report());
    REQUIRE(families.size() == kMetrics.size());
    for (size_t i = 0; i < kMetrics.size(); ++i) {
        INFO(kMetrics[i].name);
        CHECK(families[i].name == kMetrics[i].name);
        CHECK(families[i].help == kMetrics[i].help);
        for (const auto& sample : families[i].metric) {
            std::string names;
            for (const auto& label : sample.label) {
                names += (names.empty() ? "" : ",") + label.name;
            }
            CHECK(names == kMetrics[i].labels);
        }
    }
}

TEST_CASE("no two samples of a metric have the same labels") {
    std::set<std::string> seen;
    for (const auto& family : to_metrics(admin::example_report())) {
        for (const auto& sample : family.metric) {
            INFO(family.name << labels_of(sample));
            CHECK(seen.insert(family.name + "{" + labels_of(sample)).second);
        }
    }
}

TEST_CASE("values come out in base units under their own names") {
    const Families families = to_metrics(admin::example_report());
    const auto value = [&families](const std::string& name, const std::string& labels = "") {
        return value_of(families, "evengate_" + name, labels);
    };
    CHECK(value("up") == 1.0);
    CHECK(value("build_info", "name=alpha,version=0.1.0") == 1.0);
    CHECK(value("uptime_seconds") == 2.5);
    CHECK(value("forwarding") == 1.0);
    CHECK(value("generation") == 42.0);
    CHECK(value("publications_total") == 43.0);
    CHECK(value("resident_memory_bytes") == 150e6);
    CHECK(value("port_speed_bytes_per_second", "port=lan") == 1.25e9);
    CHECK(value("port_receive_packets_total", "port=lan") == 101.0);
    CHECK(value("port_transmit_packets_total", "port=lan") == 102.0);
    CHECK(value("port_receive_bytes_total", "port=lan") == 103.0);
    CHECK(value("port_transmit_bytes_total", "port=lan") == 104.0);
    CHECK(value("port_receive_missed_total", "port=lan") == 105.0);
    CHECK(value("port_receive_errors_total", "port=lan") == 106.0);
    CHECK(value("port_transmit_errors_total", "port=lan") == 107.0);
    CHECK(value("port_receive_no_buffer_total", "port=lan") == 108.0);
    CHECK(value("port_mac_filters_wanted", "port=lan") == 65.0);
    CHECK(value("port_mac_filters_active", "port=lan") == 1.0);
    CHECK(value("interface_mtu_bytes", "interface=hosts") == 1496.0);
    CHECK(value("group_hosts", "interface=hosts,group=7") == 9.0);
    CHECK(value("group_arp_answers_total", "interface=hosts,group=7") == 201.0);
    CHECK(value("worker_longest_loop_seconds", "worker=1") == 1.5e-6);
    CHECK(value("worker_generation", "worker=0") == 41.0);
    CHECK(value("control_longest_step_seconds") == 0.002);
    CHECK(value("control_keep_alives_sent_total") == 507.0);
    CHECK(value("control_frames_not_sent_total") == 509.0);
    CHECK(value("control_refused_frames_total", "reason=arp_malformed") == 6.0);
}

TEST_CASE("a group shows its role, its members and what became of messages and moves") {
    const Families families = to_metrics(admin::example_report());
    const auto value = [&families](const std::string& name, const std::string& more = "") {
        return value_of(families, "evengate_group_" + name, "interface=hosts,group=7" + more);
    };
    CHECK(value("info", ",mode=native,policy=host-hash") == 1.0);
    CHECK(value("state", ",state=standby") == 1.0);
    for (const char* other : {"init", "listen", "speak", "active"}) {
        CHECK(value("state", std::string(",state=") + other) == 0.0);
    }
    CHECK(value("priority") == 211.0);
    CHECK(value("weight") == 212.0);
    CHECK(value("term") == 213.0);
    CHECK(value("assignment_sequence") == 214.0);
    CHECK(value("draining") == 1.0);
    CHECK(value("fenced") == 0.0);
    CHECK(value("members") == 3.0);
    CHECK(value("members_live") == 2.0);
    CHECK(value("members_deaf") == 1.0);
    CHECK(value("vmacs_owned") == 1.0);
    CHECK(value("vmacs_unclaimed") == 1.0);
    CHECK(value("state_changes_total") == 215.0);
    CHECK(value("take_overs_total") == 216.0);
    CHECK(value("hand_overs_total", ",outcome=done") == 217.0);
    CHECK(value("hand_overs_total", ",outcome=failed") == 218.0);
    CHECK(value("messages_received_total") == 219.0);
    CHECK(value("messages_used_total") == 210.0);
    CHECK(value("messages_refused_total", ",reason=wrong_digest") == 5.0);
    CHECK(value("messages_refused_total", ",reason=replayed") == 4.0);
    CHECK(value("messages_sent_total") == 220.0);
    CHECK(value("announcements_total") == 221.0);
    CHECK(value("hello_interval_seconds") == 0.010);
    CHECK(value("hold_seconds") == 0.030);
    CHECK(value("hello_lateness_seconds") == 0.00125);
}

TEST_CASE("of the names that peers give themselves only a known owner's becomes a label") {
    admin::Report report = admin::example_report();
    admin::GroupReport& group = report.groups[0];
    const auto owner_is = [&report](const std::string& label) {
        return value_of(to_metrics(report), "evengate_vmac_info",
                        "interface=hosts,group=7,vmac=4,mac=02:45:47:00:07:04,owner=" + label) ==
               1.0;
    };
    CHECK(owner_is("other"));
    group.vmacs[1].owner = "beta";
    CHECK(owner_is("beta"));
    group.vmacs[1].owner = "";
    CHECK(owner_is("other"));
    group.members[1].name = group.vmacs[1].owner = "be\xFFta\n";
    CHECK(owner_is("be?ta?"));
}

TEST_CASE("a vMAC shows its traffic by interface, group and number, and one state of four") {
    const Families families = to_metrics(admin::example_report());
    const std::string vmac = "interface=hosts,group=7,vmac=3";
    CHECK(value_of(families, "evengate_vmac_packets_total", vmac) == 202.0);
    CHECK(value_of(families, "evengate_vmac_bytes_total", vmac) == 203.0);
    CHECK(value_of(families, "evengate_vmac_foreign_packets_total", vmac) == 204.0);
    CHECK(value_of(families, "evengate_vmac_returned_packets_total", vmac) == 205.0);
    CHECK(value_of(families, "evengate_vmac_hosts", vmac) == 5.0);
    CHECK(value_of(families, "evengate_vmac_state", vmac + ",state=own") == 1.0);
    CHECK(value_of(families, "evengate_vmac_state", vmac + ",state=linger") == 0.0);
    CHECK(value_of(families, "evengate_vmac_state", vmac + ",state=other") == 0.0);
    CHECK(value_of(families, "evengate_vmac_state", vmac + ",state=fenced") == 0.0);
    CHECK(value_of(families, "evengate_vmac_info", vmac + ",mac=02:45:47:00:07:03,owner=alpha") ==
          1.0);
}

TEST_CASE("balancing shows the load of each gateway and vMAC, and what was planned and moved") {
    const Families families = to_metrics(admin::example_report());
    const auto value = [&families](const std::string& name, const std::string& more = "") {
        return value_of(families, "evengate_" + name, "interface=hosts,group=7" + more);
    };
    CHECK(value("vmac_load_packets_per_second", ",vmac=3") == 601.0);
    CHECK(value("vmac_load_packets_per_second", ",vmac=4") == 602.0);
    CHECK(value("gateway_capacity_packets_per_second", ",gateway=alpha") == 603.0);
    CHECK(value("gateway_load_packets_per_second", ",gateway=alpha") == 604.0);
    CHECK(value("gateway_background_packets_per_second", ",gateway=alpha") == 605.0);
    CHECK(value("gateway_utilisation_ratio", ",gateway=alpha") == 0.75);
    CHECK(value("gateway_vmacs", ",gateway=alpha") == 606.0);
    CHECK(value("gateway_saturated", ",gateway=alpha") == 1.0);
    CHECK(value("gateway_saturated", ",gateway=beta") == 0.0);
    CHECK(value("balance_info", ",algorithm=portfolio,decide=lowest-id") == 1.0);
    CHECK(value("balance_deciding") == 1.0);
    CHECK(value("balance_interval_seconds") == 0.25);
    CHECK(value("balance_alpha_ratio") == 0.125);
    CHECK(value("balance_imbalance_ratio") == 1.5);
    CHECK(value("balance_moves_total", ",reason=balance") == 607.0);
    CHECK(value("balance_moves_total", ",reason=drain") == 608.0);
    CHECK(value("balance_rounds_total") == 609.0);
    CHECK(value("balance_disagreements_total") == 610.0);
    CHECK(value("balance_hosts_steered_total") == 611.0);
    CHECK(value("balance_plan_seconds") == 42e-6);
    CHECK(value("balance_longest_plan_seconds") == 84e-6);
}

TEST_CASE("what balancing cannot say is left out rather than shown as 0") {
    admin::Report report = admin::example_report();
    const std::string group = "interface=hosts,group=7";
    CHECK(!value_of(to_metrics(report), "evengate_gateway_utilisation_ratio",
                    group + ",gateway=beta"));
    report.groups[0].balance->imbalance = 0;
    CHECK(!value_of(to_metrics(report), "evengate_balance_imbalance_ratio", group));
    report.groups[0].balance.reset();
    const Families families = to_metrics(report);
    CHECK(!value_of(families, "evengate_vmac_load_packets_per_second", group + ",vmac=3"));
    CHECK(!value_of(families, "evengate_balance_rounds_total", group));
}

TEST_CASE("gateways of the same name, or of none that is known, do not share a series") {
    admin::Report report = admin::example_report();
    auto& gateways = report.groups[0].balance->gateways;
    gateways.resize(4, gateways[1]);
    gateways[2].member = "nobody";
    gateways[3].member = "";
    for (size_t i = 0; i < gateways.size(); ++i) {
        gateways[i].load_pps = i;
    }
    const auto load = [&report](const std::string& gateway) {
        return value_of(to_metrics(report), "evengate_gateway_load_packets_per_second",
                        "interface=hosts,group=7,gateway=" + gateway);
    };
    CHECK(load("beta") == 1.0);
    CHECK(load("other") == 2.0);
    CHECK(load("other#2") == 3.0);
    gateways[2].member = gateways[3].member = "beta";
    CHECK(load("beta") == 1.0);
    CHECK(load("beta#2") == 2.0);
    CHECK(load("beta#3") == 3.0);
}

TEST_CASE("drops are summed over workers by reason, and over reasons by worker") {
    const Families families = to_metrics(admin::example_report());
    CHECK(value_of(families, "evengate_dropped_packets_total", "reason=not_for_us") == 60.0);
    CHECK(value_of(families, "evengate_dropped_packets_total", "reason=tx_full") == 20.0);
    CHECK(value_of(families, "evengate_worker_dropped_packets_total", "worker=0") == 40.0);
}

TEST_CASE("each worker's received frames equal forwarded, punted and dropped ones") {
    const Families families = to_metrics(admin::example_report());
    const auto of_worker = [&families](const std::string& what) {
        return value_of(families, "evengate_worker_" + what + "_packets_total", "worker=0").value();
    };
    CHECK(of_worker("receive") ==
          of_worker("forwarded") + of_worker("punted") + of_worker("dropped"));
}

TEST_CASE("punts are told apart by class and outcome") {
    const Families families = to_metrics(admin::example_report());
    CHECK(value_of(families, "evengate_punts_total", "class=arp,outcome=accepted") == 401.0);
    CHECK(value_of(families, "evengate_punts_total", "class=arp,outcome=limited") == 402.0);
    CHECK(value_of(families, "evengate_punts_total", "class=arp,outcome=ring_full") == 403.0);
}

TEST_CASE("neighbours and routes are counted by state, zeros included") {
    const Families families = to_metrics(admin::example_report());
    CHECK(value_of(families, "evengate_neighbours", "interface=hosts,state=incomplete") == 1.0);
    CHECK(value_of(families, "evengate_neighbours", "interface=hosts,state=failed") == 0.0);
    CHECK(value_of(families, "evengate_neighbour_held_packets", "interface=hosts") == 4.0);
    CHECK(value_of(families, "evengate_routes", "kind=static,state=unusable") == 1.0);
    CHECK(value_of(families, "evengate_routes", "kind=static,state=usable") == 0.0);
}

TEST_CASE("an unknown link speed is left out rather than shown as 0") {
    admin::Report report = admin::example_report();
    report.ports[0].speed_mbps = 0;
    CHECK(!value_of(to_metrics(report), "evengate_port_speed_bytes_per_second", "port=lan"));
}

TEST_CASE("an empty report is no error") {
    const Families families = to_metrics(admin::Report{});
    CHECK(value_of(families, "evengate_up") == 1.0);
    CHECK(!value_of(families, "evengate_port_link_up", "port="));
}

TEST_CASE("silence is evengate_up 0 and no other number") {
    const Families families = metrics_of_silence();
    REQUIRE(families.size() == 1);
    CHECK(value_of(families, "evengate_up") == 0.0);
}

TEST_CASE("docs/metrics.md is what the table says; if not: ninja -C build-release metrics-page") {
    std::ifstream file(EVENGATE_SOURCE_ROOT "/docs/metrics.md");
    REQUIRE(file);
    const std::string page{std::istreambuf_iterator<char>(file), {}};
    CHECK(page == to_page());
}

}  // namespace
}  // namespace evengate::metrics
