// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the state of a service's targets as the group has it (rules D2 and D4): who is up by the
// members' verdicts, who gets new connections and how many. Pure. Thread: any. Used by: control.
#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "reroute/flow.hpp"
#include "reroute/health.hpp"

namespace evengate::reroute {

// Orders what AVGs publish; a later one replaces an earlier one.
struct Epoch {
    uint64_t term = 0;
    MemberId avg;
    uint64_t sequence = 0;

    friend constexpr auto operator<=>(const Epoch&, const Epoch&) = default;
};

enum class AdminState : uint8_t {
    active,
    draining,  // keeps its connections, gets no new ones
    drained,   // has none, or was told to drop them
};
enum class TargetRole : uint8_t { primary, backup };

struct TargetOptions {
    uint32_t weight = 100;  // 0..65535
    TargetRole role = TargetRole::primary;
    uint32_t max_connections = 0;  // 0: no limit
};

// What members tell each other of one target. Times are spans, since clocks differ.
struct TargetState {
    Verdict verdict = Verdict::unknown;  // of the group
    AdminState admin = AdminState::active;
    Duration up_for = Duration::max();  // since it came back; max: it was never down, or long ago

    friend bool operator==(const TargetState&, const TargetState&) = default;
};

class TargetSet {
 public:
    // Weights are given out in this unit, so that a slow start has steps even at weight 1.
    static constexpr uint32_t kWeightOne = 10;

    TargetSet(std::vector<TargetOptions> targets, Duration slow_start);

    // Not checked, here and below: that the target exists.

    // The AVG decides by the verdicts; other members keep them for the day on which they must, and
    // have the published decisions until then. At first: decides.
    enum class Part : uint8_t { decides, follows };
    void set_part(Part part, TimePoint now);
    // While it follows: what the AVG says of it.
    void set_decided(size_t target, Verdict verdict) { targets_[target].verdict = verdict; }

    // What a member says of the target; unknown takes it back. All members' verdicts, the own one
    // too. Not checked: that the member is in the group.
    void set_verdict(size_t target, MemberId member, Verdict verdict, TimePoint now);
    // The member left: its verdicts count no more.
    void forget_member(MemberId member, TimePoint now);
    void set_weight(size_t target, uint32_t weight) { targets_[target].options.weight = weight; }
    void set_admin(size_t target, AdminState admin) { targets_[target].admin = admin; }
    // Live connections of all members. Only for stateful services: a stateless one would move the
    // flows that a full target has.
    void set_connections(size_t target, uint64_t count) { targets_[target].n_connections = count; }

    // The majority of the members that have a verdict. A tie changes nothing, and without any
    // verdict the last decision stays.
    [[nodiscard]] Verdict verdict(size_t target) const { return targets_[target].verdict; }
    [[nodiscard]] AdminState admin(size_t target) const { return targets_[target].admin; }
    // Whether the target has as many connections as it may have.
    [[nodiscard]] bool is_full(size_t target) const;

    // The share of new connections that each target gets, in 1/kWeightOne of weight. 0: down,
    // unknown, draining, full, or a backup while a primary is up and active. A target that comes
    // back begins with a tenth and gains a tenth of its weight in each ninth of slow_start.
    [[nodiscard]] std::vector<uint32_t> weights(TimePoint now) const;
    // When weights() changes next though nothing is said: the next step of a slow start. kNever
    // without one.
    [[nodiscard]] TimePoint next_change(TimePoint now) const;

    // For the AVG: the state to publish, and the epoch it is published with, above all before.
    [[nodiscard]] std::vector<TargetState> states(TimePoint now) const;
    Epoch publish(uint64_t term, MemberId avg);
    // For the other members. Fails: false when the epoch is not newer than the one in force, or
    // the states are not as many as the targets; nothing changed.
    [[nodiscard]] bool try_adopt(const Epoch& epoch, std::span<const TargetState> states,
                                 TimePoint now);
    [[nodiscard]] const Epoch& epoch() const { return epoch_; }

 private:
    struct MemberVerdict {
        MemberId member;
        Verdict verdict = Verdict::unknown;
    };
    struct Target {
        TargetOptions options;
        std::vector<MemberVerdict> verdicts;
        Verdict verdict = Verdict::unknown;
        AdminState admin = AdminState::active;
        uint64_t n_connections = 0;
        bool is_returning = false;  // it may be in its slow start, since up_since
        TimePoint up_since{};
    };

    void decide(Target& target, TimePoint now) const;
    [[nodiscard]] static bool takes_new(const Target& target) {
        return target.verdict == Verdict::up && target.admin == AdminState::active;
    }
    // Tenths of the weight: 1..10.
    [[nodiscard]] uint32_t ramp(const Target& target, TimePoint now) const;

    std::vector<Target> targets_;
    Duration slow_start_;
    Part part_ = Part::decides;
    Epoch epoch_;
};

// SipHash-1-3 of the services as text, which members compare. The text is the caller's, who sees to
// it that the same services give the same text. It is no secret; the key may be all zero.
[[nodiscard]] uint64_t services_digest(std::string_view canonical_text, const HashKey& key = {});

}  // namespace evengate::reroute
