// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/service_requests.hpp"

#include <string>
#include <utility>

#include "packet/transport.hpp"

namespace evengate::control {
namespace {

using admin::Reply;

// What was done, as an event, too.
Reply tell(Parts& parts, const Result<void>& result, const std::string& text, TimePoint now) {
    if (!result) {
        return Reply::refused(result.error().message);
    }
    parts.events.add(admin::Event::Severity::info, text + ", as an operator asked", now);
    return Reply::done(text);
}

Reply set_admin(Parts& parts, const admin::Request& request, TimePoint now) {
    const std::string name = "target " + request.target;
    switch (request.verb) {
        case admin::Verb::drain_target:
            return tell(parts, parts.services.set_admin(request.target, reroute::AdminState::draining, now),
                        name + " gets no new connections", now);
        case admin::Verb::drain_target_now:
            return tell(parts, parts.services.set_admin(request.target, reroute::AdminState::drained, now),
                        name + " gets no packets", now);
        default:
            return tell(parts, parts.services.set_admin(request.target, reroute::AdminState::active, now),
                        name + " takes part again", now);
    }
}

Reply set_weight(Parts& parts, const admin::Request& request, TimePoint now) {
    constexpr uint32_t kHighest = 65'535;
    if (request.weight > kHighest) {
        return Reply::refused("a weight is 0 to " + std::to_string(kHighest));
    }
    return tell(parts, parts.services.set_weight(request.target, request.weight, now),
                "the weight of target " + request.target + " is " + std::to_string(request.weight) +
                    " until the next start",
                now);
}

Reply list_connections(Parts& parts, const admin::Request& request) {
    auto found = parts.services.connections(request.filter, request.most + 1);
    if (!found) {
        return Reply::refused(found.error().message);
    }
    Reply reply = Reply::done("");
    reply.connections = *std::move(found);
    if (reply.connections.size() > request.most) {
        reply.connections.resize(request.most);
        reply.rest = Reply::Rest::more;
    }
    return reply;
}

// Of a client whose port was not given: the connections that it has.
std::string of_each_port(const Parts& parts, const admin::FlowQuestion& asked) {
    constexpr size_t kMostLookedAt = 10'000;
    constexpr size_t kMostTold = 10;
    const auto found = parts.services.connections(asked.client.to_string(), kMostLookedAt);
    std::string text;
    size_t n_told = 0;
    for (const admin::ConnectionReport& connection : found ? *found : std::vector<admin::ConnectionReport>{}) {
        if (connection.client != asked.client || connection.published != asked.published ||
            connection.published_port != asked.published_port ||
            (!asked.protocol.empty() && connection.protocol != asked.protocol)) {
            continue;
        }
        if (++n_told <= kMostTold) {
            text += "; port " + std::to_string(connection.client_port) + " has " +
                    connection.target + " (" + connection.state + ")";
        }
    }
    if (n_told > kMostTold) {
        text += "; and " + std::to_string(n_told - kMostTold) + " more ports";
    }
    return "any port of the client: " + std::to_string(n_told) + " connections are known" + text;
}

Reply explain(const Parts& parts, const admin::FlowQuestion& asked) {
    if (!asked.client.is_v4() || !asked.published.is_v4()) {
        return Reply::refused("services have IPv4 addresses only");
    }
    Result<std::string> told = Error{"a protocol is tcp or udp"};
    for (const auto& [name, number] : {std::pair("tcp", packet::kIpProtocolTcp),
                                       std::pair("udp", packet::kIpProtocolUdp)}) {
        if (!asked.protocol.empty() && asked.protocol != name) {
            continue;
        }
        auto of_one = parts.services.explain({.client = asked.client.to_v4(),
                                              .published = asked.published.to_v4(),
                                              .client_port = asked.client_port,
                                              .published_port = asked.published_port,
                                              .protocol = number},
                                             0);
        if (of_one || !told) {
            told = std::move(of_one);
        }
        if (told) {
            break;
        }
    }
    if (!told) {
        return Reply::refused(asked.protocol.empty() ? "no service has " + asked.published.to_string() + ":" +
                                                    std::to_string(asked.published_port)
                                              : told.error().message);
    }
    if (asked.client_port == 0) {
        const std::string service = told->substr(0, told->find(';'));
        return Reply::done(service + "; " + of_each_port(parts, asked));
    }
    return Reply::done(*std::move(told));
}

}  // namespace

Reply answer_service_request(Parts& parts, const settings::Settings& settings,
                                    const admin::Request& request, TimePoint now) {
    if (settings.services.empty()) {
        return Reply::refused("no service is configured");
    }
    switch (request.verb) {
        case admin::Verb::set_target_weight:
            return set_weight(parts, request, now);
        case admin::Verb::list_connections:
            return list_connections(parts, request);
        case admin::Verb::explain_flow:
            return explain(parts, request.flow);
        default:
            return set_admin(parts, request, now);
    }
}

}  // namespace evengate::control
