// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "balance/relabel.hpp"

#include <algorithm>
#include <numeric>
#include <random>

#include "catch.hpp"

namespace evengate::balance {
namespace {

Load kept(const std::vector<Load>& loads, const Assignment& owners, const Assignment& plan) {
    Load sum = 0;
    for (std::size_t j = 0; j < plan.size(); ++j) {
        sum += plan[j] == owners[j] && plan[j] != unassigned ? loads[j] + 1 : 0;
    }
    return sum;
}

TEST_CASE("of all ways to exchange parts among gateways alike, the one in which most load stays") {
    std::mt19937_64 engine(4);
    Relabeller relabeller;
    for (int n = 0; n < 300; ++n) {
        const std::size_t m = 1 + engine() % 6;
        std::vector<Gateway> alike;
        for (std::size_t i = 0; i < m; ++i) {
            alike.push_back(static_cast<Gateway>(engine() % 2));
        }
        std::vector<Load> loads;
        Assignment owners;
        Assignment plan;
        for (int j = 0; j < 20; ++j) {
            loads.push_back(static_cast<Load>(engine() % 1000));
            owners.push_back(static_cast<Gateway>(engine() % m));
            plan.push_back(engine() % 10 == 0 ? unassigned : static_cast<Gateway>(engine() % m));
        }
        std::vector<Gateway> names(m);
        std::iota(names.begin(), names.end(), Gateway{0});
        Load best = 0;
        do {
            bool is_allowed = true;
            for (std::size_t i = 0; i < m; ++i) {
                is_allowed = is_allowed && alike[i] == alike[names[i]];
            }
            Assignment renamed = plan;
            for (Gateway& gateway : renamed) {
                gateway = gateway == unassigned ? unassigned : names[gateway];
            }
            best = is_allowed ? std::max(best, kept(loads, owners, renamed)) : best;
        } while (std::next_permutation(names.begin(), names.end()));
        Assignment relabelled = plan;
        relabeller.relabel(loads, owners, alike, relabelled);
        CHECK(kept(loads, owners, relabelled) == best);
        // Only names change, and only for those that are alike.
        for (std::size_t a = 0; a < plan.size(); ++a) {
            CHECK((plan[a] == unassigned) == (relabelled[a] == unassigned));
            CHECK((plan[a] == unassigned || alike[plan[a]] == alike[relabelled[a]]));
            for (std::size_t b = 0; b < a; ++b) {
                CHECK((plan[a] == plan[b]) == (relabelled[a] == relabelled[b]));
            }
        }
    }
}

TEST_CASE("a plan that only exchanges names moves nothing, even of a hundred gateways") {
    constexpr std::size_t kGateways = 100;
    std::mt19937_64 engine(8);
    std::vector<Gateway> names(kGateways);
    std::iota(names.begin(), names.end(), Gateway{0});
    std::shuffle(names.begin(), names.begin() + 50, engine);
    std::vector<Load> loads;
    Assignment owners;
    Assignment plan;
    for (std::size_t j = 0; j < 1000; ++j) {
        loads.push_back(static_cast<Load>(engine() % 1000));
        owners.push_back(static_cast<Gateway>(j % kGateways));
        plan.push_back(names[j % kGateways]);
    }
    Relabeller().relabel(loads, owners, std::vector<Gateway>(kGateways, 0), plan);
    CHECK(plan == owners);
}

}  // namespace
}  // namespace evengate::balance
