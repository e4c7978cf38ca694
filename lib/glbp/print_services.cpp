// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "glbp/line.hpp"

namespace evengate::glbp {
namespace {

std::string_view to_text(TargetHealth health) {
    switch (health) {
        case TargetHealth::unknown:
            return "unknown";
        case TargetHealth::up:
            return "up";
        case TargetHealth::down:
            return "down";
    }
    return "unknown";
}

std::string_view to_text(TargetState state) {
    switch (state) {
        case TargetState::down:
            return "down";
        case TargetState::up:
            return "up";
        case TargetState::draining:
            return "draining";
        case TargetState::drained:
            return "drained";
    }
    return "unknown";
}

std::string_view to_text(ConnectionState state) {
    switch (state) {
        case ConnectionState::half_open:
            return "half-open";
        case ConnectionState::established:
            return "established";
        case ConnectionState::closing:
            return "closing";
    }
    return "unknown";
}

std::string_view to_text(ConnectionKind kind) {
    switch (kind) {
        case ConnectionKind::shadow:
            return "shadow";
        case ConnectionKind::returned:
            return "returned";
    }
    return "unknown";
}

void print(Line& line, const TargetVerdicts& verdicts) {
    line.word("verdicts digest").hex(verdicts.services_digest);
    line.pair("targets", verdicts.first_target).more("-").more(
        std::to_string(verdicts.first_target + verdicts.targets.size() - 1));
    line.pair("of", verdicts.n_targets);
    for (const TargetVerdict& target : verdicts.targets) {
        line.word(to_text(target.health)).number(target.n_connections);
        line.more("/").more(std::to_string(target.packets));
    }
}

void print(Line& line, const TargetSet& set) {
    line.name("target-set", set.name).word("digest").hex(set.services_digest);
    for (const TargetStanding& target : set.targets) {
        line.pair(to_text(target.state), target.weight);
    }
}

void print(Line& line, const ConnectionList& list) {
    const auto end = [](uint32_t address, uint16_t port) {
        return IpAddress::v4(address).to_string() + ":" + std::to_string(port);
    };
    line.word("connections digest").hex(list.services_digest);
    for (const Connection& connection : list.connections) {
        line.word(to_text(connection.kind)).word(to_text(connection.state));
        line.pair("protocol", connection.protocol);
        line.word(end(connection.client, connection.client_port));
        line.word("to").word(end(connection.published, connection.published_port));
        line.pair("target", connection.target);
    }
}

}  // namespace

void print_services(Line& line, const Message& message) {
    if (message.target_verdicts) {
        print(line, *message.target_verdicts);
    }
    if (message.target_set) {
        print(line, *message.target_set);
    }
    if (message.connections) {
        print(line, *message.connections);
    }
    for (const OrderedWeight& ordered : message.ordered_weights) {
        line.pair("ordered-weight", ordered.target).more("=").more(std::to_string(ordered.weight));
    }
}

}  // namespace evengate::glbp
