// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "port/cpu_list.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

namespace evengate::port {

namespace {

std::optional<unsigned> parse_cpu(std::string_view text) {
    unsigned cpu = 0;
    const char* end = text.data() + text.size();
    const auto [stop, code] = std::from_chars(text.data(), end, cpu);
    if (code != std::errc{} || stop != end || cpu > kMaxCpu) {
        return std::nullopt;
    }
    return cpu;
}

// Adds "N" or "N-M"; false when it is neither.
bool add_range(std::string_view text, std::vector<unsigned>& cpus) {
    const size_t dash = text.find('-');
    const auto first = parse_cpu(text.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : parse_cpu(text.substr(dash + 1));
    if (!first || !last || *last < *first) {
        return false;
    }
    for (unsigned cpu = *first; cpu <= *last; ++cpu) {
        cpus.push_back(cpu);
    }
    return true;
}

}  // namespace

Result<std::vector<unsigned>> parse_cpu_list(std::string_view text) {
    std::vector<unsigned> cpus;
    for (std::string_view rest = text;;) {
        const size_t comma = rest.find(',');
        if (!add_range(rest.substr(0, comma), cpus)) {
            return Error{fmt::format("'{}' is not a list of CPUs such as 0-1,4", text)};
        }
        if (comma == std::string_view::npos) {
            break;
        }
        rest.remove_prefix(comma + 1);
    }
    std::sort(cpus.begin(), cpus.end());
    cpus.erase(std::unique(cpus.begin(), cpus.end()), cpus.end());
    return cpus;
}

std::string to_string(const std::vector<unsigned>& cpus) {
    std::string text;
    for (size_t i = 0; i < cpus.size();) {
        size_t last = i;
        while (last + 1 < cpus.size() && cpus[last + 1] == cpus[last] + 1) {
            ++last;
        }
        text += text.empty() ? "" : ",";
        text += last == i ? fmt::format("{}", cpus[i]) : fmt::format("{}-{}", cpus[i], cpus[last]);
        i = last + 1;
    }
    return text;
}

}  // namespace evengate::port
