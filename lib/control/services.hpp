// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the services of this gateway: what their targets are worth now, and the set that workers
// reroute by (rerouting rules 1 to 6). Thread: control. Used by: parts, control.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "admin/reroute_report.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "control/dispatchers.hpp"
#include "control/event_log.hpp"
#include "control/handing_on.hpp"
#include "control/icmp_responder.hpp"
#include "control/interface_set.hpp"
#include "control/neighbours.hpp"
#include "control/outside.hpp"
#include "control/routes.hpp"
#include "control/service_layout.hpp"
#include "control/service_peers.hpp"
#include "control/service_plane.hpp"
#include "control/service_probes.hpp"
#include "control/vmac_ownership.hpp"
#include "packet/icmp_embedded.hpp"
#include "packet/transport.hpp"
#include "reroute/health.hpp"
#include "reroute/shares.hpp"
#include "reroute/slot_memory.hpp"
#include "reroute/target_set.hpp"
#include "settings/settings.hpp"

namespace evengate::control {

class GroupSpeakers;

class Services final : public ServicePeers {
 public:
    struct Parts {
        const InterfaceSet& interfaces;
        const VmacOwnership& ownership;
        const Routes& routes;
        Neighbours& neighbours;
        Adjacencies& adjacencies;
        ForwardingTables& tables;
        EventLog& events;
        ServicePlane* plane;  // nullptr: no services
        ScriptRunner* scripts;
    };
    // Borrows settings. Not checked: settings::check() found no fault.
    Services(const settings::Settings& settings, const Parts& parts, MemberId self, uint64_t seed);

    // Leads published addresses to the workers' services, publishes the first set and begins to
    // probe. Units: an adjacency for each of routes.next_hops(). Once, behind the routes.
    // Fails: no room in a table; the message says which.
    Result<void> start(std::span<const AdjacencyIndex> next_hops, TimePoint now);

    // Whether a datagram for one of our addresses answers a probe. Not checked: check_ipv4() passed.
    bool take(std::span<const uint8_t> datagram, TimePoint now);
    // A datagram for a service that is too big on the way to its target: says so to the client, or sends
    // it in fragments (rule 13). Not checked: check_ipv4() passed.
    Outcome on_too_big(const PuntedFrame& frame, std::span<const uint8_t> datagram, IcmpResponder& icmp,
                       TimePoint now);
    // An ICMP error about a tunnel to a target (RFC 2003 4): what it says of the path counts for ten minutes, and the
    // client is told, as if the error had come up within. False: it is none. Not checked: check_ipv4() passed.
    bool take_tunnel_error(std::span<const uint8_t> datagram, IcmpResponder& icmp, TimePoint now);
    // With the published source, as it is sent on: an answer of a target, or an error about what one was
    // sent (rule 12); nothing for other datagrams. A later fragment follows its first one, if that came
    // here. Not checked: check_ipv4() passed.
    [[nodiscard]] std::optional<std::vector<uint8_t>> restored(std::span<const uint8_t> datagram);
    void on_timers(TimePoint now);
    [[nodiscard]] TimePoint next_deadline() const;

    // What members say; of the first native group where it is not about a segment.
    [[nodiscard]] bool is_listening() const override { return parts_.plane != nullptr; }
    void on_verdicts(size_t group_index, const group::action::VerdictsHeard& heard, TimePoint now) override;
    void on_target_set(size_t group_index, const group::action::TargetSetHeard& heard, TimePoint now) override;
    void on_connections(size_t group_index, const group::action::ConnectionsHeard& heard,
                        TimePoint now) override;
    void on_members_changed(size_t group_index, const group::GroupView& view, TimePoint now) override;
    // Of measurements in the group, from now on.
    void set_balance_interval(size_t group_index, Duration interval, TimePoint now);
    // Tells them what they should know by now.
    void speak(GroupSpeakers& speakers, TimePoint now);

    // Of an operator: of "SERVICE/TARGET", or of a target in each service that has one of this name.
    // Fails: there is none; the message says so.
    Result<void> set_admin(std::string_view target, reroute::AdminState state, TimePoint now);
    Result<void> set_weight(std::string_view target, uint32_t weight, TimePoint now);

    void fill_report(admin::RerouteReport& report, TimePoint now) const;
    // The connections that a ConnectionFilter of this text matches; at most so many.
    // Fails: it is no filter. Cost: the workers' tables.
    [[nodiscard]] Result<std::vector<admin::ConnectionReport>> connections(std::string_view filter,
                                                                           size_t most) const;
    // What becomes of a flow, in words.
    [[nodiscard]] Result<std::string> explain(const reroute::Flow& flow, uint8_t tos) const;

 private:
    // What a member last said of each target.
    struct OfMember {
        MemberId id;
        uint64_t boot_nonce = 0;
        std::vector<glbp::TargetVerdict> said;  // by number
        bool agrees = true;  // its services are ours
    };
    // A live member on a segment.
    struct Neighbour {
        size_t group_index = 0;
        MemberId id;
        std::string name;
        IpAddress address;
        MacAddress mac;
        AdjacencyIndex adjacency = kNoAdjacency;
    };
    enum class Rank : uint8_t { alone, avg, follower };

    struct OfTarget {
        reroute::Health health;
        std::string reason = "not asked yet";
        uint32_t weight_now = 0;
        TargetCounts counts;
        uint64_t live_elsewhere = 0;  // connections of other members
        uint16_t path_mtu = UINT16_MAX;
        TimePoint path_mtu_until = kNever;
    };
    struct OfService {
        reroute::TargetSet set;
        reroute::SharesSteering steering;
        std::vector<uint32_t> steered_from;  // what was wanted when its weights became what they are
        TimePoint next_interval = kNever;
        uint64_t n_opened = 0;  // connections, at the end of the last interval
        bool slots_are_old = true;
        TimePoint next_change = kNever;  // of what its targets are worth, by time alone
        reroute::SlotMemory slots;
        std::vector<uint16_t> own_slots;
    };

    // What becomes of a flow by the tables as they are.
    struct Fate {
        size_t service = 0;
        uint64_t hash = 0;
        uint32_t slot = 0;
        uint16_t by_slot = reroute::kNoTarget;
        std::optional<reroute::ToldFlow> known;
    };

    // An answer whose first fragment was restored here.
    struct AnswerPiece {
        uint32_t source = 0;
        uint32_t destination = 0;
        uint16_t identification = 0;
        uint8_t protocol = 0;
        uint32_t published = 0;

        friend bool operator==(const AnswerPiece& a, const AnswerPiece& b) {
            return a.source == b.source && a.destination == b.destination &&
                   a.identification == b.identification && a.protocol == b.protocol;
        }
    };

    [[nodiscard]] uint16_t target_on_way(const uint8_t* ip, const packet::Transport* transport,
                                         AdjacencyIndex way) const;
    Outcome on_answer_too_big(const PuntedFrame& frame, std::span<const uint8_t> datagram, uint16_t pool,
                              IcmpResponder& icmp, TimePoint now);
    [[nodiscard]] std::vector<uint16_t> targets_of_tunnel(const packet::Quote& outer) const;
    // What counts from now on; nothing: it is not believed. outer: the header that was too big. Units: bytes; 0: the
    // router did not say.
    std::optional<uint16_t> lower_path_mtu(uint16_t number, const uint8_t* outer, uint16_t mtu, TimePoint now);
    Outcome submit_in_tunnel(std::vector<uint8_t>& datagram, uint16_t number, uint16_t room, TimePoint now);
    void set_weight(uint16_t number, uint32_t weight);
    void adopt_orders(const glbp::OrderedWeights& heard);
    [[nodiscard]] std::optional<std::string> explain_source(const reroute::Flow& answer) const;
    [[nodiscard]] std::optional<Fate> fate_of(const reroute::Flow& flow, uint8_t tos) const;
    void take_findings(TimePoint now);
    void end_intervals(TimePoint now);
    void refill(size_t service, TimePoint now);
    void publish(TimePoint now);
    uint16_t path_mtu(uint16_t number, TimePoint now);
    [[nodiscard]] reroute::TargetUse use_of(size_t service, size_t place) const;
    [[nodiscard]] std::vector<uint32_t> unsteered_weights(size_t service, TimePoint now) const;
    [[nodiscard]] std::vector<uint32_t> weights(size_t service, TimePoint now) const;
    [[nodiscard]] bool is_behind_member(uint16_t target) const;  // another one
    [[nodiscard]] bool is_reachable(uint16_t target) const;
    template <class Change>
    Result<void> change_targets(std::string_view name, TimePoint now, Change&& change);
    [[nodiscard]] std::vector<uint16_t> find_targets(std::string_view name) const;
    [[nodiscard]] admin::TargetReport report_target(size_t service, size_t place) const;
    // Of services in the group (services_group.cpp, services_members.cpp).
    [[nodiscard]] OfMember& member(MemberId id);
    void forget_members(const group::GroupView& view, TimePoint now);
    void tell_handing_on();
    void plan_handing_on(const GroupSpeakers& speakers, TimePoint now);
    void take_counts();
    void note_departure(TimePoint now);
    void take_over_decisions(TimePoint now);
    void say_verdicts(GroupSpeakers& speakers, TimePoint now);
    void say_target_set(GroupSpeakers& speakers, TimePoint now);
    void say_connections(GroupSpeakers& speakers, TimePoint now);
    void add_members(reroute::ServiceSet& set) const;
    [[nodiscard]] AdjacencyIndex adjacency_of(uint16_t target) const;
    [[nodiscard]] admin::ConnectionReport report_connection(const reroute::ToldFlow& flow, Duration idle) const;

    const settings::Settings& settings_;
    Parts parts_;
    MemberId self_;
    ServiceLayout layout_;
    reroute::ServiceSet blank_;  // without what changes while running
    std::vector<settings::Service> configured_;  // weights may change while running
    std::optional<Dispatchers> dispatchers_;
    std::optional<HandingOn> handing_on_;
    std::optional<ServiceProbes> probes_;
    std::vector<OfService> services_;
    std::vector<OfTarget> targets_;
    std::vector<AdjacencyIndex> next_hops_;
    bool is_dirty_ = true;
    TimePoint next_look_ = kNever;

    std::optional<size_t> group_;  // the first native one, once it is heard of
    Rank rank_ = Rank::alone;
    glbp::AssignmentName assignment_;
    glbp::TargetSetName epoch_;    // of the set in force; the default: our own
    std::vector<glbp::TargetStanding> standing_;  // of the AVG, by number; empty: we decide
    std::map<uint16_t, uint16_t> ordered_;        // weights by target, in place of the configured ones
    std::vector<OfMember> members_;
    std::vector<Neighbour> neighbours_;
    reroute::Departure departure_;  // of a member, or of whoever was here before our start
    bool has_to_speak_ = false;
    TimePoint next_speech_ = kNever;
    TimePoint quick_until_{};
    TimePoint next_connections_ = kNever;
    uint16_t identification_ = 0;  // of outer datagrams
    std::array<AnswerPiece, 64> pieces_{};  // the oldest is overwritten
    size_t next_piece_ = 0;
};

}  // namespace evengate::control
