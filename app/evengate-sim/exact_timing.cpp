// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "evengate-sim/exact_timing.hpp"

#include <algorithm>
#include <chrono>
#include <random>

#include "balance/exact.hpp"
#include "balance/instances.hpp"

namespace evengate {
namespace {

using balance::Instances;
using balance::Load;
using Clock = std::chrono::steady_clock;

constexpr int kPasses = 5;
constexpr std::size_t kHardest = 1000;
// No instance of the paper comes near it.
constexpr std::uint64_t kNodeLimit = 1'000'000;

double ns_since(Clock::time_point start) {
    return std::chrono::duration<double, std::nano>(Clock::now() - start).count();
}

// Loads of many instances, one behind the other, a byte each: 8 would measure the memory.
class StoredInstances {
 public:
    explicit StoredInstances(std::size_t n_flows) : n_flows_(n_flows), loads_(n_flows) {}

    void add(std::span<const Load> loads) {
        std::ranges::transform(loads, std::back_inserter(bytes_),
                               [](Load load) { return static_cast<std::uint8_t>(load); });
    }
    [[nodiscard]] std::size_t size() const { return bytes_.size() / n_flows_; }
    // Good until the next call.
    std::span<const Load> operator[](std::size_t index) {
        std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(index * n_flows_), n_flows_,
                    loads_.begin());
        return loads_;
    }

 private:
    std::size_t n_flows_;
    std::vector<std::uint8_t> bytes_;
    std::vector<Load> loads_;
};

struct Solved {
    std::uint64_t n_nodes;
    std::size_t index;
};

class RowTiming {
 public:
    explicit RowTiming(balance::PaperSize size)
        : size_(size), capacities_(size.n_gateways, Instances::kCapacity), all_(size.n_flows) {}

    ExactTiming measure() {
        count_nodes();
        time_in_order();
        time_shuffled();
        time_hardest();
        return timing_;
    }

 private:
    balance::ExactResult solve(std::span<const Load> loads) {
        const balance::ExactResult result = solver_.solve({capacities_, loads}, assignment_);
        // Used, so that no pass can be left out.
        timing_.n_open += !result.proved();
        return result;
    }

    void count_nodes() {
        for (Instances instances(size_.n_flows); !instances.at_end(); instances.advance()) {
            const std::uint64_t n_nodes = solve(instances.loads()).n_nodes;
            timing_.mean_nodes += static_cast<double>(n_nodes);
            timing_.max_nodes = std::max(timing_.max_nodes, n_nodes);
            hardest_.push_back({n_nodes, all_.size()});
            all_.add(instances.loads());
        }
        timing_.mean_nodes /= static_cast<double>(all_.size());
        std::ranges::stable_sort(hardest_, std::greater<>(), &Solved::n_nodes);
        hardest_.resize(std::min(hardest_.size(), kHardest));
    }

    void time_in_order() {
        for (int pass = 0; pass < kPasses; ++pass) {
            const Clock::time_point start = Clock::now();
            for (Instances instances(size_.n_flows); !instances.at_end(); instances.advance()) {
                solve(instances.loads());
            }
            keep_least(timing_.mean_ns, ns_since(start) / static_cast<double>(all_.size()), pass);
        }
    }

    void time_shuffled() {
        std::vector<std::size_t> order(all_.size());
        for (std::size_t i = 0; i < order.size(); ++i) {
            order[i] = i;
        }
        std::ranges::shuffle(order, std::mt19937_64(1));
        StoredInstances shuffled(size_.n_flows);
        for (const std::size_t index : order) {
            shuffled.add(all_[index]);
        }
        for (int pass = 0; pass < kPasses; ++pass) {
            const Clock::time_point start = Clock::now();
            for (std::size_t i = 0; i < shuffled.size(); ++i) {
                solve(shuffled[i]);
            }
            keep_least(timing_.mean_shuffled_ns, ns_since(start) / static_cast<double>(all_.size()),
                       pass);
        }
    }

    // Pass after pass over all of them: the same instance five times in turn would be learnt by the
    // processor.
    void time_hardest() {
        std::vector<double> least(hardest_.size());
        for (int pass = 0; pass < kPasses; ++pass) {
            for (std::size_t i = 0; i < hardest_.size(); ++i) {
                const std::span<const Load> loads = all_[hardest_[i].index];
                const Clock::time_point start = Clock::now();
                solve(loads);
                keep_least(least[i], ns_since(start), pass);
            }
        }
        timing_.worst_ns = least.empty() ? 0 : std::ranges::max(least);
    }

    static void keep_least(double& least, double value, int pass) {
        least = pass == 0 ? value : std::min(least, value);
    }

    balance::PaperSize size_;
    std::vector<Load> capacities_;
    balance::ExactSolver solver_{kNodeLimit};
    balance::Assignment assignment_;
    StoredInstances all_;
    std::vector<Solved> hardest_;
    ExactTiming timing_;
};

}  // namespace

ExactTiming time_exact(balance::PaperSize size) {
    return RowTiming(size).measure();
}

}  // namespace evengate
