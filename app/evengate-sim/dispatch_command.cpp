// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "evengate-sim/dispatch_command.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "evengate-sim/read_series.hpp"
#include "replay/dispatch.hpp"

namespace evengate {
namespace {

constexpr std::size_t kMaxGateways = 32;  // as in a configuration
constexpr std::array<std::pair<std::string_view, balance::BucketPolicy>, 4> kPolicies = {{
    {"balanced", balance::BucketPolicy::balanced},
    {"round-robin", balance::BucketPolicy::round_robin},
    {"weighted", balance::BucketPolicy::weighted},
    {"least-load", balance::BucketPolicy::least_load},
}};

struct Outcome {
    double median = 1;
    double p99 = 1;
    double largest_bucket = 0;   // the median of its share
    double bound = 1.05;         // that no assignment can be asked to stay below
    double moves_per_interval = 0;  // of the buckets
};

double quantile(std::vector<double> values, double part) {
    if (values.empty()) {
        return 0;
    }
    std::sort(values.begin(), values.end());
    return values[std::min(values.size() - 1, static_cast<std::size_t>(part * static_cast<double>(values.size())))];
}

Outcome judge(const replay::DispatchRun& run, const DispatchArguments& arguments) {
    constexpr double kLeeway = 1.05;
    Outcome outcome;
    outcome.median = quantile(run.max_over_mean, 0.5);
    outcome.p99 = quantile(run.max_over_mean, 0.99);
    outcome.largest_bucket = quantile(run.largest_bucket, 0.5);
    outcome.bound = kLeeway * std::max(1.0, static_cast<double>(arguments.n_gateways) * outcome.largest_bucket);
    outcome.moves_per_interval = static_cast<double>(run.n_moved) / static_cast<double>(arguments.n_buckets) /
                                 static_cast<double>(std::max<std::size_t>(run.n_intervals, 1));
    return outcome;
}

int refuse(const std::string& message) {
    std::fprintf(stderr, "evengate-sim: %s\n", message.c_str());
    return 2;
}

}  // namespace

int run_dispatch(const DispatchArguments& arguments) {
    const auto* const policy = std::ranges::find(
        kPolicies, arguments.policy, &std::pair<std::string_view, balance::BucketPolicy>::first);
    if (policy == kPolicies.end()) {
        return refuse("--policy: expected balanced, round-robin, weighted or least-load, not '" + arguments.policy + "'");
    }
    if (arguments.n_gateways == 0 || arguments.n_gateways > kMaxGateways) {
        return refuse("--gateways: expected 1 to 32, not '" + std::to_string(arguments.n_gateways) + "'");
    }
    if (!std::has_single_bit(arguments.n_buckets) || arguments.n_buckets < balance::kMinBuckets ||
        arguments.n_buckets > balance::kMaxBuckets) {
        return refuse("--buckets: expected a power of two from 256 to 65536, not '" +
                      std::to_string(arguments.n_buckets) + "'");
    }
    const auto series = read_series(arguments.file);
    if (!series) {
        return refuse(series.error().message);
    }
    replay::DispatchOptions options;
    options.buckets.n_buckets = arguments.n_buckets;
    options.buckets.policy = policy->second;
    options.buckets.gateways.resize(arguments.n_gateways);
    options.buckets.interval =
        std::chrono::duration_cast<Duration>(std::chrono::duration<double>(arguments.interval_s));
    options.seed = arguments.seed;
    const replay::DispatchRun run = replay::dispatch(*series, options);
    const Outcome outcome = judge(run, arguments);
    if (arguments.json) {
        const nlohmann::ordered_json json = {
            {"max_over_mean_median", outcome.median},
            {"max_over_mean_p99", outcome.p99},
            {"largest_bucket_share", outcome.largest_bucket},
            {"bound", outcome.bound},
            {"moves_per_interval", outcome.moves_per_interval},
            {"parts_of_volume", run.parts},
            {"flows", series->n_flows},
            {"intervals", run.n_intervals},
            {"interval_s", std::chrono::duration<double>(run.interval).count()},
            {"gateways", arguments.n_gateways},
            {"buckets", arguments.n_buckets},
            {"seed", arguments.seed}};
        std::printf("%s\n", json.dump(2).c_str());
        return 0;
    }
    std::printf("%zu flows, %zu intervals of %g s, %zu gateways, %u buckets, %s, seed %lu\n", series->n_flows,
                run.n_intervals, std::chrono::duration<double>(run.interval).count(), arguments.n_gateways,
                arguments.n_buckets, arguments.policy.c_str(), arguments.seed);
    std::printf("highest gateway over mean: median %.3f, 99th percentile %.3f\n", outcome.median, outcome.p99);
    std::printf("largest bucket: %.4f of an interval's volume, so no less than %.3f can be asked for\n",
                outcome.largest_bucket, outcome.bound);
    std::printf("moves: %lu buckets, %.3f %% of them an interval\n", run.n_moved, 100 * outcome.moves_per_interval);
    return 0;
}

}  // namespace evengate
