// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/arp_requester.hpp"

#include "packet/arp.hpp"

namespace evengate::control {

bool ArpRequester::try_ask(const NeighbourKey& neighbour, const MacAddress& destination,
                           AskedFor reason, TimePoint now) {
    RateLimit& limit = reason == AskedFor::demand ? demand_limit_ : upkeep_limit_;
    if (!limit.try_take(now)) {
        ++counts_.arp_requests_limited;
        return false;
    }
    const Interface& egress = interfaces_.at(neighbour.interface);
    const auto source = interfaces_.source_towards(egress.id, neighbour.address);
    if (!source) {
        return true;  // a neighbour on an interface without IPv4: not reachable by asking
    }
    const auto frame = packet::make_arp_frame(destination, egress.mac,
                                              {.operation = packet::ArpOperation::request,
                                               .sender_mac = egress.mac,
                                               .sender_ip = *source,
                                               .target_mac = {},
                                               .target_ip = neighbour.address});
    if (sender_.send(egress.id, frame) == Sent::sent) {
        ++counts_.arp_requests_sent;
    }
    return true;
}

}  // namespace evengate::control
