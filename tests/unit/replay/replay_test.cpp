// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// The bars of the balanced group on the series of tests/data, as means over seeds.
#include "replay/replay.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <numeric>
#include <sstream>

#include "catch.hpp"
#include "replay/comparison.hpp"
#include "replay/curves.hpp"

namespace evengate::replay {
namespace {

using balance::Load;

Series read_series(const std::string& name) {
    const char* const folder = std::getenv("EVENGATE_TEST_DATA");
    std::ifstream file(std::string(folder == nullptr ? "tests/data" : folder) + "/" + name);
    std::ostringstream text;
    text << file.rdbuf();
    const auto series = parse_series(text.str());
    REQUIRE(series);
    return *series;
}

ReplayOptions make_options(const Series& series, std::size_t n_gateways, double use = 0.9) {
    ReplayOptions options;
    const double each =
        static_cast<double>(Series::kMeanRate) / use / static_cast<double>(n_gateways);
    options.capacities.assign(n_gateways, static_cast<Load>(each));
    options.estimate.interval = series.step;
    return options;
}

struct Means {
    Shares shares;
    double moves = 0;  // of the vMACs, an interval
};

Means run_seeds(const Series& series, ReplayOptions options, std::uint64_t n_seeds) {
    Means means;
    const auto n = static_cast<double>(n_seeds);
    for (options.seed = 1; options.seed <= n_seeds; ++options.seed) {
        const Run run = replay(series, options);
        const Shares shares = compare(series, options, run);
        CHECK(shares.processed <= shares.optimum);
        CHECK(shares.undamped <= shares.optimum);
        CHECK(shares.best_static <= shares.searched_static);
        CHECK(shares.searched_static <= shares.optimum);
        means.shares.processed += shares.processed / n;
        means.shares.optimum += shares.optimum / n;
        means.shares.round_robin += shares.round_robin / n;
        means.shares.host_hash += shares.host_hash / n;
        means.shares.undamped += shares.undamped / n;
        means.shares.best_static += shares.best_static / n;
        means.moves += static_cast<double>(run.n_moved) /
                       static_cast<double>(options.n_vmacs * run.n_intervals) / n;
    }
    UNSCOPED_INFO("processed " << means.shares.processed << ", optimum " << means.shares.optimum
                               << ", undamped " << means.shares.undamped << ", moved "
                               << means.moves);
    return means;
}

TEST_CASE("smooth and diurnal: 0.997 of the clairvoyant, 1 % moved") {
    const Series series = read_series("smooth.csv");
    const Means means = run_seeds(series, make_options(series, 4), 3);
    CHECK(means.shares.processed >= 0.997 * means.shares.optimum);
    CHECK(means.moves <= 0.01);
    CHECK(means.shares.processed > means.shares.round_robin);
    CHECK(means.shares.processed > means.shares.host_hash);
}

TEST_CASE(
    "bursts of seconds: 0.005 below re-planning everything, above any static plan, 2 % moved") {
    const Series series = read_series("bursty.csv");
    const Means means = run_seeds(series, make_options(series, 4), 10);
    CHECK(means.shares.processed >= means.shares.undamped - 0.005);
    CHECK(means.shares.processed > means.shares.best_static);
    CHECK(means.moves <= 0.02);
    CHECK(means.shares.processed > means.shares.round_robin);
    CHECK(means.shares.processed > means.shares.host_hash);
}

TEST_CASE("an elephant: better than round robin and host hash, and steered hosts leave it alone") {
    const Series series = read_series("elephant.csv");
    ReplayOptions options = make_options(series, 4);
    const Means means = run_seeds(series, options, 3);
    CHECK(means.shares.processed > means.shares.round_robin);
    CHECK(means.shares.processed > means.shares.host_hash);
    CHECK(means.moves <= 0.01);
    options.steered_hosts = 2;
    const Means steered = run_seeds(series, options, 3);
    CHECK(steered.shares.processed > means.shares.processed);
    CHECK(steered.shares.processed >= 0.998 * steered.shares.optimum);
}

// 24 hosts with Zipf rates, of which two exchange theirs every 5 s; capacities 4 : 2 : 1.
Series make_exchanges(std::uint64_t seed) {
    std::uint64_t state = seed;
    const auto draw = [&state](std::uint64_t limit) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        return (state >> 33) % limit;
    };
    std::vector<double> rates;
    for (int host = 0; host < 24; ++host) {
        rates.push_back(1000.0 / (host + 1));
    }
    std::string text = "time";
    for (std::size_t host = 0; host < rates.size(); ++host) {
        text += ",h";
        std::swap(rates[host], rates[draw(rates.size())]);
    }
    for (int second = 0; second < 300; ++second) {
        if (second % 5 == 0) {
            std::swap(rates[draw(rates.size())], rates[draw(rates.size())]);
        }
        text += '\n';
        text += std::to_string(second);
        for (const double rate : rates) {
            text += ',';
            text += std::to_string(rate);
        }
    }
    const auto series = parse_series(text);
    REQUIRE(series);
    return *series;
}

TEST_CASE("hosts that exchange their rates keep no gateway far above the others") {
    for (const std::uint64_t seed : {1, 2, 3}) {
        const Series series = make_exchanges(seed);
        ReplayOptions options = make_options(series, 3, 0.6);
        const Load total =
            std::accumulate(options.capacities.begin(), options.capacities.end(), Load{0});
        options.capacities = {total / 7 * 4, total / 7 * 2, total / 7};
        options.seed = seed;
        const Run run = replay(series, options);
        std::vector<double> ratios = max_over_mean(options, run);
        ratios.erase(ratios.begin(), ratios.begin() + 5);
        std::sort(ratios.begin(), ratios.end());
        CHECK(ratios[ratios.size() / 2] < 1.10);
        CHECK(ratios[ratios.size() * 9 / 10] < 1.25);
    }
}

TEST_CASE("each target gives the gateways the parts of the volume that it names") {
    const Series series = read_series("smooth.csv");
    // So little load that no gateway is ever full.
    ReplayOptions options = make_options(series, 3, 0.2);
    const Load total = 3 * options.capacities.front();
    options.capacities = {total / 7 * 4, total / 7 * 2, total / 7};
    const auto expect = [&](balance::Target target, std::vector<Load> shares,
                            const std::array<double, 3>& wanted) {
        options.balance.objective.target = target;
        options.shares = std::move(shares);
        const Run run = replay(series, options);
        const std::vector<double> parts = parts_of_volume(options, run);
        REQUIRE(parts.size() == 3);
        for (std::size_t i = 0; i < 3; ++i) {
            CHECK(parts[i] == Approx(wanted[i]).margin(0.03));
        }
        CHECK(compare(series, options, run).undamped > 0.999);
    };
    expect(balance::Target::capacity, {}, {4.0 / 7, 2.0 / 7, 1.0 / 7});
    expect(balance::Target::equal, {}, {1.0 / 3, 1.0 / 3, 1.0 / 3});
    expect(balance::Target::shares, {1, 5, 4}, {0.1, 0.5, 0.4});
    // Who is given no share keeps nothing but what is idle.
    expect(balance::Target::shares, {1, 0, 1}, {0.5, 0, 0.5});
}

TEST_CASE("without damping the plans follow the same target") {
    // Two gateways, one of which has nearly all the capacity, and flows that would all fit there.
    const auto series = parse_series("time,a,b,c,d\n0,10,10,10,10\n1,10,10,10,10\n2,10,10,10,10\n");
    REQUIRE(series);
    ReplayOptions options = make_options(*series, 2, 0.9);
    const Load total = 2 * options.capacities.front();
    options.capacities = {total / 10 * 9, total / 10};
    options.n_vmacs = 4;
    options.policy = Policy::round_robin;
    const double by_capacity = compare(*series, options, replay(*series, options)).undamped;
    options.balance.objective.target = balance::Target::equal;
    const double equal = compare(*series, options, replay(*series, options)).undamped;
    CHECK(equal < by_capacity);
}

TEST_CASE("the same seed gives the same run, another one another") {
    const Series series = read_series("elephant.csv");
    ReplayOptions options = make_options(series, 4);
    const Run one = replay(series, options);
    CHECK(replay(series, options).gateway_volumes == one.gateway_volumes);
    options.seed = 2;
    CHECK(replay(series, options).gateway_volumes != one.gateway_volumes);
}

TEST_CASE("an interval of several lines plans less often and loses no volume") {
    const Series series = read_series("elephant.csv");
    ReplayOptions options = make_options(series, 4);
    options.estimate.interval = 4 * series.step + std::chrono::seconds(10);
    const Run run = replay(series, options);
    CHECK(run.n_intervals == series.n_rows / 4);
    CHECK(run.interval == 4 * series.step);
    CHECK(std::accumulate(run.gateway_volumes.begin(), run.gateway_volumes.end(), Load{0}) ==
          std::accumulate(series.volumes.begin(), series.volumes.end(), Load{0}));
}

TEST_CASE("one gateway, one vMAC, more gateways than flows, and no traffic at all are borne") {
    const auto tiny = parse_series("time,a,b\n0,1,2\n1,0,4\n2,9,0\n");
    const auto silent = parse_series("time,a\n0,0\n1,0\n");
    REQUIRE(tiny);
    REQUIRE(silent);
    for (const Series* const series : {&*tiny, &*silent}) {
        for (const std::size_t n_gateways : {1u, 7u}) {
            for (const std::size_t n_vmacs : {1u, 255u}) {
                ReplayOptions options = make_options(*series, n_gateways);
                options.n_vmacs = n_vmacs;
                options.steered_hosts = 1;
                const Run run = replay(*series, options);
                const Shares shares = compare(*series, options, run);
                CHECK(shares.processed <= shares.optimum);
                CHECK(max_over_mean(options, run).size() == run.n_intervals);
                CHECK(make_curves(options, run, 2).by_gateway.size() == n_gateways);
            }
        }
    }
}

TEST_CASE("the bound of the clairvoyant is the paper's: q flows use at most q gateways") {
    // One flow of 8 of 10, four gateways of 2.5: 2.5 of it, and the other 2.
    const auto series = parse_series("time,a,b,c\n0,8,1,1\n1,8,1,1\n");
    REQUIRE(series);
    const ReplayOptions options = make_options(*series, 4, 1.0);
    const Shares shares = compare(*series, options, replay(*series, options));
    CHECK(shares.optimum == Approx(0.45).epsilon(1e-6));
}

}  // namespace
}  // namespace evengate::replay
