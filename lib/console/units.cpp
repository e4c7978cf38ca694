// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "console/units.hpp"

#include <fmt/format.h>

#include <array>

namespace evengate::console {

namespace {

// Truncated, not rounded, so that "59.9s" never reads "60.0s".
std::string one_decimal(uint64_t value, uint64_t unit, const char* name) {
    return fmt::format("{}.{}{}", value / unit, value % unit / (unit / 10), name);
}

}  // namespace

std::string format_duration(Duration duration) {
    constexpr uint64_t kUs = 1'000;
    constexpr uint64_t kMs = 1'000 * kUs;
    constexpr uint64_t kS = 1'000 * kMs;
    constexpr uint64_t kMinute = 60 * kS;
    constexpr uint64_t kHour = 60 * kMinute;
    constexpr uint64_t kDay = 24 * kHour;

    const uint64_t ns = duration.count() < 0 ? 0 : static_cast<uint64_t>(duration.count());
    if (ns < kUs) {
        return fmt::format("{}ns", ns);
    }
    if (ns < kMs) {
        return one_decimal(ns, kUs, "us");
    }
    if (ns < kS) {
        return one_decimal(ns, kMs, "ms");
    }
    if (ns < kMinute) {
        return one_decimal(ns, kS, "s");
    }
    if (ns < kHour) {
        return fmt::format("{}m {}s", ns / kMinute, ns % kMinute / kS);
    }
    if (ns < kDay) {
        return fmt::format("{}h {}m", ns / kHour, ns % kHour / kMinute);
    }
    return fmt::format("{}d {}h", ns / kDay, ns % kDay / kHour);
}

std::string format_size(uint64_t bytes) {
    constexpr std::array kNames = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    if (bytes < 1024) {
        return fmt::format("{} B", bytes);
    }
    size_t i = 0;
    uint64_t unit = 1024;
    while (i + 1 < kNames.size() && bytes / unit >= 1024) {
        unit *= 1024;
        ++i;
    }
    return fmt::format("{:.1f} {}", static_cast<double>(bytes) / static_cast<double>(unit),
                       kNames[i]);
}

std::string format_speed(uint32_t mbps) {
    if (mbps == 0) {
        return "unknown";
    }
    if (mbps < 1000) {
        return fmt::format("{} Mbps", mbps);
    }
    return fmt::format("{:g} Gbps", mbps / 1000.0);
}

std::string format_percent(uint64_t part, uint64_t whole) {
    if (whole == 0) {
        return "-";
    }
    return fmt::format("{:.1f}%", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

}  // namespace evengate::console
