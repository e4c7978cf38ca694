// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/unasked_answer.hpp"

#include "packet/arp.hpp"

namespace evengate::control {

Sent tell_host(FrameSender& sender, const InterfaceSet& interfaces, const Group& group,
               const IpAddress& vip, const ClientTable::Host& host, VmacNumber vmac) {
    const auto reply = packet::make_arp_frame(host.mac, interfaces.at(group.interface).mac,
                                              {.operation = packet::ArpOperation::reply,
                                               .sender_mac = group.vmac(vmac).mac,
                                               .sender_ip = vip,
                                               .target_mac = host.mac,
                                               .target_ip = host.address});
    return sender.send(group.interface, reply);
}

}  // namespace evengate::control
