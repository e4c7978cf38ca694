// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <utility>

#include "settings/check_parts.hpp"

namespace evengate::settings {
namespace {

constexpr uint64_t kCiscoPrefix = 0x0007'B400'0000;
constexpr uint8_t kLocallyAdministered = 0x02;  // IEEE 802 8.2: the U/L bit of the first byte

// The first vMAC-shaped address of a group: prefix, group id, number 0.
uint64_t vmac_base(const Group& group) {
    return (group.vmac_prefix.to_u64() & 0xFFFF'FF00'0000) | static_cast<uint64_t>(group.id.value)
                                                                 << 8;
}

std::string vip_path(size_t group_index, size_t vip_index) {
    return path_of("groups", group_index, "virtual-addresses[" + std::to_string(vip_index) + "]");
}

class GroupCheck {
 public:
    GroupCheck(const Settings& settings, const Connected& connected, Findings& findings)
        : settings_(settings), connected_(connected), findings_(findings) {
        for (size_t i = 0; i < settings.interfaces.size(); ++i) {
            interfaces_.try_emplace(settings.interfaces[i].name, i);
        }
    }

    void check(size_t i) {
        const Group& group = settings_.groups[i];
        check_prefix(i);
        const auto interface = interfaces_.find(group.interface);
        if (interface == interfaces_.end()) {
            findings_.push_back({path_of("groups", i, "interface"),
                                 quoted(group.interface),
                                 "the name of an interface",
                                 {"interfaces[].name"}});
        } else {
            check_interface_mac(i, interface->second);
        }
        check_id(i);
        for (size_t j = 0; j < group.virtual_addresses.size(); ++j) {
            check_vip(i, j,
                      interface == interfaces_.end() ? nullptr
                                                     : &settings_.interfaces[interface->second]);
        }
        if (group.virtual_addresses.empty()) {
            findings_.push_back({path_of("groups", i, "virtual-addresses"),
                                 "an empty list",
                                 "at least one virtual address",
                                 {}});
        }
    }

 private:
    void check_prefix(size_t i) {
        const MacAddress& prefix = settings_.groups[i].vmac_prefix;
        if ((prefix.bytes[0] & kLocallyAdministered) == 0 && prefix.to_u64() != kCiscoPrefix) {
            findings_.push_back({path_of("groups", i, "vmac-prefix"),
                                 quoted(prefix.to_string().substr(0, 8)),
                                 "a locally administered prefix such as 02:45:47, or 00:07:b4",
                                 {}});
        }
    }

    void check_interface_mac(size_t i, size_t interface_index) {
        constexpr uint64_t kNumberBits = 0xFF;
        const auto& mac = settings_.interfaces[interface_index].mac;
        if (mac && (mac->to_u64() & ~kNumberBits) == vmac_base(settings_.groups[i])) {
            findings_.push_back({path_of("interfaces", interface_index, "mac"),
                                 quoted(mac->to_string()),
                                 "a MAC address outside the virtual ones of group " +
                                     std::to_string(settings_.groups[i].id.value),
                                 {path_of("groups", i, "id"), path_of("groups", i, "vmac-prefix"),
                                  path_of("groups", i, "interface")}});
        }
    }

    void check_id(size_t i) {
        const Group& group = settings_.groups[i];
        const auto [earlier, is_new] = ids_.try_emplace({group.interface, group.id}, i);
        if (!is_new) {
            findings_.push_back({path_of("groups", i, "id"),
                                 quoted(std::to_string(group.id.value)) + ", which is also " +
                                     path_of("groups", earlier->second, "id"),
                                 "an id that no other group of the interface has",
                                 {path_of("groups", i, "interface"),
                                  path_of("groups", earlier->second, "interface"),
                                  path_of("groups", earlier->second, "id")}});
        }
    }

    // The first rule that a virtual address breaks is the one worth telling.
    void check_vip(size_t i, size_t j, const Interface* interface) {
        const IpAddress& vip = settings_.groups[i].virtual_addresses[j];
        const std::string text = quoted(vip.to_string());
        const auto [earlier, is_new] = vips_.try_emplace(vip, std::pair{i, j});
        if (!vip.is_v4()) {
            findings_.push_back({vip_path(i, j), text, "an IPv4 address", {}});
        } else if (connected_.is_own(vip)) {
            findings_.push_back({vip_path(i, j),
                                 text + ", an address of this appliance alone",
                                 "an address that the group shares",
                                 {"interfaces[].addresses"}});
        } else if (!is_new) {
            const std::string other = vip_path(earlier->second.first, earlier->second.second);
            findings_.push_back({vip_path(i, j),
                                 text + ", which is also " + other,
                                 "an address that no other group has",
                                 {other}});
        } else if (interface != nullptr && !is_on(*interface, vip)) {
            findings_.push_back(
                {vip_path(i, j),
                 text,
                 "a host's address on a prefix of interface " + quoted(interface->name),
                 {path_of("groups", i, "interface"), "interfaces[].name",
                  "interfaces[].addresses"}});
        }
    }

    const Settings& settings_;
    const Connected& connected_;
    Findings& findings_;
    std::map<std::string_view, size_t> interfaces_;
    std::map<std::pair<std::string_view, GroupId>, size_t> ids_;
    std::map<IpAddress, std::pair<size_t, size_t>> vips_;
};

// Every interface and every vMAC needs a slot.
void check_slots(const Settings& settings, Findings& findings) {
    size_t n_needed = settings.interfaces.size();
    for (const Group& group : settings.groups) {
        n_needed += group.n_vmacs;
    }
    if (n_needed > settings.tables.n_slots) {
        findings.push_back({"tables.slots",
                            quoted(std::to_string(settings.tables.n_slots)),
                            "at least " + std::to_string(n_needed) +
                                ": one for each interface and each virtual MAC address",
                            {"groups[].vmacs"}});
    }
}

// A route whose next hop is a virtual address of ours would lead in a circle.
void check_routes_avoid_vips(const Settings& settings, Findings& findings) {
    const std::set<IpAddress> vips = virtual_addresses_of(settings);
    for (size_t i = 0; i < settings.routes.size(); ++i) {
        if (vips.contains(settings.routes[i].via)) {
            findings.push_back({path_of("routes", i, "via"),
                                quoted(settings.routes[i].via.to_string()) +
                                    ", a virtual address of this appliance",
                                "the address of another router",
                                {"groups[].virtual-addresses"}});
        }
    }
}

}  // namespace

std::set<IpAddress> virtual_addresses_of(const Settings& settings) {
    std::set<IpAddress> vips;
    for (const Group& group : settings.groups) {
        vips.insert(group.virtual_addresses.begin(), group.virtual_addresses.end());
    }
    return vips;
}

void check_groups(const Settings& settings, const Connected& connected, Findings& findings) {
    GroupCheck groups{settings, connected, findings};
    for (size_t i = 0; i < settings.groups.size(); ++i) {
        groups.check(i);
    }
    check_slots(settings, findings);
    check_routes_avoid_vips(settings, findings);
}

}  // namespace evengate::settings
