// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the group protocol of one member on one segment, as a machine: step(event, now) -> actions.
// Members, their proofs and their liveness are shared by the segment's groups (rule 6); each group
// has a state machine of its own, native or cisco. Deterministic: no clock, no randomness but the
// seed. Thread: control. Used by: control, the simulator, fuzz targets.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "group/action.hpp"
#include "group/event.hpp"
#include "group/options.hpp"
#include "group/view.hpp"

namespace evengate::group {

class Segment {
 public:
    // Starts with the link down. Not checked: group ids differ, values are in range.
    Segment(SegmentOptions options, std::vector<GroupOptions> groups);
    ~Segment();
    Segment(Segment&&) noexcept;

    // Appends to actions what is to be done, in order. Time may not go back.
    // Cost: O(members + vMACs of the group) for hellos and timers; planning O(vMACs * members).
    void step(const Event& event, TimePoint now, Actions& actions);

    // When step(TimersDue{}) is wanted next; kNever: not before another event.
    [[nodiscard]] TimePoint next_deadline() const;

    // What this member does with frames for a vMAC. Other for what is unknown.
    [[nodiscard]] Role role(GroupId group, VmacNumber vmac) const;
    // Until when the roles count (rule 12); kNever: for ever.
    [[nodiscard]] TimePoint lease() const;

    // Whether this member answers hosts for the VIP now (rule 20): the AVG does.
    [[nodiscard]] bool answers_hosts(GroupId group) const;
    // The vMACs that hosts may be given now: those with a live owner that is not draining, in cisco
    // mode also with redirection on. Ascending; changes only in step().
    [[nodiscard]] std::span<const VmacNumber> answerable(GroupId group) const;
    // Changes whenever answerable(), owners or weights did, so that answers can be planned anew.
    [[nodiscard]] uint64_t answerable_revision(GroupId group) const;

    // The name of the adopted assignment of a native group; nothing for others.
    [[nodiscard]] std::optional<glbp::AssignmentName> assignment_name(GroupId group) const;

    // A turn that comes later than this was slept through (rule 12): what others did meanwhile may
    // still wait to be heard. Half of the shortest hello, 50 ms at most.
    [[nodiscard]] Duration patience() const;

    [[nodiscard]] std::span<const GroupId> groups() const;
    // Not checked: the group is one of groups(). Allocates.
    [[nodiscard]] GroupView view(GroupId group, TimePoint now) const;
    // Of a native group; nothing for others. Plans a round for what it would do.
    [[nodiscard]] std::optional<BalanceView> balance_view(GroupId group, TimePoint now) const;
    // Packets a second by vMAC from 1, whoever forwards for it; empty where nothing is known.
    [[nodiscard]] std::vector<uint64_t> vmac_loads(GroupId group) const;
    // When this member, not being AVG, last heard the AVG's report of its load: it changes when the
    // others shall report theirs, so that all measure the same interval.
    [[nodiscard]] TimePoint avg_reported_at(GroupId group) const;

    // Whether a hand-over or a departure of ours is still under way: Drain and Leave are done when
    // it is not, and this member owns nothing.
    [[nodiscard]] bool is_busy() const;

 private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace evengate::group
