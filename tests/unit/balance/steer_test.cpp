// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/steer.hpp"

#include "catch.hpp"

namespace evengate::balance {
namespace {

struct Net {
    std::vector<Load> capacities = {1000, 1000};
    std::vector<Gateway> owners = {0, 0, 1, 1};
    std::vector<Load> host_loads = {400, 300, 100, 50, 200};
    std::vector<std::uint16_t> vmacs = {0, 0, 1, 2, 3};
    std::vector<std::uint8_t> is_steerable = {1, 1, 1, 1, 1};

    [[nodiscard]] std::vector<Steer> plan(std::uint32_t n_hosts) const {
        std::vector<Steer> steers;
        HostSteering().plan({.capacities = capacities,
                             .owners = owners,
                             .host_loads = host_loads,
                             .vmacs = vmacs,
                             .is_steerable = is_steerable},
                            {}, n_hosts, 51, steers);
        return steers;
    }
};

TEST_CASE("a host goes where it evens the gateways out, to the vMAC with least load") {
    CHECK(Net().plan(1) == std::vector<Steer>{{.host = 1, .vmac = 2}});
}

TEST_CASE("no more hosts are steered than asked for, and none that is unknown or must stay") {
    Net net;
    CHECK(net.plan(0).empty());
    net.is_steerable = {0, 0, 0, 0, 0};
    CHECK(net.plan(3).empty());
    net.is_steerable = {1, 1, 1, 1, 1};
    net.vmacs[1] = unassigned;
    for (const Steer& steer : net.plan(3)) {
        CHECK(steer.host != 1);
    }
}

TEST_CASE("when gateways are even, hosts stay") {
    Net net;
    net.host_loads = {300, 200, 0, 300, 200};
    CHECK(net.plan(5).empty());
}

}  // namespace
}  // namespace evengate::balance
