// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: which connections an operator asks for. It compares numbers, so that a table of a million
// connections can be gone through while the group waits. Thread: control. Used by: services.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.hpp"
#include "base/result.hpp"
#include "reroute/connection_policy.hpp"
#include "reroute/told_flow.hpp"

namespace evengate::control {

// By the number of ConnectionState; a bit that has no meaning here may be set.
[[nodiscard]] std::string_view connection_state_text(uint8_t state);

class ConnectionFilter {
 public:
    // Text: empty for all; an IPv4 address, prefix, ADDRESS:PORT or a port, of the client or the
    // published end; else a part of "SERVICE/TARGET", of a state, or of a protocol's name.
    // Units: targets by number as "SERVICE/TARGET", published by index.
    // Fails: nothing can be like that; the message says what a filter is.
    static Result<ConnectionFilter> make(std::string_view text, std::span<const std::string> targets,
                                         std::span<const IpAddress> published);

    [[nodiscard]] bool matches(const reroute::ToldFlow& flow) const {
        return by_name_ ? matches_name(flow) : matches_end(flow);
    }

 private:
    static constexpr size_t kStates = 6;

    [[nodiscard]] bool matches_name(const reroute::ToldFlow& flow) const;
    [[nodiscard]] bool matches_end(const reroute::ToldFlow& flow) const;
    // Whether there is any such name.
    bool take_name(std::string_view text, std::span<const std::string> targets);
    void take_prefix(const IpPrefix& prefix, std::span<const IpAddress> published);

    bool by_name_ = false;
    // An end must be in the network and have the port. At first: all are.
    uint32_t mask_ = 0;
    uint32_t network_ = 0;
    std::optional<uint16_t> port_;
    std::vector<bool> published_;  // by index, whether it is in the network
    // Or one of its names is one of these.
    std::vector<bool> targets_;
    std::array<bool, kStates> states_{};
    bool tcp_ = false;
    bool udp_ = false;
};

}  // namespace evengate::control
