// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what control needs of the workers that reroute, as an interface; the app implements it over
// their tables, tests over memory. Thread: control. Used by: services, app, tests.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "admin/reroute_report.hpp"
#include "reroute/service_set.hpp"
#include "reroute/told_flow.hpp"

namespace evengate::control {

// Of one target, summed over all workers; all but live only grow.
struct TargetCounts {
    uint64_t packets = 0;
    uint64_t bytes = 0;
    uint64_t opened = 0;  // connections that began here
    uint64_t live = 0;    // in a table now, also what came from other members
};

class ServicePlane {
 public:
    virtual ~ServicePlane() = default;

    // Puts the set in force for all workers.
    virtual void publish(std::unique_ptr<reroute::ServiceSet> set) = 0;
    // How many connections members other than this one have with a target.
    virtual void set_live_elsewhere(uint16_t target, uint32_t n_connections) = 0;

    [[nodiscard]] virtual TargetCounts counts(uint16_t target) const = 0;
    // Packets of a dispatcher's bucket.
    [[nodiscard]] virtual uint64_t bucket_packets(size_t bucket) const = 0;

    // Flows that members should know, as many as there are and fit; returns how many.
    virtual size_t take_told(std::span<reroute::ToldFlow> flows) = 0;
    // A flow that a member told. Lost where no worker has room.
    virtual void teach(const reroute::ToldFlow& flow) = 0;

    // Where a flow is in a table now. Cost: a look-up for each worker.
    [[nodiscard]] virtual std::optional<reroute::ToldFlow> find(const reroute::ToldFlow& flow,
                                                                uint64_t hash) const = 0;
    // Calls visit(flow, seconds since its last packet) for flows of the workers' tables until it
    // returns false. Cost: the tables.
    using Visit = std::function<bool(const reroute::ToldFlow&, uint32_t)>;
    virtual void for_each_flow(const Visit& visit) const = 0;

    // Whose connection has this port of a pool as its source; nothing: nobody's.
    [[nodiscard]] virtual std::optional<reroute::ToldFlow> find_source(uint16_t pool, uint16_t port) const = 0;

    // Fills events and tables of a report.
    virtual void describe(admin::RerouteReport& report) const = 0;
};

}  // namespace evengate::control
