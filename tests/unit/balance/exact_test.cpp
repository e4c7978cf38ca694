// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/exact.hpp"

#include "balance/paper_search.hpp"
#include "balance/upper_bound.hpp"
#include "catch.hpp"
#include "unit/balance/problems.hpp"

using namespace evengate::balance;

namespace {

constexpr std::uint64_t kNoLimit = ~std::uint64_t{0};

// All lists of so many numbers from 0 to the largest.
template <class Visit>
void for_each_list(std::size_t size, Load largest, Visit visit) {
    std::vector<Load> list(size, 0);
    for (;;) {
        visit(list);
        std::size_t i = 0;
        while (i < size && list[i] == largest) {
            list[i++] = 0;
        }
        if (i == size) {
            return;
        }
        ++list[i];
    }
}

}  // namespace

TEST_CASE("the exact solver finds the optimum of all small instances, and says so") {
    ExactSolver solver(kNoLimit);
    Assignment assignment;
    std::uint64_t n_instances = 0;
    for (const auto& [n_gateways, largest_capacity, n_flows, largest_load] :
         {std::tuple<std::size_t, Load, std::size_t, Load>{1, 6, 3, 4},
          {2, 6, 4, 5},
          {3, 4, 5, 3}}) {
        for_each_list(n_gateways, largest_capacity, [&](const std::vector<Load>& capacities) {
            if (!std::ranges::is_sorted(capacities)) {
                return;
            }
            for_each_list(n_flows, largest_load, [&](const std::vector<Load>& loads) {
                if (!std::ranges::is_sorted(loads)) {
                    return;
                }
                const Problem problem{capacities, loads};
                const ExactResult result = solver.solve(problem, assignment);
                ++n_instances;
                if (!result.proved() || result.value != brute_force(problem) ||
                    processed(problem, assignment) != result.value) {
                    CAPTURE(capacities, loads, result.value, brute_force(problem));
                    FAIL();
                }
            });
        });
    }
    CHECK(n_instances == 7 * 35 + 28 * 126 + 35 * 56);
}

TEST_CASE("the exact solver finds the optimum of random instances, in any order of flows") {
    RandomProblems problems(11);
    ExactSolver solver(kNoLimit);
    Assignment assignment;
    std::uint64_t n_searched = 0;
    for (int i = 0; i < 3000; ++i) {
        const OwnedProblem problem = problems.next(4, 6);
        const ExactResult result = solver.solve(problem.view(), assignment);
        n_searched += result.n_nodes > 0;
        REQUIRE(result.proved());
        REQUIRE(result.value == brute_force(problem.view()));
        REQUIRE(is_valid(problem.view(), assignment));
        REQUIRE(processed(problem.view(), assignment) == result.value);
    }
    // Otherwise only the algorithms before the search were tested.
    CHECK(n_searched > 100);
}

TEST_CASE("a drained gateway is given nothing, not even idle flows") {
    RandomProblems problems(17);
    ExactSolver solver(100);
    Assignment assignment;
    for (int i = 0; i < 3000; ++i) {
        OwnedProblem problem = problems.next(6, 12);
        for (Load& capacity : problem.capacities) {
            capacity *= problems.upto(1);
        }
        solver.solve(problem.view(), assignment);
        REQUIRE(std::ranges::none_of(assignment, [&](Gateway gateway) {
            return gateway != unassigned && problem.capacities[gateway] == 0;
        }));
    }
}

TEST_CASE("the paper's branch and bound finds the same value as the exact solver") {
    RandomProblems problems(12);
    ExactSolver solver(kNoLimit);
    Assignment assignment;
    FlowOrder flows;
    for (int i = 0; i < 2000; ++i) {
        const OwnedProblem problem = problems.next(4, 9);
        flows.sort(problem.loads);
        REQUIRE(paper_search(problem.capacities, flows).value ==
                solver.solve(problem.view(), assignment).value);
    }
}

TEST_CASE("at its limit of nodes the exact solver has a valid assignment and an honest bound") {
    RandomProblems problems(13);
    ExactSolver unlimited(kNoLimit);
    int n_open = 0;
    for (int i = 0; i < 2000; ++i) {
        const OwnedProblem problem = problems.next(5, 10);
        Assignment assignment;
        const Load optimum = unlimited.solve(problem.view(), assignment).value;
        ExactSolver limited(1);
        const ExactResult result = limited.solve(problem.view(), assignment);
        REQUIRE(result.n_nodes <= 1);
        REQUIRE(result.value <= optimum);
        REQUIRE(result.bound >= optimum);
        REQUIRE(processed(problem.view(), assignment) == result.value);
        n_open += !result.proved();
    }
    CHECK(n_open > 0);
}

TEST_CASE("a problem of very many flows is not searched, so that no stack overflows") {
    // Even loads into odd capacities: the bound, which is all capacity, cannot be reached.
    const OwnedProblem problem{std::vector<Load>(8, 50'001), std::vector<Load>(200'004, 2)};
    ExactSolver solver(kNoLimit);
    Assignment assignment;
    const ExactResult result = solver.solve(problem.view(), assignment);
    CHECK_FALSE(result.proved());
    CHECK(result.n_nodes == 0);
    CHECK(result.bound == 8 * 50'001);
    CHECK(result.value == 8 * 50'001 - 4);
}

TEST_CASE("permuting flows or gateways does not change the exact value") {
    RandomProblems problems(14);
    ExactSolver solver(kNoLimit);
    Assignment assignment;
    for (int i = 0; i < 1000; ++i) {
        OwnedProblem problem = problems.next(5, 9);
        const Load value = solver.solve(problem.view(), assignment).value;
        problems.shuffle(problem.loads);
        REQUIRE(solver.solve(problem.view(), assignment).value == value);
        problems.shuffle(problem.capacities);
        REQUIRE(solver.solve(problem.view(), assignment).value == value);
    }
}

TEST_CASE("adding capacity never lowers the exact value") {
    RandomProblems problems(15);
    ExactSolver solver(kNoLimit);
    Assignment assignment;
    for (int i = 0; i < 1000; ++i) {
        OwnedProblem problem = problems.next(5, 9);
        const Load value = solver.solve(problem.view(), assignment).value;
        const auto gateway = static_cast<std::size_t>(
            problems.upto(static_cast<Load>(problem.capacities.size()) - 1));
        problem.capacities[gateway] += problems.upto(20);
        const Load with_more = solver.solve(problem.view(), assignment).value;
        REQUIRE(with_more >= value);
        problem.capacities.push_back(problems.upto(20));
        REQUIRE(solver.solve(problem.view(), assignment).value >= with_more);
    }
}

TEST_CASE("a solver that has solved others gives the same as a new one") {
    RandomProblems problems(16);
    ExactSolver used(500);
    Assignment assignment;
    Assignment other;
    for (int i = 0; i < 1000; ++i) {
        const OwnedProblem problem = problems.next(6, 12);
        ExactSolver fresh(500);
        const ExactResult expected = fresh.solve(problem.view(), other);
        const ExactResult result = used.solve(problem.view(), assignment);
        REQUIRE(assignment == other);
        REQUIRE(result.n_nodes == expected.n_nodes);
    }
}

TEST_CASE("the upper bound knows that few flows use few gateways") {
    FlowOrder flows;
    std::vector<Load> buffer;
    const auto bound = [&](const std::vector<Load>& capacities, const std::vector<Load>& loads) {
        flows.sort(loads);
        return upper_bound(capacities, flows, buffer);
    };
    CHECK(bound({10, 10, 10}, {30}) == 10);
    CHECK(bound({5, 20, 5}, {30, 30}) == 25);
    CHECK(bound({5, 20, 5}, {30, 3}) == 23);
    CHECK(bound({5, 20, 5}, {3, 4}) == 7);
    CHECK(bound({5, 20, 5}, {30, 30, 1, 1, 1, 1, 1, 1}) == 30);
    CHECK(bound({5}, {}) == 0);
    CHECK(bound({}, {5}) == 0);
}
