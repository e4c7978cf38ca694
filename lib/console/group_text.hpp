// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the parts of a group's report as text, for the commands that share them. Each ends with a
// newline. Thread: any. Used by: the show commands of the section "group".
#pragma once

#include <functional>
#include <string>

#include "admin/report.hpp"
#include "console/outcome.hpp"

namespace evengate::console {

// "group 7 on lan0: "
[[nodiscard]] std::string print_title(const admin::GroupReport& group);

[[nodiscard]] std::string print_addresses(const admin::GroupReport& group);
[[nodiscard]] std::string print_member_table(const admin::GroupReport& group);
[[nodiscard]] std::string print_vmac_table(const admin::GroupReport& group);

[[nodiscard]] size_t count_live_members(const admin::GroupReport& group);
[[nodiscard]] size_t count_own_vmacs(const admin::GroupReport& group);

// The text of each group, an empty line between; "no groups" without any.
[[nodiscard]] Outcome print_each_group(
    const admin::Report& report,
    const std::function<std::string(const admin::GroupReport&)>& print);

// "-" for what is not there.
[[nodiscard]] std::string or_dash(const std::string& text);

}  // namespace evengate::console
