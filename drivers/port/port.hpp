// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: one Ethernet port: brought up, restarted, asked about, taken down.
// Thread: control, but where a function says otherwise. Used by: app.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "admin/report.hpp"
#include "base/ids.hpp"
#include "base/mac_address.hpp"
#include "base/result.hpp"
#include "port/control_tx.hpp"
#include "port/driver_traits.hpp"
#include "port/link_state.hpp"
#include "port/mac_filters.hpp"
#include "port/queue_plan.hpp"
#include "settings/settings.hpp"

struct rte_mempool;

namespace evengate::port {

// What may be promised of all frames that are ever sent.
enum class TxBuffers : uint8_t {
    any,
    one_pool_unshared,  // all from PortNeeds::pool, none referenced twice: drivers may free in bulk
};

struct PortNeeds {
    uint16_t n_workers = 1;
    rte_mempool* pool = nullptr;  // for received frames; outlives the port
    TxBuffers tx_buffers = TxBuffers::one_pool_unshared;
};

class Port {
 public:
    // Finds, configures and starts the port. What the device has less of than configured is taken
    // as it is and said in warnings(). Thread: start-up. Cost: up to seconds. Fails: no device, an
    // MTU that does not fit, or the driver refuses; the message says what mends it.
    static Result<std::unique_ptr<Port>> bring_up(const settings::Port& settings, PortIndex index,
                                                  const PortNeeds& needs);

    // Stops and closes the port; a device that bring_up() probed is removed.
    // Thread: when no worker uses the port any more.
    ~Port();
    Port(const Port&) = delete;
    Port& operator=(const Port&) = delete;

    [[nodiscard]] PortIndex index() const { return index_; }
    [[nodiscard]] const std::string& name() const { return settings_.name; }
    [[nodiscard]] uint16_t ethdev_id() const { return ethdev_id_; }
    [[nodiscard]] MacAddress mac() const { return mac_; }
    [[nodiscard]] const PortQueues& queues() const { return queues_; }
    // The kernel's interface index behind the port, in the namespace of start-up; 0 = there is
    // none.
    [[nodiscard]] unsigned kernel_interface() const { return kernel_interface_; }
    [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }
    [[nodiscard]] ControlTx& control_tx() { return *control_tx_; }

    // Stops, or starts again; MAC filters and groups are programmed again by their own thread.
    // Thread: control, while no worker polls the port. Fails: the driver's reason.
    Result<void> stop();
    Result<void> start();

    // The link as the driver sees it; nothing while another thread programs the device.
    // Not true for kernel-backed ports: see LinkMonitor.
    [[nodiscard]] std::optional<LinkState> try_read_link();

    // What the port should receive from now on; the promiscuous wish of the configuration is added.
    // Returns at once: see MacFilters. Thread: any.
    void set_filters(std::vector<MacAddress> unicast, std::vector<MacAddress> multicast);
    [[nodiscard]] MacFilters::Snapshot filters() const { return filters_->snapshot(); }

    // Fills what the device knows; while another thread programs it, the figures of last time.
    // link_up is the driver's view: LinkMonitor's replaces it. Cost: some device calls, no waiting.
    void fill_report(admin::PortReport& report);

    // Packets since start, or since clear_stats().
    struct Totals {
        uint64_t received = 0;
        uint64_t missed = 0;  // no room in the queues, or no buffer
    };
    // Cost: a device call; 0 while it cannot say.
    [[nodiscard]] Totals totals() const;

    // Sets the device's counters to 0. Fails: the driver cannot, or is busy with filters.
    Result<void> clear_stats();

 private:
    Port(const settings::Port& settings, PortIndex index, uint16_t ethdev_id);

    Result<void> configure(const PortNeeds& needs);
    Result<void> set_up_queues(const PortNeeds& needs);
    Result<void> set_mtu();
    Result<void> refuse(std::string_view step, int error) const;
    void warn(std::string text);
    void report_filters(admin::PortReport& report) const;
    void read_device(admin::PortReport& report) const;

    const settings::Port settings_;
    const PortIndex index_;
    const uint16_t ethdev_id_;
    DriverTraits traits_;
    std::string driver_;
    MacAddress mac_;
    unsigned kernel_interface_ = 0;
    bool probed_here_ = false;
    PortQueues queues_;
    uint64_t tx_offloads_ = 0;
    uint64_t rss_functions_ = 0;
    std::vector<std::string> warnings_;
    std::unique_ptr<ControlTx> control_tx_;

    // ethdev's control calls must not overlap on one port. Held for one call at a time by the
    // thread that programs filters; control only tries it, but in start() and stop().
    std::mutex device_;
    admin::PortReport last_report_;
    std::unique_ptr<MacFilters> filters_;  // its thread uses device_
};

}  // namespace evengate::port
