// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "replay/hosts.hpp"

#include <algorithm>

#include "catch.hpp"

namespace evengate::replay {
namespace {

using balance::Gateway;
using balance::Load;

struct Net {
    std::vector<Load> capacities = {100, 300};
    std::vector<Load> gateway_loads = {0, 0};
    std::vector<Load> vmac_loads = {0, 0, 0, 0};
    std::vector<Gateway> owners = {0, 0, 1, 1};

    [[nodiscard]] Standing standing() const {
        return {capacities, gateway_loads, vmac_loads, owners};
    }
};

std::vector<std::size_t> ask_all(Hosts& hosts, std::size_t n, const Net& net) {
    std::vector<std::size_t> counts(4);
    for (std::size_t host = 0; host < n; ++host) {
        hosts.ask(host, net.standing());
        ++counts[hosts.vmac_of(host)];
    }
    return counts;
}

TEST_CASE("a host that asks again is answered the same") {
    const Net net;
    for (const Policy policy :
         {Policy::least_loaded, Policy::round_robin, Policy::weighted, Policy::host_hash}) {
        Hosts hosts(10, 4, policy, 1);
        CHECK_FALSE(hosts.has_asked(0));
        ask_all(hosts, 10, net);
        const auto before = hosts.vmac_of(3);
        hosts.ask(3, net.standing());
        CHECK(hosts.vmac_of(3) == before);
    }
}

TEST_CASE("a burst of hosts is spread by capacity, or in turn") {
    const Net net;
    Hosts by_load(400, 4, Policy::least_loaded, 1);
    const auto counts = ask_all(by_load, 400, net);
    CHECK(counts[0] + counts[1] > 90);
    CHECK(counts[0] + counts[1] < 110);
    CHECK(counts[0] - counts[1] + 1 <= 2);
    Hosts by_weight(400, 4, Policy::weighted, 1);
    const auto weighted = ask_all(by_weight, 400, net);
    CHECK(weighted[2] + weighted[3] > 290);
    Hosts in_turn(400, 4, Policy::round_robin, 1);
    CHECK(ask_all(in_turn, 400, net) == std::vector<std::size_t>(4, 100));
}

TEST_CASE("least-loaded answers use what was measured") {
    Net net;
    net.gateway_loads = {10, 290};
    net.vmac_loads = {8, 2, 100, 190};
    Hosts hosts(1, 4, Policy::least_loaded, 1);
    hosts.ask(0, net.standing());
    CHECK(hosts.vmac_of(0) == 1);
}

TEST_CASE("the seed makes order and addresses") {
    const Hosts one(50, 4, Policy::host_hash, 1);
    const Hosts same(50, 4, Policy::host_hash, 1);
    const Hosts other(50, 4, Policy::host_hash, 2);
    CHECK(std::ranges::equal(one.order(), same.order()));
    CHECK_FALSE(std::ranges::equal(one.order(), other.order()));
}

}  // namespace
}  // namespace evengate::replay
