// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/group_actions.hpp"

#include <algorithm>
#include <chrono>
#include <variant>

namespace evengate::control {
namespace {

bool changes_members(group::NoteKind kind) {
    switch (kind) {
        case group::NoteKind::member_up:
        case group::NoteKind::member_down:
        case group::NoteKind::member_left:
        case group::NoteKind::member_restarted:
        case group::NoteKind::fenced:
        case group::NoteKind::unfenced:
        case group::NoteKind::avg_changed:
        case group::NoteKind::state_changed:
            return true;
        default:
            return false;
    }
}

uint16_t to_seconds(const std::optional<Duration>& left) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left.value_or(Duration{}));
    return static_cast<uint16_t>(std::clamp<int64_t>(seconds.count(), 0, UINT16_MAX));
}

}  // namespace

class GroupActions::Turn {
 public:
    Turn(GroupActions& actions, size_t speaker_index, Speaker& speaker, TimePoint now)
        : actions_(actions),
          parts_(actions.parts_),
          speaker_index_(speaker_index),
          speaker_(speaker),
          now_(now) {}

    void operator()(const group::action::Send& send) {
        if (const auto group_index = find(send.message.group)) {
            if (send.to == IpAddress{}) {
                parts_.messages.send_to_all(*group_index, send.message, send.from);
            } else {
                parts_.messages.send_to_one(*group_index, send.message, send.to, send.to_mac,
                                            now_);
            }
        }
    }
    void operator()(const group::action::Publish&) {
        parts_.publication.take(speaker_index_, speaker_, now_);
        // Before what follows is sent (rules 16, 21). A new lease alone waits for the end of the turn.
        parts_.publication.flush_roles();
    }
    void operator()(const group::action::Announce& announce) {
        if (const auto group_index = find(announce.group, announce.vmac)) {
            describe_forwarder(*group_index, announce.vmac);
            parts_.announcer.announce(*group_index, announce.vmac, now_);
        }
    }
    void operator()(const group::action::SendLastKeepAlive& last) {
        if (const auto group_index = find(last.group, last.vmac)) {
            parts_.announcer.send_last(*group_index, last.vmac);
        }
    }
    void operator()(const group::action::PrepareVmac& wanted) {
        parts_.aid.prepare(speaker_index_, wanted, now_);
    }
    void operator()(const group::action::CollectNeighbours& wanted) {
        result_.collects.push_back(wanted);
    }
    void operator()(const group::action::AdoptNeighbours& adopt) {
        parts_.aid.adopt(adopt.list, now_);
    }
    void operator()(const group::action::AdoptClient& adopt) {
        if (const auto group_index = find(adopt.group, VmacNumber(adopt.client.vmac))) {
            parts_.answers.adopt(*group_index, adopt.client.host, VmacNumber(adopt.client.vmac),
                                 now_);
        }
    }
    void operator()(const group::action::VerdictsHeard& heard) {
        if (const auto group_index = find(heard.group)) {
            parts_.services.on_verdicts(*group_index, heard, now_);
        }
    }
    void operator()(const group::action::TargetSetHeard& heard) {
        if (const auto group_index = find(heard.group)) {
            parts_.services.on_target_set(*group_index, heard, now_);
        }
    }
    void operator()(const group::action::ConnectionsHeard& heard) {
        if (const auto group_index = find(heard.group)) {
            parts_.services.on_connections(*group_index, heard, now_);
        }
    }
    void operator()(const group::action::Note& note) {
        actions_.notes_.add(note);
        if (const auto group_index = find(note.group)) {
            actions_.count(*group_index, note.kind);
        }
        result_.members_changed = result_.members_changed || changes_members(note.kind);
        result_.move_refused =
            result_.move_refused || note.kind == group::NoteKind::move_refused;
    }
    void operator()(const group::action::Refuse& refuse) {
        if (!result_.refused) {
            result_.refused = refuse.why;
        }
    }

    [[nodiscard]] Result take_result() { return std::move(result_); }

 private:
    // The index of a group of this speaker.
    [[nodiscard]] std::optional<size_t> find(GroupId id) const {
        const auto place = speaker_.find(parts_.ownership.groups(), id);
        return place ? std::optional(speaker_.group_indexes[*place]) : std::nullopt;
    }
    // The same where the group has this vMAC, in our configuration.
    [[nodiscard]] std::optional<size_t> find(GroupId id, VmacNumber vmac) const {
        const auto group_index = find(id);
        const bool there =
            group_index && vmac.value != 0 &&
            vmac.value <= parts_.ownership.groups()[*group_index].vmacs.size();
        return there ? group_index : std::nullopt;
    }

    // In cisco mode others read the forwarder's priority and times in its hello.
    void describe_forwarder(size_t group_index, VmacNumber vmac) {
        GroupVoice& voice = parts_.messages.voice(group_index);
        if (voice.mode != settings::GroupMode::cisco) {
            return;
        }
        const group::GroupView view =
            speaker_.segment.view(parts_.ownership.groups()[group_index].id, now_);
        const auto found =
            std::find_if(view.vmacs.begin(), view.vmacs.end(),
                         [&](const group::VmacView& v) { return v.number == vmac; });
        if (found != view.vmacs.end()) {
            glbp::Forwarder& forwarder = voice.forwarders[vmac.value - 1u];
            forwarder.priority = found->priority;
            forwarder.weight = view.weight;
            forwarder.redirect_left_s = to_seconds(found->redirect_left);
            forwarder.timeout_left_s = to_seconds(found->timeout_left);
        }
    }

    GroupActions& actions_;
    Parts& parts_;
    size_t speaker_index_;
    Speaker& speaker_;
    TimePoint now_;
    Result result_;
};

GroupActions::Result GroupActions::carry_out(size_t speaker_index, Speaker& speaker,
                                             std::span<const group::Action> actions,
                                             TimePoint now) {
    Turn turn(*this, speaker_index, speaker, now);
    for (const group::Action& action : actions) {
        std::visit(turn, action);
    }
    Result result = turn.take_result();
    if (!notes_.empty()) {
        const auto name_of = [&](GroupId group, MemberId id) {
            const group::GroupView view = speaker.segment.view(group, now);
            for (const group::MemberView& member : view.members) {
                if (member.id == id && !member.name.empty()) {
                    return member.name;
                }
                if (member.id == id) {
                    return member.address.to_string();
                }
            }
            return std::to_string(id.value);
        };
        notes_.write(parts_.interfaces.at(speaker.interface).name, name_of, now);
    }
    if (result.members_changed) {
        for (size_t place = 0; place < speaker.group_indexes.size(); ++place) {
            copy_standing(speaker, place, now);
        }
    } else {
        copy_standing(speaker, now);
    }
    tell_services(speaker, result.members_changed, now);
    return result;
}

void GroupActions::tell_services(const Speaker& speaker, bool members_changed, TimePoint now) {
    if (!parts_.services.is_listening()) {
        return;
    }
    for (const size_t group_index : speaker.group_indexes) {
        const GroupId id = parts_.ownership.groups()[group_index].id;
        const auto name = speaker.segment.assignment_name(id);
        if (!name) {
            continue;  // its members say nothing of services
        }
        const Told now_so{*name, speaker.segment.answerable_revision(id),
                          speaker.segment.answers_hosts(id)};
        if (members_changed || now_so != told_[group_index]) {
            told_[group_index] = now_so;
            parts_.services.on_members_changed(group_index, speaker.segment.view(id, now), now);
        }
    }
}

void GroupActions::count(size_t group_index, group::NoteKind kind) {
    GroupCounts& counts = parts_.messages.voice(group_index).counts;
    counts.take_overs += kind == group::NoteKind::took_over ? 1 : 0;
    counts.hand_overs_done += kind == group::NoteKind::hand_over_done ? 1 : 0;
    counts.hand_overs_failed += kind == group::NoteKind::hand_over_failed ? 1 : 0;
}

void GroupActions::copy_standing(Speaker& speaker, TimePoint now) {
    for (size_t place = 0; place < speaker.group_indexes.size(); ++place) {
        const size_t group_index = speaker.group_indexes[place];
        const GroupId id = parts_.ownership.groups()[group_index].id;
        const bool is_answerer = parts_.answers.standing(group_index).is_answerer;
        if (speaker.segment.answerable_revision(id) != speaker.answerable_revisions[place] ||
            speaker.segment.answers_hosts(id) != is_answerer) {
            copy_standing(speaker, place, now);
        }
    }
}

void GroupActions::copy_standing(Speaker& speaker, size_t place, TimePoint now) {
    const size_t group_index = speaker.group_indexes[place];
    const Group& group = parts_.ownership.groups()[group_index];
    const group::GroupView view = speaker.segment.view(group.id, now);
    VmacAnswers::Standing standing;
    standing.is_answerer = speaker.segment.answers_hosts(group.id);
    for (const group::MemberView& member : view.members) {
        const bool serves = member.is_self ? !member.is_fenced : member.is_live && member.is_proven;
        if (serves && !member.is_draining) {
            standing.live_members.push_back(member.id);
        }
        standing.gateways.push_back(member.id);
        standing.capacities.push_back(member.capacity_pps);
        standing.loads.push_back(member.load_pps);
        standing.weights.push_back(member.weight);
    }
    for (const VmacNumber number : speaker.segment.answerable(group.id)) {
        const auto vmac =
            std::find_if(view.vmacs.begin(), view.vmacs.end(),
                         [&](const group::VmacView& v) { return v.number == number; });
        if (number.value == 0 || number.value > group.vmacs.size() || vmac == view.vmacs.end()) {
            continue;  // the AVG has more vMACs than we know
        }
        const auto owner =
            std::find(standing.gateways.begin(), standing.gateways.end(), vmac->owner);
        if (owner == standing.gateways.end()) {
            continue;
        }
        standing.answerable.push_back(number);
        standing.gateway_of.push_back(
            static_cast<uint16_t>(owner - standing.gateways.begin()));
    }
    speaker.answerable_revisions[place] = speaker.segment.answerable_revision(group.id);
    parts_.answers.set_standing(group_index, std::move(standing));
}

}  // namespace evengate::control
