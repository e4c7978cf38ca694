// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "replay/series.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>

namespace evengate::replay {
namespace {

// Takes what stands before the separator off the text.
std::string_view take_until(std::string_view& text, char separator) {
    const std::size_t at = std::min(text.find(separator), text.size());
    const std::string_view taken = text.substr(0, at);
    text.remove_prefix(std::min(at + 1, text.size()));
    return taken;
}

std::string_view trimmed(std::string_view text) {
    const auto is_frame = [](char c) { return c == ' ' || c == '"' || c == '\r' || c == '+'; };
    while (!text.empty() && is_frame(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && is_frame(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

std::optional<double> to_number(std::string_view text) {
    text = trimmed(text);
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_all = error == std::errc() && end == text.data() + text.size();
    return is_all && std::isfinite(number) ? std::optional(number) : std::nullopt;
}

Error at_line(std::size_t line, const std::string& what) {
    return {"line " + std::to_string(line) + ": " + what};
}

Duration median_step(std::vector<double> times) {
    std::vector<double> steps;
    for (std::size_t i = 1; i < times.size(); ++i) {
        steps.push_back(times[i] - times[i - 1]);
    }
    const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
    std::nth_element(steps.begin(), middle, steps.end());
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(*middle));
}

}  // namespace

Result<Series> parse_series(std::string_view text) {
    Series series;
    std::vector<double> times;
    std::vector<double> volumes;
    for (std::size_t line = 1; !text.empty(); ++line) {
        std::string_view rest = take_until(text, '\n');
        if (trimmed(rest).empty()) {
            continue;
        }
        if (series.n_flows == 0) {
            series.n_flows = static_cast<std::size_t>(std::count(rest.begin(), rest.end(), ','));
            if (series.n_flows == 0) {
                return at_line(line, "expected time,flow_0,flow_1,...");
            }
            continue;
        }
        const auto time = to_number(take_until(rest, ','));
        if (!time) {
            return at_line(line, "expected a time in seconds first");
        }
        times.push_back(*time);
        const auto n_commas = static_cast<std::size_t>(std::count(rest.begin(), rest.end(), ','));
        if (n_commas + 1 != series.n_flows) {
            return at_line(line, "expected " + std::to_string(series.n_flows) +
                                     " flows, as in the first line");
        }
        for (std::size_t flow = 0; flow < series.n_flows; ++flow) {
            volumes.push_back(std::max(to_number(take_until(rest, ',')).value_or(0), 0.0));
        }
    }
    series.n_rows = times.size();
    if (series.n_rows < 2) {
        return Error{"expected at least two intervals"};
    }
    series.step = median_step(times);
    if (series.step <= Duration::zero()) {
        return Error{"expected times in seconds that grow"};
    }
    double sum = 0;
    for (const double volume : volumes) {
        sum += volume;
    }
    const double seconds = std::chrono::duration<double>(series.step).count();
    if (sum > 0) {
        series.scale = static_cast<double>(Series::kMeanRate) * seconds *
                       static_cast<double>(series.n_rows) / sum;
    }
    series.volumes.reserve(volumes.size());
    for (const double volume : volumes) {
        series.volumes.push_back(static_cast<balance::Load>(volume * series.scale));
    }
    return series;
}

}  // namespace evengate::replay
