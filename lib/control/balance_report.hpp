// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the engine's view of balancing, as a report shows it. Thread: control. Used by: group_report.
#pragma once

#include "admin/report.hpp"
#include "base/time.hpp"
#include "control/member_names.hpp"
#include "group/view.hpp"

namespace evengate::control {

// Fills report.balance, and the loads of report.vmacs, which are there already.
void fill_balance(const group::BalanceView& view, const MemberNames& name_of, TimePoint now,
                  admin::GroupReport& report);

}  // namespace evengate::control
