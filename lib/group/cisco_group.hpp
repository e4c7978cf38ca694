// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: one group in mode cisco or listen, as a machine: step(event, now) -> actions. Speaks as
// Cisco's routers do (docs/cisco-mode.md); in mode listen it watches and sends nothing.
// Thread: control. Used by: group.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "group/action.hpp"
#include "group/cisco_election.hpp"
#include "group/cisco_forwarders.hpp"
#include "group/cisco_members.hpp"
#include "group/cisco_nonce_book.hpp"
#include "group/event.hpp"
#include "group/options.hpp"
#include "group/view.hpp"

namespace evengate::group {

class CiscoGroup {
 public:
    // Starts with the link down. Not checked: the mode is cisco or listen, values are in range.
    CiscoGroup(const SegmentOptions& segment, GroupOptions options);

    // Appends to actions what is to be done, in order. Time may not go back. Events for another
    // group change nothing; neither do those that cisco mode has no use for.
    void step(const Event& event, TimePoint now, Actions& actions);
    // When step(TimersDue{}) is wanted next; kNever: not before another event.
    [[nodiscard]] TimePoint next_deadline() const;

    // As in segment.hpp.
    [[nodiscard]] Role role(VmacNumber vmac) const;
    [[nodiscard]] bool answers_hosts() const;
    [[nodiscard]] std::span<const VmacNumber> answerable() const { return answerable_; }
    [[nodiscard]] uint64_t answerable_revision() const { return answerable_revision_; }
    [[nodiscard]] GroupView view(TimePoint now) const;
    [[nodiscard]] bool is_busy() const;

 private:
    // What answers depend on.
    struct Served {
        VmacNumber number;
        MacAddress holder;
        uint8_t weight = 0;
        bool operator==(const Served&) const = default;
    };

    void on(const MessageReceived& event, TimePoint now, Actions& actions);
    void on(const LinkChanged& event, TimePoint now, Actions& actions);
    void on(const WeightChanged& event, TimePoint now, Actions& actions);
    void on(const Drain& event, TimePoint now, Actions& actions);
    void on(const Undrain& event, TimePoint now, Actions& actions);
    void on(const Leave& event, TimePoint now, Actions& actions);
    void on(const MoveVmac& event, TimePoint now, Actions& actions);
    void on(const SetPriority& event, TimePoint now, Actions& actions);
    template <class Unused>
    void on(const Unused&, TimePoint, Actions&) {}

    // cisco_group_receive.cpp
    void hear_hello(const glbp::Message& message, CiscoMember& sender, TimePoint now,
                    Actions& actions);
    void hear_election(const glbp::Hello& hello, CiscoMember& sender, TimePoint now,
                       Actions& actions);
    void hear_forwarders(const glbp::Message& message, CiscoMember& sender, TimePoint now,
                         Actions& actions);
    void hear_request(const CiscoMember& sender, TimePoint now, Actions& actions);
    void hear_reply(const glbp::Message& message, const CiscoMember& sender, TimePoint now,
                    Actions& actions);
    void compare_parameters(const glbp::Hello& hello, CiscoMember& sender, Actions& actions) const;
    void learn_timers(const glbp::Hello& hello);

    // cisco_group_send.cpp
    [[nodiscard]] glbp::Message make_message(glbp::Opcode opcode, TimePoint now);
    [[nodiscard]] glbp::Forwarder make_forwarder(const CiscoForwarder& forwarder,
                                                 TimePoint now) const;
    void send_hello(glbp::VgState state, TimePoint now, Actions& actions);
    void send_forwarder_hello(VmacNumber number, TimePoint now, Actions& actions);
    void send_request_if_wanted(TimePoint now, Actions& actions);
    void send_reply(const CiscoMember& receiver, VmacNumber number, TimePoint now,
                    Actions& actions);
    [[nodiscard]] VmacNumber next_source();
    [[nodiscard]] Duration next_interval();

    void start(TimePoint now, Actions& actions);
    void stop(TimePoint now, Actions& actions);
    void run_due(TimePoint now, Actions& actions);
    void apply(CiscoElection::Change change, TimePoint now, Actions& actions);
    void change_weight(TimePoint now, Actions& actions);
    void take_number_as_avg(TimePoint now);
    void note(NoteKind kind, Actions& actions, std::optional<MacAddress> member = {},
              VmacNumber vmac = VmacNumber{0}) const;
    void note_new_avg(Actions& actions);
    void set_timers(Duration hello, Duration hold);
    void refresh_answerable(TimePoint now);

    // Mode listen takes no part in the election, but has a state to show.
    [[nodiscard]] glbp::VgState state() const;
    [[nodiscard]] bool takes_part() const;
    [[nodiscard]] bool has_slept(TimePoint now) const;
    [[nodiscard]] size_t n_better() const;
    [[nodiscard]] std::optional<MacAddress> avg() const;
    [[nodiscard]] std::optional<MacAddress> standby() const;
    [[nodiscard]] std::optional<MacAddress> best_live(glbp::VgState state) const;
    [[nodiscard]] MemberId member_id(const MacAddress& owner) const;
    [[nodiscard]] MacAddress vmac(VmacNumber number) const;
    [[nodiscard]] uint8_t n_vmacs() const;
    [[nodiscard]] uint8_t weight() const;
    [[nodiscard]] CiscoCandidate self() const;
    [[nodiscard]] VmacView view_of(const CiscoForwarder& forwarder, TimePoint now) const;
    [[nodiscard]] MemberView view_of_self() const;

    MemberId self_id_;
    glbp::Name name_;
    MacAddress mac_;
    IpAddress address_;
    uint64_t boot_nonce_;
    GroupOptions options_;
    uint64_t jitter_state_;

    enum class Presence : uint8_t { link_down, present, left } presence_ = Presence::link_down;
    enum class Duty : uint8_t { normal, drained } duty_ = Duty::normal;
    uint8_t priority_;
    uint8_t tracked_weight_;
    Duration hello_;  // in force: our own, or what the AVG's hello says
    Duration hold_;

    CiscoMembers members_;
    CiscoElection election_;
    CiscoForwarders forwarders_;
    CiscoNonceBook nonces_;

    TimePoint stepped_at_{};
    TimePoint hello_due_ = kNever;
    TimePoint hello_sent_at_{};
    VmacNumber last_source_{0};
    std::optional<MacAddress> noted_avg_;
    uint32_t n_avg_hellos_ = 0;          // heard of the AVG that we follow
    std::optional<TimePoint> asked_at_;  // for a number, without an answer yet
    uint32_t n_state_changes_ = 0;

    std::vector<VmacNumber> answerable_;
    std::vector<Served> served_;
    uint64_t answerable_revision_ = 0;
};

}  // namespace evengate::group
