// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what the members of a group say of their load, put together from parts, and what follows:
// estimates, rounds, and what became of them (balancing rules B1 to B11). Knows nothing of messages
// and roles. Thread: control. Used by: native_group.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "balance/balancer.hpp"
#include "balance/estimate.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "glbp/message.hpp"
#include "group/options.hpp"
#include "group/view.hpp"

namespace evengate::group {

class LoadBook {
 public:
    // Of a member: 0 is this one, n + 1 the peer of index n.
    using Place = balance::Gateway;
    static constexpr size_t kPlaces = glbp::kMaxMembers;

    LoadBook(const BalanceSettings& settings, uint8_t n_vmacs);

    void set(const BalanceSettings& settings);

    // Takes a report, or a part of one. Returns whether it is whole now.
    enum class Step : uint8_t { incomplete, complete };
    Step hear(Place place, uint64_t boot_nonce, const glbp::LoadReport& report,
              std::span<const glbp::VmacCount> counts, TimePoint now);

    // Who has the vMAC now; balance::unassigned: nobody. Who had it before counts beside it for
    // linger.
    void set_owner(uint8_t vmac, Place owner, Duration linger, TimePoint now);

    // Ends an interval: what was reported becomes the estimate.
    void end_interval();

    // What else a round depends on. Places that do not live have capacity 0.
    struct Field {
        std::array<MemberId, kPlaces> members{};
        std::array<balance::Load, kPlaces> capacities{};  // 0: is to carry nothing
        std::array<balance::Load, kPlaces> kept{};        // granted to other groups (protocol rule 28)
        std::array<balance::Load, kPlaces> shares{};      // with balance::Target::shares
        std::bitset<glbp::kMaxVmacs + 1> may_move;        // by number
        uint64_t seed = 0;                                // of balance::Method::random
    };
    // Decides, and enters the round into the history. While a member does not report, nothing is
    // decided: it would look empty.
    const BalanceRound& round(const Field& field, TimePoint now);
    // What round() would say; changes nothing.
    [[nodiscard]] BalanceRound dry_run(const Field& field, TimePoint now) const;

    // A member failed: quiet. A vMAC changed hands for another cause than a round.
    void note_failure(TimePoint now) { balancer_.note_failure(now); }
    void note_move(uint8_t vmac, Place from, TimePoint now);

    // Units: packets a second.
    [[nodiscard]] balance::Load load(uint8_t vmac) const { return estimate_.load(vmac - 1u); }
    [[nodiscard]] balance::Load total() const { return total_; }
    // What the member forwards beside this group's vMACs, or keeps free for other groups.
    [[nodiscard]] balance::Load beside(const Field& field, Place place) const;
    // The last report that was whole.
    [[nodiscard]] TimePoint reported_at(Place place) const { return reported_at_[place]; }
    [[nodiscard]] bool is_saturated(Place place) const { return estimate_.is_saturated(place); }
    [[nodiscard]] uint32_t alpha() const { return estimate_.alpha(); }
    [[nodiscard]] Place owner(uint8_t vmac) const { return owners_[vmac - 1u].now; }
    [[nodiscard]] bool is_idle(uint8_t vmac) const;

    [[nodiscard]] const std::deque<BalanceRound>& history() const { return history_; }
    [[nodiscard]] uint64_t n_rounds() const { return n_rounds_; }

 private:
    static constexpr size_t kHistory = 60;  // rounds

    // Of one member, until it is whole.
    struct Draft {
        uint64_t boot_nonce = 0;
        glbp::LoadReport report;
        std::bitset<glbp::kMaxVmacs + 1> heard;
        std::vector<uint64_t> packets;  // by vMAC, from 1
    };
    struct Owner {
        Place now = balance::unassigned;
        Place before = balance::unassigned;
        TimePoint since{};
    };

    [[nodiscard]] balance::RoundInput make_input(const Field& field) const;
    [[nodiscard]] BalanceRound describe(balance::Decision decision, const Field& field, TimePoint now) const;

    [[nodiscard]] bool all_report(const Field& field, TimePoint now) const;

    const uint8_t n_vmacs_;
    Duration patience_;  // with members that do not report
    balance::LoadEstimate estimate_;
    balance::Balancer balancer_;
    std::array<Draft, kPlaces> drafts_;
    std::array<TimePoint, kPlaces> reported_at_{};
    balance::Load total_ = 0;  // of the estimate
    std::vector<Owner> owners_;  // by vMAC, from 1
    std::deque<BalanceRound> history_;
    uint64_t n_rounds_ = 0;

    // Scratch of make_input().
    mutable std::vector<balance::Load> loads_;
    mutable std::vector<balance::Load> deviations_;
    mutable std::vector<balance::Load> backgrounds_;
    mutable std::vector<balance::Gateway> holders_;
    mutable std::vector<uint8_t> is_eligible_;
};

}  // namespace evengate::group
