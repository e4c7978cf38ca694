// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <CLI/CLI.hpp>

#include "evengate-sim/dispatch_command.hpp"
#include "evengate-sim/protocol_command.hpp"
#include "evengate-sim/replay_command.hpp"
#include "evengate-sim/tables_command.hpp"

int main(int argc, char** argv) {
    CLI::App app{"evengate-sim: gateway groups in virtual time"};
    app.set_version_flag("--version", "evengate-sim " EVENGATE_VERSION);
    app.require_subcommand(1);

    evengate::ProtocolOptions protocol;
    CLI::App* const command =
        app.add_subcommand("protocol", "the group protocol: whole control planes on simulated networks, with faults");
    command->add_option("SCENARIO", protocol.scenario, "a story with a name");
    command->add_flag("--list", protocol.list, "the scenarios");
    command->add_option("--seed", protocol.seed, "one run, made of this seed");
    command->add_option("--seeds", protocol.seeds, "all runs of FROM..TO, both included");
    command->add_option("--jobs", protocol.n_jobs, "threads for several seeds; default: one a CPU");
    command->add_option("--weakness", protocol.weakness,
                        "switch in a fault of our own and look for a seed that finds it; \"all\" tries each");
    command->add_flag("--trace", protocol.trace, "a line for each event, group messages included");

    evengate::TablesOptions tables;
    CLI::App* const tables_command = app.add_subcommand(
        "tables", "tables 1, 2 and 3 of the paper on its 2 million instances, beside the paper's figures");
    tables_command->add_flag("--csv", tables.csv, "for programs");
    tables_command->add_option("--seed", tables.seed, "of the algorithm random; default: 1");

    evengate::ReplayArguments replay;
    CLI::App* const replay_command = app.add_subcommand(
        "replay", "a series of traffic through estimate, planner, damping and answers to hosts");
    replay_command->add_option("FILE", replay.file, "CSV: time,flow_0,flow_1,... volume per interval")
        ->required();
    replay_command->add_option("--gateways", replay.n_gateways, "how many")->required();
    replay_command->add_option("--capacity", replay.capacity,
                               "volume per line, of each gateway or one after the other: 900, or 400,200,100; "
                               "default: equal, the mean volume is 90 % of all");
    replay_command->add_option("--vmacs", replay.n_vmacs, "how many; default: 64");
    replay_command->add_option("--policy", replay.policy,
                               "answers to hosts: least-loaded (default), round-robin, weighted, host-hash");
    replay_command->add_option("--algorithm", replay.algorithm,
                               "sequential, greedy, best-fit, random, exact, even, multifit, portfolio (default)");
    replay_command->add_option("--alpha", replay.alpha,
                               "of the estimate, 0 to 1; default: auto, what foretells best");
    replay_command->add_option("--interval", replay.interval,
                               "of measuring and planning: 10s; default: the distance of two lines");
    replay_command->add_option("--start", replay.start, "of the assignment: even (default), random");
    replay_command->add_option("--target", replay.target,
                               "what part of the load each gateway should have: capacity (default), equal, shares");
    replay_command->add_option("--shares", replay.shares, "with --target shares, of each gateway: 4,2,1");
    replay_command->add_option("--max-moves", replay.max_moves, "vMACs in a round; default: 8");
    replay_command->add_option("--steer-hosts", replay.steered_hosts,
                               "hosts in an interval that are given another vMAC; default: 0");
    replay_command->add_option("--seed", replay.seed, "of the hosts' addresses and order; default: 1");
    replay_command->add_option("--json", replay.json, "the figures, to a file, or to standard output without one")
        ->expected(0, 1)
        ->default_str("-");
    replay_command->add_option("--plot", replay.plot, "a picture of the utilisations: FILE.svg or FILE.png");

    auto* const dispatch_command = app.add_subcommand(
        "dispatch", "runs a CSV of traffic through a dispatcher's buckets, flows taken for stations");
    evengate::DispatchArguments dispatch;
    dispatch_command->add_option("FILE", dispatch.file, "lines time,flow_0,flow_1,... after a header")->required();
    dispatch_command->add_option("--gateways", dispatch.n_gateways, "how many, 1 to 32")->capture_default_str();
    dispatch_command->add_option("--buckets", dispatch.n_buckets, "a power of two, 256 to 65536")->capture_default_str();
    dispatch_command->add_option("--policy", dispatch.policy, "balanced, round-robin, weighted or least-load")
        ->capture_default_str();
    dispatch_command->add_option("--interval", dispatch.interval_s, "seconds between rounds; 0: a row's")
        ->capture_default_str();
    dispatch_command->add_option("--seed", dispatch.seed, "of the hash")->capture_default_str();
    dispatch_command->add_flag("--json", dispatch.json, "print JSON");

    CLI11_PARSE(app, argc, argv);
    if (dispatch_command->parsed()) {
        return evengate::run_dispatch(dispatch);
    }
    if (replay_command->parsed()) {
        return evengate::run_replay(replay);
    }
    if (tables_command->parsed()) {
        return evengate::run_tables(tables);
    }
    return evengate::run_protocol(protocol);
}
