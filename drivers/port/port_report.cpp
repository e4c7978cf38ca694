// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <rte_ethdev.h>

#include "port/port.hpp"

namespace evengate::port {

namespace {

void read_stats(uint16_t ethdev_id, admin::PortReport& report) {
    rte_eth_stats stats{};
    if (rte_eth_stats_get(ethdev_id, &stats) != 0) {
        return;
    }
    report.rx_packets = stats.ipackets;
    report.tx_packets = stats.opackets;
    report.rx_bytes = stats.ibytes;
    report.tx_bytes = stats.obytes;
    report.rx_missed = stats.imissed;
    report.rx_errors = stats.ierrors;
    report.tx_errors = stats.oerrors;
    report.rx_no_mbuf = stats.rx_nombuf;
}

void read_xstats(uint16_t ethdev_id, admin::PortReport& report) {
    report.xstats.clear();
    const int n = rte_eth_xstats_get(ethdev_id, nullptr, 0);
    if (n <= 0) {
        return;
    }
    std::vector<rte_eth_xstat> values(static_cast<size_t>(n));
    std::vector<rte_eth_xstat_name> names(static_cast<size_t>(n));
    const auto room = static_cast<unsigned>(n);
    // Their number can grow meanwhile; then they are left out until the next report.
    if (rte_eth_xstats_get(ethdev_id, values.data(), room) != n ||
        rte_eth_xstats_get_names(ethdev_id, names.data(), room) != n) {
        return;
    }
    report.xstats.reserve(values.size());
    for (const rte_eth_xstat& value : values) {
        if (value.id < names.size()) {
            report.xstats.push_back({names[value.id].name, value.value});
        }
    }
}

}  // namespace

Port::Totals Port::totals() const {
    rte_eth_stats stats{};
    if (rte_eth_stats_get(ethdev_id_, &stats) != 0) {
        return {};
    }
    return {.received = stats.ipackets, .missed = stats.imissed + stats.rx_nombuf};
}

void Port::read_device(admin::PortReport& report) const {
    rte_eth_link link{};
    if (rte_eth_link_get_nowait(ethdev_id_, &link) == 0) {
        report.link_up = link.link_status == RTE_ETH_LINK_UP;
        report.speed_mbps = link.link_speed == RTE_ETH_SPEED_NUM_UNKNOWN ? 0 : link.link_speed;
    }
    static_cast<void>(rte_eth_dev_get_mtu(ethdev_id_, &report.mtu));
    report.promiscuous = rte_eth_promiscuous_get(ethdev_id_) == 1;
    read_stats(ethdev_id_, report);
    read_xstats(ethdev_id_, report);
}

void Port::report_filters(admin::PortReport& report) const {
    const MacFilters::Snapshot filters = filters_->snapshot();
    report.n_mac_filters_wanted =
        static_cast<uint16_t>(std::min<uint32_t>(filters.state.n_wanted, UINT16_MAX));
    report.n_mac_filters_active =
        static_cast<uint16_t>(std::min<uint32_t>(filters.state.n_active, UINT16_MAX));
    report.deaf = filters.state.deaf;
    report.macs = {mac_};
    for (const MacAddress& mac : filters.wanted.unicast) {
        if (mac != mac_) {
            report.macs.push_back(mac);
        }
    }
}

void Port::fill_report(admin::PortReport& report) {
    if (const std::unique_lock lock(device_, std::try_to_lock); lock.owns_lock()) {
        read_device(last_report_);
    }
    report = last_report_;
    report.name = settings_.name;
    report.device = settings_.device;
    report.driver = driver_;
    report.mac = mac_;
    report.n_rx_queues = queues_.n_rx;
    report.n_tx_queues = queues_.n_tx;
    report_filters(report);
}

Result<void> Port::clear_stats() {
    const std::unique_lock lock(device_, std::try_to_lock);
    if (!lock.owns_lock()) {
        return Error{
            fmt::format("port {} is busy with its MAC filters; try again", settings_.name)};
    }
    if (const int error = rte_eth_stats_reset(ethdev_id_); error != 0) {
        return refuse("clearing its counters", error);
    }
    // Without xstats of its own a driver shows the ones just cleared.
    if (const int error = rte_eth_xstats_reset(ethdev_id_); error != 0 && error != -ENOTSUP) {
        return refuse("clearing its extended counters", error);
    }
    return {};
}

std::optional<LinkState> Port::try_read_link() {
    const std::unique_lock lock(device_, std::try_to_lock);
    rte_eth_link link{};
    if (!lock.owns_lock() || rte_eth_link_get_nowait(ethdev_id_, &link) != 0) {
        return std::nullopt;
    }
    return link.link_status == RTE_ETH_LINK_UP ? LinkState::up : LinkState::down;
}

}  // namespace evengate::port
