// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "group/planner.hpp"

#include <algorithm>

#include "group/mix.hpp"

namespace evengate::group {
namespace {

using MemberCounts = std::array<uint32_t, glbp::kMaxMembers>;

class Plan {
 public:
    explicit Plan(const PlanInput& input) : input_(input) {}

    Assignment make() {
        settle_holders();
        give_away_orphans();
        move_pinned();
        move_from_leaving();
        even_out();
        Assignment assignment;
        for (const PlanMember& member : input_.members) {
            static_cast<void>(assignment.members.try_push_back(member.life));
        }
        for (size_t i = 0; i < input_.vmacs.size(); ++i) {
            static_cast<void>(assignment.plans.try_push_back(plans_[i]));
        }
        choose_successors(assignment);
        return assignment;
    }

 private:
    [[nodiscard]] static uint8_t number_of(size_t index) { return static_cast<uint8_t>(index + 1); }
    [[nodiscard]] bool may_own(MemberPlace place, size_t vmac) const {
        const PlanMember& member = input_.members[place];
        return member.use == PlanMember::Use::full && member.n_vmacs >= number_of(vmac);
    }
    [[nodiscard]] uint64_t capacity(MemberPlace place) const {
        return std::max<uint64_t>(input_.members[place].capacity_pps, 1);
    }
    // How full a member with so many vMACs would be; comparable without division.
    [[nodiscard]] bool is_fuller(uint32_t count_a, MemberPlace a, uint32_t count_b, MemberPlace b) const {
        return static_cast<__uint128_t>(count_a) * capacity(b) > static_cast<__uint128_t>(count_b) * capacity(a);
    }

    void settle_holders() {
        for (size_t i = 0; i < input_.vmacs.size(); ++i) {
            const PlanVmac& vmac = input_.vmacs[i];
            if (vmac.holder == kNobody) {
                continue;
            }
            if (vmac.target != kNobody && vmac.target != vmac.holder && may_own(vmac.target, i)) {
                begin_move(i, vmac.holder, vmac.target);
            } else {
                plans_[i].owner = vmac.holder;
                ++counts_[vmac.holder];
            }
        }
    }

    // The member that would be least full with one more; kNobody if none may own it.
    [[nodiscard]] MemberPlace emptiest(size_t vmac) const {
        MemberPlace best = kNobody;
        for (size_t i = 0; i < input_.members.size(); ++i) {
            const auto place = static_cast<MemberPlace>(i);
            if (may_own(place, vmac) &&
                (best == kNobody || is_fuller(counts_[best] + 1, best, counts_[place] + 1, place))) {
                best = place;
            }
        }
        return best;
    }

    void give_away_orphans() {
        for (size_t i = 0; i < input_.vmacs.size(); ++i) {
            if (plans_[i].owner != kNobody) {
                continue;
            }
            MemberPlace owner = input_.start == balance::Start::random ? any_of_full(i) : emptiest(i);
            if (owner == kNobody) {
                owner = any_that_knows(i);
            }
            if (owner != kNobody) {
                plans_[i].owner = owner;
                ++counts_[owner];
            }
        }
    }

    // The same for every AVG.
    [[nodiscard]] MemberPlace any_of_full(size_t vmac) const {
        BoundedVector<MemberPlace, glbp::kMaxMembers> full;
        for (size_t i = 0; i < input_.members.size(); ++i) {
            if (may_own(static_cast<MemberPlace>(i), vmac)) {
                static_cast<void>(full.try_push_back(static_cast<MemberPlace>(i)));
            }
        }
        return full.empty() ? kNobody : full[mix(number_of(vmac)) % full.size()];
    }

    // When all are leaving, better one of them than nobody.
    [[nodiscard]] MemberPlace any_that_knows(size_t vmac) const {
        for (size_t i = 0; i < input_.members.size(); ++i) {
            if (input_.members[i].n_vmacs >= number_of(vmac)) {
                return static_cast<MemberPlace>(i);
            }
        }
        return kNobody;
    }

    void begin_move(size_t vmac, MemberPlace from, MemberPlace to) {
        plans_[vmac].owner = to;
        plans_[vmac].previous = from;
        ++counts_[to];
        ++n_moves_;
    }
    void change_owner(size_t vmac, MemberPlace to) {
        const MemberPlace from = plans_[vmac].owner;
        --counts_[from];
        begin_move(vmac, from, to);
    }
    [[nodiscard]] bool can_move(size_t vmac) const {
        return plans_[vmac].owner != kNobody && plans_[vmac].previous == kNobody &&
               input_.vmacs[vmac].holder == plans_[vmac].owner &&
               input_.vmacs[vmac].stay != PlanVmac::Stay::unclaimed && n_moves_ < input_.n_moves_at_once;
    }

    void move_pinned() {
        for (size_t i = 0; i < input_.vmacs.size(); ++i) {
            const MemberPlace pinned = input_.vmacs[i].pinned;
            if (pinned != kNobody && pinned != plans_[i].owner && may_own(pinned, i) && can_move(i)) {
                change_owner(i, pinned);
            }
        }
    }

    void move_from_leaving() {
        for (size_t i = 0; i < input_.vmacs.size(); ++i) {
            if (can_move(i) && input_.members[plans_[i].owner].use == PlanMember::Use::leaving) {
                const MemberPlace to = emptiest(i);
                if (to != kNobody) {
                    change_owner(i, to);
                }
            }
        }
    }

    // Moves one vMAC at a time from the fullest to the emptiest while that makes the fullest emptier.
    void even_out() {
        while (input_.evening != PlanInput::Evening::none && n_moves_ < input_.n_moves_at_once &&
               move_one()) {
        }
    }
    bool move_one() {
        for (size_t i = 0; i < input_.vmacs.size(); ++i) {
            const PlanVmac& vmac = input_.vmacs[i];
            if (!can_move(i) || vmac.stay != PlanVmac::Stay::may_move || vmac.pinned != kNobody) {
                continue;
            }
            const MemberPlace from = plans_[i].owner;
            const MemberPlace to = emptiest(i);
            const bool helps = to != kNobody && to != from && is_fullest(from) &&
                               is_fuller(counts_[from], from, counts_[to] + 1, to) &&
                               (input_.evening == PlanInput::Evening::closely || is_lopsided(from, to));
            if (helps) {
                change_owner(i, to);
                return true;
            }
        }
        return false;
    }
    // Whether one has more than a share and a half, or the other less than half a share.
    [[nodiscard]] bool is_lopsided(MemberPlace from, MemberPlace to) const {
        __uint128_t all = 0;
        for (size_t i = 0; i < input_.members.size(); ++i) {
            all += input_.members[i].use == PlanMember::Use::full ? capacity(static_cast<MemberPlace>(i)) : 0;
        }
        const auto shares = [&](MemberPlace place) { return capacity(place) * input_.vmacs.size(); };
        return 2 * counts_[from] * all > 3 * shares(from) || 2 * counts_[to] * all < shares(to);
    }
    [[nodiscard]] bool is_fullest(MemberPlace place) const {
        for (size_t i = 0; i < input_.members.size(); ++i) {
            const auto other = static_cast<MemberPlace>(i);
            if (input_.members[i].use == PlanMember::Use::full &&
                is_fuller(counts_[other], other, counts_[place], place) &&
                has_movable(other)) {
                return false;
            }
        }
        return true;
    }
    [[nodiscard]] bool has_movable(MemberPlace place) const {
        for (size_t i = 0; i < input_.vmacs.size(); ++i) {
            const PlanVmac& vmac = input_.vmacs[i];
            if (plans_[i].owner == place && can_move(i) && vmac.stay == PlanVmac::Stay::may_move &&
                vmac.pinned == kNobody) {
                return true;
            }
        }
        return false;
    }

    // Each owner's vMACs go to the others by their capacity and what they have already.
    void choose_successors(Assignment& assignment) const {
        std::array<MemberCounts, glbp::kMaxMembers> heirs{};
        std::array<MemberCounts, glbp::kMaxMembers> second_heirs{};
        for (size_t i = 0; i < input_.vmacs.size(); ++i) {
            VmacPlan& plan = assignment.plans[i];
            if (plan.owner == kNobody) {
                continue;
            }
            plan.successors[0] = choose_heir(i, plan.owner, kNobody, heirs[plan.owner]);
            plan.successors[1] = choose_heir(i, plan.owner, plan.successors[0], second_heirs[plan.owner]);
        }
    }
    MemberPlace choose_heir(size_t vmac, MemberPlace owner, MemberPlace other, MemberCounts& heirs) const {
        MemberPlace best = kNobody;
        for (size_t i = 0; i < input_.members.size(); ++i) {
            const auto place = static_cast<MemberPlace>(i);
            if (place == owner || place == other || !may_own(place, vmac)) {
                continue;
            }
            if (best == kNobody || is_fuller(counts_[best] + heirs[best] + 1, best,
                                             counts_[place] + heirs[place] + 1, place)) {
                best = place;
            }
        }
        if (best != kNobody) {
            ++heirs[best];
        }
        return best;
    }

    const PlanInput& input_;
    std::array<VmacPlan, glbp::kMaxVmacs> plans_{};
    MemberCounts counts_{};  // vMACs by owner, moves counted as done
    size_t n_moves_ = 0;
};

}  // namespace

Assignment plan_assignment(const PlanInput& input) {
    return Plan(input).make();
}

}  // namespace evengate::group
