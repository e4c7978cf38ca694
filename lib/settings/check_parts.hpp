// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: the parts that check() is made of. Thread: any. Used by: check*.cpp only.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <type_traits>

#include "settings/check.hpp"

namespace evengate::settings {

using Findings = std::vector<Finding>;

// "\"text\"", as findings show what was found.
std::string quoted(std::string_view text);

// Reports every value that an earlier element of the list has already.
template <class Element, class Value>
void expect_unique(const std::vector<Element>& elements, std::string_view list,
                   std::string_view key, Value Element::*member, Findings& findings) {
    std::map<Value, size_t> first;
    for (size_t i = 0; i < elements.size(); ++i) {
        const Value& value = elements[i].*member;
        const auto [earlier, is_new] = first.try_emplace(value, i);
        if (!is_new) {
            std::string text;
            if constexpr (std::is_same_v<Value, IpAddress>) {
                text = value.to_string();
            } else {
                text = value;
            }
            const std::string other = path_of(list, earlier->second, key);
            findings.push_back({path_of(list, i, key),
                                quoted(text) + ", which is also " + other,
                                "one that no other of the " +
                                    std::string{list.substr(list.rfind('.') + 1)} + " has",
                                {other}});
        }
    }
}

// Reports an element of a list of values that is there already.
template <class Value>
void expect_each_once(const std::vector<Value>& values, const std::string& path,
                      std::string (*print)(const Value&), Findings& findings) {
    std::map<Value, size_t> first;
    for (size_t i = 0; i < values.size(); ++i) {
        const auto [earlier, is_new] = first.try_emplace(values[i], i);
        if (!is_new) {
            const std::string other = path + "[" + std::to_string(earlier->second) + "]";
            findings.push_back({path + "[" + std::to_string(i) + "]",
                                quoted(print(values[i])) + ", which is also " + other,
                                "each once",
                                {other}});
        }
    }
}

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

// An address that this appliance answers for, or sends to as it stands: reports what no host could
// have, what is an interface's own, and what is not IPv4. Returns whether it is fit.
bool expect_foreign_host(const IpAddress& address, const std::string& path,
                         const Connected& connected, Findings& findings);
// Reports a host that is not on a network of an interface, so that its MAC cannot be known.
void expect_on_link(const IpAddress& address, const std::string& path, const std::string& why,
                    const Connected& connected, Findings& findings);
// Reports a prefix that is not IPv4, or has host bits. Returns whether it is fit.
bool expect_network(const IpPrefix& prefix, const std::string& path, Findings& findings);
void expect_interface(const Settings& settings, const std::string& name, const std::string& path,
                      Findings& findings);

// Whether a host on the interface could have this address.
bool is_on(const Interface& interface, const IpAddress& address);
// The virtual addresses of all groups.
std::set<IpAddress> virtual_addresses_of(const Settings& settings);

// Some ports of an address, and where they stand in the file.
struct PortSite {
    IpAddress address;
    ServiceProtocol protocol;
    PortRange ports;
    size_t service_index;
    std::string path;
};

// Two of them that overlap.
struct PortOverlap {
    const PortSite* later;  // of the two in the order of the list
    const PortSite* earlier;
};

// The sites that overlap an earlier one, each once by its path. Cost: O(n log n).
std::vector<PortOverlap> overlaps_of(const std::vector<PortSite>& sites);

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
// Services but for their targets, and rerouting.
void check_services(const Settings& settings, const Connected& connected, Findings& findings);
void check_targets(const Settings& settings, const Connected& connected, Findings& findings);
void check_dispatchers(const Settings& settings, const Connected& connected, Findings& findings);
void check_sprays(const Settings& settings, const Connected& connected, Findings& findings);

// What is fit to run and hardly meant, added to `found` as sentences.
void warn_of_services(const Settings& settings, std::vector<std::string>& found);

}  // namespace evengate::settings
