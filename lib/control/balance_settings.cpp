// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/balance_settings.hpp"

namespace evengate::control {
namespace {

// Of millionths: the nearest of the engine's 1/1024.
uint32_t to_1024ths(uint32_t millionths) {
    return static_cast<uint32_t>((uint64_t{millionths} * 1024 + 500'000) / 1'000'000);
}

balance::Method to_method(settings::BalanceAlgorithm algorithm) {
    using settings::BalanceAlgorithm;
    switch (algorithm) {
        case BalanceAlgorithm::sequential:
            return balance::Method::sequential;
        case BalanceAlgorithm::greedy:
            return balance::Method::greedy;
        case BalanceAlgorithm::best_fit:
            return balance::Method::best_fit;
        case BalanceAlgorithm::random:
            return balance::Method::random;
        case BalanceAlgorithm::exact:
            return balance::Method::exact;
        case BalanceAlgorithm::even:
            return balance::Method::even;
        case BalanceAlgorithm::multifit:
            return balance::Method::multifit;
        case BalanceAlgorithm::off:
        case BalanceAlgorithm::portfolio:
            break;
    }
    return balance::Method::portfolio;
}

balance::Target to_target(settings::BalanceTarget target) {
    switch (target) {
        case settings::BalanceTarget::equal:
            return balance::Target::equal;
        case settings::BalanceTarget::shares:
            return balance::Target::shares;
        case settings::BalanceTarget::capacity:
            break;
    }
    return balance::Target::capacity;
}

group::Decider to_decider(settings::Decider decider) {
    switch (decider) {
        case settings::Decider::lowest_id:
            return group::Decider::lowest_id;
        case settings::Decider::everyone:
            return group::Decider::everyone;
        case settings::Decider::avg:
            break;
    }
    return group::Decider::avg;
}

}  // namespace

group::BalanceSettings to_balance_settings(const settings::Balance& balance) {
    using group::BalanceSettings;
    BalanceSettings settings;
    settings.use = balance.algorithm == settings::BalanceAlgorithm::off ? BalanceSettings::Use::off
                                                                        : BalanceSettings::Use::on;
    settings.decide = to_decider(balance.decide);
    settings.start = balance.start == settings::Start::random ? balance::Start::random
                                                              : balance::Start::even;
    settings.rounds.method = to_method(balance.algorithm);
    settings.rounds.objective.headroom = to_1024ths(balance.headroom);
    settings.rounds.objective.evenness = to_1024ths(balance.evenness);
    settings.rounds.objective.load_moved = to_1024ths(balance.load_moved);
    settings.rounds.objective.vmacs_moved = to_1024ths(balance.vmacs_moved);
    settings.rounds.objective.target = to_target(balance.target);
    settings.rounds.max_moves = balance.max_moves;
    settings.rounds.min_gain = to_1024ths(balance.min_gain);
    settings.rounds.dwell = balance.dwell;
    settings.rounds.no_return = balance.no_return;
    settings.rounds.quiet = balance.quiet;
    settings.estimate.alpha = balance.alpha;
    settings.estimate.interval = balance.interval;
    settings.plan_interval = balance.plan_interval;
    for (const settings::BalanceShare& share : balance.shares) {
        settings.shares.push_back({.member = share.member, .share = share.share});
    }
    return settings;
}

}  // namespace evengate::control
