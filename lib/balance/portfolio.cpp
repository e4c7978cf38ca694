// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/portfolio.hpp"

#include <array>

#include "balance/multifit.hpp"

namespace evengate::balance {
namespace {

constexpr std::array kNames = {
#define X(name, text) std::string_view(text),
    EVENGATE_BALANCE_ALGORITHMS(X)
#undef X
};

// Those that spread come first: of equal results theirs is the more even.
constexpr std::array kInOrder = {Algorithm::even, Algorithm::multifit, Algorithm::greedy,
                                 Algorithm::best_fit, Algorithm::sequential};
static_assert(kInOrder[0] == Algorithm::even && kInOrder[1] == Algorithm::multifit);

}  // namespace

std::string_view name_of(Algorithm algorithm) {
    return kNames[static_cast<std::size_t>(algorithm)];
}

std::optional<Algorithm> try_algorithm(std::string_view name) {
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        if (kNames[i] == name) {
            return static_cast<Algorithm>(i);
        }
    }
    return std::nullopt;
}

Cost lost_load(const Problem& problem) {
    return [&problem](std::span<const Gateway> assignment) {
        Load total = 0;
        for (const Load load : problem.loads) {
            total += load;
        }
        return static_cast<__int128_t>(total - processed(problem, assignment));
    };
}

void run(Algorithm algorithm, std::span<const Load> capacities, const FlowOrder& flows,
         Workspace& workspace, Assignment& assignment) {
    switch (algorithm) {
        case Algorithm::sequential:
            sequential(scale(capacities, least_theta(capacities, flows), workspace), flows,
                       assignment);
            break;
        case Algorithm::greedy:
            greedy(capacities, flows, workspace, assignment);
            break;
        case Algorithm::best_fit:
            best_fit(scale(capacities, least_theta(capacities, flows), workspace), flows, workspace,
                     assignment);
            break;
        case Algorithm::even:
            even(capacities, flows, workspace, assignment);
            return;
        case Algorithm::multifit:
        case Algorithm::portfolio:
            multifit(capacities, flows, workspace, assignment);
            return;
    }
    place_rest(capacities, flows, workspace, assignment);
}

PortfolioResult portfolio(std::span<const Load> capacities, const FlowOrder& flows,
                          const Cost& cost, __int128_t good_enough, Workspace& workspace,
                          Assignment& assignment) {
    PortfolioResult best;
    Assignment& candidate = workspace.candidate;
    for (const Algorithm algorithm : kInOrder) {
        if (algorithm == Algorithm::multifit) {
            // It begins with even, which is what is kept so far.
            candidate = assignment;
            tighten(capacities, flows, workspace, candidate);
        } else {
            run(algorithm, capacities, flows, workspace, candidate);
        }
        const __int128_t candidate_cost = cost(candidate);
        if (algorithm == kInOrder.front() || candidate_cost < best.cost) {
            best = {algorithm, candidate_cost};
            assignment.swap(candidate);
        }
        if (best.cost <= good_enough) {
            break;
        }
    }
    return best;
}

void solve(Algorithm algorithm, const Problem& problem, Workspace& workspace,
           Assignment& assignment) {
    workspace.flows.sort(problem.loads);
    if (algorithm == Algorithm::portfolio) {
        portfolio(problem.capacities, workspace.flows, lost_load(problem), 0, workspace,
                  assignment);
    } else {
        run(algorithm, problem.capacities, workspace.flows, workspace, assignment);
    }
}

}  // namespace evengate::balance
