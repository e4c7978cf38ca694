// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "admin/report_json.hpp"
#include "console/group_text.hpp"
#include "console/shows.hpp"
#include "console/table.hpp"
#include "console/units.hpp"

namespace evengate::console {

namespace {

using admin::BalanceGatewayReport;
using admin::BalanceMoveReport;
using admin::BalanceReport;
using admin::BalanceRoundReport;
using admin::GroupReport;
using admin::Json;

std::string print_not_balanced(const GroupReport& group) {
    return print_title(group) + fmt::format("not balanced: mode {}\n", or_dash(group.mode));
}

// The title of a group, and what `print` makes of its balancing.
Outcome print_each_balance(const admin::Report& report,
                           std::string (*print)(const BalanceReport& balance)) {
    return print_each_group(report, [print](const GroupReport& group) {
        return group.balance ? print_title(group) + print(*group.balance)
                             : print_not_balanced(group);
    });
}

// Which group it is, and `part` of its balancing, or null.
Outcome print_json_part(const admin::Report& report, const char* part) {
    Json groups = Json::array();
    for (const GroupReport& group : report.groups) {
        groups.push_back(
            {{"id", group.id.value},
             {"interface", group.interface},
             {part, group.balance ? Json(*group.balance)[part] : Json(nullptr)}});
    }
    return {Status::ok, admin::print_json(groups)};
}

std::string print_decider(const BalanceReport& balance) {
    if (balance.decide == "everyone") {
        return fmt::format("everyone decides, {} carries it out", or_dash(balance.decider));
    }
    return fmt::format("{} decides ({}{})", or_dash(balance.decider), or_dash(balance.decide),
                       balance.decides_here ? ", here" : "");
}

std::string print_utilisation(uint64_t capacity, double utilisation) {
    return capacity == 0 ? "-" : fmt::format("{:.1f}%", 100 * utilisation);
}

std::vector<std::string> gateway_row(const BalanceGatewayReport& gateway) {
    return {or_dash(gateway.member),
            std::to_string(gateway.capacity_pps),
            std::to_string(gateway.load_pps),
            std::to_string(gateway.background_pps),
            print_utilisation(gateway.capacity_pps, gateway.utilisation),
            std::to_string(gateway.n_vmacs),
            gateway.saturated           ? "SATURATED"
            : gateway.capacity_pps == 0 ? "takes none"
                                        : "-"};
}

// With the sum of all, whose utilisation is what each would have if all were even.
std::string print_gateways(const std::vector<BalanceGatewayReport>& gateways) {
    Table table({{"gateway"},
                 {"capacity pps", Align::right},
                 {"load pps", Align::right},
                 {"background pps", Align::right},
                 {"utilisation", Align::right},
                 {"vmacs", Align::right},
                 {"notes"}});
    BalanceGatewayReport sum;
    for (const BalanceGatewayReport& gateway : gateways) {
        table.add_row(gateway_row(gateway));
        sum.capacity_pps += gateway.capacity_pps;
        sum.load_pps += gateway.load_pps;
        sum.background_pps += gateway.background_pps;
        sum.n_vmacs += gateway.n_vmacs;
    }
    if (gateways.size() > 1) {
        sum.member = "(all)";
        sum.utilisation = static_cast<double>(sum.load_pps + sum.background_pps) /
                          static_cast<double>(sum.capacity_pps);
        table.add_row(gateway_row(sum));
    }
    return table.print("no gateways");
}

std::string print_counts(const std::vector<admin::NamedCount>& counts) {
    std::string text;
    for (const admin::NamedCount& one : counts) {
        if (one.count != 0) {
            text += fmt::format("{}{} {}", text.empty() ? "" : ", ", one.count, one.name);
        }
    }
    return text.empty() ? "none" : text;
}

// As a configuration has it: "0.05", never "5e-02".
std::string print_fraction(double value) {
    std::string text = fmt::format("{:.6f}", value);
    text.erase(text.find_last_not_of('0') + 1);
    return text.ends_with('.') ? text.substr(0, text.size() - 1) : text;
}

std::string print_rounds(const BalanceReport& balance) {
    if (balance.rounds == 0) {
        return "none yet";
    }
    std::string text = fmt::format("{}; the last planned in {}, the slowest of late in {}",
                                   balance.rounds,
                                   format_duration(balance.plan_time),
                                   format_duration(balance.worst_plan_time));
    if (balance.decide == "everyone") {
        text += fmt::format("; {} in which the AVG did otherwise", balance.disagreements);
    }
    if (balance.hosts_steered != 0) {
        text += fmt::format("; {} hosts steered", balance.hosts_steered);
    }
    return text;
}

std::string print_balance(const BalanceReport& balance) {
    std::string text = fmt::format("{}, {}\n", or_dash(balance.algorithm), print_decider(balance));
    const auto line = [&](std::string_view name, const std::string& value) {
        text += fmt::format("  {:<11} {}\n", name, value);
    };
    line("interval",
         fmt::format("{}, alpha {}{}", format_duration(balance.interval),
                     print_fraction(balance.alpha),
                     balance.alpha_is_chosen ? ", chosen as it foretold best" : ""));
    line("imbalance", balance.imbalance > 0
                          ? fmt::format("{:.3f} (highest utilisation / mean)", balance.imbalance)
                          : "- (no load)");
    line("rounds", print_rounds(balance));
    line("moves", print_counts(balance.moves));
    line("last round", balance.history.empty()
                           ? "none yet"
                           : fmt::format("{} ago: {}", format_duration(balance.history.back().age),
                                         balance.history.back().text));
    return text + print_gateways(balance.gateways);
}

std::string print_dry_run(const BalanceReport& balance) {
    Table table({{"vmac", Align::right}, {"from"}, {"to"}, {"load pps", Align::right}});
    for (const BalanceMoveReport& move : balance.dry_run.moves) {
        table.add_row({std::to_string(move.vmac.value), or_dash(move.from), or_dash(move.to),
                       std::to_string(move.load_pps)});
    }
    return "a round now: " + or_dash(balance.dry_run.text) + "\n" + table.print("no moves");
}

// Each move on a line of its own below its round: a round may have many.
std::string print_history(const BalanceReport& balance) {
    Table table({{"ago", Align::right}, {"reason"}, {"round"}});
    for (const BalanceRoundReport& round : balance.history) {
        table.add_row({format_duration(round.age), round.reason, round.text});
        for (const BalanceMoveReport& move : round.moves) {
            table.add_row({"", "",
                           fmt::format("  vMAC {}: {} -> {}, {} pps", move.vmac.value,
                                       or_dash(move.from), or_dash(move.to), move.load_pps)});
        }
    }
    return fmt::format("{} rounds, the last {}\n", balance.rounds, balance.history.size()) +
           table.print("no rounds yet");
}

}  // namespace

Outcome show_balance(const Call& call) {
    if (call.format == Format::text) {
        return print_each_balance(call.report, print_balance);
    }
    Json groups = Json::array();
    for (const GroupReport& group : call.report.groups) {
        groups.push_back({{"id", group.id.value},
                          {"interface", group.interface},
                          {"balance", group.balance ? Json(*group.balance) : Json(nullptr)}});
    }
    return {Status::ok, admin::print_json(groups)};
}

Outcome show_balance_dry_run(const Call& call) {
    return call.format == Format::json ? print_json_part(call.report, "dry_run")
                                       : print_each_balance(call.report, print_dry_run);
}

Outcome show_balance_history(const Call& call) {
    return call.format == Format::json ? print_json_part(call.report, "history")
                                       : print_each_balance(call.report, print_history);
}

}  // namespace evengate::console
