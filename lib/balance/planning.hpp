// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a plan from scratch for the running group, by any of the algorithms that an operator may
// name. Pure. Thread: any. Used by: balancer, replay.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "balance/algorithms.hpp"
#include "balance/exact.hpp"
#include "balance/portfolio.hpp"

namespace evengate::balance {

#define EVENGATE_PLANNING_METHODS(X) \
    X(sequential)                    \
    X(greedy)                        \
    X(best_fit)                      \
    X(random)                        \
    X(exact)                         \
    X(even)                          \
    X(multifit)                      \
    X(portfolio)

enum class Method : std::uint8_t {
#define X(name) name,
    EVENGATE_PLANNING_METHODS(X)
#undef X
};

// With '-' as an operator writes it: "best-fit".
[[nodiscard]] std::string_view to_text(Method method);
[[nodiscard]] std::optional<Method> parse_method(std::string_view text);

// Keeps its buffers.
class PlanMaker {
 public:
    struct Task {
        std::span<const Load> capacities;  // what each gateway should get
        std::span<const Load> loads;
        std::uint64_t seed = 0;      // of random
        __int128_t good_enough = 0;  // portfolio looks no further
    };
    // Fills the plan; nothing stays unassigned unless no gateway has capacity. A member that has
    // the same task makes the same plan. Units: the price of a plan, for portfolio.
    void make(Method method, const Task& task, const Cost& price, Assignment& plan);

 private:
    // Rule B11: a limit of nodes, as one of time would make members disagree.
    static constexpr std::uint64_t kNodeLimit = 20'000;

    Workspace workspace_;
    ExactSolver exact_{kNodeLimit};
};

}  // namespace evengate::balance
