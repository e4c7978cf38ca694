// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the configured interfaces as numbers: their port, tags and MAC; and each port's VLAN map.
// Thread: built at start-up, then immutable. Used by: the rest of this folder.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/ids.hpp"
#include "base/mac_address.hpp"
#include "packet/ethernet.hpp"
#include "settings/settings.hpp"
#include "table/vlan_map.hpp"

namespace evengate {

struct PlannedInterface {
    PortIndex port;
    packet::VlanIds vlans;
};

// By InterfaceId: the order of the configuration. Not checked: that each names a configured port.
std::vector<PlannedInterface> plan_interfaces(const settings::Settings& settings);

// By PortIndex.
std::vector<table::VlanMap> make_vlan_maps(std::span<const PlannedInterface> interfaces, size_t n_ports);

bool has_tags(std::span<const PlannedInterface> interfaces);

}  // namespace evengate
