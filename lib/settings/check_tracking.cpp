// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "settings/check_parts.hpp"

namespace evengate::settings {
namespace {

class TrackingCheck {
 public:
    TrackingCheck(const Settings& settings, const Connected& connected, Findings& findings)
        : settings_(settings),
          connected_(connected),
          findings_(findings),
          vips_(virtual_addresses_of(settings)) {
        for (const Interface& interface : settings.interfaces) {
            interfaces_.insert(interface.name);
        }
        for (const Route& route : settings.routes) {
            routes_.insert(route.prefix);
        }
    }

    void check(size_t i) {
        const Group& group = settings_.groups[i];
        check_weight(i, group.weight);
        for (size_t j = 0; j < group.tracking.size(); ++j) {
            check_track(path_of("groups", i, "tracking[" + std::to_string(j) + "]"),
                        group.tracking[j]);
        }
    }

 private:
    // lower <= upper <= maximum, so that a healthy member forwards.
    void check_weight(size_t i, const Weight& weight) {
        const std::string upper_path = path_of("groups", i, "weight.upper");
        const std::string lower_path = path_of("groups", i, "weight.lower");
        const std::string maximum_path = path_of("groups", i, "weight.maximum");
        if (weight.upper > weight.maximum) {
            findings_.push_back({upper_path,
                                 quoted(std::to_string(weight.upper)),
                                 "at most maximum, " + std::to_string(weight.maximum),
                                 {maximum_path}});
        }
        const bool upper_is_set = weight.upper != 0;
        const uint8_t upper = upper_is_set ? weight.upper : weight.maximum;
        if (weight.lower > upper) {
            findings_.push_back({lower_path,
                                 quoted(std::to_string(weight.lower)),
                                 std::string{"at most "} + (upper_is_set ? "upper" : "maximum") +
                                     ", " + std::to_string(upper),
                                 {upper_path, maximum_path}});
        }
    }

    void check_track(const std::string& path, const Track& track) {
        const int n_things = (track.link.empty() ? 0 : 1) + (track.next_hop ? 1 : 0) +
                             (track.route ? 1 : 0) + (track.file.empty() ? 0 : 1);
        if (n_things != 1) {
            findings_.push_back(
                {path,
                 n_things == 0 ? "nothing to track" : std::to_string(n_things) + " things to track",
                 "one of link, next-hop, route and file",
                 {}});
            return;
        }
        if (!track.link.empty() && !interfaces_.contains(track.link)) {
            findings_.push_back({path + ".link",
                                 quoted(track.link),
                                 "the name of an interface",
                                 {"interfaces[].name"}});
        } else if (track.route && !routes_.contains(*track.route)) {
            findings_.push_back({path + ".route",
                                 quoted(track.route->to_string()),
                                 "the prefix of one of the routes",
                                 {"routes[].prefix"}});
        } else if (track.next_hop) {
            check_next_hop(path + ".next-hop", *track.next_hop);
        }
    }

    void check_next_hop(const std::string& path, const IpAddress& address) {
        const std::string text = quoted(address.to_string());
        const auto network = connected_.find(address);
        if (!address.is_v4()) {
            findings_.push_back({path, text, "an IPv4 address", {}});
        } else if (connected_.is_own(address) || vips_.contains(address)) {
            findings_.push_back({path,
                                 text + ", an address of this appliance",
                                 "the address of another",
                                 {"interfaces[].addresses", "groups[].virtual-addresses"}});
        } else if (!network || is_network_or_broadcast(*network, address)) {
            findings_.push_back({path,
                                 text,
                                 "a host's address on a prefix that an interface is connected to",
                                 {"interfaces[].addresses", "interfaces[].name"}});
        }
    }

    const Settings& settings_;
    const Connected& connected_;
    Findings& findings_;
    const std::set<IpAddress> vips_;
    std::set<std::string_view> interfaces_;
    std::set<IpPrefix> routes_;
};

}  // namespace

void check_tracking(const Settings& settings, const Connected& connected, Findings& findings) {
    TrackingCheck tracking{settings, connected, findings};
    for (size_t i = 0; i < settings.groups.size(); ++i) {
        tracking.check(i);
    }
}

}  // namespace evengate::settings
