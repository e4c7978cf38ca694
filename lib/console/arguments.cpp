// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "console/arguments.hpp"

#include <fmt/format.h>

#include <charconv>

namespace evengate::console {

std::optional<unsigned> parse_number(std::string_view text, unsigned min, unsigned max) {
    unsigned value = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, failure] = std::from_chars(text.data(), end, value);
    const bool whole = failure == std::errc{} && stop == end;
    return whole && value >= min && value <= max ? std::optional<unsigned>{value} : std::nullopt;
}

Error wrong_argument(std::string_view argument, std::string_view expected,
                     std::string_view found) {
    return {fmt::format("expected {} as {}, found '{}'", expected, argument, found)};
}

namespace {

constexpr unsigned kMaxGroupId = 1023;
constexpr unsigned kMaxVmac = 255;
constexpr unsigned kMaxPriority = 255;

// "7", or "lan:7" where several interfaces have a group 7.
std::optional<admin::Request> parse_group(std::string_view text) {
    admin::Request request;
    const size_t colon = text.rfind(':');
    if (colon != std::string_view::npos) {
        request.interface = text.substr(0, colon);
        text.remove_prefix(colon + 1);
    }
    const auto id = parse_number(text, 0, kMaxGroupId);
    if (!id || (colon != std::string_view::npos && request.interface.empty())) {
        return std::nullopt;
    }
    request.group = GroupId(static_cast<uint16_t>(*id));
    return request;
}

Error wrong_group(std::string_view found) {
    return wrong_argument("GROUP", fmt::format("0 to {}, or INTERFACE:ID", kMaxGroupId), found);
}

}  // namespace

Result<admin::Request> request_move(const std::vector<std::string>& words) {
    const std::string& group = words[2];
    const std::string& vmac = words[3];
    auto request = parse_group(group);
    if (!request) {
        return wrong_group(group);
    }
    const auto number = parse_number(vmac, 1, kMaxVmac);
    if (!number) {
        return wrong_argument("VMAC", fmt::format("1 to {}", kMaxVmac), vmac);
    }
    request->vmac = VmacNumber(static_cast<uint8_t>(*number));
    request->member = words[4];
    return *std::move(request);
}

Result<admin::Request> request_priority(const std::vector<std::string>& words) {
    const std::string& group = words[2];
    const std::string& priority = words[3];
    auto request = parse_group(group);
    if (!request) {
        return wrong_group(group);
    }
    const auto number = parse_number(priority, 1, kMaxPriority);
    if (!number) {
        return wrong_argument("PRIORITY", fmt::format("1 to {}", kMaxPriority), priority);
    }
    request->priority = static_cast<uint8_t>(*number);
    return *std::move(request);
}

Result<admin::Request> request_balance(const std::vector<std::string>& words) {
    const std::string& group = words[2];
    auto request = parse_group(group);
    if (!request) {
        return wrong_group(group);
    }
    request->key = words[3];
    request->value = words[4];
    return *std::move(request);
}

}  // namespace evengate::console
