// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/group_notes.hpp"

#include <algorithm>
#include <optional>

#include "control/group_words.hpp"

namespace evengate::control {
namespace {

using group::NoteKind;
using Severity = admin::Event::Severity;

Severity severity_of(NoteKind kind) {
    switch (kind) {
        case NoteKind::fenced:
        case NoteKind::parameters_differ:
        case NoteKind::name_clash:
            return Severity::alarm;
        case NoteKind::member_down:
        case NoteKind::hand_over_failed:
        case NoteKind::one_way:
        case NoteKind::move_refused:
        case NoteKind::mended:
            return Severity::warning;
        case NoteKind::state_changed:
        case NoteKind::member_up:
        case NoteKind::member_left:
        case NoteKind::member_restarted:
        case NoteKind::avg_changed:
        case NoteKind::took_over:
        case NoteKind::yielded:
        case NoteKind::retracted:
        case NoteKind::hand_over_begun:
        case NoteKind::hand_over_done:
        case NoteKind::unfenced:
        case NoteKind::drained:
            break;
    }
    return Severity::info;
}

// What others can cause as often as they like is limited.
std::optional<EventReason> limit_of(NoteKind kind) {
    switch (kind) {
        case NoteKind::parameters_differ:
            return EventReason::group_parameters_differ;
        case NoteKind::name_clash:
            return EventReason::group_name_clash;
        case NoteKind::one_way:
            return EventReason::group_one_way;
        default:
            return std::nullopt;
    }
}

}  // namespace

std::string to_ranges(std::vector<VmacNumber> numbers) {
    std::sort(numbers.begin(), numbers.end());
    std::string text;
    for (size_t first = 0; first < numbers.size();) {
        size_t last = first;
        while (last + 1 < numbers.size() && numbers[last + 1].value <= numbers[last].value + 1) {
            ++last;
        }
        text += (text.empty() ? "" : ",") + std::to_string(numbers[first].value);
        if (numbers[last] != numbers[first]) {
            text += "-" + std::to_string(numbers[last].value);
        }
        first = last + 1;
    }
    return text;
}

void GroupNotes::add(const group::action::Note& note) {
    const bool mergeable = note.vmac.value != 0;
    const auto same = std::find_if(notes_.begin(), notes_.end(), [&](const Gathered& gathered) {
        return mergeable && !gathered.vmacs.empty() && gathered.note.kind == note.kind &&
               gathered.note.group == note.group && gathered.note.member == note.member;
    });
    if (same != notes_.end()) {
        same->vmacs.push_back(note.vmac);
        return;
    }
    notes_.push_back({.note = note, .vmacs = {}});
    if (mergeable) {
        notes_.back().vmacs.push_back(note.vmac);
    }
}

bool GroupNotes::has(group::NoteKind kind) const {
    return std::any_of(notes_.begin(), notes_.end(),
                       [&](const Gathered& gathered) { return gathered.note.kind == kind; });
}

void GroupNotes::write_one(const Gathered& gathered, std::string_view interface,
                           std::string_view member, TimePoint now) {
    const NoteKind kind = gathered.note.kind;
    const auto limit = limit_of(kind);
    if (limit && !events_.is_due(*limit, now)) {
        return;
    }
    std::string text = "group " + std::to_string(gathered.note.group.value) + " on " +
                       std::string(interface) + ": " + std::string(group::to_text(kind));
    if (kind == NoteKind::state_changed) {
        text += " to " + std::string(to_word(gathered.note.state));
    }
    if (!gathered.vmacs.empty()) {
        text += "; vMAC " + to_ranges(gathered.vmacs);
    }
    if (!member.empty()) {
        text += "; member " + std::string(member);
    }
    if (limit) {
        events_.add_limited(*limit, severity_of(kind), std::move(text), now);
    } else {
        events_.add(severity_of(kind), std::move(text), now);
    }
}

}  // namespace evengate::control
