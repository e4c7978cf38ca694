// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "metrics/page.hpp"

#include <fmt/format.h>

#include <iterator>

#include "metrics/metric_table.hpp"

namespace evengate::metrics {

std::string to_page() {
    std::string page =
        "# Metrics\n"
        "\n"
        "Made from `lib/metrics/metric_table.hpp` by `ninja -C build-release metrics-page`;\n"
        "a test fails when the two differ.\n"
        "\n"
        "A scrape of `http://ADDRESS:PORT/metrics` asks the control lcore for one report and\n"
        "shows it; nothing is kept between scrapes, and no scrape touches the workers. If the\n"
        "control lcore does not answer within two seconds, the scrape shows `evengate_up 0` and\n"
        "no other number of ours, so that nothing stale is taken for fresh.\n"
        "\n"
        "Numbers are doubles, as everywhere in Prometheus: counts are exact up to 2^53. At\n"
        "100 Gbit/s a byte counter gets there in eight days, and its rates stay right.\n"
        "`clear port stats` sets the `evengate_port_*_total` back to 0, which `rate()` takes\n"
        "for a restart. The `exposer_*` metrics are the HTTP server's own.\n"
        "\n"
        "| name | type | unit | labels | meaning |\n"
        "|---|---|---|---|---|\n";
    for (const Metric& metric : kMetrics) {
        fmt::format_to(std::back_inserter(page), "| `{}` | {} | {} | {} | {} |\n", metric.name,
                       metric.kind == MetricKind::counter ? "counter" : "gauge", metric.unit,
                       metric.labels, metric.help);
    }
    return page;
}

}  // namespace evengate::metrics
