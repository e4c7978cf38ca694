// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "reroute_stage.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <string>

#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_mbuf.h>
#include <rte_ring.h>

#include "dataplane/reroute.hpp"
#include "packet/arp.hpp"
#include "properties.hpp"
#include "reroute/target_set.hpp"

namespace evengate::fuzz {
namespace {

using dataplane::Arrival;
using packet::Adjacency;
using packet::PuntReason;
using packet::SlotAction;
using reroute::TargetUse;

constexpr uint32_t kEntries = 64;
constexpr uint32_t kNextHopEntry = 2;
constexpr uint32_t kSmallEntry = 3;
constexpr uint32_t kUnresolvedEntry = 4;
constexpr uint32_t kLocalEntry = 5;
constexpr uint32_t kTunnelEntry = 6;
constexpr uint32_t kFirstPublishedEntry = 10;
constexpr uint32_t kFirstPoolEntry = 13;
constexpr uint32_t kPeerEntry = 19;
constexpr uint32_t kFirstTargetEntry = 20;
constexpr uint16_t kSlotsOfService = 64;
constexpr unsigned kPuntRing = 128;

template <class Value>
Value must(Result<Value> result) {
    require(result.ok() ? "" : "the stage can be set up");
    return std::move(result).value();
}

Adjacency towards(const MacAddress& mac, uint16_t mtu = 1500, packet::VlanIds vlans = {}) {
    Adjacency adjacency;
    adjacency.kind = packet::AdjacencyKind::forward;
    adjacency.mtu = mtu;
    adjacency.vlans = vlans;
    adjacency.destination = mac;
    adjacency.source = kRouterMac;
    return adjacency;
}

std::vector<table::L2Binding> bindings() {
    std::vector<table::L2Binding> all;
    uint16_t slot = 0;
    for (uint16_t interface = 0; interface < kInterfaces.size(); ++interface) {
        for (const MacAddress& mac : {kRouterMac, kOwnVmac, kForeignVmac}) {
            all.push_back({SlotIndex(slot++), InterfaceId(interface), mac});
        }
    }
    return all;
}
constexpr std::array kActions = {SlotAction::local, SlotAction::own, SlotAction::other,
                                 SlotAction::local, SlotAction::own, SlotAction::other,
                                 SlotAction::local, SlotAction::own, SlotAction::other};

// Second and third: each service's first target is down, draining or flushed.
TargetUse use_of(uint16_t target, size_t variant) {
    if (variant == 0 || target % 2 != 0) {
        return TargetUse::up;
    }
    constexpr std::array kUses = {TargetUse::down, TargetUse::draining, TargetUse::flushed};
    return kUses[(target + variant) % kUses.size()];
}

void add_targets(reroute::ServiceSet& set, size_t variant) {
    for (uint16_t i = 0; i < kTargets.size(); ++i) {
        const OfferedTarget& target = kTargets[i];
        const uint32_t entry = target.is_behind_peer ? kPeerEntry : kFirstTargetEntry + i;
        set.targets.push_back({.address = target_address(i),
                               .port = target.port,
                               .adjacency = table::adjacency_of(entry),
                               .use = use_of(i, variant),
                               .is_behind_member = target.is_behind_peer,
                               .weight = 1});
        const OfferedService& service = kOffered[target.service];
        if (service.rewrite == reroute::Rewrite::nat && !service.is_snat) {
            set.add_answer(target_address(i), target.port != 0 ? target.port : service.first_port, service.protocol,
                           {kPublishedAddresses[service.published], service.first_port, service.published});
        }
    }
}

// Its targets in turn; which slot is whose does not matter here.
void fill_slots(reroute::ServiceRow& row, uint16_t number, const reroute::ServiceSet& set) {
    std::vector<uint16_t> all;
    std::vector<uint16_t> own;
    for (uint16_t i = 0; i < kTargets.size(); ++i) {
        if (kTargets[i].service == number && set.targets[i].use == TargetUse::up) {
            all.push_back(i);
            if (!kTargets[i].is_behind_peer) {
                own.push_back(i);
            }
        }
    }
    for (uint16_t slot = 0; slot < kSlotsOfService; ++slot) {
        row.slots.push_back(all.empty() ? reroute::kNoTarget : all[slot % all.size()]);
        row.own_slots.push_back(own.empty() ? reroute::kNoTarget : own[slot % own.size()]);
    }
    row.n_slots = kSlotsOfService;
}

reroute::ServiceSet make_set(size_t variant) {
    reroute::ServiceSet set;
    set.key = {.k0 = 0x0123'4567'89AB'CDEF, .k1 = 42};
    for (const uint32_t address : kPublishedAddresses) {
        set.published.push_back({.address = address, .tcp = {}, .udp = {}});
    }
    for (uint16_t i = 0; i < kPoolAddresses.size(); ++i) {
        set.published.push_back({.address = kPoolAddresses[i], .pool = i, .tcp = {}, .udp = {}});
        set.pools.push_back(kPoolAddresses[i]);
    }
    add_targets(set, variant);
    for (uint16_t i = 0; i < kOffered.size(); ++i) {
        const OfferedService& offered = kOffered[i];
        reroute::PublishedRow& published = set.published[offered.published];
        (offered.protocol == packet::kIpProtocolTcp ? published.tcp : published.udp)
            .push_back({offered.first_port, offered.last_port, i});
        reroute::ServiceRow& row = set.services.emplace_back();
        row.rewrite = offered.rewrite;
        row.criterion = offered.criterion;
        row.fragments = offered.fragments;
        row.answers =
            offered.rewrite == reroute::Rewrite::nat ? reroute::AnswerWay::route : reroute::AnswerWay::direct;
        if (offered.is_snat) {
            row.answers = reroute::AnswerWay::snat;
            row.n_pools = kPoolAddresses.size();
        }
        row.mss = offered.mss;
        row.tunnel_source = kTunnelSource;
        row.sticky_s = i % 2 == 0 ? 30 : 0;
        row.chooses_least_loaded = i % 3 == 0;
        row.tells_members = true;
        fill_slots(row, i, set);
    }
    set.homes = {kNoAdjacency, table::adjacency_of(kPeerEntry)};
    set.tunnel_interfaces = {InterfaceId{0}};
    set.tunnel_sources = {{kPeerAddress, kPeerAddress}};
    set.add_member(kPeerMac);
    return set;
}

// Frames lie in memory of their size, so that a sanitizer sees a read too far, or before its headroom.
struct Buffer {
    rte_mbuf_ext_shared_info shared{};
    std::unique_ptr<uint8_t[]> memory;
    rte_mbuf* frame = nullptr;
    unsigned n_freed = 0;
};

void count_free(void*, void* buffer) {
    auto* const freed = static_cast<Buffer*>(buffer);
    ++freed->n_freed;
    freed->memory.reset();
}

void load(Buffer& buffer, const Received& received, rte_mempool& pool) {
    // No buffer is smaller than the shortest frame, and the fast path reads link headers before it asks for a length.
    const size_t size = received.headroom + std::max(received.frame.size(), packet::kMinFrameSize);
    buffer.memory = std::make_unique<uint8_t[]>(size);
    buffer.shared.free_cb = count_free;
    buffer.shared.fcb_opaque = &buffer;
    rte_mbuf_ext_refcnt_set(&buffer.shared, 1);
    rte_mbuf* const frame = rte_pktmbuf_alloc(&pool);
    if (frame == nullptr) {
        std::abort();
    }
    rte_pktmbuf_attach_extbuf(frame, buffer.memory.get(), RTE_BAD_IOVA, static_cast<uint16_t>(size), &buffer.shared);
    frame->data_off = received.headroom;
    frame->data_len = static_cast<uint16_t>(received.frame.size());
    frame->pkt_len = frame->data_len;
    std::ranges::copy(received.frame, buffer.memory.get() + received.headroom);
    buffer.frame = frame;
}

}  // namespace

struct RerouteStage::Tables {
    rte_mempool* pool = rte_pktmbuf_pool_create("fuzz", 255, 0, dataplane::kMbufPrivateSize, 0, SOCKET_ID_ANY);
    table::Rcu rcu{kWorkers};
    std::unique_ptr<const table::L2Table> l2 = must(table::L2Table::make("fuzz", bindings()));
    table::VlanMap vlans;
    table::AdjacencyTable adjacencies{rcu, kEntries};
    std::unique_ptr<table::RouteTable> routes = must(table::RouteTable::make("fuzz", {256, 64}, rcu));
    std::array<reroute::ServiceSet, kVariants> sets = {make_set(0), make_set(1), make_set(2)};
    std::unique_ptr<table::ServicePublisher> services = std::make_unique<table::ServicePublisher>(rcu);
    std::array<rte_ring*, packet::kPuntClassCount> punt_rings{};
    rte_ring* told = rte_ring_create_elem("fuzz_told", sizeof(reroute::ToldFlow), 64, SOCKET_ID_ANY,
                                          RING_F_SP_ENQ | RING_F_SC_DEQ);

    Tables() {
        require(pool != nullptr && told != nullptr ? "" : "there is memory");
        for (uint16_t i = 0; i < kInterfaces.size(); ++i) {
            vlans.set(kInterfaces[i], InterfaceId(i));
        }
        for (size_t i = 0; i < punt_rings.size(); ++i) {
            punt_rings[i] = rte_ring_create(("fuzz" + std::to_string(i)).c_str(), kPuntRing, SOCKET_ID_ANY, 0);
        }
        for (size_t i = 1; i < sets.size(); ++i) {
            for (size_t service = 0; service < kOffered.size(); ++service) {
                sets[i].services[service].previous_slots = sets[0].services[service].slots;
            }
        }
        add_routes();
    }
    ~Tables() {
        services.reset();
        std::ranges::for_each(punt_rings, rte_ring_free);
        rte_ring_free(told);
        rte_mempool_free(pool);
    }
    Tables(const Tables&) = delete;
    Tables& operator=(const Tables&) = delete;

    void add(uint32_t address, uint8_t length, uint32_t entry) {
        require(routes->add({IpAddress::v4(address), length}, entry).ok() ? "" : "there is room for the routes");
    }
    void add_routes() {
        adjacencies.set(table::kNoRouteEntry, Adjacency::punt(PuntReason::no_route, kNoInterface));
        adjacencies.set(kNextHopEntry, towards(kNextHopMac));
        adjacencies.set(kSmallEntry, towards(kNextHopMac, 576));
        adjacencies.set(kUnresolvedEntry, Adjacency::punt(PuntReason::unresolved, InterfaceId{0}));
        adjacencies.set(kLocalEntry, Adjacency::punt(PuntReason::local_address, InterfaceId{0}));
        adjacencies.set(kTunnelEntry, Adjacency::tunnel(InterfaceId{0}));
        adjacencies.set(kPeerEntry, towards(kPeerMac));
        add(0xC000'0200, 24, kNextHopEntry);  // clients
        add(kFarClients, 24, kSmallEntry);
        add(0x0A01'0000, 16, kNextHopEntry);
        add(0x0A05'0000, 16, kUnresolvedEntry);
        add(kRouterAddress, 32, kLocalEntry);
        add(kTunnelEnd, 32, kTunnelEntry);
        for (uint16_t i = 0; i < kPublishedAddresses.size(); ++i) {
            adjacencies.set(kFirstPublishedEntry + i, Adjacency::service(i, InterfaceId{0}));
            add(kPublishedAddresses[i], 32, kFirstPublishedEntry + i);
        }
        for (uint16_t i = 0; i < kPoolAddresses.size(); ++i) {
            adjacencies.set(kFirstPoolEntry + i,
                            Adjacency::service(static_cast<uint16_t>(kPublishedAddresses.size() + i), kNoInterface));
            add(kPoolAddresses[i], 32, kFirstPoolEntry + i);
        }
        for (uint16_t i = 0; i < kTargets.size(); ++i) {
            adjacencies.set(kFirstTargetEntry + i, towards(target_mac(i), kTargets[i].mtu, kTargets[i].vlans));
            add(target_address(i), 32, kFirstTargetEntry + i);
        }
    }
};

struct RerouteStage::Worker {
    struct Flows {
        std::unique_ptr<table::FlowTable> connections = must(table::FlowTable::make("fuzz", kFlows));
        std::unique_ptr<table::FlowTable> half_open = must(table::FlowTable::make("fuzz", kFlows));
        std::unique_ptr<table::FlowTable> sticky = must(table::FlowTable::make("fuzz", kFlows));
        std::unique_ptr<table::FlowTable> fragments = must(table::FlowTable::make("fuzz", kFlows));
        std::unique_ptr<table::FlowTable> sources = must(table::FlowTable::make("fuzz", kFlows));
        table::SourceTable owners{static_cast<uint32_t>(kPoolAddresses.size()) *
                                  reroute::PortSplit{.n_workers = kWorkers}.n_ports()};
        std::vector<reroute::PortPool> pools{kPoolAddresses.size(), reroute::PortPool(kPoolPorts, 1)};
    };

    Flows flows;
    dataplane::WorkerPlan plan;
    counters::WorkerCounters counters{kActions.size()};
    std::optional<dataplane::Disposal> disposal;
    std::optional<dataplane::Rerouter> rerouter;
    std::array<dataplane::TxBatch, 1> batches;

    // Not checked: workers that it is to know of are made.
    void start(uint16_t index, Tables& tables) {
        plan.index = WorkerIndex(index);
        plan.tables = {&tables.rcu, nullptr, tables.routes.get(), &tables.adjacencies, tables.services.get()};
        plan.punt_rings = tables.punt_rings;
        plan.reroute.memory.connections = flows.connections.get();
        plan.reroute.memory.half_open = flows.half_open.get();
        plan.reroute.memory.sticky = flows.sticky.get();
        plan.reroute.memory.fragments = flows.fragments.get();
        plan.reroute.sources.flows = flows.sources.get();
        plan.reroute.sources.pools = flows.pools;
        plan.reroute.sources.split = {.n_workers = kWorkers};
        plan.reroute.memory.to_members = plan.reroute.memory.from_members = tables.told;
        disposal.emplace(plan, counters);
        rerouter.emplace(plan);
    }
    [[nodiscard]] uint64_t n_dropped() const {
        return std::accumulate(counters.dropped.begin(), counters.dropped.end(), uint64_t{0},
                               [](uint64_t sum, const counters::SingleWriter& drops) { return sum + drops.get(); });
    }
};

RerouteStage::RerouteStage() : tables_(std::make_unique<Tables>()), now_tsc_(rte_get_tsc_cycles()) { begin(); }
RerouteStage::~RerouteStage() = default;

void RerouteStage::begin() {
    for (auto& worker : workers_) {
        worker = std::make_unique<Worker>();
    }
    for (uint16_t i = 0; i < kWorkers; ++i) {
        workers_[i]->plan.reroute.memory.connections_of_others = {
            workers_[(i + 1) % kWorkers]->flows.connections.get()};
        for (const auto& worker : workers_) {
            workers_[i]->plan.reroute.sources.owners.push_back(&worker->flows.owners);
            workers_[i]->plan.reroute.sources.flows_of_all.push_back(worker->flows.sources.get());
        }
        workers_[i]->start(i, *tables_);
    }
    rte_ring_reset(tables_->told);
    publish(0);
}

void RerouteStage::publish(size_t variant) {
    tables_->services->publish(std::make_unique<reroute::ServiceSet>(tables_->sets[variant]));
}

void RerouteStage::pass(uint32_t seconds) {
    now_tsc_ += seconds * rte_get_tsc_hz();
    for (const auto& worker : workers_) {
        worker->rerouter->tend(now_tsc_);
        check_bounds(*worker);
    }
}

std::span<const StageOutcome> RerouteStage::take(uint16_t index, std::span<const Received> burst) {
    Worker& worker = *workers_[index];
    const uint64_t n_dropped_before = worker.n_dropped();
    std::array<Buffer, dataplane::kBurstSize> buffers;
    dataplane::Routable routable;
    const Arrival arrival{tables_->vlans, *tables_->l2, kActions.data(), now_tsc_};
    for (size_t i = 0; i < burst.size(); ++i) {
        load(buffers[i], burst[i], *tables_->pool);
    }
    unsigned n_routable = 0;
    for (size_t i = 0; i < burst.size(); ++i) {
        if (dataplane::try_classify_plain<dataplane::Tagging::vlan>(buffers[i].frame, arrival, worker.counters,
                                                                    routable, n_routable)) {
            ++n_routable;
            continue;
        }
        routable.size = n_routable;
        dataplane::classify_fully(buffers[i].frame, arrival, worker.counters, *worker.disposal, routable);
        n_routable = routable.size;
    }
    routable.size = n_routable;
    dataplane::Egress egress{*tables_->routes, tables_->adjacencies, worker.batches, worker.counters,
                             *worker.disposal};
    egress.routes.find_bulk(routable.destinations.data(), routable.entries.data(), routable.size);
    worker.rerouter->take<dataplane::Tagging::vlan>(routable, arrival, egress);
    dataplane::forward_all<dataplane::Tagging::vlan>(routable, arrival, egress);

    size_t n_left = 0;
    const auto note = [&](rte_mbuf* frame, Fate fate, PuntReason reason) {
        const auto* const found = std::ranges::find(buffers, frame, &Buffer::frame);
        require(found != buffers.end() && found->n_freed == 0 ? "" : "what leaves came in, and was not freed");
        const auto* const start = rte_pktmbuf_mtod(frame, const uint8_t*);
        StageOutcome& outcome = outcomes_[static_cast<size_t>(found - buffers.begin())];
        require(outcome.fate == Fate::drop ? "" : "a frame leaves once");
        outcome = {fate, reason, {start, start + frame->data_len}};
        ++n_left;
        rte_pktmbuf_free(frame);
    };
    std::ranges::fill(outcomes_, StageOutcome{});
    dataplane::TxBatch& sent = worker.batches[0];
    std::for_each_n(sent.frames.begin(), sent.size, [&](rte_mbuf* frame) { note(frame, Fate::forward, {}); });
    sent.size = 0;
    for (rte_ring* const ring : tables_->punt_rings) {
        void* frame = nullptr;
        while (rte_ring_dequeue(ring, &frame) == 0) {
            auto* const punted = static_cast<rte_mbuf*>(frame);
            const dataplane::PuntTag tag = dataplane::punt_tag(punted);
            require(tag.payload_offset < punted->data_len ? "" : "the payload of a punted frame is within it");
            note(punted, Fate::punt, tag.reason);
        }
    }
    require(n_left + worker.n_dropped() - n_dropped_before == burst.size()
                ? ""
                : "each frame is sent, punted or dropped, once");
    require(std::ranges::count(buffers, 1U, &Buffer::n_freed) == static_cast<std::ptrdiff_t>(burst.size()) &&
                    rte_mempool_in_use_count(tables_->pool) == 0
                ? ""
                : "each buffer is freed, once");
    check_bounds(worker);
    return std::span(outcomes_).first(burst.size());
}

void RerouteStage::check_bounds(Worker& worker) {
    const auto check = [](const table::FlowTable& table) {
        uint32_t n_flows = 0;
        for (uint32_t bucket = 0; bucket < table.n_buckets(); ++bucket) {
            table.peek_bucket(bucket, [&n_flows](const table::FlowKey&, const table::FlowFacts& facts) {
                require(facts.target < kTargets.size() ? "" : "a flow's target is one, or a published address");
                ++n_flows;
            });
        }
        require(n_flows == table.size() && n_flows <= table.capacity() ? "" : "a table has as many flows as it may");
    };
    for (const auto& table :
         {&worker.flows.connections, &worker.flows.half_open, &worker.flows.sticky, &worker.flows.fragments}) {
        check(**table);
    }
    check(*worker.flows.sources);
    const uint64_t n_taken = std::accumulate(
        worker.flows.pools.begin(), worker.flows.pools.end(), uint64_t{0},
        [](uint64_t sum, const reroute::PortPool& pool) { return sum + pool.n_places() - pool.n_free(); });
    require(n_taken == worker.flows.sources->size() ? "" : "each port that is taken is a connection's");
    uint64_t n_counted = 0;
    uint64_t n_here = 0;
    for (uint16_t i = 0; i < kTargets.size(); ++i) {
        const counters::TargetCell& cell = worker.rerouter->counters().target(i);
        n_counted += cell.live.get();
    }
    const table::FlowTable& connections = *worker.flows.connections;
    for (uint32_t bucket = 0; bucket < connections.n_buckets(); ++bucket) {
        connections.peek_bucket(bucket, [&n_here](const table::FlowKey&, const table::FlowFacts& facts) {
            n_here += (facts.state & dataplane::kElsewhere) == 0 ? 1 : 0;
        });
    }
    require(n_counted == n_here ? "" : "what is live here is in the table");
}

void start_dpdk() {
    static const bool is_started = [] {
        std::array<const char*, 12> arguments = {"fuzz",           "--no-huge", "--no-pci", "--no-shconf",
                                                 "--no-telemetry", "-m",        "64",       "--log-level",
                                                 "error",          "--lcores",  "0",        nullptr};
        return rte_eal_init(static_cast<int>(arguments.size()) - 1, const_cast<char**>(arguments.data())) >= 0;
    }();
    require(is_started ? "" : "DPDK starts with ordinary memory");
}

}  // namespace evengate::fuzz
