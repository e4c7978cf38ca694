// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/balance_report.hpp"

#include <algorithm>
#include <string>

#include "balance/balancer.hpp"
#include "balance/estimate.hpp"
#include "control/group_words.hpp"

namespace evengate::control {
namespace {

admin::BalanceRoundReport to_report(const group::BalanceRound& round, const MemberNames& name_of,
                                    TimePoint now) {
    admin::BalanceRoundReport report{.age = now - round.at,
                                     .reason = std::string(balance::name_of(round.decision.reason)),
                                     .text = balance::to_text(round.decision),
                                     .moves = {}};
    for (const group::BalanceMove& move : round.moves) {
        report.moves.push_back({.vmac = move.vmac,
                                .from = name_of(move.from),
                                .to = name_of(move.to),
                                .load_pps = move.load_pps});
    }
    return report;
}

void fill_gateways(const group::BalanceView& view, const MemberNames& name_of,
                   admin::BalanceReport& report) {
    uint64_t load = 0;
    uint64_t capacity = 0;
    double highest = 0;
    for (const group::BalanceGatewayView& gateway : view.gateways) {
        const uint64_t carried = gateway.load_pps + gateway.background_pps;
        admin::BalanceGatewayReport& filled = report.gateways.emplace_back();
        filled.member = name_of(gateway.member);
        filled.capacity_pps = gateway.capacity_pps;
        filled.load_pps = gateway.load_pps;
        filled.background_pps = gateway.background_pps;
        filled.n_vmacs = gateway.n_vmacs;
        filled.saturated = gateway.is_saturated;
        if (gateway.capacity_pps != 0) {
            filled.utilisation =
                static_cast<double>(carried) / static_cast<double>(gateway.capacity_pps);
            load += carried;
            capacity += gateway.capacity_pps;
            highest = std::max(highest, filled.utilisation);
        }
    }
    if (load != 0) {
        report.imbalance = highest * static_cast<double>(capacity) / static_cast<double>(load);
    }
}

}  // namespace

void fill_balance(const group::BalanceView& view, const MemberNames& name_of, TimePoint now,
                  admin::GroupReport& report) {
    admin::BalanceReport& filled = report.balance.emplace();
    const bool is_on = view.settings.use == group::BalanceSettings::Use::on;
    filled.algorithm = is_on ? balance::to_text(view.settings.rounds.method) : "off";
    filled.decide = to_word(view.settings.decide);
    filled.decider = name_of(view.decider);
    filled.decides_here = is_on && view.decides_here;
    filled.interval = view.settings.estimate.interval;
    filled.alpha = static_cast<double>(view.alpha) / balance::EstimateOptions::kOne;
    filled.alpha_is_chosen = !view.settings.estimate.alpha.has_value();
    filled.rounds = view.n_rounds;
    filled.disagreements = view.n_disagreements;
    for (size_t i = 0; i < group::kMoveCauseCount; ++i) {
        filled.moves.push_back({std::string(to_word(static_cast<group::MoveCause>(i))),
                                view.n_moves[i]});
    }
    fill_gateways(view, name_of, filled);
    if (!view.gateways.empty()) {
        filled.dry_run = to_report(view.dry_run, name_of, now);
    }
    for (const group::BalanceRound& round : view.history) {
        filled.history.push_back(to_report(round, name_of, now));
    }
    for (admin::VmacReport& vmac : report.vmacs) {
        if (vmac.number.value <= view.loads.size()) {
            vmac.load_pps = view.loads[vmac.number.value - 1u];
        }
    }
}

}  // namespace evengate::control
