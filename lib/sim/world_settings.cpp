// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "sim/addresses.hpp"
#include "sim/world.hpp"

namespace evengate::sim {
namespace {

settings::Group group_settings(const WorldOptions& options, Side side, size_t member) {
    settings::Group group;
    group.id = group_of(side);
    group.interface = name_of(side);
    group.virtual_addresses = {virtual_address(side)};
    group.n_vmacs = options.n_vmacs;
    group.policy = options.policy;
    group.priority = member < options.priorities.size() ? options.priorities[member] : uint8_t{100};
    group.preempt = options.preempt;
    group.hello = options.hello;
    group.hold = options.hold;
    group.linger = options.linger;
    group.minimum_stay = options.minimum_stay;
    group.segment = static_cast<uint32_t>(index_of(side)) + 1;
    if (options.authentication == Authentication::hmac) {
        group.authentication.method = settings::AuthMethod::hmac_sha256;
        group.authentication.keys = {{.id = 1, .secret = "the right one"}};
    }
    return group;
}

}  // namespace

settings::Settings settings_of_member(const WorldOptions& options, size_t member) {
    settings::Settings settings;
    settings.appliance.name = member_name(member);
    settings.appliance.id = MemberId(member + 1);
    for (const Side side : {Side::lan, Side::wan}) {
        settings::Port port;
        port.name = name_of(side);
        settings.ports.push_back(port);
        settings::Interface interface;
        interface.name = name_of(side);
        interface.port = port.name;
        interface.addresses = {{member_address(side, member), 24}};
        settings.interfaces.push_back(interface);
        settings.groups.push_back(group_settings(options, side, member));
    }
    // No more than such a world needs: a member starts many times.
    settings.tables.n_routes = 256;
    settings.tables.n_adjacencies = 128;
    settings.tables.n_slots = static_cast<uint16_t>(2 + 2 * options.n_vmacs);
    settings.limits.n_clients = 64;
    return settings;
}

}  // namespace evengate::sim
