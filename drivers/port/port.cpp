// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "port/port.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>
#include <rte_dev.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_mempool.h>

#include "packet/ethernet.hpp"
#include "port/device_name.hpp"
#include "port/ethdev_filters.hpp"
#include "port/ethdev_lookup.hpp"

namespace evengate::port {

namespace {

constexpr uint64_t kRssFunctions = RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP | RTE_ETH_RSS_UDP;

// Two VLAN tags and the frame check sequence, which some devices leave behind the frame.
constexpr uint32_t kFrameOverhead = packet::kEthernetHeaderSize + 2 * packet::kVlanTagSize + 4;

uint64_t choose_rss(const rte_eth_dev_info& about, const PortQueues& queues, Spread spread) {
    return queues.n_rx > 1 && spread == Spread::by_rss
               ? about.flow_type_rss_offloads & kRssFunctions
               : 0;
}

uint64_t choose_tx_offloads(const rte_eth_dev_info& about, TxBuffers buffers) {
    return buffers == TxBuffers::one_pool_unshared
               ? about.tx_offload_capa & RTE_ETH_TX_OFFLOAD_MBUF_FAST_FREE
               : 0;
}

}  // namespace

Port::Port(const settings::Port& settings, PortIndex index, uint16_t ethdev_id)
    : settings_(settings), index_(index), ethdev_id_(ethdev_id) {}

Result<std::unique_ptr<Port>> Port::bring_up(const settings::Port& settings, PortIndex index,
                                             const PortNeeds& needs) {
    const auto device = parse_device(settings.device);
    if (!device) {
        return Error{fmt::format("port {}: {}", settings.name, device.error().message)};
    }
    const auto found = find_port(*device);
    if (!found) {
        return Error{fmt::format("port {}: {}", settings.name, found.error().message)};
    }
    std::unique_ptr<Port> port(new Port(settings, index, found->ethdev_id));
    port->probed_here_ = found->probed_here;
    if (auto configured = port->configure(needs); !configured) {
        return configured.error();
    }
    port->filters_ = std::make_unique<MacFilters>(
        std::make_unique<EthdevFilters>(port->ethdev_id_, port->traits_.reception, port->device_));
    if (auto started = port->start(); !started) {
        return started.error();
    }
    port->set_filters({}, {});
    return port;
}

Port::~Port() {
    filters_.reset();
    control_tx_.reset();
    rte_eth_dev_info about{};
    const bool known = rte_eth_dev_info_get(ethdev_id_, &about) == 0;
    // Nothing can be done about a device that refuses to go; the process is ending or the port is
    // lost.
    static_cast<void>(rte_eth_dev_stop(ethdev_id_));
    static_cast<void>(rte_eth_dev_close(ethdev_id_));
    if (known && probed_here_) {
        static_cast<void>(rte_dev_remove(about.device));
    }
}

Result<void> Port::refuse(std::string_view step, int error) const {
    return Error{fmt::format("port {} ({}): {} failed: {}", settings_.name, driver_, step,
                             std::strerror(-error))};
}

void Port::warn(std::string text) {
    warnings_.push_back(fmt::format("port {} ({}): {}", settings_.name, driver_, text));
}

Result<void> Port::configure(const PortNeeds& needs) {
    rte_eth_dev_info about{};
    if (const int error = rte_eth_dev_info_get(ethdev_id_, &about); error != 0) {
        return refuse("reading what it offers", error);
    }
    driver_ = about.driver_name;
    traits_ = driver_traits(driver_);
    kernel_interface_ = about.if_index;
    QueuePlan plan = plan_queues(settings_.n_queues, needs.n_workers,
                                 {about.max_rx_queues, about.max_tx_queues, traits_.queue_rule});
    queues_ = plan.queues;
    for (std::string& warning : plan.warnings) {
        warn(std::move(warning));
    }
    rss_functions_ = choose_rss(about, queues_, traits_.spread);
    if (queues_.n_rx > 1 && traits_.spread == Spread::by_rss && rss_functions_ == 0) {
        warn("it cannot spread IP traffic over its receive queues; only the first will get any");
    }
    tx_offloads_ = choose_tx_offloads(about, needs.tx_buffers);
    return set_up_queues(needs);
}

Result<void> Port::set_up_queues(const PortNeeds& needs) {
    const uint32_t room = uint32_t{rte_pktmbuf_data_room_size(needs.pool)} - RTE_PKTMBUF_HEADROOM;
    if (settings_.mtu + kFrameOverhead > room) {
        return Error{
            fmt::format("port {}: frames of MTU {} do not fit the buffers, which hold an MTU of {}",
                        settings_.name, settings_.mtu, room - kFrameOverhead)};
    }
    rte_eth_conf conf{};
    conf.rxmode.mq_mode = rss_functions_ != 0 ? RTE_ETH_MQ_RX_RSS : RTE_ETH_MQ_RX_NONE;
    conf.rx_adv_conf.rss_conf.rss_hf = rss_functions_;
    conf.rxmode.mtu = settings_.mtu;
    conf.txmode.offloads = tx_offloads_;
    if (const int error = rte_eth_dev_configure(ethdev_id_, queues_.n_rx, queues_.n_tx, &conf);
        error != 0) {
        return refuse(fmt::format("configuring {} receive and {} transmit queues with MTU {}",
                                  queues_.n_rx, queues_.n_tx, settings_.mtu),
                      error);
    }
    uint16_t n_rxd = settings_.rx_descriptors;
    uint16_t n_txd = settings_.tx_descriptors;
    if (const int error = rte_eth_dev_adjust_nb_rx_tx_desc(ethdev_id_, &n_rxd, &n_txd);
        error != 0) {
        return refuse("sizing its queues", error);
    }
    if (n_rxd != settings_.rx_descriptors || n_txd != settings_.tx_descriptors) {
        warn(fmt::format("queues of {} and {} descriptors are wanted, it has {} and {}",
                         settings_.rx_descriptors, settings_.tx_descriptors, n_rxd, n_txd));
    }
    const auto socket = static_cast<unsigned>(std::max(rte_eth_dev_socket_id(ethdev_id_), 0));
    for (uint16_t q = 0; q < queues_.n_rx; ++q) {
        if (const int error =
                rte_eth_rx_queue_setup(ethdev_id_, q, n_rxd, socket, nullptr, needs.pool);
            error != 0) {
            return refuse("setting up a receive queue", error);
        }
    }
    for (uint16_t q = 0; q < queues_.n_tx; ++q) {
        if (const int error = rte_eth_tx_queue_setup(ethdev_id_, q, n_txd, socket, nullptr);
            error != 0) {
            return refuse("setting up a transmit queue", error);
        }
    }
    if (auto set = set_mtu(); !set) {
        return set;
    }
    auto control_tx = ControlTx::make(ethdev_id_, queues_);
    if (!control_tx) {
        return control_tx.error();
    }
    control_tx_ = std::move(control_tx).value();
    return {};
}

// rte_eth_dev_configure() only notes the MTU; kernel-backed ports must pass it on.
Result<void> Port::set_mtu() {
    const int error = rte_eth_dev_set_mtu(ethdev_id_, settings_.mtu);
    if (error == 0 || error == -ENOTSUP) {
        return {};
    }
    return refuse(fmt::format("setting MTU {}", settings_.mtu), error);
}

Result<void> Port::start() {
    const std::lock_guard lock(device_);
    if (const int error = rte_eth_dev_start(ethdev_id_); error != 0) {
        return refuse("starting", error);
    }
    rte_ether_addr address{};
    if (const int error = rte_eth_macaddr_get(ethdev_id_, &address); error != 0) {
        return refuse("reading its MAC address", error);
    }
    mac_ = MacAddress::from_bytes(address.addr_bytes);
    control_tx_->set_gate(ControlTx::Gate::open);
    filters_->reapply();
    return {};
}

Result<void> Port::stop() {
    const std::lock_guard lock(device_);
    control_tx_->set_gate(ControlTx::Gate::closed);
    if (const int error = rte_eth_dev_stop(ethdev_id_); error != 0) {
        return refuse("stopping", error);
    }
    return {};
}

void Port::set_filters(std::vector<MacAddress> unicast, std::vector<MacAddress> multicast) {
    filters_->set_wanted({std::move(unicast), std::move(multicast),
                          settings_.promiscuous ? Switch::on : Switch::off});
}

}  // namespace evengate::port
