// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "evengate-sim/protocol_command.hpp"

#include <charconv>
#include <cstdio>
#include <thread>

#include "evengate-sim/seed_sweep.hpp"
#include "sim/scenario.hpp"
#include "sim/weakness.hpp"

namespace evengate {
namespace {

constexpr SeedRange kWeaknessSeeds{0, 1000};

void print_line(std::string_view line) {
    std::printf("%.*s\n", static_cast<int>(line.size()), line.data());
}

sim::Trace trace_of(const ProtocolOptions& options) {
    return options.trace ? sim::Trace(print_line) : sim::Trace();
}

void print_violation(const sim::Violation& violation) {
    std::printf("%s at %.6f s: %s\n  (%s)\n", std::string(sim::name_of(violation.property)).c_str(),
                std::chrono::duration<double>(violation.at.time_since_epoch()).count(),
                violation.text.c_str(), std::string(sim::to_text(violation.property)).c_str());
}

void print_totals(const sim::Ledger::Totals& totals) {
    std::printf("frames of hosts and servers: %lu sent, %lu arrived, %lu lost, %lu doubled, %lu doubled by flooding\n",
                totals.n_sent, totals.n_arrived, totals.n_lost, totals.n_doubled,
                totals.n_doubled_by_flooding);
    for (size_t loss = 0; loss < sim::kLossCount; ++loss) {
        if (totals.lost_by[loss] != 0) {
            std::printf("  lost, %s: %lu\n",
                        std::string(sim::name_of(static_cast<sim::Loss>(loss))).c_str(),
                        totals.lost_by[loss]);
        }
    }
}

int list_scenarios() {
    for (const sim::Scenario& scenario : sim::scenarios()) {
        std::printf("%-20s %s\n", std::string(scenario.name).c_str(), std::string(scenario.what).c_str());
    }
    return 0;
}

// A timeline without the group messages, unless they are asked for.
int run_one_scenario(const ProtocolOptions& options, group::Weaknesses weaknesses) {
    const sim::Scenario* scenario = sim::find_scenario(options.scenario);
    if (scenario == nullptr) {
        std::fprintf(stderr, "evengate-sim: no scenario '%s'; --list shows them\n",
                     options.scenario.c_str());
        return 2;
    }
    std::printf("%s: %s\n", options.scenario.c_str(), std::string(scenario->what).c_str());
    const auto is_message = [](std::string_view line) {
        return line.find(" lan hello ") != line.npos || line.find(" wan hello ") != line.npos ||
               line.find(" lan request ") != line.npos || line.find(" wan request ") != line.npos ||
               line.find(" announces ") != line.npos;
    };
    const sim::ScenarioResult result =
        sim::run_scenario(*scenario, weaknesses, [&](std::string_view line) {
            if (options.trace || !is_message(line)) {
                print_line(line);
            }
        });
    print_totals(result.totals);
    if (result.violation) {
        std::printf("FAILED: ");
        print_violation(*result.violation);
        return 1;
    }
    std::printf("passed: %zu expectations, all properties\n", result.met.size());
    return 0;
}

int run_one_seed(uint64_t seed, const ProtocolOptions& options, group::Weaknesses weaknesses) {
    const sim::SeedPlan plan = sim::plan_seed(seed);
    std::printf("seed %lu (%s): %zu members, %u vMACs a side, hello %ld ms, hold %ld ms, %s\n", seed,
                std::string(sim::name_of(plan.profile)).c_str(),
                plan.options.n_members, plan.options.n_vmacs, plan.options.hello.count(),
                plan.options.hold.count(),
                plan.options.authentication == sim::Authentication::hmac ? "HMAC" : "no authentication");
    for (const sim::Fault& fault : plan.options.faults) {
        std::printf("  %.3f s: %s\n",
                    std::chrono::duration<double>(fault.at.time_since_epoch()).count(),
                    fault.to_string().c_str());
    }
    const sim::SeedResult result = sim::run_seed(seed, weaknesses, trace_of(options));
    std::printf("%lu events, %lu vMACs changed their owner\n", result.n_events, result.n_moves);
    print_totals(result.totals);
    if (result.violation) {
        std::printf("FAILED: ");
        print_violation(*result.violation);
        return 1;
    }
    std::printf("passed\n");
    return 0;
}

std::optional<SeedRange> parse_range(const std::string& text) {
    SeedRange range;
    const char* const end = text.data() + text.size();
    const auto [after_from, from_error] = std::from_chars(text.data(), end, range.from);
    if (from_error != std::errc() || std::string_view(after_from, end).substr(0, 2) != "..") {
        return std::nullopt;
    }
    const auto [after_to, to_error] = std::from_chars(after_from + 2, end, range.to);
    if (to_error != std::errc() || after_to != end || range.to < range.from) {
        return std::nullopt;
    }
    ++range.to;
    return range;
}

int run_sweep(SeedRange range, unsigned n_jobs) {
    const Sweep sweep = run_seeds(range, n_jobs, {}, SweepEnd::all_seeds);
    for (const sim::SeedResult& failure : sweep.failures) {
        std::printf("seed %lu: ", failure.seed);
        print_violation(*failure.violation);
    }
    if (!sweep.failures.empty()) {
        std::printf("again: evengate-sim protocol --seed %lu --trace\n", sweep.failures.front().seed);
    }
    const auto n_seeds = static_cast<double>(std::max<uint64_t>(sweep.n_seeds, 1));
    std::printf("faults, in per cent of the seeds:");
    for (size_t kind = 0; kind < sim::kFaultKindCount; ++kind) {
        std::printf(" %s %.0f", std::string(sim::name_of(static_cast<sim::FaultKind>(kind))).c_str(),
                    100.0 * static_cast<double>(sweep.n_with_fault[kind]) / n_seeds);
    }
    std::printf("\n%lu frames followed, %lu vMACs moved, %lu of them as ordered, %lu frames doubled by flooding\n",
                sweep.n_frames, sweep.n_moves, sweep.n_ordered, sweep.n_flooded_doubles);
    std::printf("%lu seeds of planned moves, in %lu of which loss made a member look dead\n",
                sweep.n_planned, sweep.n_chance_killed);
    std::printf("%.1f ms of CPU a seed, %.0f events a seed, %.1f s\n", 1000 * sweep.cpu_s / n_seeds,
                static_cast<double>(sweep.n_events) / n_seeds, sweep.wall_s);
    std::printf("%lu seeds, %zu failed\n", sweep.n_seeds, sweep.failures.size());
    return sweep.failures.empty() ? 0 : 1;
}

int find_weakness(group::Weakness weakness, SeedRange range, unsigned n_jobs) {
    const Sweep sweep = run_seeds(range, n_jobs, sim::only(weakness), SweepEnd::first_failure);
    const std::string name(sim::name_of(weakness));
    if (sweep.failures.empty()) {
        std::printf("%-22s     -  NOT FOUND in %lu seeds\n", name.c_str(), sweep.n_seeds);
        return 1;
    }
    const sim::SeedResult& found = sweep.failures.front();
    std::printf("%-22s %5lu  %-22s %s\n", name.c_str(), found.seed,
                std::string(sim::name_of(found.violation->property)).c_str(),
                found.violation->text.c_str());
    std::fflush(stdout);
    return 0;
}

int find_all_weaknesses(SeedRange range, unsigned n_jobs) {
    int status = 0;
    std::printf("%-22s %5s  %-22s %s\n", "weakness", "seed", "property", "what was seen");
    for (size_t index = 0; index < group::kWeaknessCount; ++index) {
        status |= find_weakness(static_cast<group::Weakness>(index), range, n_jobs);
    }
    return status;
}

int refuse(const char* text, const std::string& what) {
    std::fprintf(stderr, "evengate-sim: %s '%s'\n", text, what.c_str());
    return 2;
}

}  // namespace

int run_protocol(const ProtocolOptions& options) {
    const unsigned n_jobs =
        options.n_jobs != 0 ? options.n_jobs : std::max(1u, std::thread::hardware_concurrency());
    std::optional<SeedRange> range;
    if (!options.seeds.empty()) {
        range = parse_range(options.seeds);
        if (!range) {
            return refuse("seeds are written FROM..TO, not", options.seeds);
        }
    }
    if (options.list) {
        return list_scenarios();
    }
    group::Weaknesses weaknesses;
    if (!options.weakness.empty() && options.weakness != "all") {
        const auto weakness = sim::find_weakness(options.weakness);
        if (!weakness) {
            return refuse("no such weakness:", options.weakness);
        }
        weaknesses = sim::only(*weakness);
        if (options.scenario.empty() && !options.seed) {
            return find_weakness(*weakness, range.value_or(kWeaknessSeeds), n_jobs);
        }
    } else if (!options.weakness.empty()) {
        return find_all_weaknesses(range.value_or(kWeaknessSeeds), n_jobs);
    }
    if (options.seed) {
        return run_one_seed(*options.seed, options, weaknesses);
    }
    if (range) {
        return run_sweep(*range, n_jobs);
    }
    if (!options.scenario.empty()) {
        return run_one_scenario(options, weaknesses);
    }
    return refuse("say which scenario, seed or seeds;", "--list shows scenarios");
}

}  // namespace evengate
