// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "replay/curves.hpp"

#include "catch.hpp"

namespace evengate::replay {
namespace {

// Seven intervals of 2 s and two gateways, of which the second can do twice as much.
Run make_run() {
    Run run;
    run.interval = std::chrono::seconds(2);
    run.n_intervals = 7;
    for (balance::Load k = 0; k < 7; ++k) {
        run.gateway_volumes.push_back(20 * k);
        run.gateway_volumes.push_back(60);
    }
    return run;
}

ReplayOptions make_options() {
    ReplayOptions options;
    options.capacities = {50, 100};  // 100 and 200 an interval
    return options;
}

TEST_CASE("a curve has a point for each interval, as a part of the capacity") {
    const Curves curves = make_curves(make_options(), make_run(), 7);
    REQUIRE(curves.by_gateway.size() == 2);
    CHECK(curves.n_points == 7);
    CHECK(curves.point == std::chrono::seconds(2));
    CHECK(curves.highest == Approx(1.2));
    REQUIRE(curves.by_gateway[0].size() == 7);
    for (std::size_t k = 0; k < 7; ++k) {
        CHECK(curves.by_gateway[0][k] == Approx(0.2 * static_cast<double>(k)).margin(1e-9));
        CHECK(curves.by_gateway[1][k] == Approx(0.3));
    }
}

TEST_CASE("of a long run a point is the mean of several intervals, and a rest is left out") {
    const Curves curves = make_curves(make_options(), make_run(), 3);
    CHECK(curves.n_points == 2);
    CHECK(curves.point == std::chrono::seconds(6));
    REQUIRE(curves.by_gateway[0].size() == 2);
    CHECK(curves.by_gateway[0][0] == Approx(0.2));
    CHECK(curves.by_gateway[0][1] == Approx(0.8));
    CHECK(curves.highest == 1);
}

TEST_CASE("a gateway without capacity has a curve at zero") {
    ReplayOptions options = make_options();
    options.capacities[1] = 0;
    const Curves curves = make_curves(options, make_run(), 7);
    CHECK(curves.by_gateway[1] == std::vector<double>(7, 0.0));
    CHECK(curves.highest == Approx(1.2));
}

}  // namespace
}  // namespace evengate::replay
