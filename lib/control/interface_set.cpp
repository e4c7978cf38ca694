// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "control/interface_set.hpp"

#include <algorithm>

namespace evengate::control {

Result<InterfaceSet> InterfaceSet::make(const settings::Settings& settings,
                                        std::span<const PortFacts> ports) {
    InterfaceSet set;
    for (const settings::Interface& configured : settings.interfaces) {
        const auto port = std::find_if(settings.ports.begin(), settings.ports.end(),
                                       [&](const auto& p) { return p.name == configured.port; });
        const auto port_index = static_cast<size_t>(port - settings.ports.begin());
        if (port_index >= ports.size()) {
            return Error{"interface " + configured.name + ": there is no port " + configured.port};
        }
        set.interfaces_.push_back({
            .id = InterfaceId(static_cast<uint16_t>(set.interfaces_.size())),
            .name = configured.name,
            .port_name = configured.port,
            .port = PortIndex(static_cast<uint16_t>(port_index)),
            .vlans = {.outer = configured.vlan, .inner = configured.inner_vlan},
            .mtu = configured.mtu != 0 ? configured.mtu : port->mtu,
            .mac = configured.mac.value_or(ports[port_index].mac),
            .link = ports[port_index].link,
            .addresses = configured.addresses,
        });
    }
    return set;
}

const Interface* InterfaceSet::find(std::string_view name) const {
    const auto found = std::find_if(interfaces_.begin(), interfaces_.end(),
                                    [&](const Interface& i) { return i.name == name; });
    return found == interfaces_.end() ? nullptr : &*found;
}

std::optional<IpAddress> InterfaceSet::source_towards(InterfaceId id, const IpAddress& peer) const {
    std::optional<IpAddress> first;
    for (const IpPrefix& own : at(id).addresses) {
        if (!own.address.is_v4()) {
            continue;
        }
        if (own.contains(peer)) {
            return own.address;
        }
        if (!first) {
            first = own.address;
        }
    }
    return first;
}

IpAddress broadcast_address(const IpPrefix& prefix) {
    const uint64_t host_bits = (uint64_t{1} << (32 - prefix.length)) - 1;
    return IpAddress::v4(prefix.address.to_v4() | static_cast<uint32_t>(host_bits));
}

}  // namespace evengate::control
