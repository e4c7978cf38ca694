// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/objective.hpp"

#include "catch.hpp"
#include "unit/balance/rounds.hpp"

namespace evengate::balance {
namespace {

// J of rule B5 in floating point: lost + lambda E, in units of the loads.
double exact_price(const std::vector<double>& loads, const std::vector<double>& capacities,
                   const std::vector<double>& shares, const ObjectiveOptions& options) {
    double total = 0;
    double price = 0;
    for (std::size_t i = 0; i < loads.size(); ++i) {
        total += loads[i];
        price += std::max(loads[i] - options.headroom / 1024.0 * capacities[i], 0.0);
    }
    double evenness = -total;
    for (std::size_t i = 0; i < loads.size(); ++i) {
        evenness += loads[i] * loads[i] / (shares[i] * total);
    }
    return price + options.evenness / 1024.0 * evenness;
}

TEST_CASE("J is lost load and unevenness, against the same in floating point") {
    const ObjectiveOptions options{.target =
                                       GENERATE(Target::capacity, Target::equal, Target::shares)};
    const std::vector<Load> capacities = {4000, 2000, 1000};
    const std::vector<Load> shares = {1, 1, 2};
    std::mt19937_64 engine(3);
    for (int n = 0; n < 100; ++n) {
        const Load scale = Load{1} << (engine() % 25);
        std::vector<Load> loads;
        std::vector<double> exact_loads;
        std::vector<double> exact_capacities;
        std::vector<Load> scaled_capacities;
        for (std::size_t i = 0; i < 3; ++i) {
            loads.push_back(static_cast<Load>(engine() % 4000) * scale);
            exact_loads.push_back(static_cast<double>(loads.back()));
            scaled_capacities.push_back(capacities[i] * scale);
            exact_capacities.push_back(static_cast<double>(capacities[i] * scale));
        }
        std::vector<double> exact_shares;
        switch (options.target) {
            case Target::capacity:
                exact_shares = {4 / 7.0, 2 / 7.0, 1 / 7.0};
                break;
            case Target::equal:
                exact_shares = {1 / 3.0, 1 / 3.0, 1 / 3.0};
                break;
            case Target::shares:
                exact_shares = {0.25, 0.25, 0.5};
                break;
        }
        Objective objective;
        objective.begin(
            {.capacities = scaled_capacities, .backgrounds = {}, .shares = shares, .loads = loads},
            options);
        Price price = -objective.least();
        for (std::size_t i = 0; i < 3; ++i) {
            price += objective.of(i, objective.scale(loads[i]));
        }
        const double expected = exact_price(exact_loads, exact_capacities, exact_shares, options);
        const double total = exact_loads[0] + exact_loads[1] + exact_loads[2];
        CHECK(static_cast<double>(objective.to_load(price)) ==
              Approx(expected).margin(total * 1e-6 + 2));
    }
}

TEST_CASE("no assignment of a small group is below the lower bound") {
    std::mt19937_64 engine(11);
    for (int n = 0; n < 300; ++n) {
        const std::size_t m = 2 + engine() % 2;
        const OwnedRound round = make_round(m, 1 + engine() % 6, engine);
        Objective objective;
        objective.begin(round.facts(), {});
        Load largest = 0;
        for (const Load load : round.loads) {
            largest = std::max(largest, objective.scale(load));
        }
        const Price bound = objective.lower_bound(largest);
        std::vector<Gateway> owners(round.loads.size(), 0);
        Price best = price_of(objective, round, owners);
        for (std::size_t at = 0; at < owners.size();) {
            if (++owners[at] == m) {
                owners[at++] = 0;
                continue;
            }
            at = 0;
            best = std::min(best, price_of(objective, round, owners));
        }
        // Rounding of a load to its scale, once a vMAC.
        CHECK(bound <= best + 1024 * static_cast<Price>(owners.size() + m));
    }
}

TEST_CASE("an elephant does not make the lower bound lie below what it forces") {
    const std::vector<Load> capacities(4, 300);
    std::vector<Load> loads(31, 10);
    loads[0] = 700;
    Objective objective;
    objective.begin({.capacities = capacities, .backgrounds = {}, .shares = {}, .loads = loads},
                    {});
    const Load bound = objective.to_load(objective.lower_bound(objective.scale(700)));
    CHECK(bound >= 700 - 270);
    Price alone = -objective.least() + objective.of(0, objective.scale(700));
    for (std::size_t i = 1; i < 4; ++i) {
        alone += objective.of(i, objective.scale(100));
    }
    CHECK(std::abs(objective.to_load(alone) - bound) <= 1);
}

TEST_CASE("the slope says where a little more is cheapest") {
    const std::vector<Load> capacities = {1000, 1000};
    const std::vector<Load> loads = {1000};
    Objective objective;
    objective.begin({.capacities = capacities, .backgrounds = {}, .shares = {}, .loads = loads},
                    {});
    const Load step = objective.scale(1);
    for (Load load = 110; load < 1200; load += 50) {
        const Load scaled = objective.scale(load);
        const double difference =
            static_cast<double>(objective.of(0, scaled + step) - objective.of(0, scaled));
        const double slope =
            std::ldexp(static_cast<double>(objective.slope(0, scaled)), -Objective::kSlopeBits);
        CHECK(slope * static_cast<double>(step) == Approx(difference).epsilon(0.01));
    }
}

}  // namespace
}  // namespace evengate::balance
