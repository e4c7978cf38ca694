// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "port/ethdev_lookup.hpp"

#include "port/pci_device.hpp"

#include <cstring>
#include <optional>

#include <fmt/format.h>
#include <net/if.h>
#include <rte_dev.h>
#include <rte_ethdev.h>
#include <unistd.h>

namespace evengate::port {

namespace {

// By the port's own name, or by its device's: ports of one PCI device carry a suffix.
std::optional<uint16_t> find_existing(const std::string& name) {
    uint16_t id = 0;
    if (rte_eth_dev_get_port_by_name(name.c_str(), &id) == 0) {
        return id;
    }
    for (id = 0; id < RTE_MAX_ETHPORTS; ++id) {
        rte_eth_dev_info about{};
        if (rte_eth_dev_is_valid_port(id) != 0 && rte_eth_dev_info_get(id, &about) == 0 &&
            name == rte_dev_name(about.device)) {
            return id;
        }
    }
    return std::nullopt;
}

std::string explain_missing_vdev(const DeviceName& device, int error_number) {
    std::string text = fmt::format("DPDK has no port for {}: {}", device.to_devargs(),
                                   std::strerror(error_number));
    // net_tap makes its interface, the others need it to be there.
    const auto interface = device.argument("iface");
    if (interface && device.name.rfind("net_tap", 0) != 0 &&
        if_nametoindex(std::string(*interface).c_str()) == 0) {
        return text +
               fmt::format(
                   "; there is no kernel interface '{}' in this network namespace: ip link show",
                   *interface);
    }
    if (geteuid() != 0) {
        return text + "; run as root, or with CAP_NET_ADMIN and CAP_NET_RAW";
    }
    return text + "; see its arguments in DPDK's guide to network drivers";
}

}  // namespace

Result<FoundPort> find_port(const DeviceName& device) {
    if (const auto id = find_existing(device.name)) {
        return FoundPort{*id, false};
    }
    const int error = rte_dev_probe(device.to_devargs().c_str());
    if (const auto id = find_existing(device.name); error == 0 && id) {
        return FoundPort{*id, true};
    }
    if (device.bus == DeviceName::Bus::pci) {
        return Error{explain_missing_pci(device.name, read_pci_device("/sys", device.name))};
    }
    return Error{explain_missing_vdev(device, error == 0 ? ENODEV : -error)};
}

}  // namespace evengate::port
