// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/problem.hpp"

#include "catch.hpp"

using namespace evengate::balance;

TEST_CASE("a gateway processes its flows up to its capacity, and unassigned flows count nothing") {
    const std::vector<Load> capacities{10, 4, 7};
    const std::vector<Load> loads{6, 5, 4, 3};
    const Problem problem{capacities, loads};
    CHECK(processed(problem, Assignment{0, 0, 1, unassigned}) == 14);
    CHECK(processed(problem, Assignment{1, 1, 1, 1}) == 4);
    CHECK(processed(problem, Assignment{0, 2, 1, 0}) == 18);
    CHECK(processed(problem, Assignment(4, unassigned)) == 0);
}
