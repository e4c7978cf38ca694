// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "reroute/shares.hpp"

#include <cmath>
#include <random>

#include "catch.hpp"

namespace evengate::reroute {
namespace {

// Connections come to three targets by weight; each has a rate and a life with a heavy tail, and
// stays where it is.
class Servers {
 public:
    explicit Servers(uint64_t seed) : random_(seed) {}

    std::vector<double> bias = {1, 1, 1};  // what a target gets for its weight
    std::vector<Processed> counts = std::vector<Processed>(3);

    void run_interval(std::span<const uint32_t> weights, int n_new) {
        std::vector<double> pull;
        for (size_t i = 0; i < weights.size(); ++i) {
            pull.push_back(weights[i] * bias[i]);
        }
        std::discrete_distribution<size_t> choose(pull.begin(), pull.end());
        for (int i = 0; i < n_new; ++i) {
            const size_t target = choose(random_);
            ++counts[target].connections;
            flows_.push_back({target, static_cast<uint64_t>(pareto(5, 1.5, 500)),
                              static_cast<int>(pareto(4, 1.5, 100))});
        }
        for (Flow& flow : flows_) {
            counts[flow.target].packets += flow.packets;
            --flow.n_left;
        }
        std::erase_if(flows_, [](const Flow& flow) { return flow.n_left <= 0; });
    }

 private:
    struct Flow {
        size_t target;
        uint64_t packets;  // an interval
        int n_left;        // intervals
    };

    double pareto(double least, double shape, double most) {
        const double u = std::uniform_real_distribution<double>(1e-9, 1)(random_);
        return std::min(most, least * std::pow(u, -1 / shape));
    }

    std::mt19937_64 random_;
    std::vector<Flow> flows_;
};

struct Run {
    std::vector<std::vector<double>> packets;      // by interval and target: the interval's share
    std::vector<std::vector<double>> connections;  // as packets
    std::vector<std::vector<uint32_t>> weights;    // by interval
};

Run run(Servers& servers, SharesSteering& steering, std::span<const uint32_t> wanted, int n) {
    Run result;
    steering.end_interval(servers.counts, wanted);
    for (int interval = 0; interval < n; ++interval) {
        const std::vector<Processed> before = servers.counts;
        servers.run_interval(steering.weights(), 4000);
        steering.end_interval(servers.counts, wanted);
        double packets = 0;
        double connections = 0;
        for (size_t i = 0; i < before.size(); ++i) {
            packets += static_cast<double>(servers.counts[i].packets - before[i].packets);
            connections +=
                static_cast<double>(servers.counts[i].connections - before[i].connections);
        }
        result.packets.emplace_back();
        result.connections.emplace_back();
        for (size_t i = 0; i < before.size(); ++i) {
            result.packets.back().push_back(
                static_cast<double>(servers.counts[i].packets - before[i].packets) / packets);
            result.connections.back().push_back(
                static_cast<double>(servers.counts[i].connections - before[i].connections) /
                connections);
        }
        result.weights.emplace_back(steering.weights().begin(), steering.weights().end());
    }
    return result;
}

double mean(const std::vector<std::vector<double>>& shares, size_t target, size_t from, size_t to) {
    double sum = 0;
    for (size_t interval = from; interval < to; ++interval) {
        sum += shares[interval][target];
    }
    return sum / static_cast<double>(to - from);
}

constexpr uint32_t kWanted[] = {50, 30, 20};
constexpr double kShares[] = {0.5, 0.3, 0.2};

TEST_CASE("shares of packets and connections are within 2 % after ten intervals, and stay so") {
    const auto seed = GENERATE(1U, 2U, 3U, 4U);
    Servers servers(seed);
    SharesSteering steering;
    const Run result = run(servers, steering, kWanted, 200);
    for (size_t target = 0; target < 3; ++target) {
        for (size_t from = 10; from + 10 <= 200; from += 10) {
            CHECK(std::abs(mean(result.packets, target, from, from + 10) - kShares[target]) < 0.02);
            CHECK(std::abs(mean(result.connections, target, from, from + 10) - kShares[target]) <
                  0.02);
        }
    }
}

TEST_CASE("targets that get more or less than their weight are corrected after ten intervals") {
    const auto seed = GENERATE(1U, 2U, 3U, 4U);
    Servers servers(seed);
    servers.bias = {1.25, 0.9, 0.75};  // without steering: 62, 27 and 15 %, of 104
    SharesSteering steering;
    const Run result = run(servers, steering, kWanted, 300);
    for (size_t target = 0; target < 3; ++target) {
        for (size_t from = 10; from + 10 <= 300; from += 10) {
            CAPTURE(target, from);
            CHECK(std::abs(mean(result.connections, target, from, from + 10) - kShares[target]) <
                  0.02);
            CHECK(std::abs(mean(result.packets, target, from, from + 10) - kShares[target]) < 0.02);
        }
    }
}

TEST_CASE("once there, weights neither swing nor change each interval") {
    Servers servers(9);
    servers.bias = {1.25, 0.9, 0.75};
    SharesSteering steering;
    const Run result = run(servers, steering, kWanted, 400);
    size_t n_changes = 0;
    for (size_t interval = 101; interval < 400; ++interval) {
        n_changes += result.weights[interval] != result.weights[interval - 1] ? 1 : 0;
    }
    CHECK(n_changes < 100);
    for (size_t target = 0; target < 3; ++target) {
        uint32_t least = ~0U;
        uint32_t most = 0;
        for (size_t interval = 100; interval < 400; ++interval) {
            least = std::min(least, result.weights[interval][target]);
            most = std::max(most, result.weights[interval][target]);
        }
        CHECK(most - least < SharesSteering::kTotal / 20);
    }
}

TEST_CASE("weights are bounded however wrong the shares are") {
    SharesSteering steering;
    std::vector<Processed> counts(2);
    constexpr uint32_t kHalves[] = {1, 1};
    for (int i = 0; i < 500; ++i) {
        steering.end_interval(counts, kHalves);
        counts[0].packets += 1000;  // all, whatever the weights
    }
    CHECK(steering.weights()[0] == SharesSteering::kTotal / 2 / 4);
    CHECK(steering.weights()[1] <= SharesSteering::kTotal / 2 * 4);
    CHECK(steering.weights()[1] > SharesSteering::kTotal / 2);
    CHECK(steering.measured_share(0) == SharesSteering::kTotal);
}

TEST_CASE("what so few connections are off by chance moves no weights") {
    SharesSteering steering;
    constexpr uint32_t kHalves[] = {1, 1};
    std::vector<Processed> counts(2);
    steering.end_interval(counts, kHalves);
    const auto weights_after = [&](uint64_t first, uint64_t second) {
        counts[0] = {counts[0].packets + 10 * first, counts[0].connections + first};
        counts[1] = {counts[1].packets + 10 * second, counts[1].connections + second};
        steering.end_interval(counts, kHalves);
        return steering.weights()[0];
    };
    // Of 100, 45 is one standard deviation of what would be fair.
    CHECK(weights_after(46, 54) == SharesSteering::kTotal / 2);
    CHECK(weights_after(40, 60) > SharesSteering::kTotal / 2);
}

TEST_CASE("steering goes on from what another decided, and from there follows what it measures") {
    SharesSteering steering;
    constexpr uint32_t kInForce[] = {600, 1000, 1400};
    constexpr uint32_t kThirds[] = {1000, 1000, 1000};
    std::vector<Processed> counts(3, {5'000'000, 7000});
    const bool has_measured = GENERATE(false, true);
    for (int i = 0; has_measured && i < 5; ++i) {
        steering.end_interval(counts, kThirds);
        for (Processed& count : counts) {
            count = {count.packets + 100'000, count.connections + 10'000};
        }
    }
    steering.go_on_from(kInForce, kThirds);
    for (size_t i = 0; i < 3; ++i) {
        CHECK(steering.weights()[i] == Approx(SharesSteering::kTotal / 3000.0 * kInForce[i]).margin(2));
    }
    // With these weights all get what they should.
    for (int i = 0; i < 20; ++i) {
        for (Processed& count : counts) {
            count = {count.packets + 100'000, count.connections + 10'000};
        }
        steering.end_interval(counts, kThirds);
        CHECK(steering.weights()[0] == Approx(SharesSteering::kTotal / 5.0).margin(2));
    }
    // And now the first one does not.
    for (int i = 0; i < 20; ++i) {
        counts[0] = {counts[0].packets + 50'000, counts[0].connections + 5'000};
        counts[1] = {counts[1].packets + 100'000, counts[1].connections + 10'000};
        counts[2] = {counts[2].packets + 150'000, counts[2].connections + 15'000};
        steering.end_interval(counts, kThirds);
    }
    CHECK(steering.weights()[0] > SharesSteering::kTotal / 4);
}

TEST_CASE("without traffic the weights are what is wanted, and 0 stays 0") {
    SharesSteering steering;
    const std::vector<Processed> counts(3);
    constexpr uint32_t kTwo[] = {300, 0, 100};
    for (int i = 0; i < 20; ++i) {
        steering.end_interval(counts, kTwo);
        CHECK(std::vector<uint32_t>(steering.weights().begin(), steering.weights().end()) ==
              std::vector<uint32_t>{750'000, 0, 250'000});
    }
    constexpr uint32_t kNone[] = {0, 0, 0};
    steering.end_interval(counts, kNone);
    CHECK(steering.weights()[0] == 0);
}

TEST_CASE("a member that restarts counts from then on") {
    SharesSteering steering;
    std::vector<Processed> counts = {{1'000'000, 100}, {1'000'000, 100}};
    constexpr uint32_t kHalves[] = {1, 1};
    steering.end_interval(counts, kHalves);
    counts = {{1'000'500, 150}, {0, 0}};
    steering.end_interval(counts, kHalves);
    counts = {{1'001'000, 200}, {500, 50}};
    steering.end_interval(counts, kHalves);
    CHECK(steering.measured_share(0) + steering.measured_share(1) <= SharesSteering::kTotal);
    CHECK(steering.measured_share(0) == Approx(666'666).margin(2'000));
}

}  // namespace
}  // namespace evengate::reroute
