// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/partial.hpp"

#include "balance/algorithms.hpp"
#include "catch.hpp"
#include "unit/balance/problems.hpp"

using namespace evengate::balance;

namespace {

// Visits every feasible solution of version 2 with integer amounts.
template <class Visit>
class AllPartial {
 public:
    AllPartial(const OwnedProblem& problem, Visit visit)
        : problem_(problem),
          visit_(visit),
          left_(problem.capacities),
          portions_(problem.loads.size()) {}

    void run(std::size_t flow = 0) {
        if (flow == portions_.size()) {
            visit_(portions_);
            return;
        }
        portions_[flow] = {};
        run(flow + 1);
        for (std::size_t i = 0; i < left_.size(); ++i) {
            for (Load amount = 1; amount <= std::min(problem_.loads[flow], left_[i]); ++amount) {
                portions_[flow] = {static_cast<Gateway>(i), amount};
                left_[i] -= amount;
                run(flow + 1);
                left_[i] += amount;
            }
        }
    }

 private:
    const OwnedProblem& problem_;
    Visit visit_;
    std::vector<Load> left_;
    PartialAssignment portions_;
};

template <class Visit>
void for_each_partial(const OwnedProblem& problem, Visit visit) {
    AllPartial<Visit>(problem, visit).run();
}

// Loads above 0, as the theorems want them.
OwnedProblem tiny(RandomProblems& problems) {
    OwnedProblem problem;
    problem.capacities.resize(1 + static_cast<std::size_t>(problems.upto(2)));
    problem.loads.resize(1 + static_cast<std::size_t>(problems.upto(3)));
    for (Load& capacity : problem.capacities) {
        capacity = problems.upto(6);
    }
    for (Load& load : problem.loads) {
        load = 1 + problems.upto(4);
    }
    return problem;
}

PartialAssignment random_portions(const OwnedProblem& problem, RandomProblems& problems) {
    PartialAssignment portions(problem.loads.size());
    std::vector<Load> left = problem.capacities;
    for (std::size_t flow = 0; flow < portions.size(); ++flow) {
        const auto gateway =
            static_cast<std::size_t>(problems.upto(static_cast<Load>(left.size()) - 1));
        const Load amount = problems.upto(std::min(left[gateway], problem.loads[flow]));
        if (amount > 0) {
            portions[flow] = {static_cast<Gateway>(gateway), amount};
            left[gateway] -= amount;
        }
    }
    return portions;
}

}  // namespace

TEST_CASE("lemma 1: every assignment becomes a feasible partial one of the same value") {
    RandomProblems problems(21);
    Assignment assignment;
    for (int i = 0; i < 3000; ++i) {
        const OwnedProblem problem = problems.next(8, 30);
        random_assignment(problem.capacities.size(), problem.loads.size(),
                          static_cast<std::uint64_t>(i), assignment);
        for (std::size_t flow = 0; flow < assignment.size(); flow += 7) {
            assignment[flow] = unassigned;
        }
        const PartialAssignment portions = to_partial(problem.view(), assignment);
        REQUIRE(is_feasible(problem.view(), portions));
        REQUIRE(value_of(portions) == processed(problem.view(), assignment));
    }
}

TEST_CASE("lemma 2: every partial assignment becomes a whole one of at least its value") {
    RandomProblems problems(22);
    for (int i = 0; i < 3000; ++i) {
        const OwnedProblem problem = problems.next(8, 30);
        const PartialAssignment portions = random_portions(problem, problems);
        REQUIRE(is_feasible(problem.view(), portions));
        const Assignment assignment = to_whole(portions);
        REQUIRE(is_valid(problem.view(), assignment));
        REQUIRE(processed(problem.view(), assignment) >= value_of(portions));
    }
}

TEST_CASE("theorem 1: both versions have the same optimum") {
    RandomProblems problems(23);
    for (int i = 0; i < 1000; ++i) {
        const OwnedProblem problem = tiny(problems);
        Load optimum = 0;
        for_each_partial(problem, [&](const PartialAssignment& portions) {
            optimum = std::max(optimum, value_of(portions));
        });
        REQUIRE(optimum == brute_force(problem.view()));
    }
}

TEST_CASE(
    "theorem 2 and its corollary: an optimum that leaves a flow unassigned fills every gateway") {
    RandomProblems problems(24);
    int n_with_unassigned = 0;
    for (int i = 0; i < 1000; ++i) {
        const OwnedProblem problem = tiny(problems);
        const Load optimum = brute_force(problem.view());
        const Load capacity =
            std::accumulate(problem.capacities.begin(), problem.capacities.end(), Load{0});
        bool leaves_one = false;
        bool fills_all = true;
        for_each_partial(problem, [&](const PartialAssignment& portions) {
            if (value_of(portions) != optimum ||
                std::ranges::none_of(portions, [](const Portion& p) { return p == Portion{}; })) {
                return;
            }
            leaves_one = true;
            std::vector<Load> left = problem.capacities;
            for (const Portion& portion : portions) {
                if (portion.gateway != unassigned) {
                    left[portion.gateway] -= portion.amount;
                }
            }
            fills_all = fills_all && std::ranges::all_of(left, [](Load load) { return load == 0; });
        });
        REQUIRE(fills_all);
        if (leaves_one) {
            ++n_with_unassigned;
            REQUIRE(optimum == capacity);
        }
    }
    CHECK(n_with_unassigned > 100);
}

TEST_CASE("what is not feasible is called so") {
    const std::vector<Load> capacities{5, 3};
    const std::vector<Load> loads{4, 3};
    const Problem problem{capacities, loads};
    CHECK(is_feasible(problem, {{0, 4}, {1, 3}}));
    CHECK(is_feasible(problem, {{0, 4}, {0, 1}}));
    CHECK(is_feasible(problem, {{}, {}}));
    CHECK_FALSE(is_feasible(problem, {{0, 4}, {0, 2}}));
    CHECK_FALSE(is_feasible(problem, {{0, 5}, {1, 3}}));
    CHECK_FALSE(is_feasible(problem, {{2, 4}, {1, 3}}));
    CHECK_FALSE(is_feasible(problem, {{0, -1}, {1, 3}}));
    CHECK_FALSE(is_feasible(problem, {{unassigned, 1}, {1, 3}}));
    CHECK_FALSE(is_feasible(problem, {{0, 4}}));
}
