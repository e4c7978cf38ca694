// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
//
// What: what the workers of one gateway need to reroute: the published set, their flow tables, and
// the rings by which flows are told; and what control reads of them.
// Thread: control; the parts in plans also workers. Used by: gateway, worker_set.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "control/service_plane.hpp"
#include "counters/reroute_counters.hpp"
#include "dataplane/worker_plan.hpp"
#include "reroute/port_pool.hpp"
#include "settings/settings.hpp"
#include "table/flow_table.hpp"
#include "table/service_publisher.hpp"
#include "table/source_table.hpp"

namespace evengate {

class GatewayServices final : public control::ServicePlane {
 public:
    // Fails: no DPDK memory. Owns: nothing of rcu, which must outlive it.
    static Result<std::unique_ptr<GatewayServices>> make(const settings::Settings& settings, uint16_t n_workers,
                                                         table::Rcu& rcu);
    ~GatewayServices() override;

    [[nodiscard]] const table::ServicePublisher& publisher() const { return publisher_; }
    [[nodiscard]] dataplane::ReroutePlan plan(WorkerIndex worker);
    // Once the workers are there; they outlive the last call.
    void attach(std::vector<const counters::RerouteCounters*> counters) { counters_ = std::move(counters); }

    void publish(std::unique_ptr<reroute::ServiceSet> set) override;
    void set_live_elsewhere(uint16_t target, uint32_t n_connections) override;
    [[nodiscard]] control::TargetCounts counts(uint16_t target) const override;
    [[nodiscard]] uint64_t bucket_packets(size_t bucket) const override;
    size_t take_told(std::span<reroute::ToldFlow> flows) override;
    void teach(const reroute::ToldFlow& flow) override;
    [[nodiscard]] std::optional<reroute::ToldFlow> find(const reroute::ToldFlow& flow, uint64_t hash) const override;
    void for_each_flow(const Visit& visit) const override;
    [[nodiscard]] std::optional<reroute::ToldFlow> find_source(uint16_t pool, uint16_t port) const override;
    void describe(admin::RerouteReport& report) const override;

 private:
    struct FreeRing {
        void operator()(rte_ring* ring) const;
    };
    struct OfWorker {
        std::unique_ptr<table::FlowTable> connections;
        std::unique_ptr<table::FlowTable> half_open;
        std::unique_ptr<table::FlowTable> sticky;
        std::unique_ptr<table::FlowTable> fragments;
        std::unique_ptr<table::FlowTable> source_flows;  // without pools: nullptr
        std::unique_ptr<table::SourceTable> source_owners;
        std::vector<reroute::PortPool> pools;
        std::unique_ptr<rte_ring, FreeRing> to_members;
        std::unique_ptr<rte_ring, FreeRing> from_members;
    };

    explicit GatewayServices(table::Rcu& rcu) : publisher_(rcu) {}
    static Result<OfWorker> make_memory(const settings::Settings& settings, const std::string& name);
    Result<void> make_pools(const settings::Settings& settings, const std::string& name, OfWorker& memory) const;

    table::ServicePublisher publisher_;
    std::vector<OfWorker> workers_;
    std::vector<const counters::RerouteCounters*> counters_;
    reroute::IdleTimes idle_;
    reroute::PortSplit split_;
    size_t n_buckets_ = 0;
    uint64_t n_publications_ = 0;
    size_t next_taught_ = 0;
};

}  // namespace evengate
