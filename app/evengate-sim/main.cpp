// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <CLI/CLI.hpp>

#include "evengate-sim/protocol_command.hpp"
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

    CLI11_PARSE(app, argc, argv);
    if (tables_command->parsed()) {
        return evengate::run_tables(tables);
    }
    return evengate::run_protocol(protocol);
}
