// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "evengate/interface_plan.hpp"

#include <algorithm>

namespace evengate {
namespace {

PortIndex port_index(const settings::Settings& settings, const std::string& name) {
    const auto port = std::find_if(settings.ports.begin(), settings.ports.end(),
                                   [&](const settings::Port& candidate) { return candidate.name == name; });
    return PortIndex(static_cast<uint16_t>(port - settings.ports.begin()));
}

}  // namespace

std::vector<PlannedInterface> plan_interfaces(const settings::Settings& settings) {
    std::vector<PlannedInterface> plan;
    for (const settings::Interface& interface : settings.interfaces) {
        plan.push_back({port_index(settings, interface.port), {interface.vlan, interface.inner_vlan}});
    }
    return plan;
}

std::vector<table::VlanMap> make_vlan_maps(std::span<const PlannedInterface> interfaces, size_t n_ports) {
    std::vector<table::VlanMap> maps(n_ports);
    for (size_t i = 0; i < interfaces.size(); ++i) {
        maps[interfaces[i].port.value].set(interfaces[i].vlans, InterfaceId(static_cast<uint16_t>(i)));
    }
    return maps;
}

bool has_tags(std::span<const PlannedInterface> interfaces) {
    return std::any_of(interfaces.begin(), interfaces.end(), [](const PlannedInterface& interface) {
        return packet::n_vlan_tags(interface.vlans) != 0;
    });
}

}  // namespace evengate
