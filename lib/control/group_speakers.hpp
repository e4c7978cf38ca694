// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the group protocol of this gateway: frames, links, time and requests become events of the
// interfaces' machines, whose actions are carried out. Thread: control. Used by: control,
// departure, report.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "base/time.hpp"
#include "control/counts.hpp"
#include "control/group_actions.hpp"
#include "control/outside.hpp"
#include "control/speaker.hpp"
#include "glbp/decode.hpp"
#include "group/event.hpp"

namespace evengate::control {

class GroupSpeakers {
 public:
    GroupSpeakers(std::vector<Speaker> speakers, const GroupActions::Parts& parts);

    // Publishes the first generation: of vMACs, none is owned yet.
    void start(TimePoint now);

    // Protocol rule 12: whether the frame waited for us while the lease of its segment ran out, so
    // that it tells of a time in which others may have taken our place.
    [[nodiscard]] bool is_stale(const PuntedFrame& frame) const;

    // Not checked: the frame's interface is one of ours.
    Outcome on_frame(const PuntedFrame& frame, TimePoint now);

    // The link of the interface has changed already.
    void on_link(InterfaceId interface, TimePoint now);

    [[nodiscard]] TimePoint next_deadline() const;
    void on_timers(TimePoint now);

    // Before anything else that comes in at this time: notices leases that ran out while nobody
    // looked.
    void notice_fences(TimePoint now);
    // After all that came in: tells the machines what it led to, and publishes once.
    void settle(TimePoint now);

    // Gives the event to the machine of one speaker, or to all.
    GroupActions::Result tell(size_t speaker_index, const group::Event& event, TimePoint now);
    void tell_all(const group::Event& event, TimePoint now);

    // Says to the members of a group what there is to say of services (group/event.hpp). Nothing is
    // said in cisco mode, while this member does not take part, and while its workers lag.
    // Not checked: there is such a group, and what the event does not check.
    void tell_verdicts(size_t group_index, uint64_t services_digest,
                       std::span<const glbp::TargetVerdict> targets, TimePoint now);
    void tell_target_set(size_t group_index, const glbp::TargetSet& set, const glbp::OrderedWeights& ordered,
                         TimePoint now);
    // To one member, or to all (MemberId{0}).
    void tell_connections(size_t group_index, MemberId to, uint64_t services_digest,
                          std::span<const glbp::Connection> connections, TimePoint now);

    [[nodiscard]] std::span<Speaker> all() { return speakers_; }
    [[nodiscard]] std::span<const Speaker> all() const { return speakers_; }
    // Of the group: its speaker, and its place there. Not checked: there is such a group.
    struct Place {
        size_t speaker_index = 0;
        size_t place = 0;
    };
    [[nodiscard]] Place place_of(size_t group_index) const { return places_[group_index]; }

    // Whether the workers lag so far behind that the group's machine must not speak: what it says
    // would keep a member alive that forwards nothing.
    [[nodiscard]] bool is_held_up(size_t group_index, TimePoint now);

    // Copies owners and loads for the answers to hosts, and what hosts were given meanwhile.
    void refresh_answers(TimePoint now);

 private:
    [[nodiscard]] GroupId id_of(size_t group_index) const;
    void tell_of_services(size_t group_index, const group::Event& event, TimePoint now);

    // What time it is for the machine of a speaker.
    [[nodiscard]] TimePoint time_of(Speaker& speaker, TimePoint now) const;
    GroupActions::Result carry_out(size_t speaker_index, const group::Event& event, TimePoint now);
    Outcome use(size_t speaker_index, size_t group_index, const packet::GroupDatagram& datagram,
                const MacAddress& source_mac, TimePoint now);

    std::vector<Speaker> speakers_;
    bool is_leaving_ = false;
    GroupActions::Parts parts_;
    GroupActions actions_;
    std::vector<size_t> speaker_of_;  // by interface; SIZE_MAX: none
    std::vector<Place> places_;       // by group index
    glbp::Decoded decoded_;           // scratch
    group::Actions scratch_;
};

}  // namespace evengate::control
