// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "sim/scenario.hpp"

#include <algorithm>
#include <bit>

#include "sim/addresses.hpp"

namespace evengate::sim {
namespace {

using namespace std::chrono_literals;

TimePoint at(Duration since_begin) { return TimePoint(since_begin); }

WorldOptions calm_world() {
    WorldOptions options;
    options.seed = 1;
    options.hosts_begin = at(2s);
    options.send_interval = 50ms;
    options.start_spread = 200ms;
    options.priorities = {120, 110, 100};
    return options;
}

// With one fault.
WorldOptions world_with(const Fault& fault) {
    WorldOptions options = calm_world();
    options.faults = {fault};
    return options;
}

size_t n_owned(World& world, Side side, size_t member) {
    size_t count = 0;
    for (size_t n = 1; n <= world.properties().limits().n_vmacs; ++n) {
        const VmacNumber vmac(static_cast<uint8_t>(n));
        count += world.properties().forwards(side, vmac, member, world.now()) == Forwarder::yes ? 1 : 0;
    }
    return count;
}

bool has_one_owner_each(World& world) {
    for (const Side side : {Side::lan, Side::wan}) {
        for (size_t n = 1; n <= world.properties().limits().n_vmacs; ++n) {
            const VmacNumber vmac(static_cast<uint8_t>(n));
            if (!std::has_single_bit(world.properties().owners(side, vmac, world.now()))) {
                return false;
            }
        }
    }
    return true;
}

bool all_share(World& world) {
    for (size_t member = 0; member < world.n_members(); ++member) {
        if (n_owned(world, Side::lan, member) == 0 || n_owned(world, Side::wan, member) == 0) {
            return false;
        }
    }
    return true;
}

bool owns_nothing(World& world, size_t member) {
    return n_owned(world, Side::lan, member) + n_owned(world, Side::wan, member) == 0;
}
bool first_owns_nothing(World& world) { return owns_nothing(world, 0); }
bool second_owns_nothing(World& world) { return owns_nothing(world, 1); }

bool all_hosts_are_served(World& world) {
    for (const Side side : {Side::lan, Side::wan}) {
        for (const auto& host : world.hosts(side)) {
            if (!host->gateway()) {
                return false;
            }
        }
    }
    const Ledger::Totals totals =
        world.ledger().totals(world.now() - 700ms, world.now() - 200ms);
    return totals.n_sent > 0 && totals.n_lost + totals.n_doubled == 0;
}

bool nothing_was_lost(World& world) {
    const Ledger::Totals totals = world.ledger().totals(TimePoint{}, world.now() - 200ms);
    return totals.n_sent > 0 && totals.n_lost + totals.n_doubled == 0;
}

bool first_has_the_moved(World& world) {
    for (uint8_t n = 1; n <= 4; ++n) {
        for (const Side side : {Side::lan, Side::wan}) {
            if (world.properties().forwards(side, VmacNumber(n), 0, world.now()) == Forwarder::no) {
                return false;
            }
        }
    }
    return true;
}

bool both_sides_serve(World& world) {
    for (size_t n = 1; n <= world.properties().limits().n_vmacs; ++n) {
        const uint16_t owners =
            world.properties().owners(Side::lan, VmacNumber(static_cast<uint8_t>(n)), world.now());
        if ((owners & 0b101) == 0 || (owners & 0b010) == 0) {  // g1 and g3 share a switch
            return false;
        }
    }
    return true;
}

const Expectation kStarted{at(1900ms), "each vMAC has one owner, and each member some", [](World& world) {
                               return has_one_owner_each(world) && all_share(world);
                           }};

Expectation served(Duration when) {
    return {at(when), "each vMAC has one owner, and every host is served", [](World& world) {
                return has_one_owner_each(world) && all_hosts_are_served(world);
            }};
}
Expectation lossless(Duration when) {
    return {at(when), "no frame was lost or doubled since the beginning", nothing_was_lost};
}

std::vector<Scenario> make_scenarios() {
    std::vector<Scenario> all;
    all.push_back({"cold-start", "three members start together and share the vMACs", calm_world,
                   {kStarted, served(5s), lossless(6s)}, at(6s)});
    all.push_back({"kill-avg", "the AVG dies at 5 s and is back at 9 s",
                   [] {
                       return world_with({.kind = FaultKind::kill, .at = at(5s), .lasts = 4s});
                   },
                   {kStarted,
                    {at(5500ms), "the others have its vMACs", [](World& world) {
                         return owns_nothing(world, 0) && has_one_owner_each(world);
                     }},
                    served(7s), served(14s)}, at(15s)});
    all.push_back({"kill-member", "a member that is not AVG dies at 5 s and is back at 9 s",
                   [] {
                       return world_with(
                           {.kind = FaultKind::kill, .at = at(5s), .lasts = 4s, .member = 2});
                   },
                   {kStarted,
                    {at(5500ms), "the others have its vMACs", [](World& world) {
                         return owns_nothing(world, 2) && has_one_owner_each(world);
                     }},
                    served(7s), served(14s)}, at(15s)});
    all.push_back({"one-way", "nobody hears g2 from 5 s to 9 s",
                   [] {
                       return world_with(
                           {.kind = FaultKind::one_way, .at = at(5s), .lasts = 4s, .member = 1});
                   },
                   {kStarted,
                    {at(6500ms), "g2 has yielded all", second_owns_nothing},
                    served(14s)}, at(15s)});
    all.push_back({"partition-heal", "g2 and half of the hosts are cut off from 5 s to 9 s",
                   [] {
                       return world_with(
                           {.kind = FaultKind::partition, .at = at(5s), .lasts = 4s});
                   },
                   {kStarted,
                    {at(6500ms), "each part has an owner for each vMAC", both_sides_serve},
                    served(15s)}, at(16s)});
    all.push_back({"pause", "the AVG's control sleeps for 2 s; its workers stop when the lease ends",
                   [] {
                       return world_with({.kind = FaultKind::pause, .at = at(5s), .lasts = 2s});
                   },
                   {kStarted,
                    {at(6s), "it forwards for nobody, and the others have its vMACs",
                     [](World& world) { return first_owns_nothing(world) && has_one_owner_each(world); }},
                    served(14s)}, at(15s)});
    all.push_back({"restart", "a member restarts within 50 ms: its new boot nonce gives it away",
                   [] {
                       return world_with(
                           {.kind = FaultKind::restart, .at = at(5s), .lasts = 50ms, .member = 1});
                   },
                   {kStarted, served(8s), served(14s)}, at(15s)});
    all.push_back({"drain", "g2 is drained from 5 s to 10 s",
                   [] {
                       return world_with(
                           {.kind = FaultKind::drain, .at = at(5s), .lasts = 5s, .member = 1});
                   },
                   {kStarted, {at(7500ms), "g2 owns nothing", second_owns_nothing}, served(9s),
                    lossless(14s)}, at(15s)});
    all.push_back({"move", "the operator moves four vMACs of each side to g1",
                   [] {
                       return world_with(
                           {.kind = FaultKind::move, .at = at(5s), .other = 0, .amount = 4});
                   },
                   {kStarted, {at(7s), "g1 has them", first_has_the_moved}, lossless(10s)}, at(10s)});
    all.push_back({"lossy-move", "the same, while three in ten group messages are lost",
                   [] {
                       WorldOptions options = calm_world();
                       options.hello = settings::Milliseconds(50);
                       options.hold = settings::Milliseconds(800);
                       options.faults = {
                           {.kind = FaultKind::loss, .at = at(4s), .lasts = 6s, .amount = 300},
                           {.kind = FaultKind::move, .at = at(5s), .other = 0, .amount = 4}};
                       options.hosts_begin = at(3s);
                       return options;
                   },
                   {{at(8s), "g1 has them", first_has_the_moved}, lossless(10s)}, at(10s)});
    all.push_back({"replay", "an attacker sends what it recorded, also after a restart",
                   [] {
                       WorldOptions options = calm_world();
                       options.authentication = Authentication::hmac;
                       options.faults = {
                           {.kind = FaultKind::replay, .at = at(4s), .lasts = 8s, .amount = 500},
                           {.kind = FaultKind::restart, .at = at(7s), .lasts = 50ms, .member = 1}};
                       return options;
                   },
                   {kStarted,
                    {at(6500ms), "no frame was lost or doubled since the beginning", nothing_was_lost},
                    served(11s), served(14s)}, at(15s)});
    all.push_back({"wrong-key", "g3 starts with another key; the others do not believe it",
                   [] {
                       WorldOptions options = world_with(
                           {.kind = FaultKind::wrong_key, .at = at(5s), .lasts = 4s, .member = 2});
                       options.authentication = Authentication::hmac;
                       return options;
                   },
                   {kStarted,
                    {at(7s), "g1 and g2 own all",
                     [](World& world) {
                         return n_owned(world, Side::lan, 0) + n_owned(world, Side::lan, 1) ==
                                world.properties().limits().n_vmacs;
                     }},
                    served(14s)}, at(15s)});
    all.push_back({"rolling-parameters", "a member restarts with slower timers, later as before",
                   [] {
                       return world_with({.kind = FaultKind::rolling_parameters,
                                          .at = at(5s),
                                          .lasts = 5s,
                                          .member = 1,
                                          .amount = 200});
                   },
                   {kStarted, served(9s), served(15s)}, at(16s)});
    return all;
}

}  // namespace

std::span<const Scenario> scenarios() {
    static const std::vector<Scenario> kAll = make_scenarios();
    return kAll;
}

const Scenario* find_scenario(std::string_view name) {
    const auto all = scenarios();
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const Scenario& each) { return each.name == name; });
    return found == all.end() ? nullptr : &*found;
}

ScenarioResult run_scenario(const Scenario& scenario, group::Weaknesses weaknesses,
                            const Trace& trace) {
    WorldOptions options = scenario.make();
    options.weaknesses = weaknesses;
    options.trace = trace;
    World world(options);
    ScenarioResult result;
    for (const Expectation& expectation : scenario.expectations) {
        world.run_until(expectation.at);
        if (world.properties().violation()) {
            break;
        }
        if (!expectation.holds(world)) {
            world.properties().violate(Property::scenario_met, world.now(),
                                       "it is not so that " + expectation.text);
            break;
        }
        world.say("it is so: " + expectation.text);
        result.met.push_back(expectation.text);
    }
    if (!world.properties().violation()) {
        world.run_until(scenario.end);
    }
    result.violation = world.properties().violation();
    result.totals = world.ledger().totals(TimePoint{}, world.now() - 200ms);
    return result;
}

}  // namespace evengate::sim
