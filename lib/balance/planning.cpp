// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/planning.hpp"

#include <algorithm>
#include <array>

namespace evengate::balance {
namespace {

constexpr std::array kMethods = {
#define X(name) Method::name,
    EVENGATE_PLANNING_METHODS(X)
#undef X
};

}  // namespace

std::string_view to_text(Method method) {
    switch (method) {
#define X(name)        \
    case Method::name: \
        return Method::name == Method::best_fit ? "best-fit" : #name;
        EVENGATE_PLANNING_METHODS(X)
#undef X
    }
    return "";
}

std::optional<Method> parse_method(std::string_view text) {
    const auto* const found = std::ranges::find(kMethods, text, to_text);
    return found == kMethods.end() ? std::nullopt : std::optional(*found);
}

void PlanMaker::make(Method method, const Task& task, const Cost& price, Assignment& plan) {
    FlowOrder& flows = workspace_.flows;
    const auto run_one = [&](Algorithm algorithm) {
        run(algorithm, task.capacities, flows, workspace_, plan);
    };
    flows.sort(task.loads);
    switch (method) {
        case Method::sequential:
            return run_one(Algorithm::sequential);
        case Method::greedy:
            return run_one(Algorithm::greedy);
        case Method::best_fit:
            return run_one(Algorithm::best_fit);
        case Method::even:
            return run_one(Algorithm::even);
        case Method::multifit:
            return run_one(Algorithm::multifit);
        case Method::random:
            random_assignment(task.capacities.size(), task.loads.size(), task.seed, plan);
            return;
        case Method::exact:
            exact_.solve({task.capacities, task.loads}, plan);
            place_rest(task.capacities, flows, workspace_, plan);
            return;
        case Method::portfolio:
            portfolio(task.capacities, flows, price, task.good_enough, workspace_, plan);
            return;
    }
}

}  // namespace evengate::balance
