// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/algorithms.hpp"

#include "balance/portfolio.hpp"
#include "balance/upper_bound.hpp"
#include "catch.hpp"
#include "unit/balance/problems.hpp"

using namespace evengate::balance;

namespace {

constexpr int kProblems = 3000;

// The flows as the paper has them, without the packed keys.
std::vector<std::size_t> descending(const std::vector<Load>& loads) {
    std::vector<std::size_t> flows(loads.size());
    std::iota(flows.begin(), flows.end(), 0);
    std::ranges::stable_sort(flows, [&](size_t a, size_t b) { return loads[a] > loads[b]; });
    return flows;
}

Gateway most_left(const std::vector<Load>& left) {
    return static_cast<Gateway>(std::ranges::max_element(left) - left.begin());
}

Assignment naive_greedy(const OwnedProblem& problem) {
    Assignment assignment(problem.loads.size(), unassigned);
    std::vector<Load> left = problem.capacities;
    for (const size_t flow : descending(problem.loads)) {
        const Gateway gateway = most_left(left);
        if (left[gateway] <= 0) {
            break;
        }
        assignment[flow] = gateway;
        left[gateway] -= problem.loads[flow];
    }
    return assignment;
}

Assignment naive_best_fit(const OwnedProblem& problem) {
    Assignment assignment(problem.loads.size(), unassigned);
    std::vector<Load> left = problem.capacities;
    for (const size_t flow : descending(problem.loads)) {
        Gateway gateway = most_left(left);
        if (left[gateway] <= 0) {
            break;
        }
        for (size_t i = 0; i < left.size(); ++i) {
            const bool fits = left[i] >= std::max<Load>(problem.loads[flow], 1);
            if (fits && (left[i] < left[gateway] || (left[i] == left[gateway] && i < gateway))) {
                gateway = static_cast<Gateway>(i);
            }
        }
        assignment[flow] = gateway;
        left[gateway] -= problem.loads[flow];
    }
    return assignment;
}

// In exact quotients; equal ones may be told apart by the fixed point, so that only loads are
// compared.
std::vector<Load> naive_even_loads(const OwnedProblem& problem) {
    std::vector<Load> loads(problem.capacities.size(), 0);
    for (const size_t flow : descending(problem.loads)) {
        size_t best = loads.size();
        for (size_t i = 0; i < loads.size(); ++i) {
            const Load with = loads[i] + problem.loads[flow];
            if (problem.capacities[i] == 0) {
                continue;
            }
            if (best == loads.size()) {
                best = i;
                continue;
            }
            const auto mine = static_cast<__int128_t>(with) * problem.capacities[best];
            const auto its =
                static_cast<__int128_t>(loads[best] + problem.loads[flow]) * problem.capacities[i];
            if (mine < its || (mine == its && problem.capacities[i] > problem.capacities[best])) {
                best = i;
            }
        }
        if (best < loads.size()) {
            loads[best] += problem.loads[flow];
        }
    }
    return loads;
}

}  // namespace

TEST_CASE("the paper's worked example comes out as printed") {
    const OwnedProblem problem{{10, 10, 10}, {5, 5, 4, 4, 3, 3, 3, 3}};
    Workspace workspace;
    Assignment assignment;
    workspace.flows.sort(problem.loads);
    sequential(problem.capacities, workspace.flows, assignment);
    CHECK(processed(problem.view(), assignment) == 29);
    greedy(problem.capacities, workspace.flows, workspace, assignment);
    CHECK(processed(problem.view(), assignment) == 28);
    best_fit(problem.capacities, workspace.flows, workspace, assignment);
    CHECK(processed(problem.view(), assignment) == 29);
    CHECK(brute_force({std::span(problem.capacities).first(2), problem.loads}) == 20);
}

TEST_CASE("greedy and best-fit choose as their definition does, gateway by gateway") {
    RandomProblems problems(1);
    Workspace workspace;
    Assignment assignment;
    for (int i = 0; i < kProblems; ++i) {
        const OwnedProblem problem = problems.next(20, 100);
        workspace.flows.sort(problem.loads);
        greedy(problem.capacities, workspace.flows, workspace, assignment);
        REQUIRE(assignment == naive_greedy(problem));
        best_fit(problem.capacities, workspace.flows, workspace, assignment);
        REQUIRE(assignment == naive_best_fit(problem));
    }
}

TEST_CASE("even chooses as its definition does") {
    RandomProblems problems(2);
    Workspace workspace;
    Assignment assignment;
    int n_other_ties = 0;
    for (int i = 0; i < kProblems; ++i) {
        const OwnedProblem problem = problems.next(20, 100);
        workspace.flows.sort(problem.loads);
        even(problem.capacities, workspace.flows, workspace, assignment);
        n_other_ties += gateway_loads(problem, assignment) != naive_even_loads(problem);
    }
    // Where two gateways of unequal capacity tie exactly, rounding may prefer the other one.
    CHECK(n_other_ties < kProblems / 20);
}

TEST_CASE("flows stand in descending order, equal ones in their own, few or many, small or large") {
    RandomProblems problems(3);
    FlowOrder order;
    for (const size_t n_flows :
         {size_t{0}, size_t{1}, size_t{2}, size_t{100}, size_t{511}, size_t{512}, size_t{5000}}) {
        for (const Load largest : {Load{0}, Load{1}, Load{100}, Load{1} << 22, kMaxLoad}) {
            std::vector<Load> loads(n_flows);
            std::ranges::generate(loads, [&] { return problems.upto(largest); });
            order.sort(loads);
            const std::vector<size_t> expected = descending(loads);
            REQUIRE(order.size() == n_flows);
            REQUIRE(order.total() == std::accumulate(loads.begin(), loads.end(), Load{0}));
            for (size_t place = 0; place < n_flows; ++place) {
                REQUIRE(order.flow(place) == expected[place]);
                REQUIRE(order.load(place) == loads[expected[place]]);
            }
        }
    }
}

TEST_CASE("no algorithm returns an invalid assignment, and none exceeds the upper bound") {
    RandomProblems problems(4);
    Workspace workspace;
    Assignment assignment;
    std::vector<Load> buffer;
    for (int i = 0; i < kProblems; ++i) {
        const OwnedProblem problem = problems.next(12, 60);
        workspace.flows.sort(problem.loads);
        const Load bound = upper_bound(problem.capacities, workspace.flows, buffer);
        const auto check = [&] {
            REQUIRE(is_valid(problem.view(), assignment));
            REQUIRE(processed(problem.view(), assignment) <= bound);
        };
        sequential(problem.capacities, workspace.flows, assignment);
        check();
        greedy(problem.capacities, workspace.flows, workspace, assignment);
        check();
        best_fit(problem.capacities, workspace.flows, workspace, assignment);
        check();
        random_assignment(problem.capacities.size(), problem.loads.size(), 7, assignment);
        check();
        for (const Algorithm algorithm :
             {Algorithm::sequential, Algorithm::greedy, Algorithm::best_fit, Algorithm::even,
              Algorithm::multifit, Algorithm::portfolio}) {
            solve(algorithm, problem.view(), workspace, assignment);
            check();
            const bool has_capacity =
                std::ranges::any_of(problem.capacities, [](Load c) { return c > 0; });
            REQUIRE(std::ranges::count(assignment, unassigned) ==
                    (has_capacity ? 0 : static_cast<long>(problem.loads.size())));
            // Rule B8: what is drained is given nothing, not even idle flows.
            const bool uses_drained = std::ranges::any_of(assignment, [&](Gateway gateway) {
                return gateway != unassigned && problem.capacities[gateway] == 0;
            });
            REQUIRE_FALSE(uses_drained);
        }
    }
}

TEST_CASE("at the limits of loads and gateways nothing overflows") {
    const OwnedProblem problem{std::vector<Load>(kMaxGateways, kMaxLoad),
                               std::vector<Load>(20'000, kMaxLoad)};
    for (const Algorithm algorithm : {Algorithm::greedy, Algorithm::even, Algorithm::portfolio}) {
        const Assignment assignment = solved(algorithm, problem);
        const std::vector<Load> loads = gateway_loads(problem, assignment);
        CHECK(std::ranges::max(loads) <= 20 * kMaxLoad);
        CHECK(std::ranges::min(loads) >= kMaxLoad);
        CHECK(processed(problem.view(), assignment) == static_cast<Load>(kMaxGateways) * kMaxLoad);
    }
    const OwnedProblem tiny{{1, kMaxLoad}, std::vector<Load>(1000, kMaxLoad)};
    CHECK(is_valid(tiny.view(), solved(Algorithm::portfolio, tiny)));
}

TEST_CASE(
    "what is unassigned goes where it makes the least quotient, and nothing else is touched") {
    const std::vector<Load> capacities{100, 50, 0, 50};
    const std::vector<Load> loads{40, 10, 30, 5};
    Workspace workspace;
    workspace.flows.sort(loads);
    Assignment assignment{0, unassigned, unassigned, 2};
    place_rest(capacities, workspace.flows, workspace, assignment);
    // 30: (40+30)/100 = 0.7, 30/50 = 0.6, the first of two; 10: 50/100, 40/50, 10/50.
    CHECK(assignment == Assignment{0, 3, 1, 2});
}

TEST_CASE(
    "permuting flows changes no value, and permuting gateways none of greedy, best-fit, even") {
    RandomProblems problems(6);
    for (int i = 0; i < 500; ++i) {
        const OwnedProblem problem = problems.next(10, 50);
        OwnedProblem flows_permuted = problem;
        problems.shuffle(flows_permuted.loads);
        OwnedProblem gateways_permuted = problem;
        problems.shuffle(gateways_permuted.capacities);
        Workspace workspace;
        Assignment assignment;
        const auto value = [&](const OwnedProblem& of, Algorithm algorithm) {
            workspace.flows.sort(of.loads);
            switch (algorithm) {
                case Algorithm::sequential:
                    sequential(of.capacities, workspace.flows, assignment);
                    break;
                case Algorithm::greedy:
                    greedy(of.capacities, workspace.flows, workspace, assignment);
                    break;
                case Algorithm::best_fit:
                    best_fit(of.capacities, workspace.flows, workspace, assignment);
                    break;
                default:
                    run(algorithm, of.capacities, workspace.flows, workspace, assignment);
            }
            return processed(of.view(), assignment);
        };
        for (const Algorithm algorithm :
             {Algorithm::sequential, Algorithm::greedy, Algorithm::best_fit, Algorithm::even,
              Algorithm::multifit}) {
            REQUIRE(value(problem, algorithm) == value(flows_permuted, algorithm));
            // Two gateways may be equal in their rounded shares alone: multifit then takes the
            // first.
            if (algorithm != Algorithm::sequential && algorithm != Algorithm::multifit) {
                REQUIRE(value(problem, algorithm) == value(gateways_permuted, algorithm));
            }
        }
    }
}

TEST_CASE("sequential depends on the order of gateways") {
    Workspace workspace;
    Assignment assignment;
    const std::vector<Load> loads{6, 5};
    workspace.flows.sort(loads);
    for (const auto& [capacities, value] :
         {std::pair{std::vector<Load>{10, 4}, 10}, {std::vector<Load>{4, 10}, 9}}) {
        sequential(capacities, workspace.flows, assignment);
        CHECK(processed({capacities, loads}, assignment) == value);
    }
}

TEST_CASE("random depends on its seed alone and uses all gateways alike") {
    Assignment first;
    Assignment second;
    random_assignment(7, 70'000, 1, first);
    random_assignment(7, 70'000, 1, second);
    CHECK(first == second);
    random_assignment(7, 70'000, 2, second);
    CHECK(first != second);
    for (Gateway gateway = 0; gateway < 7; ++gateway) {
        const auto n_flows = std::ranges::count(first, gateway);
        CHECK((n_flows > 9'600 && n_flows < 10'400));
    }
}
