// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: control's part of a report: a copy of what it knows, in words. Thread: control.
// Used by: control.
#pragma once

#include "admin/report.hpp"
#include "base/time.hpp"
#include "control/outside.hpp"
#include "control/parts.hpp"

namespace evengate::control {

// Fills interfaces, groups, neighbours, routes, control and events. Forgets aged hosts first, so
// that the counts are of now. Cost: O(all tables); for people and scrapers, not for the hot path.
void fill_report(Parts& parts, const Appliance& appliance, TimePoint now, admin::Report& report);

}  // namespace evengate::control
