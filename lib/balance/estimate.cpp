// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/estimate.hpp"

#include <algorithm>
#include <utility>

namespace evengate::balance {
namespace {

using Wide = __uint128_t;

constexpr std::uint64_t kOne = std::uint64_t{1} << 32;
// A member that was away for longer is as good as new.
constexpr std::int64_t kLongestGap = 1024;
// Until it is known better: an alpha of 0.25.
constexpr std::size_t kFirstChosen = 3;

std::uint64_t square_root(std::uint64_t fixed) {
    // The largest r with r^2 <= fixed * 2^32.
    const Wide square = static_cast<Wide>(fixed) << 32;
    std::uint64_t root = 0;
    for (std::uint64_t bit = kOne; bit != 0; bit >>= 1) {
        const std::uint64_t longer = root | bit;
        if (static_cast<Wide>(longer) * longer <= square) {
            root = longer;
        }
    }
    return root;
}

std::uint64_t multiply(std::uint64_t a, std::uint64_t b) {
    return static_cast<std::uint64_t>((static_cast<Wide>(a) * b + (kOne >> 1)) >> 32);
}

std::uint64_t power(std::uint64_t base, std::uint64_t exponent) {
    std::uint64_t result = kOne;
    for (; exponent != 0; exponent >>= 1) {
        if ((exponent & 1) != 0) {
            result = multiply(result, base);
        }
        base = multiply(base, base);
    }
    return result;
}

}  // namespace

LoadEstimate::LoadEstimate(std::size_t n_gateways, std::size_t n_vmacs,
                           const EstimateOptions& options)
    : gateways_(n_gateways), vmacs_(n_vmacs), cells_(n_gateways * n_vmacs) {
    set_options(options);
}

void LoadEstimate::set_options(const EstimateOptions& options) {
    const bool is_new = options.alpha != options_.alpha || trials_[0].keep_part == 0;
    options_ = options;
    if (!is_new) {
        return;
    }
    // Each trial goes on from what was in use.
    for (PerVmac& vmac : vmacs_) {
        vmac.v.fill(vmac.v[chosen_]);
        vmac.deviation.fill(vmac.deviation[chosen_]);
    }
    n_trials_ = options.alpha ? 1 : kAlphas.size();
    chosen_ = options.alpha ? 0 : kFirstChosen;
    for (std::size_t t = 0; t < n_trials_; ++t) {
        Trial& trial = trials_[t];
        trial.alpha = std::min(options.alpha.value_or(kAlphas[t]), EstimateOptions::kOne);
        trial.keep = kOne - (std::uint64_t{trial.alpha} << 32) / EstimateOptions::kOne;
        trial.keep_part = trial.keep;
        for (int parts = kPartsOfInterval; parts > 1; parts /= 2) {
            trial.keep_part = square_root(trial.keep_part);
        }
        trial.error = 0;
    }
}

void LoadEstimate::set_owners(std::size_t vmac, Gateway owner, Gateway lingering) {
    const bool is_other = std::exchange(vmacs_[vmac].owner, owner) != owner;
    for (std::size_t i = 0; i < gateways_.size(); ++i) {
        Cell& counted = cell(i, vmac);
        if (i != owner && i != lingering) {
            counted.counts = Counts::no;
        } else if (is_other || counted.counts == Counts::no) {
            counted.counts = Counts::from_next_report;
        }
        if (is_other) {
            counted.more = 0;
            counted.has_counted = false;
        }
    }
}

LoadEstimate::Reading LoadEstimate::read(const LoadReport& report) {
    PerGateway& gateway = gateways_[report.gateway];
    const bool is_new = !gateway.is_known || gateway.boot_nonce != report.boot_nonce;
    const Duration elapsed = report.sent_at - gateway.sent_at;
    if (!is_new && elapsed <= Duration::zero()) {
        return Reading::old;
    }
    std::uint64_t of_vmacs = 0;
    for (std::size_t j = 0; j < vmacs_.size(); ++j) {
        Cell& counted = cell(report.gateway, j);
        const std::uint64_t now = report.forwarded[j];
        const bool is_difference = !is_new && now >= counted.last;
        const std::uint64_t more = is_difference ? now - counted.last : 0;
        counted.last = now;
        of_vmacs += counted.counts == Counts::no ? 0 : more;
        if (counted.counts == Counts::yes) {
            counted.more += more;
            counted.has_counted = counted.has_counted || is_difference;
        }
        if (counted.counts == Counts::from_next_report) {
            counted.counts = Counts::yes;
        }
    }
    const auto difference = [&](std::uint64_t now, std::uint64_t& last) {
        const std::uint64_t more = !is_new && now >= last ? now - last : 0;
        last = now;
        return more;
    };
    const std::uint64_t processed = difference(report.processed, gateway.last_processed);
    gateway.more_beside += processed - std::min(processed, of_vmacs);
    gateway.more_received += difference(report.received, gateway.last_received);
    gateway.more_missed += difference(report.missed, gateway.last_missed);
    gateway.sent_at = report.sent_at;
    gateway.boot_nonce = report.boot_nonce;
    gateway.is_known = true;
    if (is_new) {
        return Reading::first;
    }
    gateway.elapsed += elapsed;
    return Reading::added;
}

// A second, in fixed point; with their part of what the port missed.
Load LoadEstimate::rate(std::uint64_t more, const PerGateway& gateway) const {
    constexpr std::uint64_t kSecond = 1'000'000'000;
    Wide offered = static_cast<Wide>(more) << kFraction;
    if (gateway.more_missed != 0 && gateway.more_received != 0) {
        // In two steps, as the product of three does not fit.
        const Wide factor =
            ((static_cast<Wide>(gateway.more_received) + gateway.more_missed) << kFraction) /
            gateway.more_received;
        offered = (offered * factor) >> kFraction;
    }
    const auto elapsed = static_cast<std::uint64_t>(gateway.elapsed.count());
    return static_cast<Load>(offered * kSecond / elapsed);
}

std::uint64_t LoadEstimate::keep_over(const Trial& trial, Duration gap) const {
    const std::int64_t interval = std::max<std::int64_t>(options_.interval.count(), 1);
    const std::int64_t longest = kLongestGap * interval;
    const std::int64_t d = std::clamp<std::int64_t>(gap.count(), 0, longest);
    const auto parts = static_cast<std::uint64_t>(
        std::max<std::int64_t>((d * kPartsOfInterval + interval / 2) / interval, 1));
    const std::uint64_t whole = power(trial.keep, parts / kPartsOfInterval);
    return multiply(whole, power(trial.keep_part, parts % kPartsOfInterval));
}

Load LoadEstimate::mix(Load v, Load u, std::uint64_t keep) {
    const Wide sum = static_cast<Wide>(v) * keep + static_cast<Wide>(u) * (kOne - keep);
    return static_cast<Load>((sum + (kOne >> 1)) >> 32);
}

void LoadEstimate::learn(std::size_t index) {
    PerVmac& vmac = vmacs_[index];
    if (vmac.owner == unassigned) {
        return;
    }
    const PerGateway& owner = gateways_[vmac.owner];
    if (owner.elapsed == Duration::zero()) {
        for (std::size_t t = 0; vmac.is_seen && owner.n_missing < kHeld && t < n_trials_; ++t) {
            vmac.v[t] = mix(vmac.v[t], vmac.u, trials_[t].keep);
        }
        return;
    }
    if (!cell(vmac.owner, index).has_counted) {
        return;
    }
    Load u = 0;
    bool is_censored = false;
    for (std::size_t i = 0; i < gateways_.size(); ++i) {
        const std::uint64_t more = cell(i, index).more;
        if (more != 0 && gateways_[i].elapsed != Duration::zero()) {
            u += rate(more, gateways_[i]);
            is_censored = is_censored || gateways_[i].is_saturated();
        }
    }
    vmac.u = u;
    if (!vmac.is_seen) {
        vmac.is_seen = u != 0;
        vmac.v.fill(u);
        return;
    }
    // What was held is not learnt twice.
    const auto n_held = static_cast<std::int64_t>(std::min(owner.n_missing, kHeld));
    const Duration gap = owner.elapsed - n_held * options_.interval;
    for (std::size_t t = 0; t < n_trials_; ++t) {
        Load& v = vmac.v[t];
        const Load error = u > v ? u - v : v - u;
        const Load whole = error >> kFraction;
        trials_[t].error += static_cast<Wide>(whole);
        if (!is_censored || u > v) {  // rule B2
            v = mix(v, u, keep_over(trials_[t], gap));
            vmac.deviation[t] += (error - vmac.deviation[t]) >> kDeviationShift;
        }
    }
}

void LoadEstimate::choose() {
    // What averages nothing must foretell better by a fifth: where loads are noise, its forecasts are
    // as good as others, and its moves are not.
    const auto error_of = [this](std::size_t t) {
        const Wide error = trials_[t].error;
        return trials_[t].alpha == EstimateOptions::kOne ? error + error / 4 : error;
    };
    for (std::size_t t = 0; t < n_trials_; ++t) {
        if (error_of(t) < error_of(chosen_)) {
            chosen_ = t;
        }
    }
    for (std::size_t t = 0; t < n_trials_; ++t) {
        trials_[t].error -= trials_[t].error >> kErrorShift;
    }
}

void LoadEstimate::end_interval() {
    for (std::size_t j = 0; j < vmacs_.size(); ++j) {
        learn(j);
    }
    choose();
    for (std::size_t i = 0; i < gateways_.size(); ++i) {
        PerGateway& gateway = gateways_[i];
        if (gateway.elapsed == Duration::zero()) {
            ++gateway.n_missing;
            continue;
        }
        const Load beside = rate(gateway.more_beside, gateway);
        gateway.background =
            gateway.has_background
                ? mix(gateway.background, beside, keep_over(trials_[chosen_], gateway.elapsed))
                : beside;
        gateway.has_background = true;
        gateway.was_saturated = gateway.is_saturated();
        gateway.n_missing = 0;
        gateway.elapsed = Duration::zero();
        gateway.more_beside = 0;
        gateway.more_received = 0;
        gateway.more_missed = 0;
        for (std::size_t j = 0; j < vmacs_.size(); ++j) {
            cell(i, j).more = 0;
            cell(i, j).has_counted = false;
        }
    }
}

}  // namespace evengate::balance
