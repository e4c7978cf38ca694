// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/portfolio.hpp"

#include "balance/multifit.hpp"
#include "catch.hpp"
#include "unit/balance/problems.hpp"

using namespace evengate::balance;

TEST_CASE("even and multifit are even at every load where greedy and best-fit are not") {
    RandomProblems problems(5);
    // Rule B6: capacities 2:1:1, 64 flows by Zipf, 30 % load.
    OwnedProblem problem{{2'000'000, 1'000'000, 1'000'000}, {}};
    for (int rank = 1; rank <= 64; ++rank) {
        problem.loads.push_back(1'200'000 * 100 / 474 / rank);
    }
    problems.shuffle(problem.loads);
    Workspace workspace;
    Assignment assignment;
    workspace.flows.sort(problem.loads);
    CHECK(highest_over_mean(problem, solved(Algorithm::even, problem)) < 1.01);
    CHECK(highest_over_mean(problem, solved(Algorithm::multifit, problem)) < 1.01);
    greedy(problem.capacities, workspace.flows, workspace, assignment);
    CHECK(highest_over_mean(problem, assignment) > 1.5);
    best_fit(problem.capacities, workspace.flows, workspace, assignment);
    CHECK(highest_over_mean(problem, assignment) > 3);
}

TEST_CASE("multifit packs where placing one by one cannot, and is never less even than even") {
    const OwnedProblem pairs{{10, 10}, {3, 3, 2, 2, 2}};
    CHECK(gateway_loads(pairs, solved(Algorithm::even, pairs)) == std::vector<Load>{7, 5});
    CHECK(gateway_loads(pairs, solved(Algorithm::multifit, pairs)) == std::vector<Load>{6, 6});

    RandomProblems problems(7);
    int n_bisected = 0;
    for (int i = 0; i < 1000; ++i) {
        OwnedProblem problem = problems.next(6, 25);
        problem.loads.push_back(1);
        for (Load& capacity : problem.capacities) {
            ++capacity;
        }
        const double by_even = highest_over_mean(problem, solved(Algorithm::even, problem));
        const double by_multifit = highest_over_mean(problem, solved(Algorithm::multifit, problem));
        REQUIRE(by_multifit <= by_even * 1.000001);
        // Between even's and the least share, which is tried first: found by bisection.
        FlowOrder flows;
        flows.sort(problem.loads);
        const auto capacity =
            std::accumulate(problem.capacities.begin(), problem.capacities.end(), Load{0});
        const double least = static_cast<double>(least_theta(problem.capacities, flows).steps) /
                             (1 << Theta::kBits) / static_cast<double>(flows.total()) *
                             static_cast<double>(capacity);
        n_bisected += by_multifit < by_even * 0.99 && by_multifit > least * 1.01;
    }
    CHECK(n_bisected > 20);
}

TEST_CASE(
    "the portfolio keeps the cheapest by the cost it is given, and stops when it is good enough") {
    const OwnedProblem problem{{10, 10, 10}, {5, 5, 4, 4, 3, 3, 3, 3}};
    Workspace workspace;
    Assignment assignment;
    workspace.flows.sort(problem.loads);
    int n_calls = 0;
    const Cost most_on_first = [&](std::span<const Gateway> candidate) -> __int128_t {
        ++n_calls;
        return -std::ranges::count(candidate, Gateway{0});
    };
    const PortfolioResult result =
        portfolio(problem.capacities, workspace.flows, most_on_first, -100, workspace, assignment);
    CHECK(n_calls == 5);
    CHECK(result.cost == most_on_first(assignment));
    for (const Algorithm algorithm : {Algorithm::even, Algorithm::greedy, Algorithm::sequential}) {
        CHECK(result.cost <= most_on_first(solved(algorithm, problem)));
    }
    n_calls = 0;
    static_cast<void>(
        portfolio(problem.capacities, workspace.flows, most_on_first, 0, workspace, assignment));
    CHECK(n_calls == 1);
}

TEST_CASE("the portfolio is as good as the best of its algorithms, each run alone") {
    RandomProblems problems(8);
    Workspace workspace;
    Assignment assignment;
    for (int i = 0; i < 500; ++i) {
        const OwnedProblem problem = problems.next(8, 30);
        // Uneven on purpose, so that each algorithm wins now and then.
        const Cost cost = [&](std::span<const Gateway> candidate) -> __int128_t {
            return std::ranges::count(candidate, static_cast<Gateway>(i % 8)) +
                   1000 * lost_load(problem.view())(candidate);
        };
        __int128_t least = 0;
        for (const Algorithm algorithm : {Algorithm::even, Algorithm::multifit, Algorithm::greedy,
                                          Algorithm::best_fit, Algorithm::sequential}) {
            const __int128_t alone = cost(solved(algorithm, problem));
            least = algorithm == Algorithm::even ? alone : std::min(least, alone);
        }
        workspace.flows.sort(problem.loads);
        const PortfolioResult result =
            portfolio(problem.capacities, workspace.flows, cost, -1, workspace, assignment);
        REQUIRE((result.cost == least));
        REQUIRE((cost(assignment) == least));
    }
}

TEST_CASE("algorithms are found by the name they are printed with") {
    for (const Algorithm algorithm :
         {Algorithm::sequential, Algorithm::best_fit, Algorithm::portfolio}) {
        CHECK(try_algorithm(name_of(algorithm)) == algorithm);
    }
    CHECK(name_of(Algorithm::best_fit) == "best-fit");
    CHECK_FALSE(try_algorithm("best_fit").has_value());
}
