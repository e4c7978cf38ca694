// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "sim/lan_switch.hpp"

namespace evengate::sim {

LanSwitch::LanSwitch(uint8_t n_ports, Duration ageing)
    : all_ports_(n_ports == kMaxPorts ? ~PortMask{0} : (PortMask{1} << n_ports) - 1),
      ageing_(ageing) {}

LanSwitch::Egress LanSwitch::receive(uint8_t port, MacId destination, MacId source, TimePoint now) {
    if (source.value < entries_.size()) {
        entries_[source.value] = {now, port};
    }
    const PortMask others = all_ports_ & ~(PortMask{1} << port);
    if (destination == kBroadcastId || destination == kGroupMulticastId) {
        return {.ports = others, .flooded = false};
    }
    const uint8_t known = port_of(destination, now);
    if (known == kMaxPorts) {
        return {.ports = others, .flooded = true};
    }
    return {.ports = others & (PortMask{1} << known), .flooded = false};
}

uint8_t LanSwitch::port_of(MacId mac, TimePoint now) const {
    if (mac.value >= entries_.size()) {
        return kMaxPorts;
    }
    const Entry& entry = entries_[mac.value];
    return entry.port == kMaxPorts || now - entry.learnt > ageing_ ? kMaxPorts : entry.port;
}

void LanSwitch::flush() { entries_.fill({}); }

void LanSwitch::flush_port(uint8_t port) {
    for (Entry& entry : entries_) {
        if (entry.port == port) {
            entry = {};
        }
    }
}

}  // namespace evengate::sim
