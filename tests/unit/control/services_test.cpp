// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <numeric>

#include "catch.hpp"
#include "reroute/flow.hpp"
#include "service_world.hpp"

using namespace evengate;
using namespace evengate::control;
using namespace evengate::control::test;
using reroute::AdminState;
using reroute::TargetUse;
using settings::Probe;
using settings::Rewrite;
using Behaviour = ServiceWorld::Behaviour;

namespace {

uint32_t destination_of(std::span<const uint8_t> datagram) { return load_be32(&datagram[16]); }

// Every target found up by its checks.
void come_up(ServiceWorld& world) {
    world.pass(5s);
    for (size_t i = 0; i < kTargets; ++i) {
        REQUIRE(world.use(i) == TargetUse::up);
    }
}

bool has_slots_of(const std::vector<uint16_t>& slots, uint16_t target) {
    return std::find(slots.begin(), slots.end(), target) != slots.end();
}

}  // namespace

TEST_CASE("published addresses lead to services, and before any check nobody gets a flow") {
    ServiceWorld world(with_service());
    const auto adjacency = world.tables.look_up(kPublished);
    REQUIRE(adjacency);
    CHECK(adjacency->kind == packet::AdjacencyKind::service);
    CHECK(world.set().published.at(adjacency->published).address == kPublished.to_v4());
    for (size_t i = 0; i < kTargets; ++i) {
        CHECK(world.use(i) == TargetUse::down);
        CHECK(world.share_of_slots(static_cast<uint16_t>(i)) == 0);
        const auto next_hop = world.tables.adjacencies.at(world.set().targets[i].adjacency.value);
        CHECK(next_hop.destination == target_mac(i));
    }
}

TEST_CASE("a target that is not asked is up from the start") {
    ServiceWorld world(with_service(Rewrite::mac, Probe::none));
    world.pass(10s);
    CHECK(world.use(0) == TargetUse::up);
    CHECK(world.share_of_slots(0) == Approx(0.25).margin(0.02));
    CHECK(world.asked[0].empty());
}

TEST_CASE("probes take the way that clients' packets take") {
    const Rewrite mode = GENERATE(Rewrite::mac, Rewrite::nat, Rewrite::ipip, Rewrite::gre);
    const Probe probe = GENERATE(Probe::tcp, Probe::icmp, Probe::http);
    ServiceWorld world(with_service(mode, probe));
    come_up(world);
    for (size_t i = 0; i < kTargets; ++i) {
        REQUIRE_FALSE(world.asked[i].empty());
        for (const ServiceWorld::Asked& asked : world.asked[i]) {
            CHECK(destination_of(asked.datagram) ==
                  (mode == Rewrite::nat ? target_address(i) : kPublished).to_v4());
            CHECK(asked.outer.empty() != reroute::is_tunnel(to_rewrite(mode)));
            if (!asked.outer.empty()) {
                CHECK(destination_of(asked.outer) == target_address(i).to_v4());
            }
            if (const auto segment = packet::parse_tcp_segment(asked.datagram)) {
                CHECK(segment->destination_port == (mode == Rewrite::nat ? 8080 : 80));
            }
        }
    }
}

TEST_CASE("a script is asked once an interval, and its status says whether the target is up") {
    auto settings = with_service(Rewrite::nat, Probe::script);
    settings.services[0].health.script = "/bin/a-check";
    ServiceWorld world(settings);
    ToldScripts& scripts = world.appliance.told_scripts;
    for (uint16_t target = 0; target < kTargets; ++target) {
        scripts.states[target] = ScriptState::succeeded;
    }
    come_up(world);
    REQUIRE(scripts.calls[2].size() >= 4);
    CHECK(scripts.calls[2].size() <= 6);
    const ScriptCall& call = scripts.calls[2].front();
    CHECK(call.path == "/bin/a-check");
    CHECK(call.name == "t2");
    CHECK(call.address == target_address(2));
    CHECK(call.port == 8080);
    CHECK(world.asked[2].empty());

    scripts.states[1] = ScriptState::failed;
    scripts.states[2] = ScriptState::running;
    world.pass(8s);
    CHECK(world.use(0) == TargetUse::up);
    CHECK(world.use(1) == TargetUse::down);
    CHECK(world.use(2) == TargetUse::down);
    CHECK(scripts.n_stopped >= 5);
    CHECK_FALSE(scripts.is_running[1]);

    scripts.can_start = false;
    world.pass(8s);
    CHECK(world.use(0) == TargetUse::down);
}

TEST_CASE("a check of tcp is a SYN and a reset, and one of http is a request and a reset") {
    const Probe probe = GENERATE(Probe::tcp, Probe::http);
    auto settings = with_service(Rewrite::mac, probe);
    settings.services[0].health.path = "/alive";
    ServiceWorld world(settings);
    come_up(world);
    std::vector<uint8_t> flags;
    std::string requested;
    for (const ServiceWorld::Asked& asked : world.asked[1]) {
        const auto segment = packet::parse_tcp_segment(asked.datagram);
        REQUIRE(segment);
        flags.push_back(segment->flags);
        requested += segment->payload;
    }
    const size_t n_of_one = probe == Probe::tcp ? 2 : 3;
    REQUIRE(flags.size() >= 2 * n_of_one);
    CHECK(flags[0] == packet::tcp_flag::syn);
    CHECK(flags[n_of_one - 1] == packet::tcp_flag::rst);
    CHECK(flags[n_of_one] == packet::tcp_flag::syn);
    CHECK((requested.find("GET /alive HTTP/1.0\r\n") != std::string::npos) == (probe == Probe::http));
}

TEST_CASE("a target is up after two answers and down after five failures, of whatever kind") {
    const auto [probe, behaviour] = GENERATE(std::pair(Probe::tcp, Behaviour::silent),
                                             std::pair(Probe::tcp, Behaviour::refuses),
                                             std::pair(Probe::icmp, Behaviour::silent),
                                             std::pair(Probe::http, Behaviour::silent),
                                             std::pair(Probe::http, Behaviour::refuses),
                                             std::pair(Probe::http, Behaviour::fails));
    ServiceWorld world(with_service(Rewrite::mac, probe));
    // Target 0 is asked at once, then once a second.
    world.pass(900ms);
    CHECK(world.use(0) == TargetUse::down);
    world.pass(200ms);
    CHECK(world.use(0) == TargetUse::up);
    come_up(world);

    world.behaviours[0] = behaviour;
    // The fourth failure is behind us, the fifth is not.
    world.pass(4s);
    CHECK(world.use(0) == TargetUse::up);
    world.pass(2s);
    CHECK(world.use(0) == TargetUse::down);
    CHECK(world.share_of_slots(0) == 0);
    CHECK(world.share_of_slots(1) == Approx(1.0 / 3).margin(0.02));
    for (size_t i = 1; i < kTargets; ++i) {
        CHECK(world.use(i) == TargetUse::up);
    }
    world.behaviours[0] = Behaviour::serves;
    world.pass(3s);
    CHECK(world.use(0) == TargetUse::up);
    CHECK(world.share_of_slots(0) == Approx(0.25).margin(0.02));
}

TEST_CASE("who does not see the question cannot answer it for a target") {
    ServiceWorld world(with_service());
    world.behaviours.fill(Behaviour::silent);
    for (int i = 0; i < 2000; ++i) {
        world.pass(2ms);
        // A port that is asked from now, and any acknowledgement.
        const auto& asked = world.asked[static_cast<size_t>(i) % kTargets];
        if (asked.empty()) {
            continue;
        }
        const auto segment = packet::parse_tcp_segment(asked.back().datagram);
        for (const uint8_t flags : {uint8_t{0x12}, uint8_t{0x14}, uint8_t{0x04}}) {
            static_cast<void>(world.services().take(
                packet::make_tcp_segment({.source = kPublished,
                                          .destination = segment->source,
                                          .source_port = 80,
                                          .destination_port = segment->source_port,
                                          .sequence = 1,
                                          .acknowledgement = static_cast<uint32_t>(i) * 7919,
                                          .flags = flags,
                                          .payload = {}}),
                world.now));
        }
    }
    for (size_t i = 0; i < kTargets; ++i) {
        CHECK(world.use(i) == TargetUse::down);
    }
    admin::RerouteReport report;
    world.services().fill_report(report, world.now);
    CHECK(report.services.at(0).targets.at(0).probes_failed > 0);
    CHECK(report.services[0].targets[0].probes_failed <= 4);
}

TEST_CASE("what is not an answer to a probe is not taken") {
    ServiceWorld world(with_service());
    world.pass(5s);
    const auto segment_to = [](uint16_t port) {
        return packet::make_tcp_segment({.source = kPublished, .destination = kLanAddress, .source_port = 80,
                                         .destination_port = port, .sequence = 1, .acknowledgement = 1,
                                         .flags = packet::tcp_flag::ack, .payload = {}});
    };
    CHECK_FALSE(world.services().take(segment_to(179), world.now));
    CHECK_FALSE(world.services().take(segment_to(63'999), world.now));
    CHECK_FALSE(world.services().take(segment_to(65'500), world.now));
    CHECK_FALSE(world.services().take(make_datagram({.source = kHost, .destination = kLanAddress}), world.now));
}

TEST_CASE("drain takes a target's slots and leaves it what it has; drain now flushes; and both end") {
    ServiceWorld world(with_service());
    come_up(world);
    REQUIRE(world.services().set_admin("web/t1", AdminState::draining, world.now).ok());
    CHECK(world.use(1) == TargetUse::draining);
    CHECK(world.share_of_slots(1) == 0);
    REQUIRE(world.services().set_admin("t1", AdminState::drained, world.now).ok());
    CHECK(world.use(1) == TargetUse::flushed);
    CHECK(world.share_of_slots(1) == 0);
    world.pass(10s);
    CHECK(world.use(1) == TargetUse::flushed);
    REQUIRE(world.services().set_admin("t1", AdminState::active, world.now).ok());
    CHECK(world.use(1) == TargetUse::up);
    CHECK(world.share_of_slots(1) == Approx(0.25).margin(0.02));
    CHECK_FALSE(world.services().set_admin("web/t9", AdminState::drained, world.now).ok());
    CHECK_FALSE(world.services().set_admin("db/t1", AdminState::drained, world.now).ok());
    CHECK_FALSE(world.services().set_weight("t9", 5, world.now).ok());
}

TEST_CASE("a weight moves its own share of slots alone, and the slots before are known for the transition") {
    ServiceWorld world(with_service());
    come_up(world);
    world.pass(2min);
    REQUIRE(world.set().services[0].previous_slots.empty());
    const std::vector<uint16_t> before = world.set().services[0].slots;
    REQUIRE(world.services().set_weight("web/t2", 300, world.now).ok());
    const std::vector<uint16_t> after = world.set().services[0].slots;
    CHECK(world.share_of_slots(2) == Approx(0.5).margin(0.02));
    CHECK(world.set().targets[2].weight == 300 * reroute::TargetSet::kWeightOne);
    for (size_t slot = 0; slot < before.size(); ++slot) {
        CHECK((before[slot] == after[slot] || after[slot] == 2));
    }
    CHECK(world.set().services[0].previous_slots == before);
    // A second change does not make the first forgotten.
    world.pass(30s);
    REQUIRE(world.services().set_weight("web/t2", 0, world.now).ok());
    CHECK(world.share_of_slots(2) == 0);
    CHECK(world.set().services[0].previous_slots == before);
    world.pass(61s);
    CHECK(world.set().services[0].previous_slots.empty());
}

TEST_CASE("a weight that is changed counts at once where shares are steered, and before anything new comes") {
    auto settings = with_service();
    settings.services[0].criterion = settings::Criterion::stateful;
    ServiceWorld world(settings);
    come_up(world);
    // As much for each as is wanted: steering has looked, and found nothing to mend.
    for (auto& counts : world.plane().of_targets) {
        counts = {.packets = 1000, .bytes = 0, .opened = 100, .live = 100};
    }
    world.pass(3s);
    CHECK(world.share_of_slots(2) == Approx(0.25).margin(0.02));
    REQUIRE(world.services().set_weight("web/t2", 10, world.now).ok());
    CHECK(world.share_of_slots(2) == Approx(10.0 / 310).margin(0.01));
    world.pass(3s);
    CHECK(world.share_of_slots(2) == Approx(10.0 / 310).margin(0.01));
}

TEST_CASE("a target that returns begins with a part of its weight and has all of it after the slow start") {
    auto settings = with_service();
    settings.services[0].slow_start = settings::Milliseconds{30'000};
    ServiceWorld world(settings);
    world.pass(2min);
    world.behaviours[0] = Behaviour::silent;
    world.pass(20s);
    REQUIRE(world.use(0) == TargetUse::down);
    world.behaviours[0] = Behaviour::serves;
    world.pass(2s);
    REQUIRE(world.use(0) == TargetUse::up);
    double last = world.share_of_slots(0);
    CHECK(last < 0.05);
    for (int i = 0; i < 12; ++i) {
        world.pass(3s);
        CHECK(world.share_of_slots(0) >= last);
        last = world.share_of_slots(0);
    }
    CHECK(last == Approx(0.25).margin(0.02));
}

TEST_CASE("a stateful target with as many connections as it may have gets no new ones") {
    auto settings = with_service();
    settings.services[0].criterion = settings::Criterion::stateful;
    settings.services[0].targets[3].max_connections = 100;
    ServiceWorld world(settings);
    come_up(world);
    world.plane().of_targets[3] = {.packets = 1000, .bytes = 0, .opened = 100, .live = 100};
    world.pass(2s);
    CHECK(world.use(3) == TargetUse::up);
    CHECK(world.share_of_slots(3) == 0);
    world.plane().of_targets[3].live = 50;
    world.pass(2s);
    CHECK(world.share_of_slots(3) > 0.1);
}

TEST_CASE("backup targets have slots only while no other target is up") {
    auto settings = with_service();
    settings.services[0].targets[3].backup = true;
    ServiceWorld world(settings);
    come_up(world);
    CHECK(world.share_of_slots(3) == 0);
    world.behaviours = {Behaviour::silent, Behaviour::silent, Behaviour::silent, Behaviour::serves};
    world.pass(10s);
    CHECK(world.share_of_slots(3) == 1);
    world.behaviours[1] = Behaviour::serves;
    world.pass(5s);
    CHECK(world.share_of_slots(1) == 1);
}

TEST_CASE("targets behind another member are not asked, and are no choice for what members send") {
    auto settings = with_service();
    settings.appliance.name = "gw1";
    settings.services[0].targets[0].member = "gw2";
    settings.services[0].targets[1].member = "gw1";
    ServiceWorld world(settings);
    world.pass(5s);
    CHECK(world.asked[0].empty());
    CHECK_FALSE(world.asked[1].empty());
    CHECK_FALSE(has_slots_of(world.set().services[0].own_slots, 0));
    CHECK(has_slots_of(world.set().services[0].own_slots, 1));
}

TEST_CASE("explain names the target that a worker would choose, or that knows the connection") {
    const auto fragments = GENERATE(settings::Fragments::track, settings::Fragments::addresses);
    auto settings = with_service();
    settings.services[0].criterion = settings::Criterion::stateful;
    settings.services[0].fragments = fragments;
    ServiceWorld world(settings);
    come_up(world);
    const reroute::Flow flow{.client = kFarAway.to_v4(), .published = kPublished.to_v4(), .client_port = 40'000,
                             .published_port = 80, .protocol = packet::kIpProtocolTcp};
    const uint64_t by_flow = reroute::flow_hash(world.set().key, flow);
    const uint64_t chooses = fragments == settings::Fragments::addresses
                                 ? reroute::address_hash(world.set().key, flow.client, flow.published)
                                 : by_flow;
    const reroute::ServiceRow& row = world.set().services[0];
    const uint16_t chosen = row.slots[row.slot_of(chooses)];
    auto text = world.services().explain(flow, 0);
    REQUIRE(text.ok());
    CHECK(text.value().find("leads to t" + std::to_string(chosen)) != std::string::npos);
    CHECK(text.value().find("no worker knows") != std::string::npos);

    const auto other = static_cast<uint16_t>((chosen + 1) % kTargets);
    const uint64_t ends = reroute::flow_ends(flow.client, flow.client_port, flow.published_port);
    world.plane().flows[{ends, by_flow}] = {.ends = ends,
                                            .kind = reroute::flow_kind(0, flow.protocol),
                                            .target = other,
                                            .state = static_cast<uint8_t>(reroute::ConnectionState::established)};
    text = world.services().explain(flow, 0);
    REQUIRE(text.ok());
    CHECK(text.value().find("established with t" + std::to_string(other)) != std::string::npos);
    CHECK(world.services().connections("t" + std::to_string(other), 10).value().size() == 1);
    CHECK_FALSE(world.services().connections("nobody", 10).ok());  // no such name

    reroute::Flow elsewhere = flow;
    elsewhere.published_port = 81;
    CHECK_FALSE(world.services().explain(elsewhere, 0).ok());
}
