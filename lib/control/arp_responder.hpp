// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: ARP received: answers for our addresses and the VIPs, neighbours learnt, strangers that use
// our addresses noticed. Thread: control. Used by: control.
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "control/counts.hpp"
#include "control/event_log.hpp"
#include "control/frame_sender.hpp"
#include "control/interface_set.hpp"
#include "control/local_addresses.hpp"
#include "control/neighbours.hpp"
#include "control/outside.hpp"
#include "control/vip_defence.hpp"
#include "control/vmac_answers.hpp"
#include "control/vmac_ownership.hpp"
#include "packet/arp.hpp"

namespace evengate::control {

class ArpResponder {
 public:
    ArpResponder(const InterfaceSet& interfaces, const LocalAddresses& locals,
                 const VmacOwnership& ownership, VmacAnswers& answers, VipDefence& defence,
                 Neighbours& neighbours, FrameSender& sender, EventLog& events, Counts& counts)
        : interfaces_(interfaces),
          locals_(locals),
          ownership_(ownership),
          answers_(answers),
          defence_(defence),
          neighbours_(neighbours),
          sender_(sender),
          events_(events),
          counts_(counts) {}

    // Not checked: the frame's interface is one of ours.
    // Cost: O(vMACs of the group) under host-hash; no allocation for a known host that asks for a
    // VIP.
    Outcome on_frame(const PuntedFrame& frame, TimePoint now);

 private:
    // Nothing when the ARP is in order, else under what name it is refused; raises the alarm.
    std::optional<Refusal> find_fault(const PuntedFrame& frame, const packet::Arp& arp,
                                      TimePoint now);
    // Whether the sender was worth noting.
    bool learn_sender(const PuntedFrame& frame, const packet::Arp& arp, TimePoint now);
    Outcome answer(const PuntedFrame& frame, const packet::Arp& arp, const LocalAddress& asked,
                   TimePoint now);
    // The MAC that the asked address is said to have; or that there is none, or not from us.
    Result<MacAddress, Refusal> mac_for(const PuntedFrame& frame, const packet::Arp& arp,
                                      const LocalAddress& asked, TimePoint now);

    const InterfaceSet& interfaces_;
    const LocalAddresses& locals_;
    const VmacOwnership& ownership_;
    VmacAnswers& answers_;
    VipDefence& defence_;
    Neighbours& neighbours_;
    FrameSender& sender_;
    EventLog& events_;
    Counts& counts_;
};

}  // namespace evengate::control
