// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <fmt/format.h>

#include <algorithm>
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
using admin::VmacReport;

std::string with_capital(std::string text) {
    if (!text.empty() && text.front() >= 'a' && text.front() <= 'z') {
        text.front() = static_cast<char>(text.front() - 'a' + 'A');
    }
    return text;
}

// What Cisco calls the state of a forwarder; `linger` and `fenced` have no name there.
std::string forwarder_state(const VmacReport& vmac) {
    if (vmac.state == "own") {
        return "Active";
    }
    return vmac.state == "other" ? "Listen" : with_capital(vmac.state);
}

std::string_view name_of_self(const GroupReport& group) {
    const auto self = std::find_if(group.members.begin(), group.members.end(),
                                   [](const auto& member) { return member.is_self; });
    return self == group.members.end() ? std::string_view{} : std::string_view{self->name};
}

// One line of `show glbp brief`, with the load that it lacks.
struct BriefRow {
    std::string forwarder = "-";
    std::string priority = "-";
    std::string state;
    std::string address;
    std::string active;
    std::string standby;
    uint64_t n_hosts = 0;
    uint64_t packets = 0;
    std::string weight = "-";
};

std::vector<BriefRow> brief_rows(const GroupReport& group) {
    const std::string_view self = name_of_self(group);
    const auto router = [&](const std::string& name) {
        return !name.empty() && name == self ? std::string{"local"} : or_dash(name);
    };
    std::vector<BriefRow> rows(1);
    for (const VmacReport& vmac : group.vmacs) {
        BriefRow& row = rows.emplace_back();
        row.forwarder = std::to_string(vmac.number.value);
        row.priority = vmac.priority == 0 ? "-" : std::to_string(vmac.priority);
        row.state = forwarder_state(vmac);
        row.address = vmac.mac.to_string();
        row.active = router(vmac.owner);
        row.standby = vmac.successors.empty() ? "-" : router(vmac.successors.front());
        row.n_hosts = vmac.n_hosts;
        row.packets = vmac.packets;
        rows.front().packets += vmac.packets;
    }
    BriefRow& whole = rows.front();
    whole.priority = std::to_string(group.priority);
    whole.state = or_dash(with_capital(group.state));
    whole.address = print_addresses(group);
    whole.active = router(group.avg);
    whole.standby = router(group.standby);
    whole.n_hosts = group.n_hosts;
    whole.weight = std::to_string(group.weight);
    return rows;
}

Json brief_json(const admin::Report& report) {
    Json rows = Json::array();
    for (const GroupReport& group : report.groups) {
        for (const BriefRow& row : brief_rows(group)) {
            rows.push_back({{"interface", group.interface},
                            {"group", group.id.value},
                            {"forwarder", row.forwarder},
                            {"priority", row.priority},
                            {"state", row.state},
                            {"address", row.address},
                            {"active_router", row.active},
                            {"standby_router", row.standby},
                            {"n_hosts", row.n_hosts},
                            {"packets", row.packets},
                            {"weight", row.weight}});
        }
    }
    return rows;
}

std::string indent(const std::string& text) {
    std::string indented;
    for (size_t start = 0; start < text.size();) {
        const size_t end = std::min(text.find('\n', start), text.size() - 1) + 1;
        indented += "  " + text.substr(start, end - start);
        start = end;
    }
    return indented;
}

std::string print_role(const GroupReport& group) {
    return fmt::format("{}, {} changes{}{}", or_dash(group.state), group.n_state_changes,
                       group.draining ? "; DRAINING" : "",
                       group.fenced ? "; FENCED: its lease ran out" : "");
}

std::string print_refused(const GroupReport& group) {
    std::string text;
    for (const admin::NamedCount& refused : group.refused_messages) {
        if (refused.count != 0) {
            text += fmt::format("{}{} {}", text.empty() ? "" : ", ", refused.count, refused.name);
        }
    }
    return text.empty() ? "none refused" : "refused: " + text;
}

std::string print_group(const GroupReport& group) {
    std::string text = print_title(group) + print_addresses(group) + "\n";
    const auto line = [&](std::string_view name, const std::string& value) {
        text += fmt::format("  {:<11} {}\n", name, value);
    };
    line("mode", or_dash(group.mode));
    line("state", print_role(group));
    line("active", or_dash(group.avg));
    line("standby", or_dash(group.standby));
    line("priority", fmt::format("{}, weight {}", group.priority, group.weight));
    line("timers", fmt::format("hello {}, hold {}; own hellos late by {} at most",
                               format_duration(group.hello), format_duration(group.hold),
                               format_duration(group.worst_hello_lateness)));
    line("assignment", fmt::format("term {}, sequence {}", group.term, group.assignment_sequence));
    line("moves", fmt::format("{} take-overs, {} hand-overs done, {} failed, {} announcements",
                              group.take_overs, group.hand_overs_done, group.hand_overs_failed,
                              group.announcements));
    if (group.balance) {
        line("balance", fmt::format("{}, {} decides, imbalance {:.3f}", group.balance->algorithm,
                                    or_dash(group.balance->decider), group.balance->imbalance));
    }
    line("messages", fmt::format("{} received, {} used, {} sent; {}", group.messages_received,
                                 group.messages_used, group.messages_sent, print_refused(group)));
    line("hosts", fmt::format("{}, policy {}, {} ARP answers", group.n_hosts, group.policy,
                              group.arp_answers));
    line("members", fmt::format("{}, {} live", group.members.size(), count_live_members(group)));
    text += indent(print_member_table(group));
    line("vMACs", fmt::format("{}, {} forwarded here", group.vmacs.size(), count_own_vmacs(group)));
    return text + indent(print_vmac_table(group));
}

}  // namespace

Outcome show_group_brief(const Call& call) {
    if (call.format == Format::json) {
        return {Status::ok, admin::print_json(brief_json(call.report))};
    }
    Table table({{"Interface"},
                 {"Grp", Align::right},
                 {"Fwd", Align::right},
                 {"Pri", Align::right},
                 {"State"},
                 {"Address"},
                 {"Active router"},
                 {"Standby router"},
                 {"Hosts", Align::right},
                 {"Packets", Align::right},
                 {"Weight", Align::right}});
    for (const GroupReport& group : call.report.groups) {
        for (const BriefRow& row : brief_rows(group)) {
            table.add_row({group.interface, std::to_string(group.id.value), row.forwarder,
                           row.priority, row.state, row.address, row.active, row.standby,
                           std::to_string(row.n_hosts), std::to_string(row.packets), row.weight});
        }
    }
    return {Status::ok, table.print("no groups")};
}

Outcome show_group(const Call& call) {
    if (call.format == Format::json) {
        return {Status::ok, admin::print_json(call.report.groups)};
    }
    return print_each_group(call.report, print_group);
}

}  // namespace evengate::console
