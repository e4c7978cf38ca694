// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: ARP requests that we send, at limited rates. Thread: control. Used by: neighbours.
#pragma once

#include <cstdint>

#include "base/time.hpp"
#include "control/counts.hpp"
#include "control/frame_sender.hpp"
#include "control/interface_set.hpp"
#include "control/rate_limit.hpp"
#include "control/routes.hpp"

namespace evengate::control {

// Who asks; each has a rate of its own, so that a scan cannot starve the refreshing of those that
// we know.
enum class AskedFor : uint8_t {
    demand,  // somebody sends to a host that nobody heard of
    upkeep,  // it is known, or a next hop
};

class ArpRequester {
 public:
    ArpRequester(uint32_t rate_per_s, const InterfaceSet& interfaces, FrameSender& sender,
                 Counts& counts)
        : interfaces_(interfaces),
          sender_(sender),
          counts_(counts),
          demand_limit_(rate_per_s),
          upkeep_limit_(rate_per_s) {}

    // Asks for the neighbour, by broadcast or of the MAC it is thought to have, with the
    // interface's own address and MAC as sender (protocol rule 20). Fails: false when the rate does
    // not allow it now. A request that the port has no room for counts as asked: it is as lost as
    // one on the wire.
    [[nodiscard]] bool try_ask(const NeighbourKey& neighbour, const MacAddress& destination,
                               AskedFor reason, TimePoint now);

 private:
    const InterfaceSet& interfaces_;
    FrameSender& sender_;
    Counts& counts_;
    RateLimit demand_limit_;
    RateLimit upkeep_limit_;
};

}  // namespace evengate::control
