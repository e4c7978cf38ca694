// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/group_report.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "control/balance_report.hpp"
#include "control/group_words.hpp"
#include "control/member_names.hpp"

namespace evengate::control {
namespace {

std::string to_text(packet::SlotAction action) {
    switch (action) {
        case packet::SlotAction::own:
            return "own";
        case packet::SlotAction::linger:
            return "linger";
        case packet::SlotAction::fenced:
            return "fenced";
        case packet::SlotAction::other:
        case packet::SlotAction::local:
        case packet::SlotAction::unbound:
            break;
    }
    return "other";
}

void fill_vmacs(Parts& parts, const Appliance& appliance, size_t group_index,
                const group::GroupView& view, admin::GroupReport& report) {
    const MemberNames name_of(view);
    for (const Vmac& vmac : parts.ownership.groups()[group_index].vmacs) {
        const SlotCounts counts = appliance.slot_counts(vmac.slot);
        admin::VmacReport& filled = report.vmacs.emplace_back();
        filled.number = vmac.number;
        filled.mac = vmac.mac;
        filled.state = to_text(parts.ownership.action(vmac.slot));
        filled.packets = counts.packets;
        filled.bytes = counts.bytes;
        filled.foreign_packets = counts.foreign_packets;
        filled.returned_packets = counts.returned_packets;
        filled.n_hosts = parts.answers.clients().n_hosts(group_index, vmac.number);
        report.n_hosts += filled.n_hosts;
        const auto seen =
            std::find_if(view.vmacs.begin(), view.vmacs.end(),
                         [&](const group::VmacView& v) { return v.number == vmac.number; });
        if (seen == view.vmacs.end()) {
            continue;
        }
        filled.owner = name_of(seen->owner);
        filled.claimant = name_of(seen->claimant);
        filled.previous = name_of(seen->previous);
        filled.successors = name_of(seen->successors);
        filled.priority = seen->priority;
        filled.redirect_left = seen->redirect_left;
        filled.timeout_left = seen->timeout_left;
    }
}

void fill_members(const group::GroupView& view, admin::GroupReport& report) {
    const MemberNames name_of(view);
    for (const group::MemberView& member : view.members) {
        admin::MemberReport& filled = report.members.emplace_back();
        filled.id = member.id;
        filled.name = MemberNames::of(member);
        filled.address = member.address;
        filled.mac = member.mac;
        filled.is_self = member.is_self;
        filled.state = to_word(member.state);
        filled.live = member.is_live;
        filled.proven = member.is_proven;
        filled.hears_us = member.hears_us;
        filled.draining = member.is_draining;
        filled.fenced = member.is_fenced;
        filled.priority = member.priority;
        filled.weight = member.weight;
        filled.n_vmacs = static_cast<uint32_t>(
            std::count_if(view.vmacs.begin(), view.vmacs.end(),
                          [&](const group::VmacView& v) { return v.claimant == member.id; }));
        filled.capacity_pps = member.capacity_pps;
        filled.load_pps = member.load_pps;
        filled.silence = member.silence;
        filled.hears = name_of(member.hears);
    }
}

void fill_counts(const GroupCounts& counts, admin::GroupReport& report) {
    report.take_overs = counts.take_overs;
    report.hand_overs_done = counts.hand_overs_done;
    report.hand_overs_failed = counts.hand_overs_failed;
    report.messages_received = counts.received;
    report.messages_used = counts.used;
    report.messages_sent = counts.sent;
    report.announcements = counts.announcements;
    for (size_t i = 0; i < kGroupRefusalCount; ++i) {
        report.refused_messages.push_back(
            {std::string(kGroupRefusalNames[i]), counts.refused[i]});
    }
}

}  // namespace

void fill_groups(Parts& parts, const Appliance& appliance, TimePoint now, admin::Report& report) {
    const auto groups = parts.ownership.groups();
    for (size_t i = 0; i < groups.size(); ++i) {
        const Group& group = groups[i];
        const GroupVoice& voice = parts.messages.voice(i);
        Speaker& speaker = parts.speakers.all()[parts.speakers.place_of(i).speaker_index];
        const group::GroupView view = speaker.segment.view(group.id, now);
        const MemberNames name_of(view);

        admin::GroupReport& filled = report.groups.emplace_back();
        filled.id = group.id;
        filled.interface = parts.interfaces.at(group.interface).name;
        filled.virtual_addresses = group.virtual_addresses;
        filled.policy = to_word(group.policy);
        filled.arp_answers = parts.answers.n_answers(i);
        filled.mode = to_word(voice.mode);
        filled.state = to_word(view.state);
        filled.avg = name_of(view.avg);
        filled.standby = name_of(view.standby);
        filled.priority = view.priority;
        filled.weight = view.weight;
        filled.term = view.name.term;
        filled.assignment_sequence = view.name.sequence;
        filled.draining = view.is_draining;
        filled.fenced = view.is_fenced;
        filled.hello = view.hello;
        filled.hold = view.hold;
        filled.n_state_changes = view.n_state_changes;
        filled.worst_hello_lateness = speaker.lateness.worst(now);
        fill_vmacs(parts, appliance, i, view, filled);
        fill_members(view, filled);
        fill_counts(voice.counts, filled);
        if (const auto balance = speaker.segment.balance_view(group.id, now)) {
            fill_balance(*balance, name_of, now, filled);
            filled.balance->hosts_steered = parts.steering.n_steered(i);
            filled.balance->plan_time = parts.meter.plan_time(i);
            filled.balance->worst_plan_time = parts.meter.worst_plan_time(i, now);
        }
        parts.answers.clients().for_each(i, [&](const ClientTable::Host& host) {
            filled.hosts.push_back(
                {.mac = host.mac, .vmac = host.vmac, .age = now - host.heard_at});
        });
    }
}

}  // namespace evengate::control
