// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/connection_filter.hpp"

#include <algorithm>
#include <charconv>

namespace evengate::control {
namespace {

constexpr std::array<std::string_view, 6> kStateTexts = {
    "half-open", "established", "client-done", "target-done", "closing", "datagrams"};
constexpr uint8_t kStateMeaning = 0x3F;

std::optional<uint16_t> parse_port(std::string_view text) {
    uint16_t port = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, failure] = std::from_chars(text.data(), end, port);
    return failure == std::errc{} && stop == end ? std::optional(port) : std::nullopt;
}

}  // namespace

std::string_view connection_state_text(uint8_t state) {
    const size_t number = state & kStateMeaning;
    return number < kStateTexts.size() ? kStateTexts[number] : std::string_view("?");
}

Result<ConnectionFilter> ConnectionFilter::make(std::string_view text,
                                                std::span<const std::string> targets,
                                                std::span<const IpAddress> published) {
    ConnectionFilter filter;
    filter.take_prefix({}, published);
    const size_t colon = text.find(':');
    const auto port = parse_port(colon == std::string_view::npos ? text : text.substr(colon + 1));
    const auto address = IpAddress::parse(text.substr(0, colon));
    const auto prefix = IpPrefix::parse(text);
    if (text.empty()) {
        return filter;
    }
    if (prefix && prefix->address.is_v4()) {
        filter.take_prefix(*prefix, published);
        return filter;
    }
    const bool is_address = address && address->is_v4();
    if (port && (is_address || colon == 0 || colon == std::string_view::npos)) {
        filter.port_ = port;
    }
    if (is_address && (port || colon == std::string_view::npos)) {
        filter.take_prefix(IpPrefix::host(*address), published);
        return filter;
    }
    if (filter.port_ || filter.take_name(text, targets)) {
        return filter;
    }
    return Error{"'" + std::string(text) + "' is no address, prefix, ADDRESS:PORT or port, and no service, "
                 "target, state or protocol has it in its name"};
}

void ConnectionFilter::take_prefix(const IpPrefix& prefix, std::span<const IpAddress> published) {
    mask_ = prefix.length == 0 ? 0 : UINT32_MAX << (32 - prefix.length);
    network_ = prefix.address.to_v4() & mask_;
    published_.clear();
    for (const IpAddress& address : published) {
        published_.push_back((address.to_v4() & mask_) == network_);
    }
}

bool ConnectionFilter::take_name(std::string_view text, std::span<const std::string> targets) {
    by_name_ = true;
    const auto has = [text](std::string_view name) { return name.find(text) != std::string_view::npos; };
    for (const std::string& target : targets) {
        targets_.push_back(has(target));
    }
    std::ranges::transform(kStateTexts, states_.begin(), has);
    tcp_ = has("tcp");
    udp_ = has("udp");
    return tcp_ || udp_ || std::ranges::find(targets_, true) != targets_.end() ||
           std::ranges::find(states_, true) != states_.end();
}

bool ConnectionFilter::matches_name(const reroute::ToldFlow& flow) const {
    const size_t state = flow.state & kStateMeaning;
    const bool is_udp = reroute::protocol_of(flow.kind) == packet::kIpProtocolUdp;
    return (flow.target < targets_.size() && targets_[flow.target]) ||
           (state < states_.size() && states_[state]) || (is_udp ? udp_ : tcp_);
}

bool ConnectionFilter::matches_end(const reroute::ToldFlow& flow) const {
    const size_t published = reroute::published_of(flow.kind);
    const auto client_port = static_cast<uint16_t>(flow.ends >> 16);
    const auto published_port = static_cast<uint16_t>(flow.ends);
    const bool is_client = (static_cast<uint32_t>(flow.ends >> 32) & mask_) == network_;
    const bool is_published = mask_ == 0 || (published < published_.size() && published_[published]);
    return (is_client && (!port_ || *port_ == client_port)) ||
           (is_published && (!port_ || *port_ == published_port));
}

}  // namespace evengate::control
