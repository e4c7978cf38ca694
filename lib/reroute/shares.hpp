// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: weights that bring what is processed to predetermined shares (rule D3). Fixed point. Pure.
// Thread: any. Used by: control.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/time.hpp"

namespace evengate::reroute {

struct Processed {
    uint64_t packets = 0;      // since start, of all members
    uint64_t connections = 0;  // new ones, since start; 0 throughout where nobody counts them
};

struct SharesOptions {
    Duration window = std::chrono::seconds(10);  // of the moving average
    Duration interval = std::chrono::seconds(1);
};

// Steers new connections only, as those that exist stay: a plant with two lags, that of the average
// and that of the connections' lives. So the weight follows the error (P) for speed, and its sum
// (I) slowly, for what is wrong for good, as targets whose connections are heavier.
class SharesSteering {
 public:
    // Weights that are given out add up to about this.
    static constexpr uint32_t kTotal = 1'000'000;

    explicit SharesSteering(const SharesOptions& options = {}) : options_(options) {}

    // Ends an interval: the counts up to now, by target (or member), and the shares that are
    // wanted, as weights in any unit; 0: gets nothing. Counts that fell are those of a fresh start,
    // and count from then on. Another number of targets starts afresh.
    void end_interval(std::span<const Processed> counts, std::span<const uint32_t> wanted);

    // Instead of a first or next interval: goes on from what another decided where this is wanted. Both are
    // weights in the same unit.
    void go_on_from(std::span<const uint32_t> in_force, std::span<const uint32_t> wanted);

    // By target; between a quarter and four times the wanted share of kTotal. They stay as they are
    // while each share is within kCloseEnough of what is wanted, or within what so few connections as came are
    // off by chance (their standard deviation).
    [[nodiscard]] std::span<const uint32_t> weights() const { return weights_; }
    // The mean of its shares of packets and connections, in 1/kTotal; over the window.
    [[nodiscard]] uint32_t measured_share(size_t target) const;

    static constexpr uint32_t kCloseEnough = kTotal / 200;

 private:
    struct Target {
        Processed last;
        uint64_t packets = 0;      // averages, with kFraction bits behind the point
        uint64_t connections = 0;  // as packets
        int64_t error_sum = 0;     // in 1/kTotal of the wanted share
    };

    void begin(size_t n_targets);
    void average(std::span<const Processed> counts);
    // All in 1/kTotal.
    [[nodiscard]] int64_t error_of(size_t target, int64_t wanted_share) const;
    [[nodiscard]] int64_t close_enough(int64_t wanted_share) const;
    // steer(target, error in parts of its wanted share) is the factor of that share, within bounds.
    template <class Steer>
    void set_weights(std::span<const uint32_t> wanted, uint64_t all_wanted, const Steer& steer);

    SharesOptions options_;
    std::vector<Target> targets_;
    std::vector<uint32_t> weights_;
    uint64_t n_intervals_ = 0;
    bool has_counted_ = false;  // whether there is a last count
};

}  // namespace evengate::reroute
