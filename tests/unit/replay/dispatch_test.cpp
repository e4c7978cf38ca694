// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "replay/dispatch.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "catch.hpp"

namespace evengate::replay {
namespace {

Series read(const std::string& name) {
    std::ifstream file(std::string(std::getenv("EVENGATE_TEST_DATA")) + "/" + name);
    std::ostringstream text;
    text << file.rdbuf();
    auto series = parse_series(text.str());
    REQUIRE(series.ok());
    return *series;
}

double median(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + static_cast<long>(values.size() / 2), values.end());
    return values[values.size() / 2];
}

DispatchOptions options_of(balance::BucketPolicy policy, std::uint64_t seed) {
    DispatchOptions options;
    options.buckets.policy = policy;
    options.buckets.interval = {};
    options.buckets.gateways.resize(4);
    options.seed = seed;
    return options;
}

TEST_CASE("4096 buckets spread smooth traffic over four gateways as evenly as its largest allows") {
    const Series series = read("smooth.csv");
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        const DispatchRun run = dispatch(series, options_of(balance::BucketPolicy::balanced, seed));
        const double bound = 1.05 * std::max(1.0, 4 * median(run.largest_bucket));
        CHECK(median(run.max_over_mean) <= bound);
        const DispatchRun dealt = dispatch(series, options_of(balance::BucketPolicy::round_robin, seed));
        CHECK(median(run.max_over_mean) < median(dealt.max_over_mean));
        CHECK(dealt.n_moved == 0);
        double all = 0;
        for (const double part : run.parts) {
            all += part;
        }
        CHECK(all == Approx(1));
    }
}

TEST_CASE("one flow with most of everything bounds what any spread can reach") {
    const DispatchRun run = dispatch(read("elephant.csv"), options_of(balance::BucketPolicy::balanced, 1));
    CHECK(median(run.max_over_mean) <= 1.05 * 4 * median(run.largest_bucket));
    CHECK(median(run.max_over_mean) > 2);
}

}  // namespace
}  // namespace evengate::replay
