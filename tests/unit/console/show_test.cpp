// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "console/interpreter.hpp"
#include "sample.hpp"
#include "show_texts.hpp"

using namespace evengate;
using console::Interpreter;
using console::Outcome;
using console::Status;
using console::test::Expectation;
using console::test::kTexts;

namespace {

// Without the indentation, which is tested once for all in the tests of report_json.
constexpr std::array kJsons = {
    Expectation{
        "show port stats lan json",
        R"([{"name":"lan","rx_packets":1234567890123,"tx_packets":1234567890000,)"
        R"("rx_bytes":18446744073709551615,"tx_bytes":98765432109,"rx_missed":7,"rx_errors":1,)"
        R"("tx_errors":2,"rx_no_mbuf":3}])"},
    Expectation{
        "show port info wan json",
        R"([{"name":"wan","device":"0000:01:00.0","driver":"net_ixgbe",)"
        R"("mac":"02:00:00:00:00:02","link_up":false,"speed_mbps":0,"mtu":9000,"n_rx_queues":1,)"
        R"("n_tx_queues":1,"promiscuous":false,"n_mac_filters_wanted":1,)"
        R"("n_mac_filters_active":1,"deaf":false}])"},
    Expectation{"show port xstats all json",
                R"([{"name":"lan","xstats":[{"name":"rx_good_packets","count":1234567890123},)"
                R"({"name":"rx_q0_errors","count":0}]},{"name":"wan","xstats":[]}])"},
    Expectation{
        "show port macs all json",
        R"([{"name":"lan","macs":["02:00:00:00:00:01","02:45:47:00:07:01","02:45:47:00:07:02"],)"
        R"("promiscuous":true,"n_mac_filters_wanted":3,"n_mac_filters_active":1},{"name":"wan",)"
        R"("macs":["02:00:00:00:00:02"],"promiscuous":false,"n_mac_filters_wanted":1,)"
        R"("n_mac_filters_active":1}])"},
    Expectation{
        "show interfaces json",
        R"([{"id":0,"name":"lan0","port":"lan","vlan":0,"inner_vlan":0,"mtu":1500,)"
        R"("mac":"02:00:00:00:00:01","link_up":true,"addresses":["10.0.0.1/24",)"
        R"("2001:db8::1/64"]},{"id":1,"name":"wan0","port":"wan","vlan":100,"inner_vlan":7,)"
        R"("mtu":9000,"mac":"02:00:00:00:00:02","link_up":false,"addresses":[]}])"},
    Expectation{
        "show group brief json",
        R"([{"interface":"lan0","group":7,"forwarder":"-","priority":"120","state":"Active",)"
        R"("address":"10.0.0.254","active_router":"local","standby_router":"gw-b","n_hosts":5,)"
        R"("packets":400,"weight":"100"},{"interface":"lan0","group":7,"forwarder":"1",)"
        R"("priority":"-","state":"Active","address":"02:45:47:00:07:01",)"
        R"("active_router":"local","standby_router":"gw-b","n_hosts":4,"packets":300,)"
        R"("weight":"-"},{"interface":"lan0","group":7,"forwarder":"2","priority":"-",)"
        R"("state":"Listen","address":"02:45:47:00:07:02","active_router":"gw-b",)"
        R"("standby_router":"local","n_hosts":1,"packets":100,"weight":"-"}])"},
    Expectation{
        "show group json",
        R"([{"id":7,"interface":"lan0","virtual_addresses":["10.0.0.254"],)"
        R"("policy":"host_hash","vmacs":[{"number":1,"mac":"02:45:47:00:07:01",)"
        R"("state":"own","owner":"gw-a","claimant":"gw-a","previous":"",)"
        R"("successors":["gw-b","gw-c"],"priority":0,"redirect_left":null,)"
        R"("timeout_left":null,"packets":300,"bytes":45000,"foreign_packets":0,"returned_packets":0,"n_hosts":4,)"
        R"("load_pps":41200},{"number":2,"mac":"02:45:47:00:07:02","state":"other",)"
        R"("owner":"gw-b","claimant":"","previous":"gw-a","successors":["gw-a"],)"
        R"("priority":0,"redirect_left":null,"timeout_left":null,"packets":100,)"
        R"("bytes":6400,"foreign_packets":9,"returned_packets":0,"n_hosts":1,"load_pps":19600}],"n_hosts":5,)"
        R"("arp_answers":41,"mode":"native","state":"active","avg":"gw-a","standby":"gw-b",)"
        R"("priority":120,"weight":100,"term":4,"assignment_sequence":17,"draining":false,)"
        R"("fenced":false,"hello":0.1,"hold":0.3,"n_state_changes":3,"take_overs":2,)"
        R"("hand_overs_done":6,"hand_overs_failed":1,"messages_received":1000,)"
        R"("messages_used":993,"messages_sent":500,"announcements":32,)"
        R"("refused_messages":[{"name":"wrong_digest","count":5},{"name":"no_key",)"
        R"("count":0},{"name":"replayed","count":2}],"worst_hello_lateness":0.00125,)"
        R"("members":[{"id":"9223372036854775807","name":"gw-a","address":"10.0.0.2",)"
        R"("mac":"02:00:00:00:00:01","is_self":true,"state":"active","live":true,)"
        R"("proven":false,"hears_us":false,"draining":false,"fenced":false,"priority":120,)"
        R"("weight":100,"n_vmacs":1,"capacity_pps":1000000,"load_pps":340,"silence":0.0,)"
        R"("hears":["gw-b"]},{"id":"2","name":"gw-b","address":"10.0.0.3",)"
        R"("mac":"02:00:00:00:00:03","is_self":false,"state":"standby","live":true,)"
        R"("proven":true,"hears_us":false,"draining":true,"fenced":true,"priority":100,)"
        R"("weight":20,"n_vmacs":0,"capacity_pps":500000,"load_pps":0,"silence":0.0425,)"
        R"("hears":[]},{"id":"3","name":"10.0.0.4","address":"10.0.0.4",)"
        R"("mac":"02:00:00:00:00:04","is_self":false,"state":"","live":false,)"
        R"("proven":false,"hears_us":true,"draining":false,"fenced":false,"priority":0,)"
        R"("weight":0,"n_vmacs":0,"capacity_pps":0,"load_pps":0,"silence":65.0,)"
        R"("hears":[]}],"hosts":[{"mac":"0a:00:00:00:00:20","vmac":1,"age":90.0},)"
        R"({"mac":"0a:00:00:00:00:21","vmac":9,"age":1.5}],)"
        R"("balance":{"algorithm":"portfolio","decide":"avg","decider":"gw-a",)"
        R"("decides_here":true,"interval":1.0,"alpha":0.25,"alpha_is_chosen":true,)"
        R"("imbalance":1.0625,"rounds":4711,"disagreements":0,"hosts_steered":0,"plan_time":4.19e-05,)"
        R"("worst_plan_time":8.34e-05,"moves":[{"name":"balance","count":12},)"
        R"({"name":"capacity","count":0},{"name":"drain","count":3}],)"
        R"("gateways":[{"member":"gw-a","capacity_pps":100000,"load_pps":41200,)"
        R"("background_pps":1800,"utilisation":0.43,"n_vmacs":1,"saturated":false},)"
        R"({"member":"gw-b","capacity_pps":20000,"load_pps":19600,"background_pps":400,)"
        R"("utilisation":1.0,"n_vmacs":1,"saturated":true},{"member":"gw-c",)"
        R"("capacity_pps":0,"load_pps":0,"background_pps":15,"utilisation":0.0,"n_vmacs":0,)"
        R"("saturated":false}],"dry_run":{"age":0.0,"reason":"moved",)"
        R"("text":"moved 1 vMAC, J 812 -> 800, least 790, a round must gain 1, each move 2",)"
        R"("moves":[{"vmac":1,"from":"gw-a","to":"gw-b","load_pps":41200}]},)"
        R"("history":[{"age":3.5,"reason":"unconfirmed",)"
        R"("text":"worth it, if it still is next time: 1 vMAC, J 900 -> 812","moves":[]},)"
        R"({"age":2.5,"reason":"moved","text":"moved 1 vMAC, J 900 -> 812",)"
        R"("moves":[{"vmac":2,"from":"gw-a","to":"gw-b","load_pps":19600}]},{"age":1.5,)"
        R"("reason":"dwelling","text":"what would help was moved only lately, J 812",)"
        R"("moves":[]}]}}])"},
    Expectation{
        "show members json",
        R"([{"id":7,"interface":"lan0","state":"active","avg":"gw-a","standby":"gw-b",)"
        R"("members":[{"id":"9223372036854775807","name":"gw-a","address":"10.0.0.2",)"
        R"("mac":"02:00:00:00:00:01","is_self":true,"state":"active","live":true,)"
        R"("proven":false,"hears_us":false,"draining":false,"fenced":false,"priority":120,)"
        R"("weight":100,"n_vmacs":1,"capacity_pps":1000000,"load_pps":340,"silence":0.0,)"
        R"("hears":["gw-b"]},{"id":"2","name":"gw-b","address":"10.0.0.3",)"
        R"("mac":"02:00:00:00:00:03","is_self":false,"state":"standby","live":true,)"
        R"("proven":true,"hears_us":false,"draining":true,"fenced":true,"priority":100,)"
        R"("weight":20,"n_vmacs":0,"capacity_pps":500000,"load_pps":0,"silence":0.0425,)"
        R"("hears":[]},{"id":"3","name":"10.0.0.4","address":"10.0.0.4",)"
        R"("mac":"02:00:00:00:00:04","is_self":false,"state":"","live":false,"proven":false,)"
        R"("hears_us":true,"draining":false,"fenced":false,"priority":0,"weight":0,"n_vmacs":0,)"
        R"("capacity_pps":0,"load_pps":0,"silence":65.0,"hears":[]}]}])"},
    Expectation{
        "show vmacs json",
        R"([{"id":7,"interface":"lan0","virtual_addresses":["10.0.0.254"],)"
        R"("policy":"host_hash","vmacs":[{"number":1,"mac":"02:45:47:00:07:01",)"
        R"("state":"own","owner":"gw-a","claimant":"gw-a","previous":"",)"
        R"("successors":["gw-b","gw-c"],"priority":0,"redirect_left":null,)"
        R"("timeout_left":null,"packets":300,"bytes":45000,"foreign_packets":0,"returned_packets":0,"n_hosts":4,)"
        R"("load_pps":41200},{"number":2,"mac":"02:45:47:00:07:02","state":"other",)"
        R"("owner":"gw-b","claimant":"","previous":"gw-a","successors":["gw-a"],)"
        R"("priority":0,"redirect_left":null,"timeout_left":null,"packets":100,)"
        R"("bytes":6400,"foreign_packets":9,"returned_packets":0,"n_hosts":1,"load_pps":19600}],"n_hosts":5,)"
        R"("arp_answers":41}])"},
    Expectation{
        "show hosts json",
        R"([{"id":7,"interface":"lan0","policy":"host_hash","n_hosts":5,)"
        R"("hosts":[{"mac":"0a:00:00:00:00:20","vmac":1,"age":90.0},{"mac":"0a:00:00:00:00:21",)"
        R"("vmac":9,"age":1.5}]}])"},
    Expectation{
        "show messages json",
        R"([{"id":7,"interface":"lan0","messages_received":1000,"messages_used":993,)"
        R"("refused_messages":[{"name":"wrong_digest","count":5},{"name":"no_key","count":0},)"
        R"({"name":"replayed","count":2}],"messages_sent":500,"announcements":32,)"
        R"("worst_hello_lateness":0.00125}])"},
    Expectation{
        "show balance json",
        R"([{"id":7,"interface":"lan0","balance":{"algorithm":"portfolio","decide":"avg",)"
        R"("decider":"gw-a","decides_here":true,"interval":1.0,"alpha":0.25,)"
        R"("alpha_is_chosen":true,"imbalance":1.0625,"rounds":4711,"disagreements":0,"hosts_steered":0,)"
        R"("plan_time":4.19e-05,"worst_plan_time":8.34e-05,"moves":[{"name":"balance",)"
        R"("count":12},{"name":"capacity","count":0},{"name":"drain","count":3}],)"
        R"("gateways":[{"member":"gw-a","capacity_pps":100000,"load_pps":41200,)"
        R"("background_pps":1800,"utilisation":0.43,"n_vmacs":1,"saturated":false},)"
        R"({"member":"gw-b","capacity_pps":20000,"load_pps":19600,"background_pps":400,)"
        R"("utilisation":1.0,"n_vmacs":1,"saturated":true},{"member":"gw-c",)"
        R"("capacity_pps":0,"load_pps":0,"background_pps":15,"utilisation":0.0,"n_vmacs":0,)"
        R"("saturated":false}],"dry_run":{"age":0.0,"reason":"moved",)"
        R"("text":"moved 1 vMAC, J 812 -> 800, least 790, a round must gain 1, each move 2",)"
        R"("moves":[{"vmac":1,"from":"gw-a","to":"gw-b","load_pps":41200}]},)"
        R"("history":[{"age":3.5,"reason":"unconfirmed",)"
        R"("text":"worth it, if it still is next time: 1 vMAC, J 900 -> 812","moves":[]},)"
        R"({"age":2.5,"reason":"moved","text":"moved 1 vMAC, J 900 -> 812",)"
        R"("moves":[{"vmac":2,"from":"gw-a","to":"gw-b","load_pps":19600}]},{"age":1.5,)"
        R"("reason":"dwelling","text":"what would help was moved only lately, J 812",)"
        R"("moves":[]}]}}])"},
    Expectation{
        "show balance dry-run json",
        R"([{"id":7,"interface":"lan0","dry_run":{"age":0.0,"reason":"moved",)"
        R"("text":"moved 1 vMAC, J 812 -> 800, least 790, a round must gain 1, each move 2",)"
        R"("moves":[{"vmac":1,"from":"gw-a","to":"gw-b","load_pps":41200}]}}])"},
    Expectation{
        "show balance history json",
        R"([{"id":7,"interface":"lan0","history":[{"age":3.5,"reason":"unconfirmed",)"
        R"("text":"worth it, if it still is next time: 1 vMAC, J 900 -> 812","moves":[]},)"
        R"({"age":2.5,"reason":"moved","text":"moved 1 vMAC, J 900 -> 812",)"
        R"("moves":[{"vmac":2,"from":"gw-a","to":"gw-b","load_pps":19600}]},{"age":1.5,)"
        R"("reason":"dwelling","text":"what would help was moved only lately, J 812",)"
        R"("moves":[]}]}])"},
    Expectation{"show neighbours json",
                R"([{"address":"10.0.0.20","interface":"lan0","state":"reachable",)"
                R"("mac":"0a:00:00:00:00:20","age":12.345,"n_held":0},{"address":"192.0.2.1",)"
                R"("interface":"wan0","state":"incomplete","mac":null,"age":0.0003,"n_held":4}])"},
    Expectation{
        "show routes json",
        R"([{"prefix":"10.0.0.0/24","kind":"connected","via":null,"interface":"lan0",)"
        R"("usable":true},{"prefix":"0.0.0.0/0","kind":"static","via":"192.0.2.1",)"
        R"("interface":"wan0","usable":false},{"prefix":"198.51.100.0/24","kind":"blackhole",)"
        R"("via":null,"interface":"","usable":true}])"},
    Expectation{
        "show services json",
        R"({"services":[{"name":"web","addresses":["203.0.113.10","203.0.113.11"],)"
        R"("protocol":"tcp","ports":"80,8000-8080","mode":"nat","criterion":"stateful",)"
        R"("n_targets":2,"n_targets_up":1,"connections":120,"packets":10000},{"name":"names",)"
        R"("addresses":["203.0.113.53"],"protocol":"udp","ports":"53","mode":"mac",)"
        R"("criterion":"stateless","n_targets":0,"n_targets_up":0,"connections":0,)"
        R"("packets":0}],"epoch":"4.gw-a.17","digest":"18446744073709551615","n_disagreeing":1,)"
        R"("publications":23,"n_connections":120,"n_half_open":3,"n_sources":50,"source_room":64512,"connection_room":131072,)"
        R"("events":[{"name":"encapsulated","count":0},{"name":"table_full","count":5}]})"},
    Expectation{
        "show targets json",
        R"([{"service":"web","targets":[{"name":"server1","address":"10.0.0.11","port":8080,)"
        R"("member":"","state":"up","verdict":"up","reason":"answered the request","n_up":2,)"
        R"("n_down":0,"weight":100,"weight_now":1000,"share_wanted":0.5,)"
        R"("share_of_packets":0.5023,"share_of_connections":0.498,"packets":5023,)"
        R"("bytes":321472,"connections_opened":498,"connections":120,)"
        R"("connections_elsewhere":80,"probes":3600,"probes_failed":7},{"name":"server2",)"
        R"("address":"10.0.0.12","port":0,"member":"gw-b","state":"down","verdict":"down",)"
        R"("reason":"did not answer in time","n_up":0,"n_down":2,"weight":100,"weight_now":0,)"
        R"("share_wanted":0.5,"share_of_packets":0.4977,"share_of_connections":0.502,)"
        R"("packets":4977,"bytes":318528,"connections_opened":502,"connections":0,)"
        R"("connections_elsewhere":0,"probes":3600,"probes_failed":3599}]},{"service":"names",)"
        R"("targets":[]}])"},
    Expectation{
        "show targets names json",
        R"([{"service":"names","targets":[]}])"},
    Expectation{
        "show connections json",
        R"({"connections":[{"client":"198.51.100.5","client_port":49152,)"
        R"("published":"203.0.113.10","published_port":80,"protocol":"tcp","service":"web",)"
        R"("target":"server1","state":"established","idle":1.5},{"client":"198.51.100.254",)"
        R"("client_port":1024,"published":"203.0.113.10","published_port":8080,)"
        R"("protocol":"tcp","service":"web","target":"server2","state":"half-open",)"
        R"("idle":0.0}],"has_more":false})"},
    Expectation{
        "show dispatcher json",
        R"({"dispatchers":[{"name":"edge","by":"station","n_buckets":4096,"n_moves":12,"imbalance":1.034,)"
        R"("reason":"moved 3 buckets","gateways":[{"name":"gw-a","address":"192.0.2.2",)"
        R"("state":"up","n_buckets":3072,"packets":7500,"share":0.75},{"name":"gw-b",)"
        R"("address":"192.0.2.3","state":"down","n_buckets":1024,"packets":2500,)"
        R"("share":0.25}],"keeps_rest":false}],"sprays":[{"name":"logs","addresses":["203.0.113.99"],)"
        R"("per":"packet","targets":[{"address":"10.0.1.21","state":"up","packets":4000},)"
        R"({"address":"10.0.1.22","state":"down","packets":5}]}]})"},
    Expectation{
        "explain connection 198.51.100.5 203.0.113.10:80 tcp json",
        R"({"explanation":["service web, mode nat","slot 5 leads to server1"]})"},
    Expectation{
        "show drops json",
        R"({"drops":[{"name":"not_for_us","count":34},{"name":"tx_full","count":10},)"
        R"({"name":"fenced","count":1}],"workers":[{"index":0,"drops":[{"name":"not_for_us",)"
        R"("count":30},{"name":"tx_full","count":10}]},{"index":1,"drops":[{"name":"fenced",)"
        R"("count":1},{"name":"not_for_us","count":4}]}]})"},
    Expectation{"show punts json",
                R"([{"name":"arp","accepted":120,"limited":3,"ring_full":0},{"name":"ttl_expired",)"
                R"("accepted":7,"limited":0,"ring_full":1}])"},
    Expectation{
        "show workers json",
        R"([{"index":0,"lcore":1,"received":1000,"forwarded":903,"punted":60,"handed_over":0,"taken_over":3,)"
        R"("drops":[{"name":"not_for_us","count":30},{"name":"tx_full","count":10}],)"
        R"("polls":10000,"busy_polls":125,"sleeps":42,"busy_cycles":210000,"control_frames":17,)"
        R"("control_frames_lost":0,"control_frames_stale":0,"longest_loop_ns":83400,"generation":12},{"index":1,"lcore":2,"received":8,)"
        R"("forwarded":0,"punted":0,"handed_over":3,"taken_over":0,"drops":[{"name":"fenced","count":1},{"name":"not_for_us",)"
        R"("count":4}],"polls":0,"busy_polls":0,"sleeps":0,"busy_cycles":0,"control_frames":0,)"
        R"("control_frames_lost":0,"control_frames_stale":0,"longest_loop_ns":0,"generation":11}])"},
    Expectation{
        "show control json",
        R"({"arp_received":120,"arp_answered":41,"icmp_echo_answered":6,"icmp_errors_sent":5,)"
        R"("icmp_errors_limited":4,"fragments_sent":3,"keep_alives_sent":2,"frames_sent":77,)"
        R"("frames_not_sent":1,"longest_step_ns":1500000,"refused":[{"name":"arp_malformed",)"
        R"("count":8}]})"},
    Expectation{
        "show summary json",
        R"({"name":"gw-a","version":"0.1.0","uptime":12307.0,"forwarding":true,"generation":12,)"
        R"("publications":34,"memory_bytes":192413696,"n_ports":2,"n_ports_up":1,)"
        R"("n_neighbours":2,"n_routes":3,"n_workers":2,"received":1008,"forwarded":903,)"
        R"("punted":60,"dropped":45,"groups":[{"id":7,"interface":"lan0","state":"active",)"
        R"("draining":false,"fenced":false,"n_members":3,"n_members_live":2,"n_vmacs":2,)"
        R"("n_vmacs_own":1,"n_hosts":5}]})"},
    Expectation{"show events json",
                R"([{"at":99000.0,"severity":"info","text":"port lan: link up"},{"at":99998.0,)"
                R"("severity":"alarm","text":"port wan: link down"}])"},
    Expectation{"show config json", R"({"config":"appliance:\n  name: gw-a\n"})"},
};

Outcome execute_on_sample(const std::string& line) {
    console::test::SampleGateway gateway;
    return Interpreter(gateway.mailbox()).execute(line);
}

}  // namespace

TEST_CASE("each show command prints the sample report as text") {
    for (const auto& [line, output] : kTexts) {
        INFO(line);
        const Outcome outcome = execute_on_sample(line);
        CHECK(outcome.status == Status::ok);
        CHECK(outcome.text == output);
    }
}

TEST_CASE("each show command prints the sample report as JSON") {
    for (const auto& [line, output] : kJsons) {
        INFO(line);
        const Outcome outcome = execute_on_sample(line);
        CHECK(outcome.status == Status::ok);
        CHECK(outcome.text.back() == '\n');
        CHECK(nlohmann::ordered_json::parse(outcome.text).dump() == output);
    }
}

TEST_CASE("no show command is missing from the two tests above") {
    for (const console::Command& command : console::all_commands()) {
        if (command.kind != console::Kind::show) {
            continue;
        }
        std::string start;  // up to its first argument
        for (const std::string_view word : console::split_words(command.syntax)) {
            if (console::is_argument(word)) {
                break;
            }
            start += (start.empty() ? "" : " ") + std::string(word);
        }
        const auto begins = [&](const Expectation& one) {
            return std::string_view(one.line).starts_with(start);
        };
        INFO(command.syntax);
        CHECK(std::any_of(kTexts.begin(), kTexts.end(), begins));
        CHECK(std::any_of(kJsons.begin(), kJsons.end(), begins));
    }
}

TEST_CASE(
    "an appliance that has nothing to show says so in each table, and prints empty lists as JSON") {
    admin::Mailbox mailbox;
    const admin::Report empty;
    for (const console::Command& command : console::all_commands()) {
        if (command.kind != console::Kind::show) {
            continue;
        }
        INFO(command.syntax);
        const std::vector<std::string> words = {"show", "port", "stats", "all"};
        const admin::Reply reply;
        CHECK(command.run({reply, empty, words, console::Format::text}).status == Status::ok);
        const Outcome json = command.run({reply, empty, words, console::Format::json});
        CHECK(json.status == Status::ok);
        CHECK(nlohmann::json::accept(json.text));
    }
}
