// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/group_requests.hpp"

#include <optional>
#include <string>
#include <utility>

#include "control/balance_settings.hpp"
#include "settings/change.hpp"
#include "settings/check.hpp"

namespace evengate::control {
namespace {

using admin::Reply;

// By name, address or id.
std::optional<MemberId> find_member(const group::GroupView& view, const std::string& text) {
    for (const group::MemberView& member : view.members) {
        if (member.name == text || member.address.to_string() == text ||
            std::to_string(member.id.value) == text) {
            return member.id;
        }
    }
    return std::nullopt;
}

Reply drain(Parts& parts, TimePoint now) {
    switch (parts.departure.drain()) {
        case Departure::Drain::moving:
        case Departure::Drain::quiet:
            return Reply::done("this member is draining already");
        case Departure::Drain::done:
            return Reply::done("this member is drained already");
        case Departure::Drain::none:
            break;
    }
    parts.departure.begin_drain(now);
    return Reply::done("draining: 'show events' says when it is done");
}

Reply undrain(Parts& parts, TimePoint now) {
    if (parts.departure.drain() == Departure::Drain::none) {
        return Reply::refused("this member is not draining");
    }
    parts.departure.end_drain(now);
    return Reply::done("this member takes vMACs again");
}

Reply move_vmac(Parts& parts, size_t group_index, const admin::Request& request,
                       TimePoint now) {
    const Group& group = parts.ownership.groups()[group_index];
    const std::string name = "group " + std::to_string(group.id.value);
    if (request.vmac.value == 0 || request.vmac.value > group.vmacs.size()) {
        return Reply::refused(name + " has the vMACs 1 to " + std::to_string(group.vmacs.size()));
    }
    const size_t speaker_index = parts.speakers.place_of(group_index).speaker_index;
    const group::GroupView view =
        parts.speakers.all()[speaker_index].segment.view(group.id, now);
    const auto to = find_member(view, request.member);
    if (!to) {
        return Reply::refused(name + " has no member " + request.member +
                       "; 'show members' has their names");
    }
    const auto result = parts.speakers.tell(
        speaker_index, group::MoveVmac{.group = group.id, .vmac = request.vmac, .to = *to}, now);
    const std::string what =
        "vMAC " + std::to_string(request.vmac.value) + " of " + name;
    if (result.move_refused) {
        return Reply::refused(what + " cannot be moved to " + request.member +
                       ": there is no AVG, or that member is not live");
    }
    return Reply::done(what + " moves to " + request.member);
}

Reply set_priority(Parts& parts, size_t group_index, const admin::Request& request,
                          TimePoint now) {
    const Group& group = parts.ownership.groups()[group_index];
    if (request.priority == 0) {
        return Reply::refused("a priority is 1 to 255");
    }
    parts.speakers.tell(parts.speakers.place_of(group_index).speaker_index,
                        group::SetPriority{.group = group.id, .priority = request.priority}, now);
    return Reply::done("the priority in group " + std::to_string(group.id.value) + " is " +
                std::to_string(request.priority) + " until the next start");
}

Reply set_balance(Parts& parts, settings::Settings& settings, size_t group_index,
                         const admin::Request& request, TimePoint now) {
    const Group& group = parts.ownership.groups()[group_index];
    if (settings.groups[group_index].mode != settings::GroupMode::native) {
        return Reply::refused("only a native group is balanced");
    }
    const Result<void> stored =
        settings::set_balance(settings, group_index, request.key, request.value);
    if (!stored) {
        return Reply::refused(stored.error().message);
    }
    const settings::Balance& balance = settings.groups[group_index].balance;
    parts.meter.set_interval(group_index, balance.interval, now);
    parts.services.set_balance_interval(group_index, balance.interval, now);
    parts.speakers.tell(
        parts.speakers.place_of(group_index).speaker_index,
        group::BalanceChanged{.group = group.id, .settings = to_balance_settings(balance)}, now);
    const std::string warning = settings::warning(settings.groups[group_index]);
    return Reply::done(request.key + " of group " + std::to_string(group.id.value) + " is " +
                request.value + " until the next start" + (warning.empty() ? "" : "; " + warning));
}

}  // namespace

Reply answer_group_request(Parts& parts, settings::Settings& settings,
                                  const admin::Request& request, TimePoint now) {
    const auto groups = parts.ownership.groups();
    if (groups.empty()) {
        return Reply::refused("no group is configured");
    }
    if (parts.departure.has_begun()) {
        return Reply::refused("this member is leaving");
    }
    if (request.verb == admin::Verb::drain) {
        return drain(parts, now);
    }
    if (request.verb == admin::Verb::undrain) {
        return undrain(parts, now);
    }
    std::optional<admin::Reply> reply;
    for (size_t i = 0; i < groups.size(); ++i) {
        const bool is_there = request.interface.empty() ||
                              parts.interfaces.at(groups[i].interface).name == request.interface;
        if (groups[i].id != request.group || !is_there) {
            continue;
        }
        Reply of_group;
        if (request.verb == admin::Verb::move_vmac) {
            of_group = move_vmac(parts, i, request, now);
        } else if (request.verb == admin::Verb::set_balance) {
            of_group = set_balance(parts, settings, i, request, now);
        } else {
            of_group = set_priority(parts, i, request, now);
        }
        // The first that could not be done is what has to be told.
        if (!reply || of_group.status != Reply::Status::ok) {
            reply = std::move(of_group);
        }
        if (reply->status != Reply::Status::ok) {
            break;
        }
    }
    const std::string place = request.interface.empty() ? "" : " on " + request.interface;
    return reply ? *reply
                 : Reply::refused("there is no group " + std::to_string(request.group.value) + place);
}

}  // namespace evengate::control
