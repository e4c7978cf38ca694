// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <nlohmann/json.hpp>

#include "admin/report_json.hpp"
#include "console/group_text.hpp"
#include "console/shows.hpp"
#include "console/table.hpp"
#include "console/units.hpp"

namespace evengate::console {

namespace {

using admin::GroupReport;
using admin::Json;

// Which group it is, and some of what `show group json` says about it.
Outcome print_parts(const admin::Report& report, std::initializer_list<const char*> keys) {
    Json groups = Json::array();
    for (const GroupReport& group : report.groups) {
        const Json whole = group;
        Json& part =
            groups.emplace_back(Json{{"id", whole["id"]}, {"interface", whole["interface"]}});
        for (const char* const key : keys) {
            part[key] = whole[key];
        }
    }
    return {Status::ok, admin::print_json(groups)};
}

std::string print_hosts(const GroupReport& group) {
    Table table({{"host"}, {"vmac", Align::right}, {"owner"}, {"asked", Align::right}});
    for (const admin::HostReport& host : group.hosts) {
        const auto vmac = std::find_if(group.vmacs.begin(), group.vmacs.end(),
                                       [&](const auto& one) { return one.number == host.vmac; });
        table.add_row({host.mac.to_string(), std::to_string(host.vmac.value),
                       vmac == group.vmacs.end() ? "-" : or_dash(vmac->owner),
                       format_duration(host.age) + " ago"});
    }
    return print_title(group) + fmt::format("{} hosts, policy {}\n", group.n_hosts, group.policy) +
           table.print("no hosts");
}

std::string print_messages(const GroupReport& group) {
    Table table({{"messages"}, {"", Align::right}});
    table.add_row({"received", std::to_string(group.messages_received)});
    table.add_row({"used", std::to_string(group.messages_used)});
    for (const admin::NamedCount& refused : group.refused_messages) {
        table.add_row({"refused: " + refused.name, std::to_string(refused.count)});
    }
    table.add_row({"sent", std::to_string(group.messages_sent)});
    table.add_row({"announcements sent", std::to_string(group.announcements)});
    table.add_row({"own hellos late by", format_duration(group.worst_hello_lateness)});
    return print_title(group) + or_dash(group.mode) + "\n" + table.print("");
}

}  // namespace

Outcome show_members(const Call& call) {
    if (call.format == Format::json) {
        return print_parts(call.report, {"state", "avg", "standby", "members"});
    }
    return print_each_group(call.report, [](const GroupReport& group) {
        return print_title(group) +
               fmt::format("{} members, {} live; active {}, standby {}\n", group.members.size(),
                           count_live_members(group), or_dash(group.avg), or_dash(group.standby)) +
               print_member_table(group);
    });
}

Outcome show_vmacs(const Call& call) {
    if (call.format == Format::json) {
        return print_parts(call.report,
                           {"virtual_addresses", "policy", "vmacs", "n_hosts", "arp_answers"});
    }
    return print_each_group(call.report, [](const GroupReport& group) {
        return print_title(group) +
               fmt::format("{}, policy {}, {} hosts, {} ARP answers\n", print_addresses(group),
                           group.policy, group.n_hosts, group.arp_answers) +
               print_vmac_table(group);
    });
}

Outcome show_hosts(const Call& call) {
    if (call.format == Format::json) {
        return print_parts(call.report, {"policy", "n_hosts", "hosts"});
    }
    return print_each_group(call.report, print_hosts);
}

Outcome show_messages(const Call& call) {
    if (call.format == Format::json) {
        return print_parts(call.report, {"messages_received", "messages_used", "refused_messages",
                                         "messages_sent", "announcements", "worst_hello_lateness"});
    }
    return print_each_group(call.report, print_messages);
}

}  // namespace evengate::console
