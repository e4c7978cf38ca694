// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: a report as Prometheus metrics. Thread: any. Used by: Endpoint, tests.
#pragma once

#include <prometheus/metric_family.h>

#include <vector>

#include "admin/report.hpp"

namespace evengate::metrics {

// Every metric of the table for which the report has a value, evengate_up = 1 among them.
// Prometheus holds numbers as double: counts are exact up to 2^53, and beyond that rounded to the
// nearest even step. At 100 Gbit/s a byte counter gets there in eight days; its rates stay right.
[[nodiscard]] std::vector<prometheus::MetricFamily> to_metrics(const admin::Report& report);

// What is known of an appliance that does not answer: evengate_up = 0.
[[nodiscard]] std::vector<prometheus::MetricFamily> metrics_of_silence();

}  // namespace evengate::metrics
