// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what the protocol engine of a segment wants done; to be carried out in order.
// Thread: control. Used by: group, control, the simulator.
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

#include "base/ids.hpp"
#include "base/ip_address.hpp"
#include "base/mac_address.hpp"
#include "glbp/message.hpp"

namespace evengate::group {

// name, what it means to an operator
#define EVENGATE_NOTES(X)                                                                   \
    X(state_changed, "this member's state in the group changed")                            \
    X(member_up, "a member is live now")                                                    \
    X(member_down, "a member fell silent")                                                  \
    X(member_left, "a member left the group")                                               \
    X(member_restarted, "a member came back in a new life")                                 \
    X(avg_changed, "another member is AVG")                                                 \
    X(took_over, "took over a vMAC of a dead member")                                       \
    X(yielded, "yielded a vMAC to another claimant")                                        \
    X(retracted, "gave back a vMAC whose owner lives")                                      \
    X(hand_over_begun, "a planned move of a vMAC began")                                    \
    X(hand_over_done, "a planned move of a vMAC is done")                                   \
    X(hand_over_failed, "a planned move of a vMAC was given up; the old owner keeps it")    \
    X(fenced, "the lease ran out before this member could renew it; it stopped forwarding") \
    X(unfenced, "this member takes part again")                                             \
    X(parameters_differ, "a member has other parameters of the group than its AVG")         \
    X(name_clash, "two assignments have one name")                                          \
    X(one_way, "a member that we hear does not hear us")                                    \
    X(drained, "this member forwards for no vMAC any more")                                 \
    X(move_refused, "a vMAC cannot be moved there")                                         \
    X(mended, "the AVG gave a vMAC that nobody or two claimed an owner")

enum class NoteKind : uint8_t {
#define X(name, text) name,
    EVENGATE_NOTES(X)
#undef X
};
std::string_view to_text(NoteKind kind);   // the words
std::string_view name_of(NoteKind kind);   // the name
inline constexpr size_t kNoteKindCount = 0
#define X(name, text) +1
    EVENGATE_NOTES(X)
#undef X
    ;

// name, what it means to an operator: messages that changed nothing
#define EVENGATE_MESSAGE_REFUSALS(X)                                                       \
    X(group_unknown, "for a group that is not configured here")                            \
    X(mode_foreign, "native in a cisco group, or the other way round")                     \
    X(own_message, "our own, come back")                                                   \
    X(member_id_doubled, "from another appliance with our id")                             \
    X(not_proven, "from a life that has not echoed our boot nonce yet; it was challenged") \
    X(replayed, "with a sequence number that was seen or is too old")                      \
    X(too_many_members, "from a member more than the segment may have")                    \
    X(name_not_newer, "an assignment that is not newer than ours")                         \
    X(name_clash, "an assignment with our name and other content")                         \
    X(assignment_invalid, "an assignment whose parts do not fit together")                 \
    X(step_unexpected, "a step of a hand-over that we know nothing of")                    \
    X(target_set_unfollowed, "a target set of a member that is not the AVG that we follow")

enum class MessageRefusal : uint8_t {
#define X(name, text) name,
    EVENGATE_MESSAGE_REFUSALS(X)
#undef X
};
std::string_view to_text(MessageRefusal refusal);
std::string_view name_of(MessageRefusal refusal);
inline constexpr size_t kMessageRefusalCount = 0
#define X(name, text) +1
    EVENGATE_MESSAGE_REFUSALS(X)
#undef X
    ;

namespace action {

// To all of the segment by multicast, or to one by unicast. From the interface's own MAC, or from a
// vMAC that this member owns (forwarder-only and cisco hellos).
struct Send {
    glbp::Message message;
    IpAddress to;        // unicast; not set (IpAddress{}): multicast
    MacAddress to_mac;   // of the unicast receiver
    VmacNumber from{0};  // 0: the interface's own MAC
};

// Segment::role() or lease() changed: publish both now, before what follows is carried out.
struct Publish {};

// Announce the vMAC (rule 21): at once, and again after 50, 150, 300 and 500 ms while it is owned;
// paced. Each time the RARP and, where it is asked for, a forwarder-only hello.
struct Announce {
    GroupId group;
    VmacNumber vmac;
};

// One keep-alive from the vMAC, at once: the last frame that we send from it (rule 16).
struct SendLastKeepAlive {
    GroupId group;
    VmacNumber vmac;
};

// Get ready to forward for the vMAC: the next hops of all routes resolved, and the neighbours that
// come with action::AdoptNeighbours. Answer with VmacPrepared when it is so.
struct PrepareVmac {
    GroupId group;
    VmacNumber vmac;
    glbp::AssignmentName name;
};
// Give the engine the active neighbours, in NeighboursCollected, with what stands here.
struct CollectNeighbours {
    GroupId group;
    MemberId to;
    glbp::AssignmentName name;
};
struct AdoptNeighbours {
    glbp::NeighbourList list;
};

// The AVG's answer to a host, for the client table (rule 24).
struct AdoptClient {
    GroupId group;
    glbp::Client client;
};

// What a live member says of services, as it came (rerouting rules D2, D3, D8); whether its digest is
// ours is not looked at. Parts of verdicts come singly, and none may be missed for good.
struct VerdictsHeard {
    GroupId group;
    glbp::Incarnation from;  // totals of two lives are not comparable
    glbp::TargetVerdicts verdicts;
};
// Of the AVG that this member follows. May be older than one before: compare names.
struct TargetSetHeard {
    GroupId group;
    MemberId from;
    glbp::TargetSet set;
    glbp::OrderedWeights ordered{};
};
struct ConnectionsHeard {
    GroupId group;
    MemberId from;
    glbp::ConnectionList list;
};

// Something that an operator wants to know.
struct Note {
    NoteKind kind{};
    GroupId group;
    MemberId member{};   // 0: nobody in particular
    VmacNumber vmac{0};  // 0: none in particular
    glbp::VgState state = glbp::VgState::initial;  // of state_changed
};
// The message of this event was not used, or not all of it.
struct Refuse {
    MessageRefusal why{};
};

}  // namespace action

using Action = std::variant<action::Send, action::Publish, action::Announce, action::SendLastKeepAlive,
                            action::PrepareVmac, action::CollectNeighbours, action::AdoptNeighbours,
                            action::AdoptClient, action::VerdictsHeard, action::TargetSetHeard,
                            action::ConnectionsHeard, action::Note, action::Refuse>;
using Actions = std::vector<Action>;

}  // namespace evengate::group
