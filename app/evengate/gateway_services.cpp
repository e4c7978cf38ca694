// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "evengate/gateway_services.hpp"

#include <algorithm>
#include <numeric>

#include <rte_cycles.h>
#include <rte_random.h>
#include <rte_ring_elem.h>

#include "balance/slices.hpp"

namespace evengate {
namespace {

constexpr unsigned kToldFlows = 4096;
constexpr uint32_t kFragments = 4096;  // datagrams on their way in pieces

uint32_t now_s() { return static_cast<uint32_t>(rte_get_tsc_cycles() / rte_get_tsc_hz()) & table::kSecondsMask; }

}  // namespace

void GatewayServices::FreeRing::operator()(rte_ring* ring) const { rte_ring_free(ring); }
GatewayServices::~GatewayServices() = default;

Result<GatewayServices::OfWorker> GatewayServices::make_memory(const settings::Settings& settings,
                                                               const std::string& name) {
    OfWorker memory;
    const auto make_table = [&](const char* what, uint32_t capacity, std::unique_ptr<table::FlowTable>& table) {
        auto made = table::FlowTable::make(name + what, capacity);
        if (made) {
            table = std::move(made).value();
        }
        return made.ok() ? Result<void>() : Result<void>(made.error());
    };
    const settings::Rerouting& sizes = settings.rerouting;
    for (const Result<void>& made : {make_table("_c", sizes.n_connections, memory.connections),
                                     make_table("_h", sizes.n_half_open, memory.half_open),
                                     make_table("_s", sizes.n_half_open, memory.sticky),
                                     make_table("_f", kFragments, memory.fragments)}) {
        if (!made) {
            return Error{made.error().message + "; lower rerouting.connections or raise appliance.memory"};
        }
    }
    for (auto& [ring, suffix] : {std::pair(&memory.to_members, "_t"), std::pair(&memory.from_members, "_l")}) {
        ring->reset(rte_ring_create_elem((name + suffix).c_str(), sizeof(reroute::ToldFlow), kToldFlows,
                                         SOCKET_ID_ANY, RING_F_SP_ENQ | RING_F_SC_DEQ));
        if (!*ring) {
            return Error{"no memory for the ring " + name + suffix};
        }
    }
    return memory;
}

// Room for a connection of each port, so that the pools are what is full first.
Result<void> GatewayServices::make_pools(const settings::Settings& settings, const std::string& name,
                                         OfWorker& memory) const {
    const size_t n_pools = settings::pool_addresses(settings).size();
    if (n_pools == 0) {
        return {};
    }
    const auto n_sources = static_cast<uint32_t>(n_pools * split_.n_ports());
    auto made = table::FlowTable::make(name + "_n", n_sources);
    if (!made) {
        return Error{made.error().message + "; give services fewer addresses in snat or raise appliance.memory"};
    }
    memory.source_flows = std::move(made).value();
    memory.source_owners = std::make_unique<table::SourceTable>(n_sources);
    for (size_t pool = 0; pool < n_pools; ++pool) {
        memory.pools.emplace_back(split_.n_ports(), rte_rand());
    }
    return {};
}

Result<std::unique_ptr<GatewayServices>> GatewayServices::make(const settings::Settings& settings,
                                                               uint16_t n_workers, table::Rcu& rcu) {
    std::unique_ptr<GatewayServices> services(new GatewayServices(rcu));
    services->idle_.half_open_s = settings::to_seconds(settings.rerouting.half_open);
    services->idle_.closing_s = settings::to_seconds(settings.rerouting.closing);
    for (const settings::Dispatcher& dispatcher : settings.dispatchers) {
        services->n_buckets_ += dispatcher.n_buckets;
    }
    services->n_buckets_ += settings.rerouting.hand_on ? balance::SlicePlanner::kSlices : 0;
    services->split_ = {.n_workers = n_workers};
    for (uint16_t worker = 0; worker < n_workers; ++worker) {
        const std::string name = settings.appliance.name + "_r" + std::to_string(worker);
        auto memory = make_memory(settings, name);
        if (!memory) {
            return memory.error();
        }
        if (const auto made = services->make_pools(settings, name, memory.value()); !made) {
            return made.error();
        }
        services->workers_.push_back(std::move(memory).value());
    }
    return services;
}

dataplane::ReroutePlan GatewayServices::plan(WorkerIndex worker) {
    OfWorker& own = workers_[worker.value];
    dataplane::ReroutePlan plan{.memory = {.connections = own.connections.get(),
                                           .half_open = own.half_open.get(),
                                           .sticky = own.sticky.get(),
                                           .fragments = own.fragments.get(),
                                           .connections_of_others = {},
                                           .to_members = own.to_members.get(),
                                           .from_members = own.from_members.get()},
                                .sources = {.flows = own.source_flows.get(),
                                            .pools = own.pools,
                                            .split = split_,
                                            .owners = {},
                                            .flows_of_all = {}},
                                .idle = idle_,
                                .n_buckets = n_buckets_};
    for (const OfWorker& other : workers_) {
        if (&other != &own) {
            plan.memory.connections_of_others.push_back(other.connections.get());
        }
        plan.sources.owners.push_back(other.source_owners.get());
        plan.sources.flows_of_all.push_back(other.source_flows.get());
    }
    return plan;
}

void GatewayServices::publish(std::unique_ptr<reroute::ServiceSet> set) {
    ++n_publications_;
    publisher_.publish(std::move(set));
}

void GatewayServices::set_live_elsewhere(uint16_t target, uint32_t n_connections) {
    publisher_.set_live_elsewhere(target, n_connections);
}

control::TargetCounts GatewayServices::counts(uint16_t target) const {
    control::TargetCounts sum;
    for (const counters::RerouteCounters* const counters : counters_) {
        const counters::TargetCell& cell = counters->target(target);
        sum.packets += cell.packets.get();
        sum.bytes += cell.bytes.get();
        sum.opened += cell.opened.get();
        sum.live += cell.live.get();
    }
    return sum;
}

uint64_t GatewayServices::bucket_packets(size_t bucket) const {
    return std::accumulate(counters_.begin(), counters_.end(), uint64_t{0},
                           [bucket](uint64_t sum, const counters::RerouteCounters* counters) {
                               return sum + counters->bucket(bucket).get();
                           });
}

size_t GatewayServices::take_told(std::span<reroute::ToldFlow> flows) {
    size_t n_taken = 0;
    for (const OfWorker& worker : workers_) {
        n_taken += rte_ring_dequeue_burst_elem(worker.to_members.get(), flows.data() + n_taken,
                                               sizeof(reroute::ToldFlow),
                                               static_cast<unsigned>(flows.size() - n_taken), nullptr);
    }
    return n_taken;
}

// Any worker will do: the others find it there.
void GatewayServices::teach(const reroute::ToldFlow& flow) {
    rte_ring* const ring = workers_[next_taught_++ % workers_.size()].from_members.get();
    reroute::ToldFlow copy = flow;
    static_cast<void>(rte_ring_enqueue_elem(ring, &copy, sizeof copy));
}

std::optional<reroute::ToldFlow> GatewayServices::find(const reroute::ToldFlow& flow, uint64_t hash) const {
    for (const OfWorker& worker : workers_) {
        for (const table::FlowTable* const table : {worker.connections.get(), worker.half_open.get()}) {
            if (const auto facts = table->peek(hash, {flow.ends, flow.kind})) {
                reroute::ToldFlow found = flow;
                found.target = facts->target;
                found.state = facts->state;
                return found;
            }
        }
    }
    return std::nullopt;
}

void GatewayServices::for_each_flow(const Visit& visit) const {
    const uint32_t now = now_s();
    for (const OfWorker& worker : workers_) {
        for (const table::FlowTable* const table : {worker.connections.get(), worker.half_open.get()}) {
            for (uint32_t bucket = 0; bucket < table->n_buckets(); ++bucket) {
                bool goes_on = true;
                table->peek_bucket(bucket, [&](const table::FlowKey& key, const table::FlowFacts& facts) {
                    goes_on = goes_on && visit({.ends = key.ends, .kind = key.kind, .target = facts.target,
                                                .state = facts.state},
                                               table::seconds_since(facts.seen_s, now));
                });
                if (!goes_on) {
                    return;
                }
            }
        }
    }
}

std::optional<reroute::ToldFlow> GatewayServices::find_source(uint16_t pool, uint16_t port) const {
    const uint32_t worker = split_.worker_of(port);
    if (worker >= workers_.size() || workers_[worker].source_owners == nullptr) {
        return std::nullopt;
    }
    const auto owner = workers_[worker].source_owners->peek(split_.source(pool, port - split_.first(worker)));
    if (!owner) {
        return std::nullopt;
    }
    return reroute::ToldFlow{.ends = owner->key.ends, .kind = owner->key.kind, .target = owner->target};
}

void GatewayServices::describe(admin::RerouteReport& report) const {
    report.publications = n_publications_;
    for (const std::string_view name : counters::kRerouteEventNames) {
        report.events.push_back({std::string(name), 0});
    }
    for (const OfWorker& worker : workers_) {
        report.connection_room += worker.connections->capacity();
        report.source_room += worker.pools.size() * split_.n_ports();
    }
    for (const counters::RerouteCounters* const counters : counters_) {
        report.n_connections += counters->n_connections.get();
        report.n_half_open += counters->n_half_open.get();
        report.n_sources += counters->n_sources.get();
        for (size_t event = 0; event < counters::kRerouteEventCount; ++event) {
            report.events[event].count += counters->events[event].get();
        }
    }
}

}  // namespace evengate
