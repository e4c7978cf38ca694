// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/handing_on.hpp"

#include "catch.hpp"
#include "reroute/slots.hpp"
#include "service_world.hpp"

using namespace evengate;
using namespace evengate::control;
using namespace evengate::control::test;

namespace {

constexpr InterfaceId kHosts{1};
constexpr size_t kInterfaces = 3;
constexpr uint32_t kFirstBucket = 64;
constexpr size_t kSlices = balance::SlicePlanner::kSlices;

HandingOn::Member member(uint64_t id) {
    return {.id = MemberId{id},
            .name = "gw" + std::to_string(id),
            .address = IpAddress::v4(static_cast<uint32_t>(id)),
            .adjacency = AdjacencyIndex(static_cast<uint16_t>(100 + id))};
}

// A gateway whose capacity is 10,000 packets a second.
struct Gateway {
    Gateway() {
        plane.of_buckets.resize(kFirstBucket + kSlices);
        view.members.resize(1);
        view.members[0].is_self = true;
        view.members[0].capacity_pps = 10'000;
    }
    void set_members(std::vector<HandingOn::Member> members) {
        view.members.resize(1);
        for (const HandingOn::Member& other : members) {
            group::MemberView& seen = view.members.emplace_back();
            seen.id = other.id;
            seen.is_live = true;
            seen.capacity_pps = 40'000;
        }
        handing_on.set_group(kHosts, members);
    }
    // An interval in which so much comes in.
    bool pass(uint64_t pps) {
        now += 1s;
        for (size_t slice = 0; slice < kSlices; ++slice) {
            plane.of_buckets[kFirstBucket + slice] += pps / kSlices;
        }
        view.members[0].load_pps = pps;
        return handing_on.end_interval(view, now);
    }
    [[nodiscard]] reroute::ServiceSet set() const {
        reroute::ServiceSet set;
        handing_on.add_to(set, kInterfaces);
        return set;
    }
    // By adjacency, slices that lead there.
    [[nodiscard]] size_t n_leading_to(uint64_t id) const {
        const reroute::ServiceSet made = set();
        return static_cast<size_t>(std::ranges::count_if(made.services.at(0).slots, [&](uint16_t slot) {
            return slot != reroute::kNoTarget && made.targets.at(slot).adjacency == member(id).adjacency;
        }));
    }

    MemoryPlane plane;
    HandingOn handing_on{settings::Rerouting{}, plane, 1s, 0, kFirstBucket};
    group::GroupView view;
    TimePoint now{1000s};
};

}  // namespace

TEST_CASE("workers look for slices from the interval in which there is too much, and one later some are handed on") {
    Gateway gateway;
    gateway.set_members({member(7)});
    CHECK_FALSE(gateway.pass(9'000));
    CHECK_FALSE(gateway.set().dispatches());
    CHECK(gateway.pass(14'000));
    REQUIRE(gateway.set().dispatches());
    CHECK(gateway.set().dispatcher_of(kHosts) == 0);
    CHECK(gateway.set().dispatcher_of(InterfaceId{0}) == reroute::kNoService);
    CHECK(gateway.set().services[0].keeps_rest);
    CHECK(gateway.n_leading_to(7) == 0);
    CHECK(gateway.pass(14'000));
    CHECK(gateway.n_leading_to(7) == balance::SlicePlanner::kMostMoves);
    CHECK(gateway.handing_on.next_interval() == gateway.now + 1s);
    gateway.handing_on.set_interval(100ms, gateway.now);
    CHECK(gateway.handing_on.next_interval() == gateway.now + 100ms);
    admin::RerouteReport report;
    gateway.handing_on.fill_report(report);
    REQUIRE(report.dispatchers.size() == 1);
    CHECK(report.dispatchers[0].gateways.at(0).name == "gw7");
    CHECK(report.dispatchers[0].gateways.at(0).n_buckets == balance::SlicePlanner::kMostMoves);
}

TEST_CASE("who was handed slices keeps them whoever comes, and has none once it is gone or drains") {
    Gateway gateway;
    gateway.set_members({member(7)});
    gateway.pass(14'000);
    gateway.pass(14'000);
    REQUIRE(gateway.n_leading_to(7) > 0);
    // So many came and went that there is no place that was never taken.
    for (uint64_t id = 100; id < 140; ++id) {
        gateway.set_members({member(id), member(7)});
    }
    CHECK(gateway.n_leading_to(7) == balance::SlicePlanner::kMostMoves);
    CHECK(gateway.n_leading_to(139) == 0);
    SECTION("gone") {
        gateway.set_members({});
        CHECK(gateway.n_leading_to(7) == 0);
    }
    SECTION("drains") {
        gateway.view.members.back().is_draining = true;
        gateway.view.members[1].capacity_pps = 0;
        gateway.pass(14'000);
        CHECK(gateway.n_leading_to(7) == 0);
    }
}
