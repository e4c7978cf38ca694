// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the balancing of a group as samples. Thread: any. Used by: to_metrics.cpp.
#pragma once

#include "admin/report.hpp"
#include "metrics/samples.hpp"

namespace evengate::metrics {

// Also the estimated load of each of the group's vMACs.
void add_balance(Samples& samples, const admin::Report& report, const admin::GroupReport& group,
                 const admin::BalanceReport& balance);

}  // namespace evengate::metrics
