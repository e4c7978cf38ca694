// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the interfaces as configured, with the MAC and the link of their ports.
// Thread: control. Used by: every file of control that sends or routes.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "base/ip_address.hpp"
#include "base/mac_address.hpp"
#include "base/result.hpp"
#include "control/port_facts.hpp"
#include "packet/ethernet.hpp"
#include "settings/settings.hpp"

namespace evengate::control {

struct Interface {
    InterfaceId id;
    std::string name;
    std::string port_name;
    PortIndex port;
    packet::VlanIds vlans;
    uint16_t mtu = 0;  // bytes of IP
    MacAddress mac;
    LinkState link = LinkState::up;
    std::vector<IpPrefix> addresses;  // both families, as configured

    [[nodiscard]] bool link_up() const { return link == LinkState::up; }
};

class InterfaceSet {
 public:
    // Numbers the interfaces as configured. Units: ports in configured order.
    // Fails: an interface names a port that is not there.
    static Result<InterfaceSet> make(const settings::Settings& settings,
                                     std::span<const PortFacts> ports);

    [[nodiscard]] std::span<const Interface> all() const { return interfaces_; }
    [[nodiscard]] size_t size() const { return interfaces_.size(); }
    [[nodiscard]] bool has(InterfaceId id) const { return id.value < interfaces_.size(); }
    // Not checked: has(id).
    [[nodiscard]] const Interface& at(InterfaceId id) const { return interfaces_[id.value]; }
    [[nodiscard]] const Interface* find(std::string_view name) const;

    // The interface's own address that a neighbour on it knows: the one whose prefix holds the
    // neighbour, else its first IPv4 address, else nothing. Never a VIP (protocol rule 20).
    [[nodiscard]] std::optional<IpAddress> source_towards(InterfaceId id,
                                                          const IpAddress& peer) const;

    void set_link(InterfaceId id, LinkState link) { interfaces_[id.value].link = link; }

 private:
    std::vector<Interface> interfaces_;
};

// The last address of an IPv4 prefix.
[[nodiscard]] IpAddress broadcast_address(const IpPrefix& prefix);

// Whether the prefix sets its first and last address apart: not /31 (RFC 3021) and /32.
[[nodiscard]] constexpr bool has_broadcast(const IpPrefix& prefix) {
    return prefix.address.is_v4() && prefix.length < 31;
}

}  // namespace evengate::control
