// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: who forwards for which vMAC, under a name (protocol rules 7 and 8), whole and in the parts in
// which it travels. Thread: control. Used by: native_group, planner, ownership.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/bounded_vector.hpp"
#include "glbp/message.hpp"

namespace evengate::group {

// A place in Assignment::members; kNobody: none.
using MemberPlace = uint8_t;
inline constexpr MemberPlace kNobody = glbp::AssignmentPart::kNobody;
using VmacPlan = glbp::AssignmentPart::Plan;

struct Assignment {
    glbp::AssignmentName name;
    BoundedVector<glbp::Incarnation, glbp::kMaxMembers> members;
    BoundedVector<VmacPlan, glbp::kMaxVmacs> plans;  // of vMAC 1, 2, ...

    [[nodiscard]] const VmacPlan* plan(uint8_t vmac) const {
        return vmac >= 1 && vmac <= plans.size() ? &plans[vmac - 1u] : nullptr;
    }
    // Not checked: the place is in members.
    [[nodiscard]] const glbp::Incarnation& at(MemberPlace place) const { return members[place]; }
    // The member's place, whichever life of it; kNobody.
    [[nodiscard]] MemberPlace place_of(MemberId member) const;

    // Differs when anything but the name does (FNV-1a, 64 bits). 0 only for the empty one.
    [[nodiscard]] uint64_t digest() const;
};

// Whether both say the same about each vMAC, whatever their names and the order of their members.
[[nodiscard]] bool says_the_same(const Assignment& a, const Assignment& b);

// Puts the assignment into as many messages as it needs: member table and parts. The other fields
// are those of the prototype.
void append_parts(const Assignment& assignment, const glbp::Message& prototype,
                  std::vector<glbp::Message>& messages);

// Collects the parts of the newest name until they are all there.
class AssignmentAssembler {
 public:
    enum class Step : uint8_t { incomplete, complete, invalid };

    // Takes one part and its message's member table. A part of a newer name drops what was there; of
    // an older one is ignored. After complete, assembled() is the whole and the next begins anew.
    Step add(const glbp::AssignmentPart& part,
             const BoundedVector<glbp::Incarnation, glbp::kMaxMembers>& members);
    [[nodiscard]] const Assignment& assembled() const { return assignment_; }

 private:
    static constexpr size_t kMaxParts = 5;

    Assignment assignment_;
    uint8_t n_parts_ = 0;
    std::array<std::optional<glbp::AssignmentPart>, kMaxParts> parts_{};
};

}  // namespace evengate::group
