// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "admin/report_json.hpp"

#include <nlohmann/json.hpp>

#include "catch.hpp"

using namespace std::chrono_literals;
using namespace evengate;
using admin::Json;

namespace {

std::string keys_of(const Json& json) {
    std::string keys;
    for (const auto& item : json.items()) {
        keys += (keys.empty() ? "" : " ") + item.key();
    }
    return keys;
}

}  // namespace

TEST_CASE("the keys of each report are its members, in their order") {
    CHECK(keys_of(admin::Report{}) ==
          "name version at uptime forwarding generation publications memory_bytes ports interfaces "
          "groups neighbours "
          "routes punts workers control reroute events config");
    CHECK(keys_of(admin::PortReport{}) ==
          "name device driver mac link_up speed_mbps mtu n_rx_queues n_tx_queues promiscuous "
          "n_mac_filters_wanted "
          "n_mac_filters_active deaf macs rx_packets tx_packets rx_bytes tx_bytes rx_missed rx_errors "
          "tx_errors rx_no_mbuf "
          "xstats");
    CHECK(keys_of(admin::InterfaceReport{}) ==
          "id name port vlan inner_vlan mtu mac link_up addresses");
    CHECK(keys_of(admin::GroupReport{}) ==
          "id interface virtual_addresses policy vmacs n_hosts arp_answers mode state avg standby "
          "priority weight term assignment_sequence draining fenced hello hold n_state_changes "
          "take_overs hand_overs_done hand_overs_failed messages_received messages_used "
          "messages_sent announcements refused_messages worst_hello_lateness members hosts "
          "balance");
    CHECK(keys_of(admin::VmacReport{}) ==
          "number mac state owner claimant previous successors priority redirect_left timeout_left "
          "packets bytes foreign_packets returned_packets n_hosts load_pps");
    CHECK(keys_of(admin::BalanceReport{}) ==
          "algorithm decide decider decides_here interval alpha alpha_is_chosen imbalance rounds "
          "disagreements hosts_steered plan_time worst_plan_time moves gateways dry_run history");
    CHECK(keys_of(admin::BalanceGatewayReport{}) ==
          "member capacity_pps load_pps background_pps utilisation n_vmacs saturated");
    CHECK(keys_of(admin::BalanceMoveReport{}) == "vmac from to load_pps");
    CHECK(keys_of(admin::BalanceRoundReport{}) == "age reason text moves");
    CHECK(keys_of(admin::MemberReport{}) ==
          "id name address mac is_self state live proven hears_us draining fenced priority weight "
          "n_vmacs capacity_pps load_pps silence hears");
    CHECK(keys_of(admin::HostReport{}) == "mac vmac age");
    CHECK(keys_of(admin::NeighbourReport{}) == "address interface state mac age n_held");
    CHECK(keys_of(admin::RouteReport{}) == "prefix kind via interface usable");
    CHECK(keys_of(admin::PuntReport{}) == "name accepted limited ring_full");
    CHECK(keys_of(admin::WorkerReport{}) ==
          "index lcore received forwarded punted handed_over taken_over drops polls busy_polls sleeps busy_cycles "
          "control_frames control_frames_lost control_frames_stale "
          "longest_loop_ns generation");
    CHECK(keys_of(admin::ControlReport{}) ==
          "arp_received arp_answered icmp_echo_answered icmp_errors_sent icmp_errors_limited "
          "fragments_sent "
          "keep_alives_sent frames_sent frames_not_sent longest_step_ns refused");
    CHECK(keys_of(admin::Event{}) == "at severity text");
    CHECK(keys_of(admin::RerouteReport{}) ==
          "services dispatchers sprays epoch digest n_disagreeing publications n_connections n_half_open n_sources "
          "source_room "
          "connection_room events");
    CHECK(keys_of(admin::ServiceReport{}) == "name addresses protocol ports mode criterion targets");
    CHECK(keys_of(admin::TargetReport{}) ==
          "name address port member state verdict reason n_up n_down weight weight_now share_wanted "
          "share_of_packets share_of_connections packets bytes connections_opened connections "
          "connections_elsewhere probes probes_failed");
    CHECK(keys_of(admin::DispatcherReport{}) == "name by n_buckets n_moves imbalance reason gateways keeps_rest");
    CHECK(keys_of(admin::SprayReport{}) == "name addresses per targets");
    CHECK(keys_of(admin::DispatcherGatewayReport{}) == "name address state n_buckets packets share");
    CHECK(keys_of(admin::ConnectionReport{}) ==
          "client client_port published published_port protocol service target state idle");
}

TEST_CASE("counters keep every digit") {
    admin::PortReport port;
    port.rx_bytes = UINT64_MAX;
    CHECK(Json(port)["rx_bytes"].dump() == "18446744073709551615");
}

TEST_CASE("a member's id keeps every digit in readers whose numbers are floating point") {
    admin::MemberReport member;
    member.id = MemberId{UINT64_MAX};
    CHECK(Json(member)["id"].dump() == "\"18446744073709551615\"");
}

TEST_CASE("shares are parts of 1, and a digest of services keeps every digit") {
    admin::TargetReport target;
    target.share_wanted = 250'000;
    CHECK(Json(target)["share_wanted"].dump() == "0.25");
    admin::RerouteReport reroute;
    reroute.digest = UINT64_MAX;
    CHECK(Json(reroute)["digest"].dump() == "\"18446744073709551615\"");
}

TEST_CASE("the timers that only cisco mode has are null in the others") {
    admin::VmacReport vmac;
    CHECK(Json(vmac)["redirect_left"].is_null());
    vmac.redirect_left = 2500ms;
    CHECK(Json(vmac)["redirect_left"].dump() == "2.5");
}

TEST_CASE("times are seconds, and what is not there is null") {
    admin::NeighbourReport neighbour;
    neighbour.age = 1500ms;
    const Json json = neighbour;
    CHECK(json["age"].dump() == "1.5");
    CHECK(json["mac"].is_null());
    neighbour.mac = MacAddress::from_u64(0x0200'0000'0001);
    CHECK(Json(neighbour)["mac"] == "02:00:00:00:00:01");
}

TEST_CASE("lists of reports stay lists when they are empty") {
    CHECK(Json(admin::Report{})["ports"].dump() == "[]");
    CHECK(Json(admin::InterfaceReport{})["addresses"].dump() == "[]");
}

TEST_CASE("a name that is not UTF-8 is printed with replacements instead of failing") {
    const admin::NamedCount odd{"rx_\xFF", 1};
    CHECK(admin::print_json(odd) == "{\n  \"name\": \"rx_\xEF\xBF\xBD\",\n  \"count\": 1\n}\n");
}

TEST_CASE("balancing is null where there is none, and its times are seconds") {
    admin::GroupReport group;
    CHECK(Json(group)["balance"].is_null());
    group.balance.emplace();
    group.balance->interval = 250ms;
    group.balance->plan_time = 42us;
    group.balance->alpha = 0.25;
    group.balance->history.resize(1);
    group.balance->history[0].age = 1500ms;
    group.balance->history[0].moves.push_back({VmacNumber(7), "gw-a", "gw-b", 12'345});
    const Json balance = Json(group)["balance"];
    CHECK(balance["interval"].dump() == "0.25");
    CHECK(balance["plan_time"].dump() == "4.2e-05");
    CHECK(balance["alpha"].dump() == "0.25");
    CHECK(balance["dry_run"]["moves"].dump() == "[]");
    CHECK(balance["history"].dump() ==
          R"([{"age":1.5,"reason":"","text":"","moves":[{"vmac":7,"from":"gw-a","to":"gw-b",)"
          R"("load_pps":12345}]}])");
}
