// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what a seed makes of a run.
#include <algorithm>
#include <array>

#include "sim/random.hpp"
#include "sim/seed_run.hpp"

namespace evengate::sim {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kEnd{60s};
// A neighbour that did not answer during a fault is left alone for so long (timers.neighbour-hold-down).
constexpr Duration kNeighbourHoldDown = settings::Timers{}.neighbour_hold_down;
constexpr TimePoint kFirstFault{5s};
constexpr TimePoint kLastFault{40s};
constexpr TimePoint kAllOver{46s};

constexpr std::array kPlannedKinds = {FaultKind::loss, FaultKind::drain, FaultKind::move,
                                      FaultKind::flush, FaultKind::duplicate, FaultKind::move};

constexpr std::array kDeathKinds = {FaultKind::loss, FaultKind::kill, FaultKind::loss, FaultKind::restart};

FaultKind draw_kind(Profile profile, Random& random) {
    const auto any = static_cast<FaultKind>(random.below(kFaultKindCount));
    switch (profile) {
        case Profile::planned:
            return kPlannedKinds[random.below(kPlannedKinds.size())];
        case Profile::deaths:
            return kDeathKinds[random.below(kDeathKinds.size())];
        case Profile::faults:
            break;
    }
    return any;
}

Sides draw_sides(Random& random) {
    constexpr std::array kChoices = {Sides::lan, Sides::wan, Sides::both, Sides::both};
    return kChoices[random.below(kChoices.size())];
}

// How long it lasts and how strong it is.
void draw_strength(Fault& fault, const WorldOptions& options, Random& random) {
    const Duration hold = options.hold;
    const auto quarter_hello = static_cast<uint32_t>(options.hello / 1us / 4);
    const auto amount = [&random](uint32_t low, uint32_t high) {
        return static_cast<uint32_t>(random.between(low, high));
    };
    switch (fault.kind) {
        case FaultKind::kill:
        case FaultKind::link_down:
        case FaultKind::one_way:
        case FaultKind::partition:
            fault.lasts = random.between(Duration(500ms), Duration(6s));
            fault.amount = amount(0, 1);
            break;
        case FaultKind::restart:
            fault.lasts = random.between(Duration(5ms), hold);
            break;
        case FaultKind::pause:
            fault.lasts = random.between(hold / 4, 4 * hold);
            break;
        case FaultKind::drift:
            fault.lasts = random.between(Duration(2s), Duration(10s));
            fault.amount = static_cast<uint32_t>(static_cast<int32_t>(random.between(-20'000, 20'000)));
            break;
        case FaultKind::loss:
            fault.lasts = random.between(Duration(1s), Duration(5s));
            fault.amount = amount(20, 300);
            break;
        case FaultKind::delay:
        case FaultKind::reorder:
            fault.lasts = random.between(Duration(1s), Duration(5s));
            fault.amount = amount(100, quarter_hello);
            break;
        case FaultKind::duplicate:
            fault.lasts = random.between(Duration(1s), Duration(5s));
            fault.amount = amount(50, 500);
            break;
        case FaultKind::wrong_key:
            fault.lasts = random.between(Duration(1s), Duration(5s));
            break;
        case FaultKind::replay:
            fault.lasts = random.between(Duration(1s), Duration(5s));
            fault.amount = amount(50, 500);
            break;
        case FaultKind::drain:
            fault.lasts = random.between(Duration(1s), Duration(8s));
            break;
        case FaultKind::move:
            fault.amount = amount(1, 6);
            fault.first_vmac = static_cast<uint8_t>(1 + random.below(options.n_vmacs));
            break;
        case FaultKind::rolling_parameters:
            fault.lasts = random.between(Duration(2s), Duration(8s));
            fault.amount = amount(80, 200);  // per cent of the timers
            break;
        case FaultKind::flush:
            break;
        case FaultKind::priority:
            fault.amount = amount(1, 255);
            break;
    }
    if (fault.kind == FaultKind::pause || fault.kind == FaultKind::restart) {
        fault.lasts += 5ms;
    }
}

Fault draw_fault(FaultKind kind, const WorldOptions& options, Random& random) {
    Fault fault;
    fault.kind = kind;
    fault.at = TimePoint(random.between(kFirstFault.time_since_epoch(), kLastFault.time_since_epoch()));
    fault.sides = draw_sides(random);
    fault.member = static_cast<uint16_t>(random.below(options.n_members));
    fault.other = static_cast<uint16_t>(random.below(options.n_members));
    const bool is_lonely = (kind == FaultKind::one_way || kind == FaultKind::kill) && random.happens(500);
    if (is_lonely || kind == FaultKind::restart) {
        fault.other = Fault::kAll;
    }
    draw_strength(fault, options, random);
    fault.lasts = std::min(fault.lasts, kAllOver - fault.at);
    return fault;
}

// What an attack wants: a member that it can keep alive, or of which it knows an earlier life.
Fault draw_death(const Fault& attack, const WorldOptions& options, Random& random) {
    const bool stays_dead = random.happens(500);
    Fault death = draw_fault(stays_dead ? FaultKind::kill : FaultKind::restart, options, random);
    death.at = stays_dead ? attack.at + random.between(Duration(0ms), attack.lasts / 4)
                          : std::max(kFirstFault, attack.at - random.between(Duration(0ms), Duration(4s)));
    death.lasts = stays_dead ? attack.at + attack.lasts - death.at : death.lasts;
    return death;
}

void draw_world(SeedPlan& plan, Random& random) {
    WorldOptions& options = plan.options;
    // Larger groups are rarer: messages grow with the square of the members.
    options.n_members = static_cast<size_t>(std::min(random.between(3, 8), random.between(3, 8)));
    options.n_hosts = static_cast<size_t>(random.between(6, 12));
    options.n_servers = static_cast<size_t>(random.between(2, 3));
    options.n_vmacs = static_cast<uint16_t>(random.between(16, 32));
    options.authentication = random.happens(500) ? Authentication::hmac : Authentication::none;
    options.policy = random.happens(500) ? settings::VmacPolicy::round_robin
                                         : settings::VmacPolicy::host_hash;
    options.preempt = random.happens(300);
    options.start_spread = random.between(Duration(0ms), Duration(1500ms));
    options.hosts_begin = TimePoint(3s);
    options.send_interval = random.between(Duration(120ms), Duration(300ms));
    options.ageing = random.happens(200) ? Duration(20s) : Duration(300s);
    options.most_drift_ppm = 100;
    for (size_t member = 0; member < options.n_members; ++member) {
        options.priorities.push_back(static_cast<uint8_t>(random.happens(500) ? 100 : random.between(50, 200)));
    }
    if (plan.profile != Profile::faults) {
        options.chance = Chance::spares;
        // A hold long enough that chance does not kill: 0.3 to the power of 16.
        options.hello = settings::Milliseconds(random.between(50, 80));
        options.hold = options.hello * 16;
    } else {
        options.hello = settings::Milliseconds(random.between(60, 250));
        options.hold = options.hello * random.between(3, 5);
    }
}

}  // namespace

std::string_view name_of(Profile profile) {
    switch (profile) {
        case Profile::faults:
            return "faults";
        case Profile::deaths:
            return "deaths";
        case Profile::planned:
            break;
    }
    return "planned moves";
}

SeedPlan plan_seed(uint64_t seed) {
    Random random(seed);
    SeedPlan plan;
    plan.profile = seed % 5 == 4 ? Profile::planned : seed % 10 == 2 ? Profile::deaths : Profile::faults;
    plan.options.seed = random.next();
    plan.end = kEnd;
    draw_world(plan, random);
    const auto n_faults = static_cast<size_t>(random.between(6, 11));
    while (plan.options.faults.size() < n_faults) {
        const FaultKind kind = draw_kind(plan.profile, random);
        const bool needs_keys = kind == FaultKind::replay || kind == FaultKind::wrong_key;
        if (needs_keys && plan.options.authentication == Authentication::none) {
            continue;
        }
        plan.options.faults.push_back(draw_fault(kind, plan.options, random));
        if (kind == FaultKind::replay) {
            plan.options.faults.push_back(draw_death(plan.options.faults.back(), plan.options, random));
        }
    }
    std::sort(plan.options.faults.begin(), plan.options.faults.end(),
              [](const Fault& a, const Fault& b) { return a.at < b.at; });
    TimePoint last{};
    for (const Fault& fault : plan.options.faults) {
        last = std::max(last, fault.at + fault.lasts);
    }
    // Listening, election, proofs, hand-overs that give up after a second, announcements.
    plan.settled = last + 3 * Duration(plan.options.hold) + 4 * Duration(plan.options.hello) + kNeighbourHoldDown + 3s;
    return plan;
}

}  // namespace evengate::sim
