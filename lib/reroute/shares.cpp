// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "reroute/shares.hpp"

#include <algorithm>
#include <cstdlib>
#include <numeric>

namespace evengate::reroute {
namespace {

constexpr int kFraction = 8;
// The weight is wanted * (1 + kFollow * error + sum of errors / kSumPart). With the average's lag
// of ten intervals this is stable however long connections live: 1/kSumPart < (1 + kFollow) / 10.
constexpr int64_t kFollow = 3;
constexpr int64_t kSumPart = 10;
constexpr int64_t kMostSum = 10;  // errors of a whole share: all of the share through the sum
constexpr int64_t kMost = 4;      // times, and parts, of what is wanted
constexpr int64_t kOne = SharesSteering::kTotal;

// An average over the intervals there were, until there were as many as the window holds.
uint64_t mixed(uint64_t average, uint64_t latest, uint64_t n_intervals) {
    latest <<= kFraction;
    return latest >= average ? average + (latest - average) / n_intervals
                             : average - (average - latest) / n_intervals;
}

int64_t share(uint64_t part, uint64_t all) {
    return static_cast<int64_t>(static_cast<__uint128_t>(part) * SharesSteering::kTotal / all);
}

uint64_t square_root(uint64_t value) {
    uint64_t root = 0;
    for (uint64_t bit = uint64_t{1} << 31; bit != 0; bit >>= 1) {
        if ((root | bit) * (root | bit) <= value) {
            root |= bit;
        }
    }
    return root;
}

uint64_t sum_of(std::span<const uint32_t> weights) {
    return std::accumulate(weights.begin(), weights.end(), uint64_t{0});
}

}  // namespace

void SharesSteering::begin(size_t n_targets) {
    targets_.assign(n_targets, {});
    weights_.assign(n_targets, 0);
    n_intervals_ = 0;
    has_counted_ = false;
}

void SharesSteering::average(std::span<const Processed> counts) {
    if (!has_counted_) {
        for (size_t i = 0; i < counts.size(); ++i) {
            targets_[i].last = counts[i];
        }
        has_counted_ = true;
        return;
    }
    const auto window = static_cast<uint64_t>(
        std::max<Duration::rep>(1, options_.window / std::max(options_.interval, Duration(1))));
    n_intervals_ = std::min(n_intervals_ + 1, window);
    for (size_t i = 0; i < counts.size(); ++i) {
        Target& target = targets_[i];
        const Processed& count = counts[i];
        const bool is_fresh =
            count.packets < target.last.packets || count.connections < target.last.connections;
        const Processed more =
            is_fresh ? Processed{}
                     : Processed{.packets = count.packets - target.last.packets,
                                 .connections = count.connections - target.last.connections};
        target.last = count;
        target.packets = mixed(target.packets, more.packets, n_intervals_);
        target.connections = mixed(target.connections, more.connections, n_intervals_);
    }
}

uint32_t SharesSteering::measured_share(size_t target) const {
    uint64_t packets = 0;
    uint64_t connections = 0;
    for (const Target& other : targets_) {
        packets += other.packets;
        connections += other.connections;
    }
    const Target& found = targets_[target];
    if (packets == 0) {
        return 0;
    }
    const int64_t of_packets = share(found.packets, packets);
    const int64_t of_connections =
        connections == 0 ? of_packets : share(found.connections, connections);
    return static_cast<uint32_t>((of_packets + of_connections) / 2);
}

int64_t SharesSteering::error_of(size_t target, int64_t wanted_share) const {
    const bool has_counts = std::ranges::any_of(targets_, [](const Target& each) { return each.packets != 0; });
    return has_counts ? wanted_share - measured_share(target) : 0;
}

// What is off by chance is not worth moving slots for.
int64_t SharesSteering::close_enough(int64_t wanted_share) const {
    uint64_t connections = 0;
    for (const Target& target : targets_) {
        connections += target.connections;
    }
    const uint64_t n_came = connections * n_intervals_ >> kFraction;
    const auto variance = static_cast<uint64_t>(wanted_share * (int64_t{kTotal} - wanted_share));
    const uint64_t deviation = n_came == 0 ? 0 : square_root(variance / n_came);
    return static_cast<int64_t>(std::max<uint64_t>(deviation, kCloseEnough));
}

template <class Steer>
void SharesSteering::set_weights(std::span<const uint32_t> wanted, uint64_t all_wanted, const Steer& steer) {
    for (size_t i = 0; i < wanted.size(); ++i) {
        const int64_t wanted_share = share(wanted[i], all_wanted);
        if (wanted_share == 0) {
            weights_[i] = wanted[i] == 0 ? 0 : 1;
            continue;
        }
        const int64_t error = std::clamp(error_of(i, wanted_share) * kOne / wanted_share, -kOne, kOne);
        const int64_t factor = std::clamp(steer(i, error), kOne / kMost, kOne * kMost);
        weights_[i] = static_cast<uint32_t>(std::max<int64_t>(1, wanted_share * factor / kOne));
    }
}

void SharesSteering::go_on_from(std::span<const uint32_t> in_force, std::span<const uint32_t> wanted) {
    const uint64_t all_wanted = sum_of(wanted);
    if (all_wanted == 0) {
        return;
    }
    if (targets_.size() != wanted.size()) {
        begin(wanted.size());
    }
    set_weights(wanted, all_wanted, [&](size_t target, int64_t error) {
        const int64_t factor = std::clamp(int64_t{in_force[target]} * kOne / int64_t{wanted[target]}, kOne / kMost, kOne * kMost);
        // What the sum would have to be for this factor.
        targets_[target].error_sum =
            std::clamp((factor - kOne - kFollow * error) * kSumPart, -kMostSum * kOne, kMostSum * kOne);
        return factor;
    });
}

void SharesSteering::end_interval(std::span<const Processed> counts,
                                  std::span<const uint32_t> wanted) {
    const uint64_t all_wanted = sum_of(wanted);
    const bool begins = targets_.size() != counts.size();
    if (begins) {
        begin(counts.size());
    }
    average(counts);
    if (all_wanted == 0) {
        std::fill(weights_.begin(), weights_.end(), 0);
        return;
    }
    bool is_close = !begins;
    for (size_t i = 0; i < counts.size(); ++i) {
        const int64_t wanted_share = share(wanted[i], all_wanted);
        is_close = is_close && std::abs(error_of(i, wanted_share)) < close_enough(wanted_share) &&
                   (weights_[i] != 0) == (wanted[i] != 0) && weights_[i] <= wanted_share * kMost &&
                   weights_[i] >= wanted_share / kMost;
    }
    if (is_close) {
        return;
    }
    set_weights(wanted, all_wanted, [&](size_t target, int64_t error) {
        int64_t& sum = targets_[target].error_sum;
        sum = std::clamp(sum + error, -kMostSum * kOne, kMostSum * kOne);
        return kOne + kFollow * error + sum / kSumPart;
    });
}

}  // namespace evengate::reroute
