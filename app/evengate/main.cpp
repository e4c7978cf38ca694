// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <cstdio>

#include <CLI/CLI.hpp>

#include "config/config.hpp"
#include "evengate/commands.hpp"

int main(int argc, char** argv) {
    CLI::App app{"evengate: an open gateway group. Hosts share one default gateway address; several gateways\n"
                 "share the work."};
    app.set_version_flag("--version", "evengate " EVENGATE_VERSION);
    app.footer("Configuration keys: evengate --print-defaults. Example: evengate run /etc/evengate/evengate.yaml");

    bool print_defaults = false;
    app.add_flag("--print-defaults", print_defaults, "print a configuration with every key, its default and its help");

    evengate::RunOptions run;
    CLI::App* const run_command = app.add_subcommand("run", "run a gateway in the foreground");
    run_command->add_option("CONFIG", run.config_file, "configuration file (YAML)")->required();
    run_command->add_flag("-i,--interactive", run.interactive, "open a console on standard input");

    std::vector<std::string> files;
    CLI::App* const check_command = app.add_subcommand("check", "check configuration files, print every problem");
    check_command->add_option("CONFIG", files, "configuration files (YAML)")->required();

    evengate::ConsoleOptions console;
    CLI::App* const console_command =
        app.add_subcommand("console", "talk to a running gateway: one command, or interactively");
    console_command->add_option("--socket", console.socket, "the gateway's console.socket")
        ->default_str("/run/evengate/evengate.sock");
    console_command->add_option("--file", console.command_file, "run the commands of a file, one a line");
    console_command->add_option("COMMAND", console.command, "command to run, as in 'show vmacs json'");
    console.socket = "/run/evengate/evengate.sock";

    CLI11_PARSE(app, argc, argv);

    if (print_defaults) {
        std::fputs(evengate::config::default_yaml().c_str(), stdout);
        return 0;
    }
    if (*run_command) {
        return evengate::run_gateway(run);
    }
    if (*check_command) {
        return evengate::check_files(files);
    }
    if (*console_command) {
        return evengate::run_console(console);
    }
    std::fputs(app.help().c_str(), stderr);
    return 2;
}
