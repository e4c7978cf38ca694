// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "replay/dispatch.hpp"

#include <algorithm>
#include <numeric>

#include "reroute/flow.hpp"

namespace evengate::replay {
namespace {

using balance::Gateway;

constexpr std::uint64_t kFirstStation = 0x0200'0000'0000;

class Front {
 public:
    Front(const Series& series, const DispatchOptions& options)
        : series_(series), planner_(options.buckets), counts_(options.buckets.n_buckets) {
        run_.interval = options.buckets.interval;
        run_.parts.resize(planner_.n_gateways());
        for (std::uint64_t flow = 0; flow < series.n_flows; ++flow) {
            const std::uint64_t hash = reroute::source_hash({.k0 = options.seed, .k1 = 0},
                                                            MacAddress::from_u64(kFirstStation + flow));
            bucket_of_.push_back(reroute::place_of(hash, options.buckets.n_buckets));
        }
        for (Gateway gateway = 0; gateway < planner_.n_gateways(); ++gateway) {
            planner_.set_up(gateway, TimePoint{});
        }
        static_cast<void>(planner_.end_interval(counts_, TimePoint{}));  // the counters' first reading
        n_moved_at_first_ = planner_.n_moved();
    }

    DispatchRun run() {
        const auto rows_per_interval = static_cast<std::size_t>(run_.interval / series_.step);
        std::vector<std::uint64_t> before = counts_;
        for (std::size_t row = 0; row < series_.n_rows; ++row) {
            for (std::size_t flow = 0; flow < series_.n_flows; ++flow) {
                counts_[bucket_of_[flow]] += static_cast<std::uint64_t>(series_.row(row)[flow]);
            }
            now_ += series_.step;
            if ((row + 1) % rows_per_interval == 0) {
                measure(before);
                before = counts_;
                static_cast<void>(planner_.end_interval(counts_, TimePoint(now_)));
                ++run_.n_intervals;
            }
        }
        run_.n_moved = planner_.n_moved() - n_moved_at_first_;
        const double all = std::accumulate(run_.parts.begin(), run_.parts.end(), 0.0);
        for (double& part : run_.parts) {
            part = all > 0 ? part / all : 0;
        }
        return std::move(run_);
    }

 private:
    void measure(const std::vector<std::uint64_t>& before) {
        std::vector<double> got(planner_.n_gateways());
        double largest = 0;
        double sum = 0;
        for (std::uint32_t bucket = 0; bucket < counts_.size(); ++bucket) {
            const auto volume = static_cast<double>(counts_[bucket] - before[bucket]);
            got[planner_.map().owner(bucket)] += volume;
            largest = std::max(largest, volume);
            sum += volume;
        }
        if (sum == 0) {
            return;
        }
        const std::vector<std::uint32_t> worth = planner_.weights();
        double highest = 0;
        double all_worth = 0;
        for (std::size_t i = 0; i < got.size(); ++i) {
            highest = worth[i] == 0 ? highest : std::max(highest, got[i] / worth[i]);
            all_worth += worth[i];
            run_.parts[i] += got[i];
        }
        run_.max_over_mean.push_back(highest * all_worth / sum);
        run_.largest_bucket.push_back(largest / sum);
    }

    const Series& series_;
    balance::BucketPlanner planner_;
    std::vector<std::uint32_t> bucket_of_;  // by flow
    std::vector<std::uint64_t> counts_;     // by bucket
    std::uint64_t n_moved_at_first_ = 0;
    Duration now_{};
    DispatchRun run_;
};

}  // namespace

DispatchRun dispatch(const Series& series, const DispatchOptions& options) {
    DispatchOptions whole_rows = options;
    Duration& interval = whole_rows.buckets.interval;
    interval = series.step * std::max<std::int64_t>(interval / series.step, 1);
    return Front(series, whole_rows).run();
}

}  // namespace evengate::replay
