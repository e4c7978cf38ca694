// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <array>

#include "console/arguments.hpp"
#include "console/command.hpp"
#include "console/help.hpp"
#include "console/service_arguments.hpp"
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

using Asks = Result<admin::Request> (*)(const std::vector<std::string>&);

// An action on the group; see Command::request.
constexpr Command act(std::string_view syntax, std::string_view help, Verb verb, Asks request) {
    return {"group", syntax, help, Kind::action, verb, print_reply, request};
}

// The same on services.
constexpr Command serve(std::string_view syntax, std::string_view help, Verb verb, Asks request) {
    return {"services", syntax, help, Kind::action, verb, print_reply, request};
}

// A show command that asks for more than a report.
constexpr Command look(std::string_view syntax, std::string_view help, Verb verb,
                       Outcome (*run)(const Call&), Asks request) {
    return {"services", syntax, help, Kind::show, verb, run, request};
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

    show("services", "show services", "services, and what workers counted of them", show_services),
    show("services", "show targets", "targets of each service: state and why, weight, shares",
         show_targets),
    show("services", "show targets SERVICE", "of a service, or of all, with counters and verdicts",
         show_targets_of_service),
    look("show connections", "connections in the workers' tables, the first 100",
         Verb::list_connections, show_connections, request_connections),
    look("show connections FILTER",
         "of an address, prefix, ADDRESS:PORT, port, service, target, state or protocol",
         Verb::list_connections, show_connections, request_connections),
    look("explain connection CLIENT[:PORT] PUBLISHED:PORT", "where its packets go, and why",
         Verb::explain_flow, explain_connection, request_explanation),
    look("explain connection CLIENT[:PORT] PUBLISHED:PORT tcp", "the same, of a TCP service",
         Verb::explain_flow, explain_connection, request_explanation),
    look("explain connection CLIENT[:PORT] PUBLISHED:PORT udp", "the same, of a UDP service",
         Verb::explain_flow, explain_connection, request_explanation),
    show("services", "show dispatcher",
         "buckets and load of each gateway behind a dispatcher; targets of sprays; what is handed on",
         show_dispatcher),
    serve("drain target NAME", "no new connections for a target", Verb::drain_target,
          request_target),
    serve("drain target NAME now", "no packets for a target: its connections end",
          Verb::drain_target_now, request_target),
    serve("undrain target NAME", "a target takes part again", Verb::undrain_target,
          request_target),
    serve("set target NAME weight N", "a target's weight, 0 to 65535, until the next start",
          Verb::set_target_weight, request_weight),

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
