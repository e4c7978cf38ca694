// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/dispatchers.hpp"

#include <algorithm>

#include "catch.hpp"
#include "service_world.hpp"

namespace evengate::control::test {
namespace {

using namespace std::chrono_literals;
using Behaviour = ServiceWorld::Behaviour;

constexpr uint32_t kBuckets = 256;

settings::Settings with_dispatcher(uint32_t n_gateways = kTargets) {
    auto settings = lan_and_uplink();
    settings::Dispatcher dispatcher;
    dispatcher.name = "out";
    dispatcher.interface = settings.interfaces[0].name;
    dispatcher.n_buckets = kBuckets;
    for (uint32_t i = 0; i < n_gateways; ++i) {
        dispatcher.gateways.push_back({.name = "g" + std::to_string(i), .address = target_address(i)});
    }
    settings.dispatchers = {dispatcher};
    return settings;
}

settings::Settings with_spray(settings::Spray::Per per) {
    auto settings = lan_and_uplink();
    settings::Spray spray;
    spray.name = "logs";
    spray.interface = settings.interfaces[0].name;
    spray.addresses = {kPublished};
    spray.per = per;
    for (uint32_t i = 0; i < kTargets; ++i) {
        spray.targets.push_back(target_address(i));
    }
    settings.sprays = {spray};
    return settings;
}

std::vector<uint32_t> n_slots(const reroute::ServiceSet& set) {
    std::vector<uint32_t> counts(kTargets + 1);
    for (const uint16_t target : set.services[0].slots) {
        ++counts[std::min<size_t>(target, kTargets)];
    }
    return counts;
}

admin::RerouteReport report_of(ServiceWorld& world) {
    admin::RerouteReport report;
    world.services().fill_report(report, world.now);
    return report;
}

// Each bucket gets so many packets a second; gateways are credited with those of their buckets.
void carry(ServiceWorld& world, const std::vector<uint64_t>& rates, int n_seconds) {
    MemoryPlane& plane = world.plane();
    plane.of_buckets.resize(kBuckets);
    for (int second = 0; second < n_seconds; ++second) {
        for (uint32_t bucket = 0; bucket < kBuckets; ++bucket) {
            plane.of_buckets[bucket] += rates[bucket];
            plane.of_targets[world.set().services[0].slots[bucket]].packets += rates[bucket];
        }
        world.pass(1s);
    }
}

TEST_CASE("a dispatcher's buckets lead to the gateways that answer pings, and to nobody before") {
    ServiceWorld world(with_dispatcher());
    CHECK(n_slots(world.set())[kTargets] == kBuckets);
    CHECK(world.set().dispatches());
    CHECK(world.set().dispatcher_of(kLan) == 0);
    CHECK(world.set().dispatcher_of(kWan) == reroute::kNoService);
    CHECK(world.set().connected.size() == 2);
    world.pass(2s);
    CHECK(n_slots(world.set()) == std::vector<uint32_t>{64, 64, 64, 64, 0});
    for (size_t i = 0; i < kTargets; ++i) {
        CHECK(world.set().is_member(target_mac(i).bytes.data()));
        CHECK(world.set().targets[i].adjacency != kNoAdjacency);
        CHECK(world.use(i) == reroute::TargetUse::up);
    }
    const admin::RerouteReport report = report_of(world);
    REQUIRE(report.dispatchers.size() == 1);
    CHECK(report.dispatchers[0].gateways[2].state == "up");
    CHECK(report.dispatchers[0].gateways[2].n_buckets == 64);
    CHECK(report.dispatchers[0].imbalance == 0);
}

TEST_CASE("a gateway that no longer answers loses its buckets within its fall, and gets some when it is back") {
    ServiceWorld world(with_dispatcher());
    world.pass(2s);
    world.behaviours[1] = Behaviour::silent;
    world.pass(1'500ms);  // five pings, a fifth of a second apart
    CHECK(n_slots(world.set())[1] == 0);
    CHECK(n_slots(world.set())[kTargets] == 0);
    CHECK(world.use(1) == reroute::TargetUse::flushed);
    CHECK(report_of(world).dispatchers[0].gateways[1].state == "down");
    world.behaviours[1] = Behaviour::serves;
    world.pass(1s);
    CHECK(n_slots(world.set())[1] == 64);
    world.behaviours.fill(Behaviour::silent);
    world.pass(2s);
    CHECK(n_slots(world.set())[kTargets] == kBuckets);
}

TEST_CASE("buckets move to where load is wanting, and the report says how even it is") {
    ServiceWorld world(with_dispatcher(2));
    world.pass(2s);
    std::vector<uint64_t> rates(kBuckets);
    for (uint32_t bucket = 0; bucket < kBuckets; ++bucket) {
        // All that carry much are the first gateway's.
        rates[bucket] = world.set().services[0].slots[bucket] == 0 ? 300 : 100;
    }
    carry(world, rates, 2);
    const uint32_t before = report_of(world).dispatchers[0].imbalance;
    CHECK(before > 1'450'000);
    carry(world, rates, 30);
    const admin::DispatcherReport after = report_of(world).dispatchers[0];
    CHECK(after.imbalance < 1'050'000);
    CHECK(after.n_moves > 10);
    CHECK_FALSE(after.reason.empty());
    CHECK(after.gateways[0].share + after.gateways[1].share > 999'990);
}

TEST_CASE("with new connections moving first, buckets name where older ones stay, for the transition") {
    auto settings = with_dispatcher(2);
    settings.dispatchers[0].move = settings::Dispatcher::Move::new_connections;
    settings.rerouting.transition = 10s;
    ServiceWorld world(settings);
    world.pass(20s);
    CHECK(world.set().services[0].previous_slots.empty());
    std::vector<uint64_t> rates(kBuckets);
    for (uint32_t bucket = 0; bucket < kBuckets; ++bucket) {
        rates[bucket] = world.set().services[0].slots[bucket] == 0 ? 300 : 100;
    }
    for (int second = 0; second < 10 && world.set().services[0].previous_slots.empty(); ++second) {
        carry(world, rates, 1);
    }
    const reroute::ServiceRow& row = world.set().services[0];
    REQUIRE(row.previous_slots.size() == kBuckets);
    CHECK(row.previous_slots != row.slots);
    for (uint32_t bucket = 0; bucket < kBuckets; ++bucket) {
        CHECK((row.previous_slots[bucket] == reroute::kNoTarget || row.previous_slots[bucket] == 0));
    }
    carry(world, std::vector<uint64_t>(kBuckets), 30);
    CHECK(world.set().services[0].previous_slots.empty());
}

TEST_CASE("a spray leads to the targets that are up, packet by packet or by flow") {
    const auto per = GENERATE(settings::Spray::Per::packet, settings::Spray::Per::flow);
    ServiceWorld world(with_spray(per));
    CHECK(world.set().published[0].spray == 0);
    CHECK(world.set().published[0].spray_interface == kLan);
    CHECK(n_slots(world.set())[kTargets] > 0);
    world.pass(2s);
    CHECK(n_slots(world.set())[kTargets] == 0);
    world.behaviours[2] = Behaviour::silent;
    world.pass(2s);
    const std::vector<uint32_t> counts = n_slots(world.set());
    CHECK(counts[2] == 0);
    CHECK(counts[kTargets] == 0);
    for (const size_t i : {0, 1, 3}) {
        CHECK(counts[i] > 0);
    }
    CHECK(world.set().services[0].criterion ==
          (per == settings::Spray::Per::packet ? reroute::Criterion::spray : reroute::Criterion::stateless));
    const admin::RerouteReport report = report_of(world);
    REQUIRE(report.sprays.size() == 1);
    CHECK(report.sprays[0].targets[2].state == "down");
    CHECK(report.sprays[0].targets[0].state == "up");
}

TEST_CASE("services, dispatchers and sprays share their numbers without getting in each other's way") {
    auto settings = with_service();
    settings.services[0].targets.resize(2);
    settings::Spray spray = with_spray(settings::Spray::Per::packet).sprays[0];
    spray.addresses = {ip("198.51.100.8")};
    spray.targets = {target_address(3)};
    settings.sprays = {spray};
    settings.dispatchers = with_dispatcher(1).dispatchers;
    settings.dispatchers[0].gateways[0].address = target_address(2);
    ServiceWorld world(settings);
    world.pass(5s);
    REQUIRE(world.set().targets.size() == 4);
    REQUIRE(world.set().services.size() == 3);
    CHECK(world.set().dispatcher_of(kLan) == 1);
    CHECK(world.set().services[1].slots[0] == 2);
    CHECK(world.set().published[1].spray == 2);
    CHECK(world.set().services[2].slots == std::vector<uint16_t>{3});
    CHECK(world.share_of_slots(0) + world.share_of_slots(1) == Approx(1));
}

}  // namespace
}  // namespace evengate::control::test
