// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/service_requests.hpp"

#include <memory>

#include "catch.hpp"
#include "control/service_plane.hpp"
#include "unit/control/world.hpp"

namespace evengate::control {
namespace {

using namespace test;
using admin::Reply;
using admin::Verb;

const IpAddress kClient = ip("198.51.100.5");
const IpAddress kWeb = ip("203.0.113.10");
const IpAddress kNames = ip("203.0.113.53");

// The last set, and flows that a test puts in.
class RecordingPlane : public ServicePlane {
 public:
    void publish(std::unique_ptr<reroute::ServiceSet> set) override { published = std::move(set); }
    void set_live_elsewhere(uint16_t, uint32_t) override {}
    [[nodiscard]] TargetCounts counts(uint16_t) const override { return {}; }
    [[nodiscard]] uint64_t bucket_packets(size_t) const override { return 0; }
    size_t take_told(std::span<reroute::ToldFlow>) override { return 0; }
    void teach(const reroute::ToldFlow&) override {}
    [[nodiscard]] std::optional<reroute::ToldFlow> find(const reroute::ToldFlow& flow, uint64_t) const override {
        for (const reroute::ToldFlow& known : flows) {
            if (known.ends == flow.ends && known.kind == flow.kind) {
                return known;
            }
        }
        return std::nullopt;
    }
    void for_each_flow(const Visit& visit) const override {
        for (const reroute::ToldFlow& flow : flows) {
            if (!visit(flow, 7)) {
                return;
            }
        }
    }
    [[nodiscard]] std::optional<reroute::ToldFlow> find_source(uint16_t pool, uint16_t port) const override {
        const auto found = sources.find({pool, port});
        return found != sources.end() ? std::optional(found->second) : std::nullopt;
    }
    void describe(admin::RerouteReport&) const override {}

    std::unique_ptr<reroute::ServiceSet> published;
    std::vector<reroute::ToldFlow> flows;
    std::map<std::pair<uint16_t, uint16_t>, reroute::ToldFlow> sources;  // by pool and port
};

class ServingAppliance : public RecordingAppliance {
 public:
    [[nodiscard]] ServicePlane* services() override { return &plane; }
    RecordingPlane plane;
};

settings::Service service(std::string name, const IpAddress& address, settings::ServiceProtocol protocol,
                          uint16_t port) {
    settings::Service service;
    service.name = std::move(name);
    service.addresses = {address};
    service.protocol = protocol;
    service.ports = {{port, port}};
    service.mode = settings::Rewrite::nat;
    service.criterion = settings::Criterion::stateful;
    service.health.probe = settings::Probe::none;
    service.targets.resize(2);
    service.targets[0].name = "server1";
    service.targets[0].address = ip("10.0.0.21");
    service.targets[1].name = "server2";
    service.targets[1].address = ip("10.0.0.22");
    return service;
}

settings::Settings two_services() {
    settings::Settings settings = lan_and_uplink();
    settings.services = {service("web", kWeb, settings::ServiceProtocol::tcp, 80),
                         service("names", kNames, settings::ServiceProtocol::udp, 53)};
    return settings;
}

struct Gateway {
    explicit Gateway(const settings::Settings& settings = two_services())
        : control(settings, {.version = "test", .config = "a: 1\n", .seed = 42, .boot_nonce = 4711},
                  std::vector<PortFacts>{{.mac = kLanMac}, {.mac = kWanMac}}, transmitter, tables, appliance) {
        REQUIRE(control.start(now).ok());
        control.on_timers(now);
    }
    Reply ask(const admin::Request& request) { return control.on_request(request, now); }
    admin::TargetReport target(size_t service, size_t place) {
        return ask({.verb = Verb::report}).report->reroute.services.at(service).targets.at(place);
    }
    [[nodiscard]] reroute::TargetUse use(size_t number) const {
        return appliance.plane.published->targets.at(number).use;
    }
    // Of web, with its target of that number.
    void add_flow(uint16_t client_port, uint16_t target) {
        appliance.plane.flows.push_back({.ends = reroute::flow_ends(kClient.to_v4(), client_port, 80),
                                         .kind = reroute::flow_kind(0, packet::kIpProtocolTcp),
                                         .target = target,
                                         .state = 1});
    }

    TimePoint now{1h};
    RecordingTransmitter transmitter;
    RecordingTables tables;
    ServingAppliance appliance;
    Control control;
};

TEST_CASE("a drained target is told apart in the report and in the workers' set, until it takes part again") {
    Gateway gateway;
    CHECK(gateway.target(0, 0).state == "up");
    const Reply drained = gateway.ask({.verb = Verb::drain_target, .target = "web/server1"});
    CHECK(drained.status == Reply::Status::ok);
    CHECK(drained.text == "target web/server1 gets no new connections");
    CHECK(gateway.target(0, 0).state == "draining");
    CHECK(gateway.target(0, 0).reason == "an operator asked: nothing new");
    CHECK(gateway.use(0) == reroute::TargetUse::draining);
    CHECK(gateway.use(2) == reroute::TargetUse::up);

    CHECK(gateway.ask({.verb = Verb::drain_target_now, .target = "web/server1"}).status == Reply::Status::ok);
    CHECK(gateway.target(0, 0).state == "drained");
    CHECK(gateway.use(0) == reroute::TargetUse::flushed);

    CHECK(gateway.ask({.verb = Verb::undrain_target, .target = "web/server1"}).status == Reply::Status::ok);
    CHECK(gateway.target(0, 0).state == "up");
    CHECK(gateway.use(0) == reroute::TargetUse::up);
    const auto events = gateway.ask({.verb = Verb::report}).report->events;
    REQUIRE(!events.empty());
    CHECK(events.back().text == "target web/server1 takes part again, as an operator asked");
}

TEST_CASE("a target's name alone means it in each service that has it") {
    Gateway gateway;
    CHECK(gateway.ask({.verb = Verb::drain_target, .target = "server2"}).status == Reply::Status::ok);
    CHECK(gateway.use(0) == reroute::TargetUse::up);
    CHECK(gateway.use(1) == reroute::TargetUse::draining);
    CHECK(gateway.use(2) == reroute::TargetUse::up);
    CHECK(gateway.use(3) == reroute::TargetUse::draining);
}

TEST_CASE("an operator's weight changes the shares, and 0 leaves a target without new connections") {
    Gateway gateway;
    CHECK(gateway.ask({.verb = Verb::set_target_weight, .target = "web/server1", .weight = 300}).status ==
          Reply::Status::ok);
    CHECK(gateway.target(0, 0).weight == 300);
    CHECK(gateway.target(0, 0).share_wanted == 750'000);
    CHECK(gateway.target(1, 0).weight == 100);
    CHECK(gateway.ask({.verb = Verb::set_target_weight, .target = "web/server1", .weight = 0}).status ==
          Reply::Status::ok);
    CHECK(gateway.target(0, 0).state == "spare");
    CHECK(gateway.target(0, 0).reason == "its weight is 0");
    const auto& slots = gateway.appliance.plane.published->services.at(0).slots;
    CHECK(std::ranges::count(slots, 0) == 0);
    CHECK(std::ranges::count(slots, 1) > 0);
}

TEST_CASE("a target that is not there, and a weight that is none, change nothing") {
    Gateway gateway;
    for (const char* name : {"nobody", "web/", "names/web", ""}) {
        const Reply reply = gateway.ask({.verb = Verb::drain_target, .target = name});
        CHECK(reply.status == Reply::Status::refused);
        CHECK(reply.text == "there is no target " + std::string(name));
    }
    CHECK(gateway.ask({.verb = Verb::set_target_weight, .target = "server1", .weight = 65'536}).text ==
          "a weight is 0 to 65535");
    CHECK(gateway.target(0, 0).weight == 100);
}

TEST_CASE("connections are listed as the filter picks them, at most as many as were asked for") {
    Gateway gateway;
    gateway.add_flow(5000, 0);
    gateway.add_flow(5001, 1);
    gateway.add_flow(5002, 1);
    const Reply all = gateway.ask({.verb = Verb::list_connections});
    REQUIRE(all.connections.size() == 3);
    CHECK(all.rest == Reply::Rest::none);
    CHECK(all.connections[0].client == kClient);
    CHECK(all.connections[0].client_port == 5000);
    CHECK(all.connections[0].published == kWeb);
    CHECK(all.connections[0].service == "web");
    CHECK(all.connections[0].target == "server1");
    CHECK(all.connections[0].state == "established");
    CHECK(all.connections[0].idle == 7s);
    CHECK(gateway.ask({.verb = Verb::list_connections, .filter = "server2"}).connections.size() == 2);
    const Reply some = gateway.ask({.verb = Verb::list_connections, .most = 2});
    CHECK(some.connections.size() == 2);
    CHECK(some.rest == Reply::Rest::more);
    CHECK(gateway.ask({.verb = Verb::list_connections, .most = 3}).rest == Reply::Rest::none);
    CHECK(gateway.ask({.verb = Verb::list_connections, .filter = "nobody"}).status == Reply::Status::refused);
}

TEST_CASE("a flow is explained by its slot or by the connection that a worker knows") {
    Gateway gateway;
    gateway.add_flow(5000, 1);
    const auto explain = [&gateway](uint16_t client_port, const IpAddress& published, uint16_t port,
                                    const std::string& protocol = "") {
        return gateway.ask({.verb = Verb::explain_flow,
                            .flow = {kClient, client_port, published, port, protocol}});
    };
    const std::string known = explain(5000, kWeb, 80).text;
    INFO(known);
    CHECK(known.starts_with("service web, mode nat; slot "));
    CHECK(known.ends_with("; its connection is established with server2"));
    CHECK(explain(5001, kWeb, 80, "tcp").text.find("no worker knows the connection") != std::string::npos);
    CHECK(explain(5001, kNames, 53).text.starts_with("service names, mode nat; slot "));
    CHECK(explain(0, kWeb, 80).text ==
          "service web, mode nat; any port of the client: 1 connections are known; port 5000 has "
          "server2 (established)");
    CHECK(explain(5000, kWeb, 81).text == "no service has 203.0.113.10:81");
    CHECK(explain(5000, kWeb, 80, "udp").text == "no service has 203.0.113.10:80 udp");
    CHECK(explain(5000, kWeb, 80, "udp").status == Reply::Status::refused);
    CHECK(explain(5000, kWeb, 80, "sctp").text == "a protocol is tcp or udp");
}

TEST_CASE("a gateway without services refuses what is about them") {
    Gateway gateway(lan_and_uplink());
    for (const Verb verb : {Verb::drain_target, Verb::drain_target_now, Verb::undrain_target,
                            Verb::set_target_weight, Verb::list_connections, Verb::explain_flow}) {
        const Reply reply = gateway.ask({.verb = verb});
        CHECK(reply.status == Reply::Status::refused);
        CHECK(reply.text == "no service is configured");
    }
}

}  // namespace
}  // namespace evengate::control
