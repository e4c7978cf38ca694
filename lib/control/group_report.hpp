// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the part of a report that is about groups. Thread: control. Used by: report.
#pragma once

#include "admin/report.hpp"
#include "base/time.hpp"
#include "control/outside.hpp"
#include "control/parts.hpp"

namespace evengate::control {

// One GroupReport for each group, in configured order. Cost: O(vMACs + members + hosts).
void fill_groups(Parts& parts, const Appliance& appliance, TimePoint now, admin::Report& report);

}  // namespace evengate::control
