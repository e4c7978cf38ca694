// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "catch.hpp"
#include "evengate-sim/replay_arguments.hpp"

namespace evengate {
namespace {

replay::Series make_series() {
    const auto series = replay::parse_series("time,a,b\n0,10,30\n10,20,20\n20,0,40\n");
    REQUIRE(series);
    return *series;
}

std::string complaint(const ReplayArguments& arguments) {
    const auto options = to_options(arguments, make_series());
    return options ? std::string() : options.error().message;
}

ReplayArguments gateways(std::size_t n) {
    ReplayArguments arguments;
    arguments.n_gateways = n;
    return arguments;
}

TEST_CASE("by default the gateways are equal, and the mean volume is 90 % of what they can do") {
    const auto options = to_options(gateways(4), make_series());
    REQUIRE(options);
    REQUIRE(options->capacities.size() == 4);
    CHECK(static_cast<double>(options->capacities[0]) * 4 * 0.9 ==
          Approx(static_cast<double>(replay::Series::kMeanRate)));
    CHECK(options->estimate.interval == std::chrono::seconds(10));
    CHECK_FALSE(options->estimate.alpha);
}

TEST_CASE("a capacity is a volume per line, for all or for each") {
    ReplayArguments arguments = gateways(2);
    arguments.capacity = "20";
    const auto equal = to_options(arguments, make_series());
    REQUIRE(equal);
    CHECK(static_cast<double>(equal->capacities[1]) * 2 ==
          Approx(static_cast<double>(replay::Series::kMeanRate)));
    arguments.capacity = "30,10";
    const auto each = to_options(arguments, make_series());
    REQUIRE(each);
    CHECK(static_cast<double>(each->capacities[0]) ==
          Approx(3 * static_cast<double>(each->capacities[1])));
}

TEST_CASE("times have units, and alpha is 0 to 1 or auto") {
    ReplayArguments arguments = gateways(2);
    arguments.interval = "5min";
    arguments.alpha = "0.25";
    const auto options = to_options(arguments, make_series());
    REQUIRE(options);
    CHECK(options->estimate.interval == std::chrono::minutes(5));
    CHECK(options->estimate.alpha == 250'000u);
}

TEST_CASE("a target is as the capacities, the same for all, or given shares") {
    ReplayArguments arguments = gateways(3);
    const auto capacity = to_options(arguments, make_series());
    REQUIRE(capacity);
    CHECK(capacity->balance.objective.target == balance::Target::capacity);
    arguments.target = "equal";
    const auto equal = to_options(arguments, make_series());
    REQUIRE(equal);
    CHECK(equal->balance.objective.target == balance::Target::equal);
    arguments.target = "shares";
    arguments.shares = "4,0,1000000";
    const auto shares = to_options(arguments, make_series());
    REQUIRE(shares);
    CHECK(shares->balance.objective.target == balance::Target::shares);
    CHECK(shares->shares == std::vector<balance::Load>{4, 0, 1'000'000});
}

TEST_CASE("shares are whole numbers for each gateway, and only with the target that they are for") {
    ReplayArguments arguments = gateways(2);
    arguments.target = "shares";
    for (const char* const text :
         {"", "1", "1,2,3", "0,0", "1,-1", "1,1.5", "1,1000001", "1,,2", "1,x"}) {
        arguments.shares = text;
        INFO(text);
        CHECK(complaint(arguments) ==
              "--shares: expected a whole number from 0 to 1000000 for each gateway, with commas "
              "between, not '" +
                  std::string(text) + "'");
    }
    arguments.shares = "2,1";
    CHECK(complaint(arguments).empty());
    arguments.steered_hosts = 1;
    CHECK(complaint(arguments) == "--steer-hosts: expected 0, as target is shares, not '1'");
    arguments.steered_hosts = 0;
    arguments.target = "equal";
    CHECK(complaint(arguments) == "--target: expected shares, as shares are given, not 'equal'");
}

TEST_CASE("what makes no sense is refused by name") {
    CHECK(complaint(gateways(0)) == "--gateways: expected 1 to 64, not '0'");
    const auto with = [](auto member, const char* text) {
        ReplayArguments arguments = gateways(2);
        arguments.*member = text;
        return complaint(arguments);
    };
    CHECK(with(&ReplayArguments::capacity, "1,2,3").find("--capacity: ") == 0);
    CHECK(with(&ReplayArguments::capacity, "1,x").find("--capacity: ") == 0);
    CHECK(with(&ReplayArguments::capacity, "0").find("--capacity: ") == 0);
    CHECK(with(&ReplayArguments::policy, "best").find("--policy: ") == 0);
    CHECK(with(&ReplayArguments::algorithm, "best_fit").find("--algorithm: ") == 0);
    CHECK(with(&ReplayArguments::alpha, "1.1").find("--alpha: ") == 0);
    CHECK(with(&ReplayArguments::interval, "10").find("--interval: ") == 0);
    CHECK(with(&ReplayArguments::interval, "9s").find("--interval: ") == 0);
    CHECK(with(&ReplayArguments::start, "odd").find("--start: ") == 0);
    CHECK(with(&ReplayArguments::target, "odd").find("--target: ") == 0);
    ReplayArguments arguments = gateways(2);
    arguments.n_vmacs = 256;
    CHECK(complaint(arguments) == "--vmacs: expected 1 to 255, not '256'");
}

}  // namespace
}  // namespace evengate
