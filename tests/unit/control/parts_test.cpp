// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <map>
#include <random>

#include "catch.hpp"
#include "control/client_table.hpp"
#include "control/deadline_heap.hpp"
#include "control/event_log.hpp"
#include "control/neighbour_table.hpp"
#include "control/prefix_table.hpp"
#include "world.hpp"

using namespace evengate;
using namespace evengate::control;
using namespace evengate::control::test;

TEST_CASE("the heap gives deadlines in order, and each thing has one at most") {
    DeadlineHeap heap(3);
    CHECK(heap.next() == kNever);
    heap.set(0, TimePoint(30s));
    heap.set(1, TimePoint(10s));
    heap.set(2, TimePoint(20s));
    heap.set(1, TimePoint(40s));
    CHECK(heap.next() == TimePoint(20s));
    CHECK_FALSE(heap.take_due(TimePoint(19s)));
    CHECK(heap.take_due(TimePoint(60s)) == 2u);
    heap.clear(0);
    heap.clear(0);
    CHECK(heap.take_due(TimePoint(60s)) == 1u);
    CHECK_FALSE(heap.take_due(TimePoint(60s)));
}

TEST_CASE("the heap agrees with a sorted map over random operations") {
    std::mt19937 random(7);
    constexpr uint32_t kThings = 64;
    DeadlineHeap heap(kThings);
    std::map<uint32_t, TimePoint> model;
    for (int step = 0; step < 100'000; ++step) {
        const uint32_t thing = random() % kThings;
        const TimePoint deadline{Duration(random() % 1000)};
        const auto earliest =
            std::min_element(model.begin(), model.end(),
                             [](const auto& a, const auto& b) { return a.second < b.second; });
        REQUIRE(heap.next() == (model.empty() ? kNever : earliest->second));
        switch (random() % 4) {
            case 0:
                heap.clear(thing);
                model.erase(thing);
                break;
            case 1:
                if (const auto due = heap.take_due(deadline)) {
                    REQUIRE(model.at(*due) == earliest->second);
                    model.erase(*due);
                } else {
                    REQUIRE((model.empty() || earliest->second > deadline));
                }
                break;
            default:
                heap.set(thing, deadline);
                model[thing] = deadline;
        }
    }
}

TEST_CASE("the client table forgets the host unheard of for longest, and counts by vMAC") {
    ClientTable clients(2, 1, 100s, 9);
    const TimePoint start{1h};
    static_cast<void>(clients.remember(0, mac(1), {}, VmacNumber(1), start));
    static_cast<void>(clients.remember(0, mac(2), {}, VmacNumber(1), start + 1s));
    static_cast<void>(clients.remember(0, mac(1), {}, VmacNumber(3), start + 2s));
    CHECK(clients.n_hosts(0, VmacNumber(1)) == 1);
    CHECK(clients.n_hosts(0, VmacNumber(3)) == 1);
    static_cast<void>(clients.remember(0, mac(3), {}, VmacNumber(2), start + 3s));
    CHECK_FALSE(clients.find(0, mac(2), start + 3s));
    CHECK(clients.find(0, mac(1), start + 3s) == VmacNumber(3));
    CHECK(clients.n_hosts(0, VmacNumber(1)) == 0);
    CHECK(clients.size() == 2);
}

TEST_CASE("a client that aged is not found, and goes when asked to") {
    ClientTable clients(8, 2, 100s, 9);
    const TimePoint start{1h};
    static_cast<void>(clients.remember(0, mac(1), {}, VmacNumber(1), start));
    static_cast<void>(clients.remember(1, mac(1), {}, VmacNumber(2), start + 50s));
    CHECK(clients.find(0, mac(1), start + 100s) == VmacNumber(1));
    CHECK_FALSE(clients.find(0, mac(1), start + 101s));
    CHECK(clients.find(1, mac(1), start + 101s) == VmacNumber(2));
    clients.expire(start + 101s);
    CHECK(clients.size() == 1);
    CHECK(clients.n_hosts(0, VmacNumber(1)) == 0);
    CHECK(clients.n_hosts(1, VmacNumber(2)) == 1);
}

TEST_CASE("the event log keeps the last events and limits each reason by itself") {
    EventLog log;
    TimePoint now{1h};
    for (int i = 0; i < 300; ++i) {
        log.add(admin::Event::Severity::info, std::to_string(i), now);
    }
    CHECK(log.snapshot().size() == EventLog::kMaxEvents);
    CHECK(log.snapshot().front().text == "44");
    REQUIRE(log.is_due(EventReason::address_conflict, now));
    log.add_limited(EventReason::address_conflict, admin::Event::Severity::alarm, "one", now);
    CHECK_FALSE(log.is_due(EventReason::address_conflict, now + EventLog::kInterval - 1ns));
    CHECK_FALSE(log.is_due(EventReason::address_conflict, now));
    CHECK(log.is_due(EventReason::routes_full, now));
    now += EventLog::kInterval;
    REQUIRE(log.is_due(EventReason::address_conflict, now));
    log.add_limited(EventReason::address_conflict, admin::Event::Severity::alarm, "two", now);
    CHECK(log.snapshot().back().text == "two (and 2 like it before)");
}

TEST_CASE("the longest prefix wins, from /0 to /32") {
    PrefixTable<int> table;
    CHECK(table.find(ip("10.0.0.1")) == nullptr);
    table.set(prefix("0.0.0.0/0"), 0);
    table.set(prefix("10.0.0.0/8"), 8);
    table.set(prefix("10.1.0.0/16"), 16);
    table.set(prefix("10.1.2.3/32"), 32);
    CHECK(*table.find(ip("192.0.2.1")) == 0);
    CHECK(*table.find(ip("10.255.0.1")) == 8);
    CHECK(*table.find(ip("10.1.2.4")) == 16);
    CHECK(*table.find(ip("10.1.2.3")) == 32);
    CHECK(*table.find(ip("255.255.255.255")) == 0);
    CHECK(table.find_exact(prefix("10.1.0.0/17")) == nullptr);
}

TEST_CASE("the neighbour table keeps the standings within their quotas") {
    NeighbourTable table({.n_pinned = 1, .n_unresolved = 2, .n_resolved = 2}, 5);
    const TimePoint now{};
    const auto key = [](uint32_t host) { return NeighbourKey{kLan, IpAddress::v4(host)}; };
    table.add(key(1), Standing::unresolved, now);
    table.add(key(2), Standing::unresolved, now);
    REQUIRE(table.victim_for(Standing::unresolved) == table.find(key(1)));
    CHECK(table.victim_for(Standing::learnt) == nullptr);
    table.set_standing(*table.find(key(1)), Standing::confirmed);
    table.add(key(3), Standing::learnt, now);
    CHECK_FALSE(table.has_room(Standing::learnt));
    CHECK(table.victim_for(Standing::confirmed) == table.find(key(3)));
    table.set_standing(*table.find(key(3)), Standing::confirmed);
    CHECK(table.victim_for(Standing::learnt) == nullptr);  // no room, and nobody has to go
    CHECK_FALSE(table.has_room(Standing::learnt));
    CHECK(table.victim_for(Standing::confirmed) == table.find(key(1)));
    table.remove(*table.find(key(1)));
    CHECK(table.find(key(1)) == nullptr);
    CHECK(table.has_room(Standing::learnt));
    CHECK(table.find({kWan, IpAddress::v4(3)}) == nullptr);
}

TEST_CASE("each owned vMAC is announced five times, then kept alive once in every interval, spread") {
    World world;
    world.begin();
    const TimePoint started = world.now;
    std::map<MacAddress, std::vector<TimePoint>> announced;
    unsigned most_at_once = 0;
    while (world.now < started + 10min) {
        world.now = std::max(world.next_deadline, world.now + 1ns);
        const uint64_t before = world.control.counts().keep_alives_sent;
        world.next_deadline = world.control.on_timers(world.now);
        if (world.now > started + 2s) {
            most_at_once =
                std::max(most_at_once, static_cast<unsigned>(
                                           world.control.counts().keep_alives_sent - before));
        }
        for (const SentFrame& frame : world.take_all_frames()) {
            if (frame.ethertype() == packet::kEtherTypeRarp) {
                CHECK(frame.egress == kLan);
                CHECK(frame.destination() == kBroadcastMac);
                announced[frame.source()].push_back(world.now);
            }
        }
    }
    CHECK(most_at_once == 1);
    CHECK(announced.size() == 4);
    for (const auto& [vmac, times] : announced) {
        INFO(vmac.to_string());
        CHECK(times.size() >= 5 + 20 - 1);
        CHECK(times.size() <= 5 + 20 + 1);
        REQUIRE(times.size() > 5);
        const Duration expected[] = {0ms, 50ms, 150ms, 300ms, 500ms};  // protocol rule 21
        for (size_t i = 0; i < 5; ++i) {
            CHECK(times[i] - times[0] >= expected[i]);
            CHECK(times[i] - times[0] < expected[i] + 5ms);
        }
    }
}

TEST_CASE("no frame leaves from a vMAC while the link is down, and all are announced when it is back") {
    World world;
    world.start();
    world.pass(1s);
    world.control.on_link(kLanPort, LinkState::down, world.now);
    const uint64_t before = world.control.counts().keep_alives_sent;
    world.pass(10min);
    CHECK(world.control.counts().keep_alives_sent == before);
    world.control.on_link(kLanPort, LinkState::up, world.now);
    world.take_all_frames();
    world.pass(1s);
    std::map<MacAddress, unsigned> announced;
    for (const SentFrame& frame : world.take_all_frames()) {
        announced[frame.source()] += frame.ethertype() == packet::kEtherTypeRarp ? 1u : 0u;
    }
    announced.erase(kLanMac);
    announced.erase(kWanMac);
    CHECK(announced.size() == 4);
    for (const auto& [vmac, times] : announced) {
        CHECK(times == 5);
    }
}

TEST_CASE("the report shows what control knows") {
    World world;
    world.start();
    world.resolve_uplink();
    world.ask(kHostMac, kHost, kVip);
    world.now += 5s;
    const auto report = world.report();
    REQUIRE(report);
    CHECK(report->name == "evengate");
    CHECK(report->version == "test");
    CHECK(report->config == "a: 1\n");
    CHECK(report->uptime == kUntilOwner + 5s);
    CHECK(report->generation == 7);  // the appliance's own part
    REQUIRE(report->interfaces.size() == 2);
    CHECK(report->interfaces[0].name == "lan");
    CHECK(report->interfaces[0].mac == kLanMac);
    CHECK(report->interfaces[0].addresses.size() == 2);
    REQUIRE(report->groups.size() == 1);
    CHECK(report->groups[0].policy == "host-hash");
    CHECK(report->groups[0].n_hosts == 1);
    REQUIRE(report->groups[0].vmacs.size() == 4);
    CHECK(report->groups[0].vmacs[1].mac == mac(0x0245'4700'0502));
    CHECK(report->groups[0].vmacs[1].state == "own");
    CHECK(report->groups[0].vmacs[1].packets == 3);  // its slot
    REQUIRE(report->neighbours.size() == 2);
    CHECK(report->neighbours[0].address == kHost);
    CHECK(report->neighbours[0].state == "reachable");
    CHECK(report->neighbours[0].mac == kHostMac);
    CHECK(report->neighbours[0].age == 5s);
    const auto route = std::find_if(report->routes.begin(), report->routes.end(),
                                    [](const auto& r) { return r.prefix == prefix("0.0.0.0/0"); });
    REQUIRE(route != report->routes.end());
    CHECK(route->kind == "static");
    CHECK(route->via == kUplink);
    CHECK(route->interface == "wan");
    CHECK(route->usable);
    CHECK(report->control.arp_answered == 1);
    CHECK(report->control.refused.size() == kRefusalCount);
}

TEST_CASE("requests are passed on to the appliance") {
    World world;
    world.start();
    const auto request = [&](admin::Verb verb) {
        return world.control.on_request({.verb = verb}, world.now).status;
    };
    CHECK(request(admin::Verb::stop_forwarding) == admin::Reply::Status::ok);
    CHECK_FALSE(world.appliance.forwarding);
    CHECK_FALSE(world.report()->forwarding);
    CHECK(request(admin::Verb::start_forwarding) == admin::Reply::Status::ok);
    CHECK(world.appliance.forwarding);
    CHECK(request(admin::Verb::clear_port_stats) == admin::Reply::Status::ok);
    CHECK(world.appliance.cleared);
    CHECK(request(admin::Verb::quit) == admin::Reply::Status::ok);
    CHECK(world.appliance.quitting);
}
