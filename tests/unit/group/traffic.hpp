// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what hosts send through the members on a bus, and the members' reports of it. Thread: the test's. Used by: tests of
// balancing.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "bus.hpp"

namespace evengate::group {

using namespace std::chrono_literals;

// What hosts send, and what the members' counters say of it.
class Traffic {
 public:
    static constexpr Duration kInterval = 100ms;

    explicit Traffic(Bus& bus) : bus_(bus) {}

    std::map<uint8_t, uint64_t> rates;           // packets a second, by vMAC
    std::map<uint64_t, uint64_t> capacities;     // packets a second, by member
    uint64_t background = 0;                     // of member 1, beside the vMACs
    double kept = 0;                             // of what is free, for other groups
    uint64_t mute = 0;                           // the member that does not report; 0: none
    std::function<void()> check = [] {};

    void run(int n_intervals) {
        for (int i = 0; i < n_intervals; ++i) {
            bus_.run(kInterval - kOnTheWay, [this] { check(); });
            report_all();
        }
    }
    [[nodiscard]] uint64_t load_of(uint64_t n) {
        uint64_t load = 0;
        for (const auto& [vmac, rate] : rates) {
            const auto owners = bus_.owners(vmac);
            load += std::count(owners.begin(), owners.end(), n) != 0 ? rate : 0;
        }
        return load;
    }
    // Highest utilisation over the mean.
    [[nodiscard]] double imbalance() {
        double highest = 0;
        double load = 0;
        double capacity = 0;
        for (const auto& [n, of_member] : capacities) {
            const auto carried = static_cast<double>(load_of(n));
            highest = std::max(highest, carried / static_cast<double>(of_member));
            load += carried;
            capacity += static_cast<double>(of_member);
        }
        return highest / (load / capacity);
    }

 private:
    static constexpr Duration kOnTheWay = 5ms;

    // The AVG first; the others when they hear it.
    void report_all() {
        std::map<uint64_t, TimePoint> heard;
        for (uint64_t n = 1; n <= bus_.size(); ++n) {
            if (bus_.at(n).engine) {
                heard[n] = bus_.engine(n).avg_reported_at(Bus::kGroup);
            }
        }
        for (const auto& [n, at] : heard) {
            if (bus_.state(n) == glbp::VgState::active) {
                report(n);
            }
        }
        bus_.run(kOnTheWay, [this] { check(); });
        for (const auto& [n, at] : heard) {
            if (bus_.engine(n).avg_reported_at(Bus::kGroup) != at) {
                report(n);
            }
        }
    }
    void report(uint64_t n) {
        if (!bus_.at(n).engine || n == mute) {
            return;
        }
        auto& counters = counters_[n];
        uint64_t packets = 0;
        for (const auto& [vmac, rate] : rates) {
            const auto owners = bus_.owners(vmac);
            if (std::count(owners.begin(), owners.end(), n) != 0) {
                counters[vmac] += rate / 10;
            }
            packets += counters[vmac];
        }
        processed_beside_ += n == 1 ? background / 10 : 0;
        packets += n == 1 ? processed_beside_ : 0;
        std::vector<glbp::VmacCount> counts;
        for (const auto& [vmac, count] : counters) {
            if (count != 0) {
                counts.push_back({.vmac = vmac, .packets = count, .bytes = 64 * count});
            }
        }
        const uint64_t load = load_of(n);
        const auto free = static_cast<double>(capacities[n] - std::min(load, capacities[n]));
        bus_.step(n, LoadMeasured{.group = Bus::kGroup,
                                  .capacity_pps = capacities[n],
                                  .load_pps = load,
                                  .group_load_pps = load,
                                  .granted_pps = load + static_cast<uint64_t>((1 - kept) * free),
                                  .report = {.counted_at_ns = static_cast<uint64_t>(bus_.now.time_since_epoch().count()),
                                             .packets = packets,
                                             .bytes = 64 * packets,
                                             .received = packets,
                                             .missed = 0,
                                             .n_counts = 0},
                                  .counts = counts});
    }

    Bus& bus_;
    std::map<uint64_t, std::map<uint8_t, uint64_t>> counters_;
    uint64_t processed_beside_ = 0;
};

using Capacities = std::vector<uint64_t>;

inline void add_balanced(Bus& bus, const Capacities& capacities, const std::function<void(GroupOptions&)>& change = {}) {
    for (const uint64_t capacity : capacities) {
        bus.add(100, [&](GroupOptions& options) {
            options.capacity_pps = capacity;
            options.linger = 500ms;
            options.balance.estimate.interval = Traffic::kInterval;
            options.balance.rounds.dwell = 950ms;
            options.balance.rounds.quiet = {};
            if (change) {
                change(options);
            }
        });
    }
    bus.run(1s);
}

inline const Capacities kUneven{12'000, 6'000, 3'000};

// A heavy tail, and capacities 4:2:1.
inline void make_uneven(Traffic& traffic) {
    for (uint8_t vmac = 1; vmac <= 16; ++vmac) {
        traffic.rates[vmac] = 4000u / vmac;
    }
    for (size_t i = 0; i < kUneven.size(); ++i) {
        traffic.capacities[i + 1] = kUneven[i];
    }
}

inline std::array<std::vector<uint64_t>, 16> all_owners(Bus& bus) {
    std::array<std::vector<uint64_t>, 16> owners;
    for (uint8_t vmac = 1; vmac <= 16; ++vmac) {
        owners.at(vmac - 1u) = bus.owners(vmac);
    }
    return owners;
}

inline uint64_t find_avg(Bus& bus) {
    uint64_t avg = 1;
    while (!bus.at(avg).engine || bus.state(avg) != glbp::VgState::active) {
        ++avg;
    }
    return avg;
}

inline BalanceView balance_of(Bus& bus, uint64_t n) {
    return *bus.engine(n).balance_view(Bus::kGroup, bus.now);
}

}  // namespace evengate::group
