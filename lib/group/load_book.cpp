// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "group/load_book.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "group/vmac_range.hpp"

namespace evengate::group {
namespace {

// Intervals without a report of a live member.
constexpr int kPatience = 3;

balance::Decision blind() {
    return {.moves = {}, .reason = balance::Reason::blind};
}

}  // namespace

LoadBook::LoadBook(const BalanceSettings& settings, uint8_t n_vmacs)
    : n_vmacs_(n_vmacs),
      patience_(kPatience * settings.estimate.interval),
      estimate_(kPlaces, n_vmacs, settings.estimate),
      balancer_(settings.rounds, n_vmacs),
      owners_(n_vmacs) {}

void LoadBook::set(const BalanceSettings& settings) {
    patience_ = kPatience * settings.estimate.interval;
    estimate_.set_options(settings.estimate);
    balancer_.set_options(settings.rounds);
}

LoadBook::Step LoadBook::hear(Place place, uint64_t boot_nonce, const glbp::LoadReport& report,
                              std::span<const glbp::VmacCount> counts, TimePoint now) {
    Draft& draft = drafts_[place];
    const bool is_same_life = draft.boot_nonce == boot_nonce && !draft.packets.empty();
    if (is_same_life && report.counted_at_ns < draft.report.counted_at_ns) {
        return Step::incomplete;
    }
    if (!is_same_life || report != draft.report) {
        draft.boot_nonce = boot_nonce;
        draft.report = report;
        draft.heard.reset();
        draft.packets.assign(n_vmacs_, 0);
    }
    for (const glbp::VmacCount& count : counts) {
        draft.heard.set(count.vmac);
        if (count.vmac <= n_vmacs_) {
            draft.packets[count.vmac - 1u] = count.packets;
        }
    }
    if (draft.heard.count() != report.n_counts) {
        return Step::incomplete;
    }
    const auto reading = estimate_.read({.gateway = place,
                                         .boot_nonce = boot_nonce,
                                         .sent_at = std::chrono::nanoseconds(report.counted_at_ns),
                                         .forwarded = draft.packets,
                                         .processed = report.packets,
                                         .received = report.received,
                                         .missed = report.missed});
    if (reading == balance::LoadEstimate::Reading::old) {
        return Step::incomplete;
    }
    reported_at_[place] = now;
    return Step::complete;
}

void LoadBook::set_owner(uint8_t vmac, Place owner, Duration linger, TimePoint now) {
    Owner& known = owners_[vmac - 1u];
    const bool is_over = known.before != balance::unassigned && now - known.since >= linger;
    if (known.now == owner && !is_over) {
        return;
    }
    known.before = is_over ? balance::unassigned : known.before;
    if (known.now != owner) {
        known = {.now = owner, .before = known.now, .since = now};
    }
    estimate_.set_owners(vmac - 1u, known.now, known.before);
}

void LoadBook::end_interval() {
    estimate_.end_interval();
    total_ = 0;
    for (const uint8_t n : VmacRange(n_vmacs_)) {
        total_ += load(n);
    }
}

bool LoadBook::all_report(const Field& field, TimePoint now) const {
    for (size_t i = 0; i < kPlaces; ++i) {
        if (field.capacities[i] != 0 && now - reported_at_[i] > patience_) {
            return false;
        }
    }
    return true;
}

bool LoadBook::is_idle(uint8_t vmac) const {
    return load(vmac) <= balance::idle_load(total(), n_vmacs_);
}

void LoadBook::note_move(uint8_t vmac, Place from, TimePoint now) {
    balancer_.note_move(vmac - 1u, from, now);
}

balance::Load LoadBook::beside(const Field& field, Place place) const {
    return std::clamp<balance::Load>(std::max(estimate_.background(place), field.kept[place]), 0, balance::kMaxLoad);
}

balance::RoundInput LoadBook::make_input(const Field& field) const {
    loads_.clear();
    deviations_.clear();
    holders_.clear();
    is_eligible_.clear();
    backgrounds_.clear();
    for (const uint8_t n : VmacRange(n_vmacs_)) {
        const bool is_held = owner(n) != balance::unassigned;
        loads_.push_back(is_held ? std::min(load(n), balance::kMaxLoad) : 0);
        deviations_.push_back(is_held ? std::min(estimate_.deviation(n - 1u), balance::kMaxLoad) : 0);
        holders_.push_back(is_held ? owner(n) : 0);
        is_eligible_.push_back(is_held && field.may_move[n] ? 1 : 0);
    }
    bool is_missing = false;
    for (size_t i = 0; i < kPlaces; ++i) {
        backgrounds_.push_back(beside(field, static_cast<Place>(i)));
        is_missing = is_missing || (field.capacities[i] != 0 && is_saturated(static_cast<Place>(i)));
    }
    using Losses = balance::RoundInput::Losses;
    return {.capacities = field.capacities,
            .backgrounds = backgrounds_,
            .shares = field.shares,
            .loads = loads_,
            .deviations = deviations_,
            .owners = holders_,
            .is_eligible = is_eligible_,
            .losses = is_missing ? Losses::seen : Losses::none,
            .seed = field.seed};
}

BalanceRound LoadBook::describe(balance::Decision decision, const Field& field, TimePoint now) const {
    BalanceRound round{.at = now, .decision = std::move(decision), .moves = {}};
    for (const balance::Move& move : round.decision.moves) {
        const auto number = static_cast<uint8_t>(move.vmac + 1);
        round.moves.push_back({.vmac = VmacNumber(number),
                               .from = field.members[move.from],
                               .to = field.members[move.to],
                               .load_pps = static_cast<uint64_t>(load(number))});
    }
    return round;
}

const BalanceRound& LoadBook::round(const Field& field, TimePoint now) {
    ++n_rounds_;
    if (history_.size() == kHistory) {
        history_.pop_front();
    }
    balance::Decision decision =
        all_report(field, now) ? balancer_.round(now, make_input(field)) : blind();
    return history_.emplace_back(describe(std::move(decision), field, now));
}

BalanceRound LoadBook::dry_run(const Field& field, TimePoint now) const {
    return describe(all_report(field, now) ? balancer_.dry_run(now, make_input(field)) : blind(), field, now);
}

}  // namespace evengate::group
