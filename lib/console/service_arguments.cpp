// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "console/service_arguments.hpp"

#include <fmt/format.h>

#include <optional>
#include <string_view>

#include "console/arguments.hpp"

namespace evengate::console {
namespace {

constexpr unsigned kMaxWeight = 65'535;
constexpr unsigned kMaxPort = 65'535;

struct End {
    IpAddress address;
    uint16_t port = 0;  // 0: none was given
};

// "10.0.0.1:80", or without a port. Services have IPv4 addresses only.
std::optional<End> parse_end(std::string_view text) {
    const size_t colon = text.find(':');
    const auto address = IpAddress::parse(text.substr(0, colon));
    if (!address || !address->is_v4()) {
        return std::nullopt;
    }
    if (colon == std::string_view::npos) {
        return End{*address, 0};
    }
    const auto port = parse_number(text.substr(colon + 1), 1, kMaxPort);
    return port ? std::optional(End{*address, static_cast<uint16_t>(*port)}) : std::nullopt;
}

}  // namespace

Result<admin::Request> request_target(const std::vector<std::string>& words) {
    const std::string& name = words[2];
    if (name.front() == '/' || name.back() == '/') {
        return wrong_argument("NAME", "TARGET, or SERVICE/TARGET", name);
    }
    admin::Request request;
    request.target = name;
    return request;
}

Result<admin::Request> request_weight(const std::vector<std::string>& words) {
    auto request = request_target(words);
    if (!request) {
        return request;
    }
    const std::string& weight = words[4];
    const auto number = parse_number(weight, 0, kMaxWeight);
    if (!number) {
        return wrong_argument("N", fmt::format("0 to {}", kMaxWeight), weight);
    }
    request->weight = *number;
    return request;
}

Result<admin::Request> request_connections(const std::vector<std::string>& words) {
    admin::Request request;
    request.filter = words.size() > 2 ? words[2] : "";
    return request;
}

Result<admin::Request> request_explanation(const std::vector<std::string>& words) {
    const auto client = parse_end(words[2]);
    if (!client) {
        return wrong_argument("CLIENT[:PORT]", "an IPv4 address, with or without a port", words[2]);
    }
    const auto published = parse_end(words[3]);
    if (!published || published->port == 0) {
        return wrong_argument("PUBLISHED:PORT", "an IPv4 address and a port", words[3]);
    }
    admin::Request request;
    request.flow = {.client = client->address,
                    .client_port = client->port,
                    .published = published->address,
                    .published_port = published->port,
                    .protocol = words.size() > 4 ? words[4] : ""};
    return request;
}

}  // namespace evengate::console
