// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: ICMP that we send: errors about datagrams and answers to pings, at limited rates, on the
// way that any datagram of ours takes. Thread: control. Used by: ipv4_path.
#pragma once

#include <cstdint>
#include <span>

#include "base/time.hpp"
#include "control/counts.hpp"
#include "control/interface_set.hpp"
#include "control/neighbours.hpp"
#include "control/rate_limit.hpp"
#include "control/routes.hpp"
#include "packet/icmp.hpp"
#include "settings/settings.hpp"

namespace evengate::control {

class IcmpResponder {
 public:
    IcmpResponder(const settings::Limits& limits, const InterfaceSet& interfaces,
                  const Routes& routes, Neighbours& neighbours, Counts& counts)
        : interfaces_(interfaces),
          routes_(routes),
          neighbours_(neighbours),
          counts_(counts),
          error_limit_(limits.icmp_errors_per_s),
          echo_limit_(limits.echo_replies_per_s) {}

    // Reports the error to the datagram's sender, from the address of the interface that it came in
    // by, which is never a VIP. Returns answered, or why not. Not checked: check_ipv4() passed.
    Outcome report_transit_error(packet::IcmpError error, InterfaceId ingress,
                                 std::span<const uint8_t> datagram, TimePoint now);

    // The same about a datagram to an address of ours, from that address (RFC 1122 3.2.2).
    Outcome report_local_error(packet::IcmpError error, std::span<const uint8_t> datagram,
                               TimePoint now);

    // Answers a ping of an address of ours from that address. Returns answered, or why not.
    // Not checked: check_ipv4() passed, and the datagram is no fragment.
    Outcome answer_echo(std::span<const uint8_t> datagram, TimePoint now);

 private:
    Outcome report(packet::IcmpError error, const IpAddress& source,
                   std::span<const uint8_t> datagram, TimePoint now);
    // The route of an answer; nullptr if the sender is nobody to answer.
    [[nodiscard]] const Route* route_back(std::span<const uint8_t> datagram) const;
    Outcome originate(const Route& route, std::span<const uint8_t> datagram, TimePoint now);

    const InterfaceSet& interfaces_;
    const Routes& routes_;
    Neighbours& neighbours_;
    Counts& counts_;
    RateLimit error_limit_;
    RateLimit echo_limit_;
};

}  // namespace evengate::control
