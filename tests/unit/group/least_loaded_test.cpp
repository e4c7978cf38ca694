// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <vector>

#include "catch.hpp"
#include "group/least_loaded.hpp"
#include "group/vmac_choice.hpp"

using namespace evengate;
using namespace evengate::group;

namespace {

VmacNumber choose(const std::vector<GatewayLoad>& gateways, const std::vector<VmacLoad>& vmacs) {
    return choose_least_loaded(gateways, vmacs);
}

}  // namespace

TEST_CASE("the gateway with least load for its capacity gets the host") {
    CHECK(choose({{1000, 500}, {4000, 1200}},
                 {{VmacNumber(1), 0, 500, 5}, {VmacNumber(2), 1, 1200, 12}}) == VmacNumber(2));
    CHECK(choose({{1000, 200}, {4000, 1200}},
                 {{VmacNumber(1), 0, 200, 2}, {VmacNumber(2), 1, 1200, 12}}) == VmacNumber(1));
}

TEST_CASE("on the gateway the vMAC with least load, then with fewest hosts, then the first") {
    const std::vector<GatewayLoad> one{{1000, 100}};
    CHECK(choose(one, {{VmacNumber(1), 0, 60, 1}, {VmacNumber(2), 0, 40, 9}}) == VmacNumber(2));
    CHECK(choose(one, {{VmacNumber(1), 0, 50, 3}, {VmacNumber(2), 0, 50, 2}}) == VmacNumber(2));
    CHECK(choose(one, {{VmacNumber(7), 0, 50, 3}, {VmacNumber(9), 0, 50, 3}}) == VmacNumber(7));
}

TEST_CASE("a gateway without capacity gets a host only where no other is") {
    CHECK(choose({{0, 0}, {10, 9}}, {{VmacNumber(1), 0, 0, 0}, {VmacNumber(2), 1, 9, 9}}) ==
          VmacNumber(2));
    CHECK(choose({{0, 5}, {0, 3}}, {{VmacNumber(1), 0, 5, 0}, {VmacNumber(2), 1, 3, 9}}) ==
          VmacNumber(2));
}

TEST_CASE("loads near the end of their range are compared as they are") {
    CHECK(choose({{UINT64_MAX, UINT64_MAX}, {UINT64_MAX, UINT64_MAX / 2}},
                 {{VmacNumber(1), 0, UINT64_MAX, 0}, {VmacNumber(2), 1, 1, 0}}) == VmacNumber(2));
}

TEST_CASE("when a member goes, only its hosts are answered by another") {
    const std::vector<MemberId> three{MemberId(11), MemberId(22), MemberId(33)};
    const std::vector<MemberId> two{MemberId(33), MemberId(11)};
    unsigned n_of_gone = 0;
    for (uint64_t host = 1; host <= 3000; ++host) {
        const MacAddress mac = MacAddress::from_u64(0x5254'0000'0000 + host);
        const MemberId before = choose_answerer(mac, three);
        if (before == MemberId(22)) {
            ++n_of_gone;
        } else {
            CHECK(choose_answerer(mac, two) == before);
        }
    }
    CHECK(n_of_gone > 900);
    CHECK(n_of_gone < 1100);
}
