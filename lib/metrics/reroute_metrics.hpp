// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: services, their targets and dispatchers as samples. Thread: any. Used by: to_metrics.cpp.
#pragma once

#include "admin/reroute_report.hpp"
#include "metrics/samples.hpp"

namespace evengate::metrics {

// Nothing where neither a service nor a dispatcher is configured.
void add_reroute(Samples& samples, const admin::RerouteReport& report);

}  // namespace evengate::metrics
