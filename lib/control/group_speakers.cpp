// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/group_speakers.hpp"

#include <algorithm>
#include <utility>

#include "packet/group_message.hpp"
#include "packet/ipv4.hpp"

namespace evengate::control {
namespace {

GroupRefusal to_refusal(glbp::Verdict verdict) {
    switch (verdict) {
        case glbp::Verdict::missing:
            return GroupRefusal::authentication_missing;
        case glbp::Verdict::unexpected_method:
            return GroupRefusal::authentication_method;
        case glbp::Verdict::no_key:
            return GroupRefusal::no_key;
        case glbp::Verdict::wrong_digest:
        case glbp::Verdict::authentic:
            break;
    }
    return GroupRefusal::wrong_digest;
}

// While the workers lag, whether they go on.
constexpr Duration kLookAgain = std::chrono::milliseconds(1);

// What a native member sends from a vMAC for the switches alone: no member depends on it.
bool is_for_switches(const glbp::Message& message, settings::GroupMode mode) {
    return mode == settings::GroupMode::native && !message.is_native() && !message.hello &&
           message.opcode == glbp::Opcode::hello && message.forwarders.size() == 1;
}

}  // namespace

GroupSpeakers::GroupSpeakers(std::vector<Speaker> speakers, const GroupActions::Parts& parts)
    : speakers_(std::move(speakers)),
      parts_(parts),
      actions_(parts),
      speaker_of_(parts.interfaces.size(), SIZE_MAX),
      places_(parts.ownership.groups().size()) {
    for (size_t i = 0; i < speakers_.size(); ++i) {
        speaker_of_[speakers_[i].interface.value] = i;
        for (size_t place = 0; place < speakers_[i].group_indexes.size(); ++place) {
            places_[speakers_[i].group_indexes[place]] = {i, place};
        }
    }
}

void GroupSpeakers::start(TimePoint now) {
    for (size_t i = 0; i < speakers_.size(); ++i) {
        parts_.publication.take(i, speakers_[i], now);
        if (parts_.interfaces.at(speakers_[i].interface).link_up()) {
            tell(i, group::LinkChanged{group::Link::up}, now);
        }
    }
    settle(now);
}

bool GroupSpeakers::is_stale(const PuntedFrame& frame) const {
    const size_t speaker_index = speaker_of_[frame.interface.value];
    return speaker_index != SIZE_MAX &&
           frame.received_at < speakers_[speaker_index].stale_before;
}

Outcome GroupSpeakers::on_frame(const PuntedFrame& frame, TimePoint now) {
    // Checked by the worker already; here a mistake would be an over-read.
    if (packet::check_ipv4(frame.payload.data(), frame.payload.size()) != packet::Ipv4Verdict::ok ||
        !packet::is_group_message(frame.payload.data())) {
        return Outcome::refused(Refusal::ipv4_malformed);
    }
    const size_t speaker_index = speaker_of_[frame.interface.value];
    const auto id = GroupAdmission::peek_group(frame.payload);
    if (speaker_index == SIZE_MAX || !id) {
        return Outcome::refused(Refusal::group_not_configured);
    }
    Speaker& speaker = speakers_[speaker_index];
    const auto place = speaker.find(parts_.ownership.groups(), *id);
    if (!place) {
        return Outcome::refused(Refusal::group_not_configured);
    }
    const size_t group_index = speaker.group_indexes[*place];
    GroupCounts& counts = parts_.messages.voice(group_index).counts;
    ++counts.received;
    const auto datagram = speaker.admission.admit(frame.payload, now);
    if (!datagram) {
        counts.refuse(datagram.error());
        return Outcome::refused(Refusal::group_message_refused);
    }
    return use(speaker_index, group_index, *datagram, frame.source, now);
}

Outcome GroupSpeakers::use(size_t speaker_index, size_t group_index,
                           const packet::GroupDatagram& datagram, const MacAddress& source_mac,
                           TimePoint now) {
    GroupVoice& voice = parts_.messages.voice(group_index);
    const auto refuse = [&](GroupRefusal refusal) {
        voice.counts.refuse(refusal);
        return Outcome::refused(Refusal::group_message_refused);
    };
    if (!glbp::decode(datagram.message, decoded_)) {
        return refuse(GroupRefusal::malformed);
    }
    const glbp::Verdict verdict =
        voice.keys.verify(datagram.message, decoded_, voice.binding(datagram.source));
    if (verdict != glbp::Verdict::authentic) {
        return refuse(to_refusal(verdict));
    }
    if (!is_for_switches(decoded_.message, voice.mode)) {
        const GroupActions::Result result =
            tell(speaker_index,
                 group::MessageReceived{decoded_.message, datagram.source, source_mac}, now);
        if (result.refused) {
            return refuse(to_group_refusal(*result.refused));
        }
        speakers_[speaker_index].admission.believe(datagram.source, now);
    }
    ++voice.counts.used;
    return Outcome::noted();
}

void GroupSpeakers::on_link(InterfaceId interface, TimePoint now) {
    const size_t speaker_index = speaker_of_[interface.value];
    if (speaker_index != SIZE_MAX) {
        const bool up = parts_.interfaces.at(interface).link_up();
        tell(speaker_index, group::LinkChanged{up ? group::Link::up : group::Link::down}, now);
    }
}

TimePoint GroupSpeakers::next_deadline() const {
    TimePoint next = parts_.publication.next_deadline();
    if (next != kNever) {
        next += Duration(1);  // a lease counts until its last nanosecond
    }
    for (const Speaker& speaker : speakers_) {
        next = std::min(next, std::max(speaker.segment.next_deadline(), speaker.look_again_at));
    }
    return next;
}

void GroupSpeakers::on_timers(TimePoint now) {
    for (size_t i = 0; i < speakers_.size(); ++i) {
        const TimePoint deadline = speakers_[i].segment.next_deadline();
        const TimePoint time = time_of(speakers_[i], now);
        if (deadline <= time) {
            speakers_[i].lateness.note(now - deadline, now);
            tell(i, group::TimersDue{}, now);
        } else if (time < now) {
            speakers_[i].look_again_at = now + kLookAgain;
        }
    }
}

bool GroupSpeakers::is_held_up(size_t group_index, TimePoint now) {
    return time_of(speakers_[places_[group_index].speaker_index], now) < now;
}

TimePoint GroupSpeakers::time_of(Speaker& speaker, TimePoint now) const {
    // Who leaves judges nobody.
    const Duration lag = is_leaving_ ? Duration::zero() : parts_.appliance.worker_lag();
    const Duration behind = std::max(lag - speaker.segment.patience(), Duration::zero());
    speaker.time = std::max(speaker.time, now - behind);
    return speaker.time;
}

void GroupSpeakers::notice_fences(TimePoint now) {
    if (parts_.publication.next_deadline() >= now) {
        return;
    }
    for (size_t i = 0; i < speakers_.size(); ++i) {
        Speaker& speaker = speakers_[i];
        if (speaker.segment.lease() >= now) {
            continue;
        }
        if (std::exchange(speaker.noticed_lease, speaker.segment.lease()) !=
            speaker.segment.lease()) {
            speaker.stale_before = now;
            // Also where the workers hold its time up: it must not renew what has ended.
            speaker.time = std::max(speaker.time, speaker.segment.lease());
            // Before a hello that tells of the past makes the machine believe it is the present.
            tell(i, group::TimersDue{}, now);
        }
        parts_.publication.take(i, speaker, now);
    }
}

void GroupSpeakers::settle(TimePoint now) {
    for (const VmacAnswers::Answered& answered : parts_.answers.take_answered()) {
        tell(places_[answered.group_index].speaker_index,
             group::HostAnswered{parts_.ownership.groups()[answered.group_index].id,
                                 {.host = answered.host, .vmac = answered.vmac.value}},
             now);
    }
    for (const HandOverAid::Prepared& prepared : parts_.aid.take_prepared(now)) {
        const auto& wanted = prepared.wanted;
        tell(prepared.speaker_index,
             group::VmacPrepared{wanted.group, wanted.vmac, wanted.name}, now);
    }
    parts_.publication.flush(speakers_, now);
    // Those whose time is now: at once means before the next turn of the loop.
    parts_.announcer.on_timers(now);
}

GroupActions::Result GroupSpeakers::tell(size_t speaker_index, const group::Event& event,
                                         TimePoint now) {
    GroupActions::Result result = carry_out(speaker_index, event, now);
    for (size_t i = 0; i < result.collects.size(); ++i) {
        const auto wanted = result.collects[i];
        const auto neighbours = parts_.aid.collect();
        const auto more = carry_out(
            speaker_index,
            group::NeighboursCollected{wanted.group, wanted.to, wanted.name, neighbours}, now);
        result.collects.insert(result.collects.end(), more.collects.begin(), more.collects.end());
    }
    return result;
}

void GroupSpeakers::tell_all(const group::Event& event, TimePoint now) {
    is_leaving_ = is_leaving_ || std::holds_alternative<group::Leave>(event);
    for (size_t i = 0; i < speakers_.size(); ++i) {
        tell(i, event, now);
    }
}

GroupId GroupSpeakers::id_of(size_t group_index) const {
    return parts_.ownership.groups()[group_index].id;
}

// Any message keeps its sender alive for the others, so none may go out that a hello would not.
void GroupSpeakers::tell_of_services(size_t group_index, const group::Event& event,
                                     TimePoint now) {
    if (!is_held_up(group_index, now)) {
        tell(places_[group_index].speaker_index, event, now);
    }
}

void GroupSpeakers::tell_verdicts(size_t group_index, uint64_t services_digest,
                                  std::span<const glbp::TargetVerdict> targets, TimePoint now) {
    tell_of_services(group_index,
                     group::TellVerdicts{id_of(group_index), services_digest, targets}, now);
}

void GroupSpeakers::tell_target_set(size_t group_index, const glbp::TargetSet& set,
                                    const glbp::OrderedWeights& ordered, TimePoint now) {
    tell_of_services(group_index, group::TellTargetSet{id_of(group_index), set, ordered}, now);
}

void GroupSpeakers::tell_connections(size_t group_index, MemberId to, uint64_t services_digest,
                                     std::span<const glbp::Connection> connections,
                                     TimePoint now) {
    tell_of_services(
        group_index,
        group::TellConnections{id_of(group_index), to, services_digest, connections}, now);
}

GroupActions::Result GroupSpeakers::carry_out(size_t speaker_index, const group::Event& event,
                                              TimePoint now) {
    // Taken out, since carrying out may come back here.
    group::Actions actions = std::exchange(scratch_, {});
    actions.clear();
    Speaker& speaker = speakers_[speaker_index];
    speaker.segment.step(event, time_of(speaker, now), actions);
    GroupActions::Result result = actions_.carry_out(speaker_index, speaker, actions, now);
    scratch_ = std::move(actions);
    return result;
}

void GroupSpeakers::refresh_answers(TimePoint now) {
    for (Speaker& speaker : speakers_) {
        for (size_t place = 0; place < speaker.group_indexes.size(); ++place) {
            actions_.copy_standing(speaker, place, now);
        }
    }
}

}  // namespace evengate::control
