// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "evengate-sim/replay_arguments.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

namespace evengate {
namespace {

using balance::Load;

constexpr double kMeanUse = 0.9;
constexpr std::size_t kMaxGateways = 64;
constexpr std::size_t kMaxVmacs = 255;
constexpr std::array<std::pair<std::string_view, replay::Policy>, 4> kPolicies = {{
    {"least-loaded", replay::Policy::least_loaded},
    {"round-robin", replay::Policy::round_robin},
    {"weighted", replay::Policy::weighted},
    {"host-hash", replay::Policy::host_hash},
}};
constexpr std::array<std::pair<std::string_view, balance::Target>, 3> kTargets = {{
    {"capacity", balance::Target::capacity},
    {"equal", balance::Target::equal},
    {"shares", balance::Target::shares},
}};
constexpr Load kMaxShare = 1'000'000;  // as in a configuration
constexpr std::array<std::pair<std::string_view, double>, 4> kTimeUnits = {
    {{"ms", 1e-3}, {"s", 1}, {"min", 60}, {"h", 3600}}};

Error refuse(std::string_view option, std::string_view expected, const std::string& given) {
    return {"--" + std::string(option) + ": expected " + std::string(expected) + ", not '" + given +
            "'"};
}

struct Quantity {
    double number = 0;
    std::string_view unit;
};

std::optional<Quantity> to_quantity(std::string_view text) {
    Quantity quantity;
    const char* const end = text.data() + text.size();
    const auto [after, error] = std::from_chars(text.data(), end, quantity.number);
    if (error != std::errc()) {
        return std::nullopt;
    }
    quantity.unit = std::string_view(after, static_cast<std::size_t>(end - after));
    return quantity;
}

std::optional<Duration> to_duration(const std::string& text) {
    const auto quantity = to_quantity(text);
    for (const auto& [unit, seconds] : kTimeUnits) {
        if (quantity && quantity->number > 0 && quantity->unit == unit) {
            return std::chrono::duration_cast<Duration>(
                std::chrono::duration<double>(quantity->number * seconds));
        }
    }
    return std::nullopt;
}

// Volumes per row of the file; one for each gateway, or one for all.
std::optional<std::vector<double>> to_volumes(std::string_view text, std::size_t n_gateways) {
    std::vector<double> volumes;
    while (!text.empty()) {
        const std::size_t at = std::min(text.find(','), text.size());
        const auto quantity = to_quantity(text.substr(0, at));
        if (!quantity || !quantity->unit.empty() || quantity->number < 0) {
            return std::nullopt;
        }
        volumes.push_back(quantity->number);
        text.remove_prefix(std::min(at + 1, text.size()));
    }
    if (volumes.size() == 1) {
        volumes.resize(n_gateways, volumes.front());
    }
    return volumes.size() == n_gateways ? std::optional(volumes) : std::nullopt;
}

bool set_capacities(const ReplayArguments& arguments, const replay::Series& series,
                    replay::ReplayOptions& options) {
    if (arguments.capacity.empty()) {
        const double each = static_cast<double>(replay::Series::kMeanRate) / kMeanUse /
                            static_cast<double>(arguments.n_gateways);
        options.capacities.assign(arguments.n_gateways, static_cast<Load>(each));
        return true;
    }
    const auto volumes = to_volumes(arguments.capacity, arguments.n_gateways);
    const double seconds = std::chrono::duration<double>(series.step).count();
    for (std::size_t i = 0; volumes && i < volumes->size(); ++i) {
        const double a_second = (*volumes)[i] * series.scale / seconds;
        options.capacities.push_back(
            static_cast<Load>(std::min(a_second, static_cast<double>(balance::kMaxLoad))));
    }
    return volumes && std::ranges::any_of(options.capacities, [](Load c) { return c > 0; });
}

// Whole numbers, one for each gateway.
std::optional<std::vector<Load>> to_shares(std::string_view text, std::size_t n_gateways) {
    std::vector<Load> shares;
    while (!text.empty()) {
        const std::string_view part = text.substr(0, text.find(','));
        Load share = 0;
        const auto [after, error] = std::from_chars(part.data(), part.data() + part.size(), share);
        if (error != std::errc() || after != part.data() + part.size() || share < 0 ||
            share > kMaxShare) {
            return std::nullopt;
        }
        shares.push_back(share);
        text.remove_prefix(std::min(part.size() + 1, text.size()));
    }
    const bool is_any = std::ranges::any_of(shares, [](Load share) { return share > 0; });
    return is_any && shares.size() == n_gateways ? std::optional(shares) : std::nullopt;
}

// What the running group refuses is refused here, too.
std::optional<Error> set_target(const ReplayArguments& arguments, replay::ReplayOptions& options) {
    const auto* const target = std::ranges::find(
        kTargets, arguments.target, &std::pair<std::string_view, balance::Target>::first);
    if (target == kTargets.end()) {
        return refuse("target", "capacity, equal or shares", arguments.target);
    }
    options.balance.objective.target = target->second;
    const bool is_shares = target->second == balance::Target::shares;
    if (!is_shares && !arguments.shares.empty()) {
        return refuse("target", "shares, as shares are given", arguments.target);
    }
    if (!is_shares) {
        return std::nullopt;
    }
    auto shares = to_shares(arguments.shares, arguments.n_gateways);
    if (!shares) {
        return refuse("shares",
                      "a whole number from 0 to 1000000 for each gateway, with commas between",
                      arguments.shares);
    }
    options.shares = std::move(*shares);
    if (arguments.steered_hosts != 0) {
        return refuse("steer-hosts", "0, as target is shares",
                      std::to_string(arguments.steered_hosts));
    }
    return std::nullopt;
}

}  // namespace

Result<replay::ReplayOptions> to_options(const ReplayArguments& arguments,
                                         const replay::Series& series) {
    replay::ReplayOptions options;
    if (arguments.n_gateways == 0 || arguments.n_gateways > kMaxGateways) {
        return refuse("gateways", "1 to 64", std::to_string(arguments.n_gateways));
    }
    if (!set_capacities(arguments, series, options)) {
        return refuse("capacity", "a volume, or one for each gateway with commas between",
                      arguments.capacity);
    }
    if (arguments.n_vmacs == 0 || arguments.n_vmacs > kMaxVmacs) {
        return refuse("vmacs", "1 to 255", std::to_string(arguments.n_vmacs));
    }
    options.n_vmacs = arguments.n_vmacs;
    const auto* const policy = std::ranges::find(
        kPolicies, arguments.policy, &std::pair<std::string_view, replay::Policy>::first);
    if (policy == kPolicies.end()) {
        return refuse("policy", "least-loaded, round-robin, weighted or host-hash",
                      arguments.policy);
    }
    options.policy = policy->second;
    const auto method = balance::parse_method(arguments.algorithm);
    if (!method) {
        return refuse("algorithm",
                      "sequential, greedy, best-fit, random, exact, even, multifit or portfolio",
                      arguments.algorithm);
    }
    options.balance.method = *method;
    if (arguments.alpha != "auto") {
        const auto alpha = to_quantity(arguments.alpha);
        if (!alpha || !alpha->unit.empty() || !(alpha->number >= 0 && alpha->number <= 1)) {
            return refuse("alpha", "0 to 1, or auto", arguments.alpha);
        }
        options.estimate.alpha =
            static_cast<std::uint32_t>(alpha->number * balance::EstimateOptions::kOne + 0.5);
    }
    options.estimate.interval = series.step;
    if (!arguments.interval.empty()) {
        const auto interval = to_duration(arguments.interval);
        if (!interval || *interval < series.step) {
            return refuse("interval", "a time such as 500ms, 10s or 5min, at least a row's",
                          arguments.interval);
        }
        options.estimate.interval = *interval;
    }
    if (arguments.start != "even" && arguments.start != "random") {
        return refuse("start", "even or random", arguments.start);
    }
    options.start = arguments.start == "even" ? balance::Start::even : balance::Start::random;
    if (auto error = set_target(arguments, options)) {
        return std::move(*error);
    }
    options.balance.max_moves = arguments.max_moves;
    options.steered_hosts = arguments.steered_hosts;
    options.seed = arguments.seed;
    return options;
}

}  // namespace evengate
