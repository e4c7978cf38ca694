// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/start.hpp"

#include <algorithm>

#include "catch.hpp"

namespace evengate::balance {
namespace {

TEST_CASE("an even start gives as many vMACs to each gateway as its capacity says") {
    const std::vector<Load> capacities = {400, 0, 200, 100};
    const Assignment owners = make_start(Start::even, capacities, 70, 1);
    CHECK(std::ranges::count(owners, 0) == 40);
    CHECK(std::ranges::count(owners, 1) == 0);
    CHECK(std::ranges::count(owners, 2) == 20);
    CHECK(std::ranges::count(owners, 3) == 10);
}

TEST_CASE("a random start is made of its seed, and spares gateways without capacity") {
    const std::vector<Load> capacities = {400, 0, 200, 100};
    const Assignment owners = make_start(Start::random, capacities, 3000, 1);
    CHECK(owners == make_start(Start::random, capacities, 3000, 1));
    CHECK(owners != make_start(Start::random, capacities, 3000, 2));
    for (const Gateway able : {Gateway{0}, Gateway{2}, Gateway{3}}) {
        CHECK(std::abs(std::ranges::count(owners, able) - 1000) < 130);
    }
}

TEST_CASE("when nobody has capacity, each vMAC has an owner nevertheless") {
    const std::vector<Load> capacities = {0, 0};
    CHECK(make_start(Start::even, capacities, 3, 1) == Assignment{0, 0, 0});
    CHECK(make_start(Start::random, capacities, 3, 1) == Assignment{0, 0, 0});
}

}  // namespace
}  // namespace evengate::balance
