// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "settings/check.hpp"

#include <algorithm>
#include <tuple>

#include "settings/check_parts.hpp"
#include "settings/value.hpp"

namespace evengate::settings {
namespace {

const Port* find_port(const Settings& settings, std::string_view name) {
    const auto found = std::find_if(settings.ports.begin(), settings.ports.end(),
                                    [&](const Port& port) { return port.name == name; });
    return found == settings.ports.end() ? nullptr : &*found;
}

void check_port_reference(const Settings& settings, size_t i, Findings& findings) {
    const Interface& interface = settings.interfaces[i];
    const Port* const port = find_port(settings, interface.port);
    if (port == nullptr) {
        findings.push_back({path_of("interfaces", i, "port"),
                            quoted(interface.port),
                            "the name of a port",
                            {"ports[].name"}});
        return;
    }
    if (interface.mtu > port->mtu) {
        const auto port_index = static_cast<size_t>(port - settings.ports.data());
        findings.push_back(
            {path_of("interfaces", i, "mtu"),
             quoted(std::to_string(interface.mtu)),
             "at most the mtu of port " + quoted(port->name) + ", " + std::to_string(port->mtu),
             {path_of("interfaces", i, "port"), path_of("ports", port_index, "mtu")}});
    }
}

void check_inner_vlans(const Settings& settings, Findings& findings) {
    for (size_t i = 0; i < settings.interfaces.size(); ++i) {
        const Interface& interface = settings.interfaces[i];
        if (interface.inner_vlan != 0 && interface.vlan == 0) {
            findings.push_back({path_of("interfaces", i, "inner-vlan"),
                                quoted(std::to_string(interface.inner_vlan)),
                                "none, as the interface has no vlan to put it in",
                                {path_of("interfaces", i, "vlan")}});
        }
    }
}

// A frame must belong to one interface.
void check_vlans_unique(const Settings& settings, Findings& findings) {
    std::map<std::tuple<std::string_view, uint16_t, uint16_t>, size_t> first;
    for (size_t i = 0; i < settings.interfaces.size(); ++i) {
        const Interface& interface = settings.interfaces[i];
        const auto [earlier, is_new] =
            first.try_emplace({interface.port, interface.vlan, interface.inner_vlan}, i);
        if (is_new) {
            continue;
        }
        std::vector<std::string> reads;
        for (const size_t index : {earlier->second, i}) {
            for (const std::string_view key : {"port", "vlan", "inner-vlan"}) {
                reads.push_back(path_of("interfaces", index, key));
            }
        }
        findings.push_back(
            {path_of("interfaces", i, interface.vlan == 0 ? "port" : "vlan"),
             "the port and VLANs of interface " + quoted(settings.interfaces[earlier->second].name),
             "VLANs that no other interface of the port has", std::move(reads)});
    }
}

}  // namespace

std::string quoted(std::string_view text) {
    return '"' + std::string{text} + '"';
}

std::string path_of(std::string_view list, size_t index, std::string_view key) {
    return std::string{list} + "[" + std::to_string(index) + "]." + std::string{key};
}

std::string to_text(const Finding& finding) {
    return finding.path + ": found " + finding.found + ", expected " + finding.expected;
}

void expect_interface(const Settings& settings, const std::string& name, const std::string& path,
                      Findings& findings) {
    const bool exists =
        std::any_of(settings.interfaces.begin(), settings.interfaces.end(),
                    [&](const Interface& interface) { return interface.name == name; });
    if (!exists) {
        findings.push_back(
            {path, quoted(name), "the name of an interface", {"interfaces[].name"}});
    }
}

void check_appliance(const Settings& settings, Findings& findings) {
    const Appliance& appliance = settings.appliance;
    const auto cpus = parse_cpu_list(appliance.worker_cpus);
    if (appliance.poll_mode != PollMode::busy || !cpus) {
        return;
    }
    const size_t n_cpus = std::set<uint16_t>{cpus->begin(), cpus->end()}.size();
    if (n_cpus < appliance.n_workers) {
        findings.push_back({"appliance.cpus.workers",
                            quoted(appliance.worker_cpus),
                            "a CPU for each of " + std::to_string(appliance.n_workers) +
                                " workers, as poll-mode is busy",
                            {"appliance.workers", "appliance.poll-mode"}});
    }
}

void check_ports(const Settings& settings, Findings& findings) {
    if (settings.ports.empty()) {
        findings.push_back({"ports", "no port", "at least one port", {}});
    }
    expect_unique(settings.ports, "ports", "name", &Port::name, findings);
    expect_unique(settings.ports, "ports", "device", &Port::device, findings);
}

void check_interfaces(const Settings& settings, Findings& findings) {
    expect_unique(settings.interfaces, "interfaces", "name", &Interface::name, findings);
    for (size_t i = 0; i < settings.interfaces.size(); ++i) {
        check_port_reference(settings, i, findings);
    }
    check_inner_vlans(settings, findings);
    check_vlans_unique(settings, findings);
}

std::vector<Finding> check(const Settings& settings) {
    const Connected connected{settings.interfaces};
    Findings findings;
    check_appliance(settings, findings);
    check_ports(settings, findings);
    check_interfaces(settings, findings);
    check_addresses(settings, findings);
    check_routes(settings, connected, findings);
    check_neighbours(settings, connected, findings);
    check_groups(settings, connected, findings);
    check_membership(settings, findings);
    check_balance(settings, findings);
    check_tracking(settings, connected, findings);
    check_services(settings, connected, findings);
    check_targets(settings, connected, findings);
    check_dispatchers(settings, connected, findings);
    check_sprays(settings, connected, findings);
    return findings;
}

}  // namespace evengate::settings
