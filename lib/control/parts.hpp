// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the parts of one gateway's control plane, wired to each other. No decisions.
// Thread: control. Used by: control, report.
#pragma once

#include <memory>
#include <span>
#include <utility>

#include "base/result.hpp"
#include "control/adjacencies.hpp"
#include "control/arp_responder.hpp"
#include "control/counts.hpp"
#include "control/event_log.hpp"
#include "control/frame_sender.hpp"
#include "control/icmp_responder.hpp"
#include "control/interface_set.hpp"
#include "control/ipv4_path.hpp"
#include "control/keep_alive.hpp"
#include "control/local_addresses.hpp"
#include "control/neighbours.hpp"
#include "control/outside.hpp"
#include "control/routes.hpp"
#include "control/vmac_answers.hpp"
#include "control/vmac_ownership.hpp"
#include "settings/settings.hpp"

namespace evengate::control {

class Parts {
 public:
    // Fails: the settings ask for what is not there, or for more than the tables hold.
    static Result<std::unique_ptr<Parts>> make(const settings::Settings& settings,
                                               std::span<const PortFacts> ports,
                                               Transmitter& transmitter, ForwardingTables& tables,
                                               uint64_t seed);
    // For make(). Not checked: what make() checks.
    Parts(const settings::Settings& settings, InterfaceSet interface_set, VmacOwnership vmacs,
          LocalAddresses local_addresses, Routes fixed_routes, Transmitter& transmitter,
          ForwardingTables& tables, uint64_t seed);
    Parts(const Parts&) = delete;
    Parts& operator=(const Parts&) = delete;

    // In the order in which they need each other.
    Counts counts;
    EventLog events;
    InterfaceSet interfaces;
    VmacOwnership ownership;
    LocalAddresses locals;
    Routes routes;
    FrameSender sender;
    Adjacencies adjacencies;
    Neighbours neighbours;
    VmacAnswers answers;
    ArpResponder arp;
    IcmpResponder icmp;
    Ipv4Path ipv4;
    KeepAlive keep_alive;
};

}  // namespace evengate::control
