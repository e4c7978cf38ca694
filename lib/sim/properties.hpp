// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what must hold in every simulated run, and whether it does: a witness that knows the truth
// about all members, which no member knows (docs/simulator.md). Thread: any. Used by: sim.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "glbp/message.hpp"
#include "sim/frame.hpp"

namespace evengate::sim {

inline constexpr size_t kMaxMembers = 8;
inline constexpr size_t kMaxVmacs = 32;  // of a group

// name, what must hold
#define EVENGATE_SIM_PROPERTIES(X)                                                                  \
    X(one_owner, "no vMAC is forwarded by two of which one hears the other, beyond a hold")         \
    X(gives_back, "what somebody took whose owner others hear, it gives back within two hellos")    \
    X(in_touch, "who said nothing for longer than a hold forwards nothing that another forwards")   \
    X(some_owner, "each vMAC has an owner within a hold and a hello of the last fault")             \
    X(sends_only_as_owner, "nobody sends from a vMAC that it does not own")                         \
    X(answers_live_vmacs, "no host is given a vMAC that has had no owner for longer than a hold")   \
    X(names_grow, "the assignment that a member has adopted only gets newer")                       \
    X(hand_over_in_order, "no vMAC is released before READY, nor used for a frame behind RELEASED") \
    X(listens_first, "who starts owns nothing for a hold")                                          \
    X(one_answerer, "no question of a host is answered by two in touch")                            \
    X(moves_bounded, "a vMAC changes its owner a few times for each fault, not for ever")           \
    X(frames_conserved, "control knows what became of each frame that it was given")                \
    X(planned_moves_lossless, "planned moves lose no host's frame and double none")                 \
    X(quiet_is_lossless, "once all is mended, no host's frame is lost or doubled")                  \
    X(scenario_met, "the scenario went as it should")

enum class Property : uint8_t {
#define X(name, text) name,
    EVENGATE_SIM_PROPERTIES(X)
#undef X
};
std::string_view name_of(Property property);
std::string_view to_text(Property property);

struct Violation {
    Property property{};
    TimePoint at;
    std::string text;
};

enum class Forwarder : uint8_t { no, yes };

class Properties {
 public:
    struct Limits {
        size_t n_members = 0;
        size_t n_vmacs = 0;
        Duration hello{};  // the longest of any member's
        Duration hold{};   // the longest of any member's
        Duration least_hold{};
        Duration slack{};  // for delays, pacing and the control loop's own
        // More for who inherits: what two deaths at once leave is told in messages that may be lost.
        Duration repeats{};
    };
    explicit Properties(const Limits& limits);

    // What the world tells. A member's lease in true time.
    void set_forwarder(Side side, VmacNumber vmac, size_t member, Forwarder forwarder, TimePoint now);
    void set_lease(size_t member, TimePoint lease, TimePoint now);
    // Whether its workers run and the side's link is up.
    void set_running(Side side, size_t member, Forwarder running, TimePoint now);
    // Whether it should be able to own vMACs: runs, is not paused, has the key, is no beginner.
    void set_capable_from(Side side, size_t member, TimePoint from);
    // A member's control took a genuine message of the other that its fence (rule 12) let through. It
    // is heard from then on if it had ever a message of the listener's present life, as else it cannot
    // have proven its own (rule 17).
    void hear(Side side, size_t speaker, size_t listener, TimePoint now) {
        auto& met = met_[index_of(side)];
        met[speaker][listener] = 1;
        if (met[listener][speaker] != 0) {
            heard_[index_of(side)][speaker][listener] = now;
        }
    }
    // A member sent a message of the group.
    void speak(Side side, size_t member, TimePoint now) { spoke_[index_of(side)][member] = now; }
    // A member says another message than one for switches alone. Returns which of all that it ever said.
    uint32_t number_message(Side side, size_t member) { return ++n_said_[index_of(side)][member]; }
    // A member's control took that message of the other for a genuine one, as it was said or as the attacker
    // recorded it. Returns whether it had taken neither it nor a later one of these two lives. A recording
    // that a member had missed makes one that is gone look live for a hold (docs/protocol.md).
    enum class Source : uint8_t { speaker, recording };
    bool take(Side side, size_t speaker, uint32_t message, size_t listener, Source source, TimePoint now);
    // How long ago that was last; very long where it never was.
    [[nodiscard]] Duration silence(Side side, size_t speaker, size_t listener, TimePoint now) const {
        return now - heard_[index_of(side)][speaker][listener];
    }
    // A new life of the member: nobody has heard it, nor has it heard anybody. It owns nothing before.
    void begin_life(size_t member, TimePoint listens_until);
    // Which members reach each other: those of one island do. Links and cuts set it.
    void set_islands(Side side, const std::array<uint8_t, kMaxMembers>& island_of);
    // Something that the group must now recover from, or chance still has its way.
    void disturb(TimePoint now) { disturbed_at_ = now; }
    // A member's control is paused, and goes on. Meanwhile it gives nothing way, and its lease ends.
    void sleep(size_t member, TimePoint now) {
        disturb(now);
        asleep_since_[member] = std::min(asleep_since_[member], now);
    }
    void wake(size_t member, TimePoint now);
    // Chance can make a member look dead: a dispute that it sees may have to begin anew.
    void let_chance_reign(TimePoint now) {
        disturb(now);
        chance_reigned_at_ = now;
    }
    // Somebody does not hear all: AVGs may divide, each of which takes the other's heirs for owners.
    // The AVG that the others follow mends that after a hold.
    void set_divided(Side side, bool divided) { divided_[index_of(side)] = divided; }
    // Another member may become AVG, whom not all need to hear.
    void expect_election(TimePoint now) { election_at_ = now; }
    void adopt(Side side, size_t member, uint64_t boot_nonce, const glbp::AssignmentName& name,
               TimePoint now);
    // A member sent a step of a hand-over, to another member.
    void hand_over(Side side, size_t speaker, const glbp::HandOver& step, TimePoint now);
    // A member sent a frame from a vMAC.
    void send_from(Side side, VmacNumber vmac, size_t member, TimePoint now);
    // One member's answer to a host's question came after another's, which it hears and which hears it.
    void answer_again(Side side, size_t first, size_t second, TimePoint now);
    // A host on this island was given this vMAC by the member.
    void answer(Side side, VmacNumber vmac, size_t member, uint8_t island, TimePoint now);
    void violate(Property property, TimePoint now, std::string text);

    // Looks at everything. Cost: O(vMACs) where each has one owner.
    void check(TimePoint now);

    // Whether it forwards for the vMAC at this moment, lease and link included.
    [[nodiscard]] Forwarder forwards(Side side, VmacNumber vmac, size_t member, TimePoint now) const {
        return (forwarders(index_of(side), vmac.value - 1u, now) >> member & 1) != 0 ? Forwarder::yes
                                                                                   : Forwarder::no;
    }
    // Whether its workers were told so, whatever lease and link say.
    [[nodiscard]] bool is_published(Side side, VmacNumber vmac, size_t member) const {
        return (vmacs_[index_of(side)][vmac.value - 1u].forwarders >> member & 1) != 0;
    }
    // The members that forward for it, a bit each.
    [[nodiscard]] uint16_t owners(Side side, VmacNumber vmac, TimePoint now) const {
        return forwarders(index_of(side), vmac.value - 1u, now);
    }
    [[nodiscard]] bool hears(Side side, size_t speaker, size_t listener, TimePoint now) const {
        return now - heard_[index_of(side)][speaker][listener] <= limits_.hold;
    }
    [[nodiscard]] uint64_t n_moves() const { return n_moves_; }
    [[nodiscard]] uint32_t most_moves() const;
    // How often one vMAC was taken by whichever member at most.
    [[nodiscard]] uint32_t most_taken() const;
    [[nodiscard]] const std::optional<Violation>& violation() const { return violation_; }
    [[nodiscard]] TimePoint disturbed_at() const { return disturbed_at_; }
    [[nodiscard]] const Limits& limits() const { return limits_; }
    // Some member has these from now on.
    void add_timers(Duration hello, Duration hold) {
        limits_.hello = std::max(limits_.hello, hello);
        limits_.hold = std::max(limits_.hold, hold);
        limits_.least_hold = std::min(limits_.least_hold, hold);
    }

 private:
    static constexpr TimePoint kLongAgo{-std::chrono::hours(100'000)};
    using Islands = std::array<uint8_t, kMaxMembers>;

    struct Vmac {
        uint16_t forwarders = 0;  // as published; a bit each
        uint16_t last_owners = 0;
        // One member, with which there was nothing to remember when it was looked at last; 0: none.
        uint16_t calm_owner = 0;
        uint16_t released = 0;  // members that said RELEASED since they owned it; a bit each
        uint32_t n_moves = 0;
        uint32_t n_taken = 0;
        std::array<TimePoint, kMaxMembers> unowned_since;   // by island
        std::array<std::array<TimePoint, kMaxMembers>, kMaxMembers> doubled_since;
        std::array<std::array<TimePoint, kMaxMembers>, kMaxMembers> late_since;
        std::array<std::array<TimePoint, kMaxMembers>, kMaxMembers> kept_since;  // by owner and taker
        std::array<std::array<TimePoint, kMaxMembers>, kMaxMembers> ready_at;  // by old and new owner
    };

    [[nodiscard]] uint16_t forwarders(size_t side, size_t vmac, TimePoint now) const {
        return static_cast<uint16_t>(vmacs_[side][vmac].forwarders & running_[side] & leased(now));
    }
    void check_vmac(size_t side, size_t vmac, uint16_t owners, TimePoint now);
    [[nodiscard]] uint16_t leased(TimePoint now) const;
    void check_kept(size_t side, size_t vmac, size_t owner, size_t taker, TimePoint now);
    [[nodiscard]] bool has_witness(size_t side, size_t owner, size_t taker, TimePoint now) const;
    [[nodiscard]] bool had_company(size_t side, size_t member) const;
    void check_doubles(size_t side, size_t vmac, uint16_t owners, TimePoint now);
    void check_dispute(size_t side, size_t vmac, size_t a, size_t b, TimePoint now);
    void check_owned(size_t side, size_t vmac, uint16_t owners, TimePoint now);

    Limits limits_;
    std::array<std::vector<Vmac>, kSideCount> vmacs_;
    // The members that could forward when each vMAC was found to be with its calm owner; 0: not so.
    std::array<uint16_t, kSideCount> calm_members_{};
    std::array<uint16_t, kSideCount> running_{};
    std::array<TimePoint, kMaxMembers> leases_;
    std::array<TimePoint, kMaxMembers> listens_until_{};
    std::array<std::array<TimePoint, kMaxMembers>, kSideCount> capable_from_;
    std::array<std::array<std::array<TimePoint, kMaxMembers>, kMaxMembers>, kSideCount> heard_;
    std::array<std::array<std::array<uint8_t, kMaxMembers>, kMaxMembers>, kSideCount> met_{};
    std::array<std::array<TimePoint, kMaxMembers>, kSideCount> linked_at_{};  // when it ran last anew
    std::array<std::array<uint32_t, kMaxMembers>, kSideCount> n_said_{};
    // By speaker and listener: the latest message that it took; of these two lives, or before.
    std::array<std::array<std::array<uint32_t, kMaxMembers>, kMaxMembers>, kSideCount> taken_{};
    std::array<std::array<TimePoint, kMaxMembers>, kSideCount> spoke_{};
    std::array<Islands, kSideCount> islands_{};
    std::array<std::array<uint16_t, kMaxMembers>, kSideCount> island_members_{};
    struct Adopted {
        uint64_t boot_nonce = 0;
        glbp::AssignmentName name;
    };
    std::array<std::array<Adopted, kMaxMembers>, kSideCount> adopted_;
    TimePoint disturbed_at_{};
    TimePoint election_at_{};
    TimePoint woke_at_{};
    TimePoint misled_at_{};  // by a recording
    TimePoint chance_reigned_at_{kLongAgo};
    std::array<TimePoint, kMaxMembers> asleep_since_;  // kNever: awake
    std::array<bool, kSideCount> divided_{};
    uint64_t n_moves_ = 0;
    std::optional<Violation> violation_;
};

}  // namespace evengate::sim
