// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what the protocol engine has to tell, as events in an operator's words; those of one turn
// that differ only by vMAC are one. Thread: control. Used by: group_actions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "control/event_log.hpp"
#include "group/action.hpp"

namespace evengate::control {

class GroupNotes {
 public:
    explicit GroupNotes(EventLog& events) : events_(events) {}

    void add(const group::action::Note& note);
    [[nodiscard]] bool empty() const { return notes_.empty(); }
    [[nodiscard]] bool has(group::NoteKind kind) const;

    // Writes those that were added. name_of(member) is what the member is called.
    template <class NameOf>
    void write(std::string_view interface, NameOf&& name_of, TimePoint now) {
        for (const Gathered& gathered : notes_) {
            const std::string member = gathered.note.member.value == 0
                                           ? std::string()
                                           : name_of(gathered.note.group, gathered.note.member);
            write_one(gathered, interface, member, now);
        }
        notes_.clear();
    }

 private:
    struct Gathered {
        group::action::Note note;
        std::vector<VmacNumber> vmacs;
    };

    void write_one(const Gathered& gathered, std::string_view interface, std::string_view member,
                   TimePoint now);

    EventLog& events_;
    std::vector<Gathered> notes_;
};

// "1-4,7"
[[nodiscard]] std::string to_ranges(std::vector<VmacNumber> numbers);

}  // namespace evengate::control
