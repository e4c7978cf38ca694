// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <array>

#include "console/arguments.hpp"
#include "console/command.hpp"
#include "console/help.hpp"
#include "console/shows.hpp"

namespace evengate::console {

namespace {

using admin::Verb;

// What the appliance said, or nothing: as in testpmd, success is silent.
Outcome print_reply(const Call& call) {
    return {Status::ok, call.reply.text.empty() ? "" : call.reply.text + "\n"};
}

// A show command asks for a report.
constexpr Command show(std::string_view section, std::string_view syntax, std::string_view help,
                       Outcome (*run)(const Call&)) {
    return {section, syntax, help, Kind::show, Verb::report, run, nullptr};
}

// An action on the group; see Command::request.
constexpr Command act(std::string_view syntax, std::string_view help, Verb verb,
                      Result<admin::Request> (*request)(const std::vector<std::string>&)) {
    return {"group", syntax, help, Kind::action, verb, print_reply, request};
}

constexpr std::array kCommands = {
    Command{"session", "help", "the sections of help", Kind::local, {}, print_sections},
    Command{"session",
            "help SECTION",
            "the commands of a section, or of all",
            Kind::local,
            {},
            print_section},
    Command{"session",
            "quit",
            "end this session; the appliance goes on",
            Kind::ends_session,
            {},
            print_reply},

    Command{"control", "start", "forward frames again", Kind::action, Verb::start_forwarding,
            print_reply},
    Command{"control", "stop", "drop frames instead of forwarding them; ARP and the group go on",
            Kind::action, Verb::stop_forwarding, print_reply},
    Command{"control", "clear port stats all", "count the ports' packets, bytes and errors from 0",
            Kind::action, Verb::clear_port_stats, print_reply},
    Command{"control", "shutdown", "end the appliance, and this session", Kind::ends_session,
            Verb::quit, print_reply},

    show("ports", "show port stats PORT", "packets, bytes and errors of a port, or of all",
         show_port_stats),
    show("ports", "show port info PORT",
         "device, link, queues and MAC filters of a port, or of all", show_port_info),
    show("ports", "show port xstats PORT", "the driver's own counters of a port, or of all",
         show_port_xstats),
    show("ports", "show port macs PORT", "the MAC addresses a port, or each, should receive",
         show_port_macs),
    show("ports", "show interfaces", "interfaces: port, VLANs, addresses, link", show_interfaces),

    show("group", "show group brief",
         "a line for each group and each virtual MAC: state, owner, load", show_group_brief),
    show("group", "show group", "each group: role, timers, members, virtual MACs, counters",
         show_group),
    show("group", "show members", "members of each group: state, load, who hears whom",
         show_members),
    show("group", "show vmacs", "virtual MACs of each group: owner, successors, load, hosts",
         show_vmacs),
    show("group", "show hosts", "hosts, and the virtual MAC that each was answered with",
         show_hosts),
    show("group", "show messages", "messages of each group: used, refused by reason, sent",
         show_messages),
    show("group", "show balance", "balancing of each group: who decides, load of each gateway",
         show_balance),
    show("group", "show balance dry-run", "what a round of balancing would do now",
         show_balance_dry_run),
    show("group", "show balance history", "the last rounds of balancing, and the reason for each",
         show_balance_history),
    act("drain", "give all virtual MACs to other members and take none", Verb::drain, nullptr),
    act("undrain", "take part again", Verb::undrain, nullptr),
    act("move vmac GROUP VMAC MEMBER", "hand a virtual MAC over to a member", Verb::move_vmac,
        request_move),
    act("set priority GROUP PRIORITY", "this member's priority, 1 to 255, until the next start",
        Verb::set_priority, request_priority),
    act("set balance GROUP KEY VALUE",
        "a live key of groups[].balance of the configuration, until the next start",
        Verb::set_balance, request_balance),

    show("gateway", "show neighbours", "hosts and next hops, and how far they are resolved",
         show_neighbours),
    show("gateway", "show routes", "the routing table", show_routes),

    show("counters", "show drops", "frames dropped, by reason and worker", show_drops),
    show("counters", "show punts", "frames handed to the control lcore, by class", show_punts),
    show("counters", "show workers", "load and counters of each worker", show_workers),
    show("counters", "show control", "what the control lcore received, answered and sent",
         show_control),

    show("appliance", "show summary", "the appliance on one page", show_summary),
    show("appliance", "show events", "what happened last, oldest first", show_events),
    show("appliance", "show config", "the configuration in force, as YAML", show_config),
};

}  // namespace

std::span<const Command> all_commands() {
    return kCommands;
}

std::vector<std::string_view> split_words(std::string_view line) {
    constexpr std::string_view kBlanks = " \t";
    std::vector<std::string_view> words;
    size_t start = line.find_first_not_of(kBlanks);
    while (start != std::string_view::npos) {
        const size_t end = line.find_first_of(kBlanks, start);
        words.push_back(line.substr(start, end - start));
        start = line.find_first_not_of(kBlanks, end);
    }
    return words;
}

bool is_argument(std::string_view syntax_word) {
    return syntax_word.front() >= 'A' && syntax_word.front() <= 'Z';
}

}  // namespace evengate::console
