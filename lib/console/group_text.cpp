// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "console/group_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "console/table.hpp"
#include "console/units.hpp"

namespace evengate::console {

namespace {

std::string yes_or_no(bool value) {
    return value ? "yes" : "no";
}

// What is out of the ordinary about a member.
std::string print_notes(const admin::MemberReport& member) {
    std::vector<std::string_view> notes;
    if (member.is_self) {
        notes.emplace_back("self");
    } else if (!member.proven) {
        notes.emplace_back("unproven");
    }
    if (member.draining) {
        notes.emplace_back("draining");
    }
    if (member.fenced) {
        notes.emplace_back("fenced");
    }
    return notes.empty() ? "-" : fmt::format("{}", fmt::join(notes, ", "));
}

std::string print_left(const std::optional<Duration>& left) {
    return left ? format_duration(*left) : "-";
}

}  // namespace

std::string print_title(const admin::GroupReport& group) {
    return fmt::format("group {} on {}: ", group.id.value, group.interface);
}

std::string print_addresses(const admin::GroupReport& group) {
    std::vector<std::string> addresses;
    for (const IpAddress& address : group.virtual_addresses) {
        addresses.push_back(address.to_string());
    }
    return fmt::format("{}", fmt::join(addresses, ", "));
}

std::string print_member_table(const admin::GroupReport& group) {
    Table table({{"member"},
                 {"address"},
                 {"mac"},
                 {"state"},
                 {"live"},
                 {"hears us"},
                 {"priority", Align::right},
                 {"weight", Align::right},
                 {"vmacs", Align::right},
                 {"load pps", Align::right},
                 {"capacity pps", Align::right},
                 {"silence", Align::right},
                 {"hears"},
                 {"notes"}});
    for (const auto& member : group.members) {
        table.add_row(
            {member.name, member.address.to_string(), member.mac.to_string(), or_dash(member.state),
             yes_or_no(member.live), member.is_self ? "-" : yes_or_no(member.hears_us),
             std::to_string(member.priority), std::to_string(member.weight),
             std::to_string(member.n_vmacs), std::to_string(member.load_pps),
             std::to_string(member.capacity_pps),
             member.is_self ? "-" : format_duration(member.silence),
             or_dash(fmt::format("{}", fmt::join(member.hears, ", "))), print_notes(member)});
    }
    return table.print("no members");
}

std::string print_vmac_table(const admin::GroupReport& group) {
    // Only Cisco's protocol gives forwarders a priority and timers.
    const bool is_cisco = group.mode == "cisco";
    std::vector<Column> columns = {
        {"vmac", Align::right}, {"mac"},         {"state"},     {"owner"},
        {"claimant"},           {"moving from"}, {"successors"}};
    if (is_cisco) {
        columns.push_back({"priority", Align::right});
        columns.push_back({"redirect", Align::right});
        columns.push_back({"timeout", Align::right});
    }
    if (group.balance) {
        columns.push_back({"load pps", Align::right});
    }
    for (const std::string_view title : {"hosts", "packets", "share", "bytes", "foreign"}) {
        columns.push_back({title, Align::right});
    }
    uint64_t packets = 0;
    for (const auto& vmac : group.vmacs) {
        packets += vmac.packets;
    }
    Table table(std::move(columns));
    for (const auto& vmac : group.vmacs) {
        std::vector<std::string> row = {
            std::to_string(vmac.number.value),
            vmac.mac.to_string(),
            vmac.state,
            or_dash(vmac.owner),
            or_dash(vmac.claimant),
            or_dash(vmac.previous),
            or_dash(fmt::format("{}", fmt::join(vmac.successors, ", ")))};
        if (is_cisco) {
            row.push_back(std::to_string(vmac.priority));
            row.push_back(print_left(vmac.redirect_left));
            row.push_back(print_left(vmac.timeout_left));
        }
        if (group.balance) {
            row.push_back(std::to_string(vmac.load_pps));
        }
        row.push_back(std::to_string(vmac.n_hosts));
        row.push_back(std::to_string(vmac.packets));
        row.push_back(format_percent(vmac.packets, packets));
        row.push_back(std::to_string(vmac.bytes));
        row.push_back(std::to_string(vmac.foreign_packets));
        table.add_row(std::move(row));
    }
    return table.print("no vMACs");
}

size_t count_live_members(const admin::GroupReport& group) {
    const auto n_live = std::count_if(group.members.begin(), group.members.end(),
                                      [](const auto& member) { return member.live; });
    return static_cast<size_t>(n_live);
}

size_t count_own_vmacs(const admin::GroupReport& group) {
    const auto n_own = std::count_if(group.vmacs.begin(), group.vmacs.end(),
                                     [](const auto& vmac) { return vmac.state == "own"; });
    return static_cast<size_t>(n_own);
}

Outcome print_each_group(const admin::Report& report,
                         const std::function<std::string(const admin::GroupReport&)>& print) {
    std::string text;
    for (const auto& group : report.groups) {
        text += text.empty() ? "" : "\n";
        text += print(group);
    }
    return {Status::ok, text.empty() ? "no groups\n" : text};
}

std::string or_dash(const std::string& text) {
    return text.empty() ? "-" : text;
}

}  // namespace evengate::console
