// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: carries out what a protocol engine wants done, in its order. Thread: control.
// Used by: group_speakers.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/time.hpp"
#include "control/announcer.hpp"
#include "control/group_messages.hpp"
#include "control/group_notes.hpp"
#include "control/hand_over_aid.hpp"
#include "control/service_peers.hpp"
#include "control/slot_publication.hpp"
#include "control/speaker.hpp"
#include "control/vmac_answers.hpp"
#include "group/action.hpp"

namespace evengate::control {

class GroupActions {
 public:
    struct Parts {
        const Appliance& appliance;
        const InterfaceSet& interfaces;
        const VmacOwnership& ownership;
        GroupMessages& messages;
        Announcer& announcer;
        HandOverAid& aid;
        VmacAnswers& answers;
        SlotPublication& publication;
        ServicePeers& services;
        EventLog& events;
    };
    explicit GroupActions(const Parts& parts)
        : parts_(parts), notes_(parts.events), told_(parts.ownership.groups().size()) {}

    // What the engine has to be told next because of what it wanted.
    struct Result {
        std::optional<group::MessageRefusal> refused;  // the message of this step
        std::vector<group::action::CollectNeighbours> collects;
        bool members_changed = false;
        bool move_refused = false;
    };
    // Not checked: the actions are of a step of this speaker.
    Result carry_out(size_t speaker_index, Speaker& speaker,
                     std::span<const group::Action> actions, TimePoint now);

    // Copies what the engine says of answers, where that changed. Cost: O(vMACs * members) then.
    void copy_standing(Speaker& speaker, TimePoint now);
    // Also where nothing but loads changed.
    void copy_standing(Speaker& speaker, size_t place, TimePoint now);

 private:
    // One for each kind of action.
    class Turn;

    // What services were told last of a group, as far as it is cheap to compare.
    struct Told {
        glbp::AssignmentName name;
        uint64_t answerable_revision = 0;
        bool is_answerer = false;

        friend bool operator==(const Told&, const Told&) = default;
    };

    void count(size_t group_index, group::NoteKind kind);
    void tell_services(const Speaker& speaker, bool members_changed, TimePoint now);

    Parts parts_;
    GroupNotes notes_;
    std::vector<Told> told_;  // by group index
};

}  // namespace evengate::control
