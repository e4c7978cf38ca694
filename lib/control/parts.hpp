// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the parts of one gateway's control plane, wired to each other. No decisions.
// Thread: control. Used by: control, report.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "control/adjacencies.hpp"
#include "control/announcer.hpp"
#include "control/arp_responder.hpp"
#include "control/counts.hpp"
#include "control/departure.hpp"
#include "control/event_log.hpp"
#include "control/frame_sender.hpp"
#include "control/group_messages.hpp"
#include "control/group_speakers.hpp"
#include "control/hand_over_aid.hpp"
#include "control/host_steering.hpp"
#include "control/icmp_responder.hpp"
#include "control/interface_set.hpp"
#include "control/ipv4_path.hpp"
#include "control/load_meter.hpp"
#include "control/local_addresses.hpp"
#include "control/neighbours.hpp"
#include "control/outside.hpp"
#include "control/return_paths.hpp"
#include "control/routes.hpp"
#include "control/services.hpp"
#include "control/slot_publication.hpp"
#include "control/speaker.hpp"
#include "control/tracking.hpp"
#include "control/vip_defence.hpp"
#include "control/vmac_answers.hpp"
#include "control/vmac_ownership.hpp"
#include "settings/settings.hpp"

namespace evengate::control {

class Parts {
 public:
    struct Outside {
        Transmitter& transmitter;
        ForwardingTables& tables;
        Appliance& appliance;
    };
    // Fails: the settings ask for what is not there, or for more than the tables hold.
    static Result<std::unique_ptr<Parts>> make(const settings::Settings& settings, const Self& self,
                                               std::span<const PortFacts> ports,
                                               const Outside& outside);

    // What make() laid out before the parts that use it.
    struct Plan {
        InterfaceSet interfaces;
        VmacOwnership ownership;
        LocalAddresses locals;
        Routes routes;
        std::vector<GroupVoice> voices;
    };
    // For make(). Not checked: what make() checks.
    Parts(const settings::Settings& settings, const Self& self, Plan plan, const Outside& outside);
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
    VipDefence defence;
    ArpResponder arp;
    IcmpResponder icmp;
    Ipv4Path ipv4;
    GroupMessages messages;
    Announcer announcer;
    HandOverAid aid;
    SlotPublication publication;
    Services services;
    GroupSpeakers speakers;
    ReturnPaths return_paths;
    LoadMeter meter;
    HostSteering steering;
    Departure departure;
    std::optional<Tracking> tracking;  // set by make()
};

}  // namespace evengate::control
