// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: members of a group as reports name them: as they call themselves; until they did, by their
// address. Thread: control. Used by: balance_report, group_report.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "group/view.hpp"

namespace evengate::control {

// The view must outlive this.
class MemberNames {
 public:
    explicit MemberNames(const group::GroupView& view) : view_(view) {}

    [[nodiscard]] std::string operator()(MemberId id) const {
        for (const group::MemberView& member : view_.members) {
            if (member.id == id) {
                return of(member);
            }
        }
        return std::to_string(id.value);
    }
    [[nodiscard]] std::string operator()(const std::optional<MemberId>& id) const {
        return id ? (*this)(*id) : std::string();
    }
    [[nodiscard]] std::vector<std::string> operator()(const std::vector<MemberId>& ids) const {
        std::vector<std::string> names;
        for (const MemberId id : ids) {
            names.push_back((*this)(id));
        }
        return names;
    }
    [[nodiscard]] static std::string of(const group::MemberView& member) {
        return member.name.empty() ? member.address.to_string() : member.name;
    }

 private:
    const group::GroupView& view_;
};

}  // namespace evengate::control
