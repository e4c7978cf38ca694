// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "settings/check_parts.hpp"

namespace evengate::settings {
namespace {

class NeighbourCheck {
 public:
    NeighbourCheck(const Settings& settings, const Connected& connected, Findings& findings)
        : settings_(settings),
          connected_(connected),
          findings_(findings),
          vips_(virtual_addresses_of(settings)) {
        for (const Interface& interface : settings.interfaces) {
            interfaces_.try_emplace(interface.name, &interface);
        }
    }

    void check(size_t i) {
        const StaticNeighbour& neighbour = settings_.neighbours[i];
        const auto interface = interfaces_.find(neighbour.interface);
        const bool known = interface != interfaces_.end();
        if (!known) {
            findings_.push_back({path_of("neighbours", i, "interface"),
                                 quoted(neighbour.interface),
                                 "the name of an interface",
                                 {"interfaces[].name"}});
        }
        check_address(i, known ? interface->second : nullptr);
    }

 private:
    // The first rule that an address breaks is the one worth telling.
    void check_address(size_t i, const Interface* interface) {
        const IpAddress& address = settings_.neighbours[i].address;
        const std::string path = path_of("neighbours", i, "address");
        const std::string text = quoted(address.to_string());
        const auto [earlier, is_new] = first_.try_emplace(address, i);
        if (!address.is_v4()) {
            findings_.push_back({path, text, "an IPv4 address", {}});
        } else if (connected_.is_own(address) || vips_.contains(address)) {
            findings_.push_back({path,
                                 text + ", an address of this appliance",
                                 "the address of another",
                                 {"interfaces[].addresses", "groups[].virtual-addresses"}});
        } else if (!is_new) {
            const std::string other = path_of("neighbours", earlier->second, "address");
            findings_.push_back({path,
                                 text + ", which is also " + other,
                                 "one MAC address for each address",
                                 {other}});
        } else if (interface != nullptr && !is_on(*interface, address)) {
            findings_.push_back(
                {path,
                 text,
                 "a host's address on a prefix of interface " + quoted(interface->name),
                 {path_of("neighbours", i, "interface"), "interfaces[].name",
                  "interfaces[].addresses"}});
        }
    }

    const Settings& settings_;
    const Connected& connected_;
    Findings& findings_;
    const std::set<IpAddress> vips_;
    std::map<std::string_view, const Interface*> interfaces_;
    std::map<IpAddress, size_t> first_;
};

// Each keeps a host route, and an adjacency for ever.
void check_neighbours_fit(const Settings& settings, Findings& findings) {
    const size_t n_neighbours = settings.neighbours.size();
    if (n_neighbours != 0 && n_neighbours >= settings.tables.n_adjacencies) {
        findings.push_back(
            {"neighbours",
             std::to_string(n_neighbours) + " neighbours",
             "fewer than tables.adjacencies, " + std::to_string(settings.tables.n_adjacencies),
             {"tables.adjacencies"}});
    }
    // More routes than that are reported by themselves.
    const size_t n_routes = settings.routes.size();
    if (n_routes <= settings.tables.n_routes &&
        n_routes + n_neighbours > settings.tables.n_routes) {
        findings.push_back({"neighbours",
                            std::to_string(n_neighbours) + " neighbours",
                            "at most as many as routes leave of tables.routes, " +
                                std::to_string(settings.tables.n_routes - n_routes),
                            {"routes", "tables.routes"}});
    }
}

}  // namespace

void check_neighbours(const Settings& settings, const Connected& connected, Findings& findings) {
    check_neighbours_fit(settings, findings);
    NeighbourCheck neighbours{settings, connected, findings};
    for (size_t i = 0; i < settings.neighbours.size(); ++i) {
        neighbours.check(i);
    }
}

}  // namespace evengate::settings
