// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: IPv4 that the workers handed over: delivered to us, forwarded the slow way, or reported.
// Why a worker handed a datagram over does not count: this decides anew, by control's own tables,
// so that a change in between cannot make the two disagree. Thread: control. Used by: control.
#pragma once

#include <span>

#include "base/time.hpp"
#include "control/counts.hpp"
#include "control/icmp_responder.hpp"
#include "control/interface_set.hpp"
#include "control/neighbours.hpp"
#include "control/outside.hpp"
#include "control/routes.hpp"

namespace evengate::control {

class Services;

class Ipv4Path {
 public:
    Ipv4Path(const InterfaceSet& interfaces, const Routes& routes, Neighbours& neighbours,
             IcmpResponder& icmp)
        : interfaces_(interfaces), routes_(routes), neighbours_(neighbours), icmp_(icmp) {}

    // Who may want a datagram for one of our addresses, before it is answered.
    void set_services(Services& services) { services_ = &services; }

    // Not checked: the frame's interface is one of ours.
    Outcome on_frame(const PuntedFrame& frame, TimePoint now);

    // Tells the senders of frames whose neighbour did not answer.
    void report_unreachable(TimePoint now);

 private:
    using Datagram = std::span<const uint8_t>;

    Outcome deliver(Datagram datagram, TimePoint now);
    Outcome forward(const Route& route, InterfaceId ingress, Datagram datagram, TimePoint now);

    const InterfaceSet& interfaces_;
    const Routes& routes_;
    Neighbours& neighbours_;
    IcmpResponder& icmp_;
    Services* services_ = nullptr;
};

}  // namespace evengate::control
