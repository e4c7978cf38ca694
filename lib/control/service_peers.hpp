// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: who wants to know what the other members of a group say of services' targets and connections
// (rerouting rules D2, D3, D8). What it has to say itself goes through GroupSpeakers.
// Thread: control. Used by: group_actions, parts.
#pragma once

#include <cstddef>

#include "base/time.hpp"
#include "group/action.hpp"
#include "group/view.hpp"

namespace evengate::control {

// Called while a group's machine is at work, with what its proven and live members say; never for a
// group in cisco mode. May keep copies. Must not call GroupSpeakers from here: it answers later, in
// a turn of its own. group_index: of VmacOwnership::groups().
class ServicePeers {
 public:
    virtual ~ServicePeers() = default;

    // Whether anything is to be told at all.
    [[nodiscard]] virtual bool is_listening() const = 0;

    // One part of a member's verdicts. Not checked: that its digest and number of targets are ours.
    virtual void on_verdicts(size_t group_index, const group::action::VerdictsHeard& heard,
                             TimePoint now) = 0;
    // The whole set of the AVG that we follow; never while we are AVG. Not checked: that its name is
    // newer than the last, and its digest ours.
    virtual void on_target_set(size_t group_index, const group::action::TargetSetHeard& heard,
                               TimePoint now) = 0;
    // Not checked: that its digest is ours, and that targets exist.
    virtual void on_connections(size_t group_index, const group::action::ConnectionsHeard& heard,
                                TimePoint now) = 0;
    // Of a native group: who is there, who is AVG, what is whose or our own state changed, or may have.
    // The view has the members (self first), the state (active: this member is AVG), and the name of
    // the assignment: while its avg is this member, its term is that of our target sets.
    virtual void on_members_changed(size_t group_index, const group::GroupView& view,
                                    TimePoint now) = 0;
};

}  // namespace evengate::control
