// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what each vMAC brings and each gateway has besides, smoothed as in the paper's on-line
// scheme (v_{k+1} = alpha u_k + (1 - alpha) v_k), from the members' cumulative counts (rules
// B1-B3). Fixed point throughout. Pure. Thread: any. Used by: control, replay.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "balance/problem.hpp"
#include "base/time.hpp"

namespace evengate::balance {

// Of one measure: packets, or bytes; a group that limits both keeps two estimates.
struct LoadReport {
    Gateway gateway = 0;
    std::uint64_t boot_nonce = 0;              // of the counters
    Duration sent_at{};                        // the sender's monotonic clock
    std::span<const std::uint64_t> forwarded;  // by vMAC: what it forwarded, since its start
    std::uint64_t processed = 0;  // all that it forwarded, of whatever kind, since its start
    std::uint64_t received = 0;   // packets of the port, since its start
    std::uint64_t missed = 0;     // rx_missed and rx_nombuf of the port, since its start
};

struct EstimateOptions {
    static constexpr std::uint32_t kOne = 1'000'000;
    // 0 .. kOne; 0: never learns. Empty: of kAlphas that which foretold all vMACs best of late, so
    // that steady traffic is averaged and bursts that last are followed.
    std::optional<std::uint32_t> alpha;
    Duration interval = std::chrono::seconds(1);
};

class LoadEstimate {
 public:
    static constexpr std::array<std::uint32_t, 7> kAlphas = {
        20'000, 50'000, 100'000, 200'000, 350'000, 500'000, 1'000'000};

    LoadEstimate(std::size_t n_gateways, std::size_t n_vmacs, const EstimateOptions& options);

    // What was learnt stays.
    void set_options(const EstimateOptions& options);

    // Who forwards for the vMAC from now on, and who still does so beside it; unassigned: nobody.
    // A report that spans a change of owners says nothing of the vMAC, since two members' reports
    // are not of the same moments; until there is one that begins behind it, what was learnt stays.
    void set_owners(std::size_t vmac, Gateway owner, Gateway lingering = unassigned);

    enum class Reading : std::uint8_t {
        added,
        first,  // or the first since a restart: only differences count
        old,    // not newer than the last, ignored
    };
    // Not checked: the gateway exists, and there is a count for each vMAC.
    Reading read(const LoadReport& report);

    // Ends the interval: what was read becomes u, and v is brought on. Call it once an interval.
    void end_interval();

    // Units: packets (or bytes) a second; T times this is the paper's v.
    [[nodiscard]] Load load(std::size_t vmac) const { return to_load(vmacs_[vmac].v[chosen_]); }
    // The alpha in use. Units: EstimateOptions::kOne.
    [[nodiscard]] std::uint32_t alpha() const { return trials_[chosen_].alpha; }
    // Mean distance of u from the v that had foretold it; what the load is likely to be off by.
    [[nodiscard]] Load deviation(std::size_t vmac) const {
        return to_load(vmacs_[vmac].deviation[chosen_]);
    }
    // What the gateway forwards beside the vMACs, smoothed alike.
    [[nodiscard]] Load background(std::size_t gateway) const {
        return to_load(gateways_[gateway].background);
    }
    // Whether the gateway missed packets in the last interval.
    [[nodiscard]] bool is_saturated(std::size_t gateway) const {
        return gateways_[gateway].was_saturated;
    }

 private:
    static constexpr int kFraction = 16;         // bits of v and u behind the point
    static constexpr std::uint32_t kHeld = 2;    // intervals
    static constexpr int kPartsOfInterval = 16;  // how finely gaps are told apart
    static constexpr std::uint64_t kCensoredPart = 256;  // of all, missed: less is a burst's loss
    static constexpr int kErrorShift = 6;        // errors fade by 1/64 an interval
    static constexpr int kDeviationShift = 3;    // the deviation's own alpha is 1/8

    enum class Counts : std::uint8_t { no, from_next_report, yes };

    struct Cell {  // of one gateway and one vMAC
        std::uint64_t last = 0;
        std::uint64_t more = 0;  // since the interval began
        Counts counts = Counts::no;
        bool has_counted = false;  // since the interval began
    };
    struct PerGateway {
        std::uint64_t boot_nonce = 0;
        std::uint64_t last_processed = 0;
        std::uint64_t last_received = 0;
        std::uint64_t last_missed = 0;
        std::uint64_t more_beside = 0;
        std::uint64_t more_received = 0;
        std::uint64_t more_missed = 0;
        Duration sent_at{};
        Duration elapsed{};           // of what was read since the interval began; 0: nothing
        std::uint32_t n_missing = 0;  // intervals in a row
        Load background = 0;
        bool has_background = false;
        bool is_known = false;
        bool was_saturated = false;

        // Rule B2: it could not take what it was offered.
        [[nodiscard]] bool is_saturated() const {
            return more_missed * kCensoredPart > more_received + more_missed;
        }
    };
    struct PerVmac {
        Gateway owner = unassigned;
        bool is_seen = false;
        Load u = 0;
        std::array<Load, kAlphas.size()> v{};          // by trial
        std::array<Load, kAlphas.size()> deviation{};  // by trial
    };
    struct Trial {
        std::uint32_t alpha = 0;
        std::uint64_t keep = 0;       // 1 - alpha, in 1/2^32
        std::uint64_t keep_part = 0;  // its 16th root
        __uint128_t error = 0;        // squares of what was foretold wrongly, the old ones fading
    };

    static Load to_load(Load fixed) { return (fixed + (Load{1} << (kFraction - 1))) >> kFraction; }
    [[nodiscard]] Cell& cell(std::size_t gateway, std::size_t vmac) {
        return cells_[gateway * vmacs_.size() + vmac];
    }
    [[nodiscard]] Load rate(std::uint64_t more, const PerGateway& gateway) const;
    // (1 - alpha)^(d/T) in 1/2^32.
    [[nodiscard]] std::uint64_t keep_over(const Trial& trial, Duration gap) const;
    [[nodiscard]] static Load mix(Load v, Load u, std::uint64_t keep);
    void learn(std::size_t vmac);

    void choose();

    EstimateOptions options_;
    std::array<Trial, kAlphas.size()> trials_{};
    std::size_t n_trials_ = 1;
    std::size_t chosen_ = 0;
    std::vector<PerGateway> gateways_;
    std::vector<PerVmac> vmacs_;
    std::vector<Cell> cells_;
};

}  // namespace evengate::balance
