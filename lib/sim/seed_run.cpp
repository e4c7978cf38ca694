// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "sim/seed_run.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "sim/addresses.hpp"

namespace evengate::sim {
namespace {

using namespace std::chrono_literals;

constexpr Duration kInFlight = 200ms;  // sent so late, a frame may still be on its way at the end

std::string list_losses(const Ledger::Totals& totals) {
    std::string text;
    for (size_t loss = 0; loss < kLossCount; ++loss) {
        if (totals.lost_by[loss] != 0) {
            text += text.empty() ? " (" : ", ";
            text += std::string(name_of(static_cast<Loss>(loss))) + " " +
                    std::to_string(totals.lost_by[loss]);
        }
    }
    return text.empty() ? text : text + ")";
}

std::string first_fault_of(const Ledger& ledger, TimePoint from, TimePoint to) {
    for (const Ledger::Entry& entry : ledger.entries()) {
        const bool is_fault = entry.n_arrived == 0 || (entry.n_arrived > 1 && !entry.flooded);
        if (entry.sent >= from && entry.sent < to && is_fault) {
            return "; the first was sent at " + std::to_string(entry.sent.time_since_epoch() / 1us) +
                   " us " + (entry.direction == Direction::to_server ? "by" : "to") + " host " +
                   std::to_string(entry.host + 1);
        }
    }
    return "";
}

void judge_frames(World& world, Property property, TimePoint from, TimePoint to) {
    const Ledger::Totals totals = world.ledger().totals(from, to);
    if (totals.n_lost + totals.n_doubled != 0) {
        world.properties().violate(property, to,
                                   "of " + std::to_string(totals.n_sent) + " frames " +
                                       std::to_string(totals.n_lost) + " were lost" +
                                       list_losses(totals) + " and " +
                                       std::to_string(totals.n_doubled) + " doubled" +
                                       first_fault_of(world.ledger(), from, to));
    }
}

void judge(World& world, const SeedPlan& plan) {
    Properties& properties = world.properties();
    const TimePoint last = plan.end - kInFlight;
    if (plan.profile == Profile::planned && !world.saw_false_death()) {
        judge_frames(world, Property::planned_moves_lossless, plan.options.hosts_begin, last);
    }
    judge_frames(world, Property::quiet_is_lossless, plan.settled, last);
    for (const Side side : {Side::lan, Side::wan}) {
        for (const auto& host : world.hosts(side)) {
            if (!host->gateway()) {
                properties.violate(Property::quiet_is_lossless, plan.end,
                                   host->name() + " has no gateway");
            }
        }
    }
    const size_t n_changes = 2 * plan.options.faults.size();  // begin and end
    const uint64_t most = 4 + 4 * n_changes + world.n_moves_ordered();
    if (properties.most_taken() > most) {
        properties.violate(Property::moves_bounded, plan.end,
                           "one vMAC was taken " + std::to_string(properties.most_taken()) + " times in " +
                               std::to_string(plan.options.faults.size()) + " faults");
    }
    if (properties.most_moves() > most) {
        properties.violate(Property::moves_bounded, plan.end,
                           "one vMAC changed its owner " + std::to_string(properties.most_moves()) +
                               " times in " + std::to_string(plan.options.faults.size()) + " faults");
    }
}

}  // namespace

SeedResult run_seed(uint64_t seed, group::Weaknesses weaknesses, const Trace& trace) {
    SeedPlan plan = plan_seed(seed);
    plan.options.weaknesses = weaknesses;
    plan.options.trace = trace;
    World world(plan.options);
    world.run_until(plan.end);
    if (!world.properties().violation()) {
        judge(world, plan);
    }
    SeedResult result;
    result.seed = seed;
    result.profile = plan.profile;
    for (const Fault& fault : plan.options.faults) {
        result.faults.set(static_cast<size_t>(fault.kind));
    }
    result.violation = world.properties().violation();
    result.n_events = world.n_events();
    result.n_moves = world.properties().n_moves();
    result.n_ordered = world.n_moves_ordered();
    result.totals = world.ledger().totals(TimePoint{}, plan.end - kInFlight);
    result.chance_killed = plan.profile == Profile::planned && world.saw_false_death();
    return result;
}

}  // namespace evengate::sim
