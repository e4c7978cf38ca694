// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the parts that check() is made of. Thread: any. Used by: check*.cpp only.
#pragma once

#include <map>
#include <optional>
#include <set>

#include "settings/check.hpp"

namespace evengate::settings {

using Findings = std::vector<Finding>;

// "\"text\"", as findings show what was found.
std::string quoted(std::string_view text);

// The networks that interfaces are on.
class Connected {
 public:
    explicit Connected(const std::vector<Interface>& interfaces);

    // The interface address whose network holds this one; the longest where there are several.
    [[nodiscard]] std::optional<IpPrefix> find(const IpAddress& address) const;
    [[nodiscard]] bool has_network(const IpPrefix& network) const {
        return networks_.contains(network);
    }
    [[nodiscard]] bool is_own(const IpAddress& address) const { return own_.contains(address); }

 private:
    std::map<IpPrefix, IpPrefix> networks_;  // network -> address on it
    std::set<IpAddress> own_;
};

// Whether a host could have this address at all.
bool is_host_address(const IpAddress& address);
// Whether the address is the network's own or its broadcast address.
bool is_network_or_broadcast(const IpPrefix& prefix, const IpAddress& address);

// Whether a host on the interface could have this address.
bool is_on(const Interface& interface, const IpAddress& address);
// The virtual addresses of all groups.
std::set<IpAddress> virtual_addresses_of(const Settings& settings);

void check_appliance(const Settings& settings, Findings& findings);
void check_ports(const Settings& settings, Findings& findings);
void check_interfaces(const Settings& settings, Findings& findings);
void check_addresses(const Settings& settings, Findings& findings);
void check_routes(const Settings& settings, const Connected& connected, Findings& findings);
void check_neighbours(const Settings& settings, const Connected& connected, Findings& findings);
void check_groups(const Settings& settings, const Connected& connected, Findings& findings);
void check_membership(const Settings& settings, Findings& findings);
void check_balance(const Settings& settings, Findings& findings);
void check_tracking(const Settings& settings, const Connected& connected, Findings& findings);

}  // namespace evengate::settings
