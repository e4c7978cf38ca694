// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: samples on their way into Prometheus' families, and values as labels and in base units.
// Thread: any, one at a time for each Samples. Used by: to_metrics*.cpp only.
#pragma once

#include <prometheus/metric_family.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "admin/report.hpp"
#include "metrics/metric_table.hpp"

namespace evengate::metrics {

using Labels = std::vector<std::string>;

// Collects samples by metric, in the order of the table.
class Samples {
 public:
    void add(MetricId id, const Labels& label_values, double value) {
        const Metric& metric = kMetrics[static_cast<size_t>(id)];
        prometheus::ClientMetric sample;
        if (metric.kind == MetricKind::counter) {
            sample.counter.value = value;
        } else {
            sample.gauge.value = value;
        }
        std::string_view names = metric.labels;
        for (const std::string& label_value : label_values) {
            assert(!names.empty() && "more labels than the table has");
            const size_t end = std::min(names.find(','), names.size());
            sample.label.push_back({std::string(names.substr(0, end)), label_value});
            names.remove_prefix(std::min(end + 1, names.size()));
        }
        assert(names.empty() && "fewer labels than the table has");
        samples_[static_cast<size_t>(id)].push_back(std::move(sample));
    }
    void add(MetricId id, const Labels& label_values, uint64_t value) {
        add(id, label_values, static_cast<double>(value));
    }
    void add(MetricId id, const Labels& label_values, bool value) {
        add(id, label_values, value ? 1.0 : 0.0);
    }

    // The families that have samples.
    std::vector<prometheus::MetricFamily> take_families() {
        std::vector<prometheus::MetricFamily> families;
        for (size_t i = 0; i < kMetrics.size(); ++i) {
            if (samples_[i].empty()) {
                continue;
            }
            prometheus::MetricFamily family;
            family.name = kMetrics[i].name;
            family.help = kMetrics[i].help;
            family.type = kMetrics[i].kind == MetricKind::counter ? prometheus::MetricType::Counter
                                                                  : prometheus::MetricType::Gauge;
            family.metric = std::move(samples_[i]);
            families.push_back(std::move(family));
        }
        return families;
    }

 private:
    std::array<std::vector<prometheus::ClientMetric>, kMetrics.size()> samples_;
};

template <class Id>
std::string text_of(Id id) {
    return std::to_string(id.value);
}

inline double seconds_of(uint64_t nanoseconds) {
    return static_cast<double>(nanoseconds) / 1e9;
}
inline double seconds_of(Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

// Prometheus refuses a whole scrape for one label that is not UTF-8, and names are the peers' own.
inline std::string member_label(const admin::Report& report, const admin::GroupReport& group,
                        const std::string& name) {
    const auto& members = group.members;
    const bool known = name == report.name ||
                       std::any_of(members.begin(), members.end(),
                                   [&](const auto& member) { return member.name == name; });
    if (name.empty() || !known) {
        return "other";
    }
    std::string label = name;
    std::replace_if(
        label.begin(), label.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return label;
}

}  // namespace evengate::metrics
