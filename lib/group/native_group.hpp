// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: one member's part in one native group (protocol rules 4 to 16): takes part, elects, adopts or
// publishes assignments, claims and yields vMACs, hands them over. Each step ends in settle(), which
// draws all conclusions from what is known then; so the order of events matters little.
// Thread: control. Used by: segment.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/time.hpp"
#include "group/action.hpp"
#include "group/assignment.hpp"
#include "group/event.hpp"
#include "group/hand_over.hpp"
#include "group/load_book.hpp"
#include "group/options.hpp"
#include "group/ownership.hpp"
#include "group/peers.hpp"
#include "group/planner.hpp"
#include "group/view.hpp"
#include "group/vmac_range.hpp"

namespace evengate::group {

class NativeGroup {
 public:
    // The options and the peers must outlive this.
    NativeGroup(const SegmentOptions& segment, Peers& peers, GroupOptions options);

    [[nodiscard]] const GroupOptions& options() const { return options_; }

    // Before anything else that happens now: notices that this member overslept its lease (rule 12).
    void check_lease(TimePoint now, Actions& actions);

    // Time in which this member could not listen counts for no wait of its own.
    void on_overslept(Duration slept, TimePoint now);

    // What happened. Each leaves the conclusions to settle().
    void on_message(const glbp::Message& message, const Peer& peer, TimePoint now, Actions& actions);
    // Asks for an echo of our challenge, or gives the one that was asked for.
    enum class Contact : uint8_t { challenge, echo };
    void contact(const Peer& peer, Contact contact, TimePoint now, Actions& actions);
    void on_link(Link link, TimePoint now);
    void on_prepared(const VmacPrepared& event, TimePoint now);
    void on_collected(const NeighboursCollected& event, TimePoint now, Actions& actions);
    void on_host_answered(const HostAnswered& event);
    void on_load(const LoadMeasured& event, TimePoint now, Actions& actions);
    void on_balance(const BalanceSettings& settings);
    void on_weight(uint8_t weight);
    void tell(const TellVerdicts& event, Actions& actions);
    void tell(const TellTargetSet& event, Actions& actions);
    void tell(const TellConnections& event, Actions& actions);
    void on_drain();
    void on_undrain();
    void on_leave(TimePoint now);
    void on_move(const MoveVmac& event, Actions& actions);
    void on_priority(uint8_t priority);

    void settle(TimePoint now, Actions& actions);
    [[nodiscard]] TimePoint next_deadline() const { return deadline_; }

    [[nodiscard]] Role role(VmacNumber vmac) const;
    [[nodiscard]] TimePoint lease() const { return lease_; }
    [[nodiscard]] bool answers_hosts() const;
    [[nodiscard]] std::span<const VmacNumber> answerable() const { return answerable_; }
    [[nodiscard]] uint64_t answerable_revision() const { return answerable_revision_; }
    [[nodiscard]] const glbp::AssignmentName& assignment_name() const { return adopted_.name; }
    [[nodiscard]] bool is_busy() const;
    [[nodiscard]] GroupView view(TimePoint now) const;
    [[nodiscard]] BalanceView balance_view(TimePoint now) const;
    // Units: packets a second. Empty until anything was reported.
    [[nodiscard]] std::vector<uint64_t> vmac_loads() const;
    [[nodiscard]] TimePoint avg_reported_at() const { return avg_reported_at_; }

 private:
    enum class Phase : uint8_t {
        down,         // no link
        listening,    // learns who is there (rule 15)
        taking_part,
        fenced,       // overslept its lease: claims nothing until it heard the group (rule 12)
        left,
    };
    // What a member said of itself in this group.
    struct GroupPeer {
        glbp::Incarnation life;  // whose hello it was
        bool is_live = false;    // takes part in this group, as far as we hear
        bool has_left = false;
        bool is_one_way = false;
        bool differs = false;    // in the group's parameters, as noted
        TimePoint hello_at{};
        Sleep slept;  // since then
        TimePoint lists_us_at{};  // last said to hear us, or became live
        TimePoint disputed_since = kNever;  // claims what we do, too
        uint64_t hello_sequence = 0;
        Duration hello{};
        Duration hold{};
        glbp::VgState state = glbp::VgState::initial;
        uint8_t priority = 0;
        uint8_t flags = 0;
        uint8_t n_vmacs = 0;
        glbp::Standing standing;
        glbp::VmacBitmap claims;
        glbp::VmacBitmap given_up;  // a short while ago, as its last hello says

        [[nodiscard]] bool has(glbp::Sender::Flag flag) const { return (flags & flag) != 0; }
        [[nodiscard]] bool takes_part() const {
            return is_live && !has(glbp::Sender::Flag::fenced);
        }
    };
    struct Vmac {
        Role role = Role::other;
        TimePoint since{};
        TimePoint linger_until{};
        MemberId yielded_to{0};  // 0: nobody
        // Of an AVG.
        std::array<TimePoint, 4> moved_at{};  // as planned, oldest first
        TimePoint move_begun_at{};
        TimePoint unclaimed_since = kNever;
        TimePoint no_move_before{};  // after one that failed
        MemberId pinned_to{0};  // by the operator
        MemberId wanted_at{0};  // for its load
    };
    // How members compare for the role of AVG; the greater wins.
    struct Rank {
        bool is_available = false;  // does not drain
        uint8_t priority = 0;
        IpAddress address;
        MemberId id;
        friend auto operator<=>(const Rank&, const Rank&) = default;
    };

    [[nodiscard]] bool has_weakness(Weakness weakness) const {
        return segment_.weaknesses.test(static_cast<size_t>(weakness));
    }
    [[nodiscard]] const glbp::Incarnation& self() const { return segment_.self; }
    [[nodiscard]] uint8_t n_vmacs() const { return options_.parameters.n_vmacs; }
    [[nodiscard]] VmacRange numbers() const { return VmacRange(n_vmacs()); }
    // Of an assignment, as far as this member knows them.
    [[nodiscard]] VmacRange numbers_of(const Assignment& assignment) const {
        return VmacRange(static_cast<uint8_t>(std::min<size_t>(assignment.plans.size(), n_vmacs())));
    }
    [[nodiscard]] Vmac& vmac(uint8_t number) { return vmacs_[number - 1u]; }
    [[nodiscard]] const Vmac& vmac(uint8_t number) const { return vmacs_[number - 1u]; }
    // What members said, by their index in peers_.
    [[nodiscard]] std::span<const GroupPeer> said() const { return {said_.data(), peers_.all().size()}; }
    [[nodiscard]] bool owns_any() const;
    [[nodiscard]] bool has_live_peer() const;
    void note(Actions& actions, NoteKind kind, MemberId member = {}, uint8_t vmac_number = 0) const;

    // native_group.cpp: hearing and saying.
    void hear_hello(const glbp::Message& message, const Peer& peer, GroupPeer& said, TimePoint now,
                    Actions& actions);
    void hear_assignment(const glbp::Message& message, TimePoint now, Actions& actions);
    [[nodiscard]] bool may_adopt(const glbp::AssignmentName& name) const;
    // Whether the part bears our assignment's name and says otherwise (rule 7).
    [[nodiscard]] bool contradicts(const glbp::AssignmentPart& part, const glbp::Message& message) const;
    void adopt(const Assignment& assignment, TimePoint now);
    void send(glbp::Message message, Actions& actions) const;
    void send_to(const Peer& peer, glbp::Message message, Actions& actions) const;
    void send_hello(TimePoint now, Actions& actions);
    void send_assignment(Actions& actions, const Peer* to);
    void send_clients(TimePoint now, Actions& actions);
    [[nodiscard]] glbp::Message make_message() const;
    [[nodiscard]] glbp::Message make_hello(TimePoint now) const;
    [[nodiscard]] uint8_t flags() const;
    [[nodiscard]] uint64_t compute_parameters_digest() const;
    // Announces those of these that we own: somebody else's frames may have moved the switches.
    void announce_again(const glbp::VmacBitmap& vmacs, Actions& actions) const;

    // native_group_phase.cpp: whether this member takes part.
    void update_phase(TimePoint now, Actions& actions);
    void end_participation(Phase phase, TimePoint now);
    void say_good_bye(TimePoint now, Actions& actions);

    // native_group_state.cpp: who is there, and who leads.
    void conclude(TimePoint now, Actions& actions);
    void update_deadline(TimePoint now);
    void publish_changed_roles(Actions& actions);
    void update_members(TimePoint now, Actions& actions);
    void elect(TimePoint now, Actions& actions);
    void become(glbp::VgState state, TimePoint now, Actions& actions);
    [[nodiscard]] Rank own_rank() const;
    [[nodiscard]] Rank rank_of(const Peer& peer, const GroupPeer& said) const;
    // The member that is AVG as far as we hear; nullptr: none, or this member.
    [[nodiscard]] const Peer* find_avg() const;
    [[nodiscard]] bool avg_lives_elsewhere() const;
    [[nodiscard]] bool wins_against(const GroupPeer& other, const Peer& peer) const;
    [[nodiscard]] uint8_t n_following() const;
    void request_newer(TimePoint now, Actions& actions);

    // native_group_roles.cpp: which vMACs are ours.
    [[nodiscard]] Places alive_places(const Assignment& assignment) const;
    [[nodiscard]] bool is_alive(const glbp::Incarnation& life) const;
    [[nodiscard]] bool is_claimed_by(const glbp::Incarnation& life, uint8_t number) const;
    [[nodiscard]] MemberPlace rightful(uint8_t number, const Places& alive) const;
    void update_roles(TimePoint now, Actions& actions);
    void resolve_conflicts(TimePoint now, Actions& actions);
    void resolve_conflict(uint8_t number, const Peer& peer, const GroupPeer& said, TimePoint now,
                          Actions& actions);
    void set_role(uint8_t number, Role role, TimePoint now);
    void follow_assignment(TimePoint now, Actions& actions);
    void update_answerable();
    // Claims or who takes part changed, or something else from which roles follow.
    void note_roles_due() {
        roles_due_ = true;
        answerable_changed_ = true;
    }

    // native_group_moves.cpp: both ends of hand-overs.
    void hear_hand_over(const glbp::HandOver& step, const Peer& peer, TimePoint now, Actions& actions);
    void hear_neighbours(const glbp::NeighbourList& list, const Peer& peer, Actions& actions);
    void release(uint8_t number, const Peer& to, TimePoint now, Actions& actions);
    void advance_moves(TimePoint now, Actions& actions);
    void send_step(glbp::HandOver::Step step, uint8_t number, const Peer& to, Actions& actions) const;
    [[nodiscard]] bool is_moving_here(uint8_t number, MemberId from) const;
    [[nodiscard]] bool is_moving_away(uint8_t number, MemberId to) const;

    // native_group_avg.cpp: what an AVG plans.
    enum class Planned : uint8_t { as_before, anew };
    Planned plan(TimePoint now, Actions& actions);
    [[nodiscard]] PlanInput plan_input(TimePoint now, Actions& actions);
    [[nodiscard]] PlanVmac plan_vmac(uint8_t number, const PlanInput& input, const Places& alive,
                                     TimePoint now, Actions& actions);
    void publish(Assignment assignment, TimePoint now, Actions& actions);
    // Whether the assignment, which is not adopted yet, begins a planned move of the vMAC.
    [[nodiscard]] bool begins_move(const Assignment& assignment, uint8_t number) const;
    [[nodiscard]] MoveCause cause_of(uint8_t number, const glbp::Incarnation& from,
                                     const glbp::Incarnation& to) const;
    void note_moves(const Assignment& assignment, TimePoint now);
    [[nodiscard]] bool is_leaving(const glbp::Incarnation& life) const;

    // native_group_balance.cpp: load, and what follows from it.
    void report_load(const LoadMeasured& event, TimePoint now, Actions& actions);
    void note_kept();
    void hear_load(const glbp::Message& message, const Peer& peer, TimePoint now);
    void hear_report(LoadBook::Place place, uint64_t boot_nonce, const glbp::LoadReport& report,
                     std::span<const glbp::VmacCount> counts, TimePoint now);
    [[nodiscard]] bool all_reported() const;
    void balance(TimePoint now, Actions& actions);
    // The round of this member that follows; nullptr: none is due.
    const BalanceRound* end_interval(TimePoint now);
    void note_owners(TimePoint now);
    // decide: everyone. Counts what the AVG moves and we would not have moved.
    void compare_rounds(const Assignment& assignment, TimePoint now);
    [[nodiscard]] LoadBook::Field balance_field(TimePoint now) const;
    [[nodiscard]] bool may_be_balanced(uint8_t number, TimePoint now) const;
    // Whether one more planned move could make switches freeze the vMAC (protocol rule 22).
    [[nodiscard]] bool flaps(uint8_t number, TimePoint now) const;
    [[nodiscard]] bool all_know(uint8_t number) const;
    [[nodiscard]] bool decides_rounds() const;
    [[nodiscard]] std::optional<MemberId> lowest_id() const;
    [[nodiscard]] static LoadBook::Place place_of(size_t peer_index) {
        return static_cast<LoadBook::Place>(peer_index + 1);
    }
    [[nodiscard]] LoadBook::Place place_of(const glbp::Incarnation& life) const;
    void want(uint8_t number, MemberId to);
    void pin(uint8_t number, MemberId to);

    // native_group_services.cpp: what members tell each other of services.
    void hear_services(const glbp::Message& message, const Peer& peer, Actions& actions) const;
    [[nodiscard]] bool may_tell() const { return phase_ == Phase::taking_part && has_live_peer(); }

    const SegmentOptions& segment_;
    Peers& peers_;
    GroupOptions options_;

    Phase phase_ = Phase::down;
    TimePoint phase_since_{};
    Sleep phase_slept_;
    TimePoint listen_until_ = kNever;
    Link link_ = Link::down;
    TimePoint down_since_{};
    bool heard_since_fence_ = false;
    bool is_draining_ = false;
    bool was_drained_ = false;
    TimePoint leave_by_ = kNever;
    uint8_t n_good_byes_ = 0;
    TimePoint next_good_bye_ = kNever;
    TimePoint gone_at_ = kNever;
    bool is_gone_ = false;

    glbp::VgState state_ = glbp::VgState::initial;
    TimePoint without_avg_since_ = kNever;
    Sleep without_avg_slept_;
    bool is_preempting_ = false;
    uint32_t n_state_changes_ = 0;

    const uint8_t full_weight_;
    uint64_t capacity_pps_;
    uint64_t load_pps_ = 0;
    uint64_t group_load_pps_ = 0;
    uint64_t granted_pps_ = 0;

    Assignment adopted_;
    uint64_t adopted_digest_ = 0;
    uint64_t parameters_digest_;
    glbp::AssignmentName highest_heard_;
    AssignmentAssembler assembler_;
    TimePoint requested_at_{};
    bool must_publish_ = false;

    TimePoint lease_ = kNever;
    TimePoint hello_sent_at_{};
    TimePoint next_hello_ = kNever;
    TimePoint deadline_ = kNever;
    bool hello_wanted_ = false;
    bool must_publish_roles_ = false;
    TimePoint next_plan_{};

    std::array<GroupPeer, glbp::kMaxMembers> said_{};  // by index in peers_
    std::vector<Vmac> vmacs_;                          // by number, from 1
    glbp::VmacBitmap owned_;                           // those with Role::own
    bool has_yielded_ = false;                         // some vMAC, to a claimant
    // What roles follow from is as it was when they were last looked at, but for time.
    bool roles_due_ = true;
    Places alive_;                          // then, by place in adopted_
    TimePoint next_linger_end_ = kNever;
    BoundedVector<uint8_t, glbp::kMaxVmacs> claimed_;  // of this step, not yet said
    IncomingMoves moves_;
    bool moves_due_ = false;                // some vMAC moves here, or did a moment ago
    std::vector<VmacNumber> answerable_;
    bool answerable_changed_ = true;
    uint64_t answerable_revision_ = 1;
    std::unique_ptr<LoadBook> loads_;       // from the first report on
    TimePoint closing_since_{};             // an interval of measuring ends
    TimePoint closed_at_ = kNever;          // whoever has not reported by then
    std::array<balance::Load, LoadBook::kPlaces> kept_in_round_{};  // see LoadBook::Field
    TimePoint avg_reported_at_{};
    TimePoint next_round_{};
    std::array<uint64_t, kMoveCauseCount> n_moves_{};
    uint64_t n_disagreements_ = 0;
    BoundedVector<glbp::Client, 160> fresh_clients_;  // answered, not yet told the standby
    TimePoint next_clients_{};
};

}  // namespace evengate::group
