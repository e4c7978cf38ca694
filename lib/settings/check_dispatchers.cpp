// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <algorithm>
#include <bit>

#include "settings/check_parts.hpp"

namespace evengate::settings {
namespace {

std::string print(const IpAddress& address) {
    return address.to_string();
}

// Of two dispatchers none could tell which a packet is for.
void check_interfaces_unique(const Settings& settings, Findings& findings) {
    std::map<std::string_view, size_t> first;
    for (size_t i = 0; i < settings.dispatchers.size(); ++i) {
        const std::string& interface = settings.dispatchers[i].interface;
        const auto [earlier, is_new] = first.try_emplace(interface, i);
        if (!is_new) {
            const std::string other = path_of("dispatchers", earlier->second, "interface");
            findings.push_back({path_of("dispatchers", i, "interface"),
                                quoted(interface) + ", which is also " + other,
                                "an interface that no other dispatcher has",
                                {other}});
        }
    }
}

void check_gateways(const Settings& settings, size_t i, const Connected& connected,
                    Findings& findings) {
    const std::vector<DispatcherGateway>& gateways = settings.dispatchers[i].gateways;
    const std::string list = path_of("dispatchers", i, "gateways");
    if (gateways.empty()) {
        findings.push_back({list, "no gateway", "at least one gateway", {}});
    } else if (std::all_of(gateways.begin(), gateways.end(),
                           [](const DispatcherGateway& gateway) { return gateway.weight == 0; })) {
        findings.push_back({list,
                            "gateways whose weight is 0",
                            "at least one with another weight, so that it gets the buckets",
                            {}});
    }
    expect_unique(gateways, list, "name", &DispatcherGateway::name, findings);
    expect_unique(gateways, list, "address", &DispatcherGateway::address, findings);
    const std::set<IpAddress> vips = virtual_addresses_of(settings);
    for (size_t j = 0; j < gateways.size(); ++j) {
        const IpAddress& address = gateways[j].address;
        const std::string path = path_of(list, j, "address");
        if (!expect_foreign_host(address, path, connected, findings)) {
            continue;
        }
        if (vips.contains(address)) {
            findings.push_back(
                {path,
                 quoted(address.to_string()) + ", a virtual address of this appliance",
                 "the address of a gateway",
                 {"groups[].virtual-addresses"}});
            continue;
        }
        expect_on_link(address, path, "", connected, findings);
    }
}

// The published addresses of services, and where.
std::map<IpAddress, std::string> published_by_services(const Settings& settings) {
    std::map<IpAddress, std::string> published;
    for (size_t i = 0; i < settings.services.size(); ++i) {
        for (size_t j = 0; j < settings.services[i].addresses.size(); ++j) {
            published.try_emplace(settings.services[i].addresses[j],
                                  path_of("services", i, "addresses[" + std::to_string(j) + "]"));
        }
    }
    return published;
}

class SprayCheck {
 public:
    SprayCheck(const Settings& settings, const Connected& connected, Findings& findings)
        : settings_(settings),
          connected_(connected),
          findings_(findings),
          published_(published_by_services(settings)) {}

    void check(size_t i) {
        const Spray& spray = settings_.sprays[i];
        expect_interface(settings_, spray.interface, path_of("sprays", i, "interface"), findings_);
        expect_some(spray.addresses, path_of("sprays", i, "addresses"));
        expect_some(spray.targets, path_of("sprays", i, "targets"));
        for (size_t j = 0; j < spray.addresses.size(); ++j) {
            check_address(i, j);
        }
        expect_each_once(spray.targets, path_of("sprays", i, "targets"), print, findings_);
        for (size_t j = 0; j < spray.targets.size(); ++j) {
            const std::string path = path_of("sprays", i, "targets[" + std::to_string(j) + "]");
            if (expect_foreign_host(spray.targets[j], path, connected_, findings_)) {
                expect_on_link(spray.targets[j], path, "", connected_, findings_);
            }
        }
    }

 private:
    void expect_some(const std::vector<IpAddress>& addresses, const std::string& path) {
        if (addresses.empty()) {
            findings_.push_back({path, "an empty list", "at least one address", {}});
        }
    }

    void check_address(size_t i, size_t j) {
        const Spray& spray = settings_.sprays[i];
        const IpAddress& address = spray.addresses[j];
        const std::string path = path_of("sprays", i, "addresses[" + std::to_string(j) + "]");
        if (!expect_foreign_host(address, path, connected_, findings_)) {
            return;
        }
        const auto [earlier, is_new] = published_.try_emplace(address, path);
        if (!is_new) {
            findings_.push_back({path,
                                 quoted(address.to_string()) + ", which is also " + earlier->second,
                                 "an address that no service and no other spray publishes",
                                 {earlier->second}});
        }
        const auto target = std::find(spray.targets.begin(), spray.targets.end(), address);
        if (target != spray.targets.end()) {
            const auto k = static_cast<size_t>(target - spray.targets.begin());
            const std::string other = path_of("sprays", i, "targets[" + std::to_string(k) + "]");
            findings_.push_back({path,
                                 quoted(address.to_string()) + ", which is also " + other,
                                 "an address that is no target's",
                                 {other}});
        }
    }

    const Settings& settings_;
    const Connected& connected_;
    Findings& findings_;
    std::map<IpAddress, std::string> published_;
};

}  // namespace

void check_hand_on(const Settings& settings, Findings& findings) {
    const Rerouting& rerouting = settings.rerouting;
    if (rerouting.hand_on_above <= rerouting.hand_on_below) {
        findings.push_back({"rerouting.hand-on-above",
                            quoted(std::to_string(rerouting.hand_on_above)),
                            "more than hand-on-below, " + std::to_string(rerouting.hand_on_below) +
                                ", so that what was handed on does not come back at once",
                            {"rerouting.hand-on-below"}});
    }
    if (!rerouting.hand_on) {
        return;
    }
    if (settings.groups.empty() || settings.groups.front().mode != GroupMode::native) {
        findings.push_back({"rerouting.hand-on", "'true' without a native group as the first",
                            "a group with members that take what is handed on", {"groups"}});
        return;
    }
    for (size_t i = 0; i < settings.dispatchers.size(); ++i) {
        if (settings.dispatchers[i].name == kHandOnName) {
            findings.push_back({path_of("dispatchers", i, "name"),
                                quoted(settings.dispatchers[i].name) + ", as reports call what is handed on",
                                "another name, or hand-on: false",
                                {"rerouting.hand-on"}});
        }
        if (settings.dispatchers[i].interface == settings.groups.front().interface) {
            findings.push_back({path_of("dispatchers", i, "interface"),
                                quoted(settings.dispatchers[i].interface) + ", from which traffic is handed on to members",
                                "an interface without a dispatcher, or hand-on: false",
                                {"rerouting.hand-on", "groups[0].interface"}});
        }
    }
}

void check_dispatchers(const Settings& settings, const Connected& connected, Findings& findings) {
    check_hand_on(settings, findings);
    expect_unique(settings.dispatchers, "dispatchers", "name", &Dispatcher::name, findings);
    check_interfaces_unique(settings, findings);
    for (size_t i = 0; i < settings.dispatchers.size(); ++i) {
        const Dispatcher& dispatcher = settings.dispatchers[i];
        expect_interface(settings, dispatcher.interface, path_of("dispatchers", i, "interface"),
                         findings);
        if (!std::has_single_bit(dispatcher.n_buckets)) {
            findings.push_back(
                {path_of("dispatchers", i, "buckets"),
                 quoted(std::to_string(dispatcher.n_buckets)),
                 "a power of two, such as " + std::to_string(std::bit_ceil(dispatcher.n_buckets)),
                 {}});
        }
        check_gateways(settings, i, connected, findings);
    }
}

void check_sprays(const Settings& settings, const Connected& connected, Findings& findings) {
    expect_unique(settings.sprays, "sprays", "name", &Spray::name, findings);
    SprayCheck sprays{settings, connected, findings};
    for (size_t i = 0; i < settings.sprays.size(); ++i) {
        sprays.check(i);
    }
}

}  // namespace evengate::settings
