// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "port/ethdev_filters.hpp"

#include <cstring>
#include <vector>

#include <rte_ethdev.h>

namespace evengate::port {

namespace {

rte_ether_addr to_ethdev(const MacAddress& mac) {
    rte_ether_addr address{};
    std::memcpy(address.addr_bytes, mac.bytes.data(), MacAddress::kSize);
    return address;
}

}  // namespace

FilterRoom EthdevFilters::room() {
    const std::lock_guard lock(device_);
    rte_ether_addr address{};
    rte_eth_dev_info about{};
    FilterRoom room;
    if (rte_eth_macaddr_get(ethdev_id_, &address) == 0) {
        room.device_mac = MacAddress::from_bytes(address.addr_bytes);
    }
    if (reception_ == Reception::everything) {
        room.n_unicast = UINT32_MAX;
    } else if (rte_eth_dev_info_get(ethdev_id_, &about) == 0 && about.max_mac_addrs > 0) {
        room.n_unicast = about.max_mac_addrs - 1;
    }
    return room;
}

int EthdevFilters::add_unicast(const MacAddress& mac) {
    if (reception_ == Reception::everything) {
        return 0;
    }
    const std::lock_guard lock(device_);
    rte_ether_addr address = to_ethdev(mac);
    return rte_eth_dev_mac_addr_add(ethdev_id_, &address, 0);
}

int EthdevFilters::remove_unicast(const MacAddress& mac) {
    if (reception_ == Reception::everything) {
        return 0;
    }
    const std::lock_guard lock(device_);
    rte_ether_addr address = to_ethdev(mac);
    return rte_eth_dev_mac_addr_remove(ethdev_id_, &address);
}

int EthdevFilters::set_multicast(std::span<const MacAddress> groups) {
    if (reception_ == Reception::everything) {
        return 0;
    }
    std::vector<rte_ether_addr> list;
    for (const MacAddress& group : groups) {
        list.push_back(to_ethdev(group));
    }
    const std::lock_guard lock(device_);
    return rte_eth_dev_set_mc_addr_list(ethdev_id_, list.data(),
                                        static_cast<uint32_t>(list.size()));
}

int EthdevFilters::set_all_multicast(Switch setting) {
    if (reception_ == Reception::everything) {
        return 0;
    }
    const std::lock_guard lock(device_);
    return setting == Switch::on ? rte_eth_allmulticast_enable(ethdev_id_)
                                 : rte_eth_allmulticast_disable(ethdev_id_);
}

int EthdevFilters::set_promiscuous(Switch setting) {
    if (reception_ == Reception::everything) {
        return 0;
    }
    const std::lock_guard lock(device_);
    return setting == Switch::on ? rte_eth_promiscuous_enable(ethdev_id_)
                                 : rte_eth_promiscuous_disable(ethdev_id_);
}

}  // namespace evengate::port
