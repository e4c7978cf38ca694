// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: tells one host which vMAC a VIP has for it, unasked: an ARP reply by unicast, never to all, as
// each host has a vMAC of its own (protocol rule 23). Thread: control.
// Used by: vip_defence, host_steering.
#pragma once

#include "base/ip_address.hpp"
#include "control/client_table.hpp"
#include "control/frame_sender.hpp"
#include "control/interface_set.hpp"
#include "control/vmac_ownership.hpp"

namespace evengate::control {

// Not checked: the host's address is known, the vMAC is one of the group.
Sent tell_host(FrameSender& sender, const InterfaceSet& interfaces, const Group& group,
               const IpAddress& vip, const ClientTable::Host& host, VmacNumber vmac);

}  // namespace evengate::control
