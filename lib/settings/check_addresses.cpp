// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <algorithm>

#include "settings/check_parts.hpp"

namespace evengate::settings {
namespace {

constexpr std::string_view kExpectedHostAddress =
    "the address of a host, not of a network or of many hosts";

// One address of one interface.
struct Site {
    IpPrefix prefix;
    size_t interface_index;
    std::string path;
};

std::vector<Site> sites_of(const std::vector<Interface>& interfaces) {
    std::vector<Site> sites;
    for (size_t i = 0; i < interfaces.size(); ++i) {
        for (size_t j = 0; j < interfaces[i].addresses.size(); ++j) {
            sites.push_back({interfaces[i].addresses[j], i,
                             path_of("interfaces", i, "addresses[" + std::to_string(j) + "]")});
        }
    }
    return sites;
}

void check_repeated_addresses(const std::vector<Site>& sites, Findings& findings) {
    std::map<IpAddress, const Site*> first;
    for (const Site& site : sites) {
        const auto [earlier, is_new] = first.try_emplace(site.prefix.address, &site);
        if (!is_new) {
            findings.push_back(
                {site.path,
                 quoted(site.prefix.to_string()) + ", which is also " + earlier->second->path,
                 "an address that no other interface has",
                 {earlier->second->path}});
        }
    }
}

Finding overlap(const Site& site, const Site& other, std::string_view other_interface) {
    return {site.path,
            quoted(site.prefix.to_string()) + ", which overlaps " + other.prefix.to_string() +
                " of interface " + quoted(other_interface),
            "a prefix apart from those of other interfaces",
            {other.path}};
}

// Prefixes nest or are apart, so that in sorted order those that hold the next one form a stack.
// Of two that overlap the later one is reported, once.
void check_overlaps(std::vector<Site> sites, const std::vector<Interface>& interfaces,
                    Findings& findings) {
    std::stable_sort(sites.begin(), sites.end(), [](const Site& a, const Site& b) {
        return a.prefix.network() < b.prefix.network();
    });
    std::vector<const Site*> around;
    std::set<std::string_view> reported;
    for (const Site& site : sites) {
        while (!around.empty() && !around.back()->prefix.contains(site.prefix.address)) {
            around.pop_back();
        }
        const auto other = std::find_if(around.rbegin(), around.rend(), [&](const Site* outer) {
            return outer->interface_index != site.interface_index;
        });
        // The same address twice is reported as such.
        if (other != around.rend() && (*other)->prefix.address != site.prefix.address) {
            const bool is_later = site.interface_index > (*other)->interface_index;
            const Site& later = is_later ? site : **other;
            const Site& earlier = is_later ? **other : site;
            if (reported.insert(later.path).second) {
                findings.push_back(
                    overlap(later, earlier, interfaces[earlier.interface_index].name));
            }
        }
        around.push_back(&site);
    }
}

bool is_ipv4(const IpPrefix& prefix) {
    return prefix.address.is_v4();
}

// Whether the prefix of the route is fit; reports if not.
bool check_route_prefix(const Settings& settings, const Connected& connected, size_t i,
                        Findings& findings) {
    const IpPrefix& prefix = settings.routes[i].prefix;
    const std::string path = path_of("routes", i, "prefix");
    if (!expect_network(prefix, path, findings)) {
        return false;
    }
    if (connected.has_network(prefix)) {
        findings.push_back({path,
                            quoted(prefix.to_string()),
                            "a prefix that no interface is connected to",
                            {"interfaces[].addresses"}});
        return false;
    }
    return true;
}

void check_route_via(const Settings& settings, const Connected& connected, size_t i,
                     Findings& findings) {
    const IpAddress& via = settings.routes[i].via;
    const auto network = connected.find(via);
    const std::string path = path_of("routes", i, "via");
    if (!via.is_v4()) {
        findings.push_back({path, quoted(via.to_string()), "an IPv4 address", {}});
    } else if (connected.is_own(via)) {
        findings.push_back({path,
                            quoted(via.to_string()) + ", an address of this appliance",
                            "the address of another router",
                            {"interfaces[].addresses"}});
    } else if (!network || is_network_or_broadcast(*network, via)) {
        findings.push_back({path,
                            quoted(via.to_string()),
                            "a host's address on a prefix that an interface is connected to",
                            {"interfaces[].addresses", "interfaces[].name"}});
    }
}

}  // namespace

Connected::Connected(const std::vector<Interface>& interfaces) {
    for (const Interface& interface : interfaces) {
        for (const IpPrefix& prefix : interface.addresses) {
            networks_.try_emplace(prefix.network(), prefix);
            own_.insert(prefix.address);
        }
    }
}

std::optional<IpPrefix> Connected::find(const IpAddress& address) const {
    for (int length = address.bits(); length >= 0; --length) {
        const IpPrefix network = IpPrefix{address, static_cast<uint8_t>(length)}.network();
        if (const auto found = networks_.find(network); found != networks_.end()) {
            return found->second;
        }
    }
    return std::nullopt;
}

bool is_host_address(const IpAddress& address) {
    if (address.is_v4()) {
        const uint32_t first_byte = address.to_v4() >> 24;
        // RFC 1122 3.2.1.3: "this network", loopback; from 224 multicast and reserved.
        return first_byte != 0 && first_byte != 127 && first_byte < 224;
    }
    const auto& bytes = address.bytes();
    const bool reserved =
        std::all_of(bytes.begin(), bytes.end() - 1, [](uint8_t b) { return b == 0; });
    return bytes[0] != 0xFF && !(reserved && bytes.back() <= 1);
}

bool is_network_or_broadcast(const IpPrefix& prefix, const IpAddress& address) {
    constexpr uint8_t kLongestWithBroadcast = 30;  // RFC 3021: a /31 has none
    if (!address.is_v4() || prefix.length > kLongestWithBroadcast) {
        return false;
    }
    const uint32_t host_bits = 0xFFFF'FFFFU >> prefix.length;
    const uint32_t host = address.to_v4() & host_bits;
    return host == 0 || host == host_bits;
}

bool is_on(const Interface& interface, const IpAddress& address) {
    return std::any_of(
        interface.addresses.begin(), interface.addresses.end(), [&](const IpPrefix& prefix) {
            return prefix.contains(address) && !is_network_or_broadcast(prefix, address);
        });
}

bool expect_foreign_host(const IpAddress& address, const std::string& path,
                         const Connected& connected, Findings& findings) {
    const std::string text = quoted(address.to_string());
    const auto network = connected.find(address);
    if (!address.is_v4()) {
        findings.push_back({path, text, "an IPv4 address", {}});
    } else if (!is_host_address(address)) {
        findings.push_back({path, text, std::string{kExpectedHostAddress}, {}});
    } else if (connected.is_own(address)) {
        findings.push_back({path,
                            text + ", an address of an interface",
                            "an address that no interface has",
                            {"interfaces[].addresses"}});
    } else if (network && is_network_or_broadcast(*network, address)) {
        findings.push_back({path,
                            text,
                            std::string{kExpectedHostAddress},
                            {"interfaces[].addresses"}});
    } else {
        return true;
    }
    return false;
}

void expect_on_link(const IpAddress& address, const std::string& path, const std::string& why,
                    const Connected& connected, Findings& findings) {
    const auto network = connected.find(address);
    if (!network || is_network_or_broadcast(*network, address)) {
        findings.push_back({path,
                            quoted(address.to_string()),
                            "a host's address on a prefix that an interface is connected to" + why,
                            {"interfaces[].addresses", "interfaces[].name"}});
    }
}

bool expect_network(const IpPrefix& prefix, const std::string& path, Findings& findings) {
    if (!is_ipv4(prefix)) {
        findings.push_back({path, quoted(prefix.to_string()), "an IPv4 prefix", {}});
    } else if (prefix != prefix.network()) {
        findings.push_back({path, quoted(prefix.to_string()), prefix.network().to_string(), {}});
    } else {
        return true;
    }
    return false;
}

void check_addresses(const Settings& settings, Findings& findings) {
    const std::vector<Site> sites = sites_of(settings.interfaces);
    for (const Site& site : sites) {
        const IpAddress& address = site.prefix.address;
        if (site.prefix.length == 0) {
            findings.push_back(
                {site.path, quoted(site.prefix.to_string()), "a prefix length of at least 1", {}});
        } else if (!is_host_address(address) || is_network_or_broadcast(site.prefix, address)) {
            findings.push_back({site.path,
                                quoted(site.prefix.to_string()),
                                std::string{kExpectedHostAddress},
                                {}});
        }
    }
    check_repeated_addresses(sites, findings);
    check_overlaps(sites, settings.interfaces, findings);
}

void check_routes(const Settings& settings, const Connected& connected, Findings& findings) {
    if (settings.routes.size() > settings.tables.n_routes) {
        findings.push_back({"routes",
                            std::to_string(settings.routes.size()) + " routes",
                            "at most tables.routes, " + std::to_string(settings.tables.n_routes),
                            {"tables.routes"}});
    }
    std::map<IpPrefix, size_t> first;
    for (size_t i = 0; i < settings.routes.size(); ++i) {
        const IpPrefix& prefix = settings.routes[i].prefix;
        check_route_via(settings, connected, i, findings);
        if (!check_route_prefix(settings, connected, i, findings)) {
            continue;
        }
        const auto [earlier, is_new] = first.try_emplace(prefix, i);
        if (!is_new) {
            const std::string other = path_of("routes", earlier->second, "prefix");
            findings.push_back({path_of("routes", i, "prefix"),
                                quoted(prefix.to_string()) + ", which is also " + other,
                                "one route for each prefix",
                                {other}});
        }
    }
}

}  // namespace evengate::settings
