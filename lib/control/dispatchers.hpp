// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: this gateway in front of others: dispatchers, whose buckets lead to gateways that know nothing
// of it, and sprays, whose packets go to any target (rules D16, D17). Thread: control.
// Used by: services.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "admin/reroute_report.hpp"
#include "balance/bucket_planner.hpp"
#include "base/time.hpp"
#include "control/event_log.hpp"
#include "control/interface_set.hpp"
#include "control/neighbours.hpp"
#include "control/routes.hpp"
#include "control/service_layout.hpp"
#include "control/service_plane.hpp"
#include "control/service_probes.hpp"
#include "reroute/health.hpp"
#include "reroute/service_set.hpp"
#include "settings/settings.hpp"

namespace evengate::control {

// Their gateways and targets, here both called targets, have numbers behind those of services.
class Dispatchers {
 public:
    struct Parts {
        const InterfaceSet& interfaces;
        const Routes& routes;
        Neighbours& neighbours;
        EventLog& events;
        const ServicePlane& plane;
    };
    // Borrows settings and layout. Not checked: settings::check() found no fault.
    Dispatchers(const settings::Settings& settings, const Parts& parts, const ServiceLayout& layout);

    [[nodiscard]] size_t n_targets() const { return targets_.size(); }
    // Of all dispatchers.
    [[nodiscard]] uint32_t n_buckets() const { return n_buckets_; }
    // How each target is asked, by number.
    [[nodiscard]] std::vector<Probed> probes() const;
    // Units: an adjacency for each of routes.next_hops(). Once, behind the routes.
    void start(std::span<const AdjacencyIndex> next_hops, TimePoint now);

    // Of a target of ours; nth: its number less the first. Returns whether the set changes.
    bool on_finding(size_t nth, const ServiceProbes::Finding& finding, TimePoint now);
    // Returns whether the set changes.
    bool on_timers(TimePoint now);
    [[nodiscard]] TimePoint next_deadline() const;

    // Says which of the rows that add_to() adds take what. Not checked, by both: the rows of services are
    // there, and nothing behind them.
    void lay_out(reroute::ServiceSet& set) const;
    void add_to(reroute::ServiceSet& set, TimePoint now) const;
    void fill_report(admin::RerouteReport& report) const;

 private:
    struct OfTarget {
        std::string owner;  // "dispatcher out"
        std::string name;
        IpAddress address;
        settings::Health asked;
        std::optional<NeighbourKey> next_hop;
        reroute::Health health;
        AdjacencyIndex adjacency = kNoAdjacency;
        MacAddress mac{};
        uint64_t packets = 0;        // at the end of the last interval
        uint64_t packets_lately = 0;  // in it

        [[nodiscard]] bool is_up() const { return health.verdict() == reroute::Verdict::up; }
    };
    struct OfDispatcher {
        const settings::Dispatcher* configured = nullptr;
        InterfaceId interface = kNoInterface;
        size_t first_target = 0;  // into targets_
        uint32_t first_bucket = 0;
        balance::BucketPlanner planner;
        TimePoint next_interval = kNever;
    };
    struct OfSpray {
        const settings::Spray* configured = nullptr;
        size_t first_target = 0;  // into targets_
    };

    void add_target(std::string owner, std::string name, const IpAddress& address, const settings::Health& asked);
    [[nodiscard]] uint16_t number(size_t nth) const;
    void set_standing(size_t nth, TimePoint now);
    bool end_interval(OfDispatcher& dispatcher, TimePoint now);
    bool look_for_macs();
    [[nodiscard]] reroute::ServiceRow row_of(const OfDispatcher& dispatcher, TimePoint now) const;
    [[nodiscard]] reroute::ServiceRow row_of(const OfSpray& spray) const;
    [[nodiscard]] double imbalance(const OfDispatcher& dispatcher) const;

    Parts parts_;
    const ServiceLayout& layout_;
    std::vector<OfTarget> targets_;
    std::vector<OfDispatcher> dispatchers_;
    std::vector<OfSpray> sprays_;
    uint32_t n_buckets_ = 0;
    std::vector<uint64_t> bucket_counts_;  // scratch
};

}  // namespace evengate::control
