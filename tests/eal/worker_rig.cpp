// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "worker_rig.hpp"

#include <algorithm>
#include <numeric>
#include <string>

#include "catch.hpp"

namespace evengate::test {
namespace {

using packet::Adjacency;
using packet::DropReason;
using packet::PuntReason;

constexpr uint32_t kEntries = 64;
constexpr uint16_t kInterfaceCount = fuzz::kInterfaces.size();

IpPrefix prefix(uint32_t address, uint8_t length) {
    return {IpAddress::v4(address), length};
}

Adjacency forward_to(PortIndex port, packet::VlanIds vlans, uint16_t mtu) {
    Adjacency adjacency;
    adjacency.kind = packet::AdjacencyKind::forward;
    adjacency.port = port;
    adjacency.mtu = mtu;
    adjacency.vlans = vlans;
    adjacency.destination = fuzz::kNextHopMac;
    adjacency.source = fuzz::kRouterMac;
    return adjacency;
}

std::vector<table::L2Binding> usual_bindings() {
    std::vector<table::L2Binding> bindings;
    for (uint16_t interface = 0; interface < kInterfaceCount; ++interface) {
        for (size_t mac = 0; mac < kMacs.size(); ++mac) {
            bindings.push_back({slot_of(interface, mac), InterfaceId(interface), kMacs[mac]});
        }
    }
    return bindings;
}

Bytes copy_and_free(rte_mbuf* frame) {
    const std::span<const uint8_t> bytes = bytes_of(frame);
    Bytes copy(bytes.begin(), bytes.end());
    rte_pktmbuf_free(frame);
    return copy;
}

uint64_t sum_of_drops(const counters::WorkerCounters& counters) {
    return std::accumulate(
        counters.dropped.begin(), counters.dropped.end(), uint64_t{0},
        [](uint64_t sum, const counters::SingleWriter& drops) { return sum + drops.get(); });
}

}  // namespace

WorkerRig::WorkerRig(RigSize size)
    : pool_(8191, RTE_MBUF_DEFAULT_BUF_SIZE, dataplane::kMbufPrivateSize),
      vlans_(2),
      rcu_(size.n_workers),
      adjacencies_(rcu_, kEntries),
      control_ring_(std::make_unique<TestRing>("rig_control", 64)),
      hand_over_ring_(std::make_unique<TestRing>("rig_hand_over", 64)) {
    ports_.push_back(
        std::make_unique<RingPort>("rig_in", RingPort::Size{size.n_workers, 1, size.n_tx_frames}));
    ports_.push_back(std::make_unique<RingPort>(
        "rig_out", RingPort::Size{1, size.n_out_queues, size.n_tx_frames}));
    for (const auto& port : ports_) {
        REQUIRE(port->start(pool_.get()));
    }
    for (uint16_t i = 0; i < kInterfaceCount; ++i) {
        if (i == 0 || size.tagging == dataplane::Tagging::vlan) {
            vlans_[kInPort.value].set(fuzz::kInterfaces[i], InterfaceId(i));
        }
    }
    make_tables();
    make_flows(size);
    for (uint16_t i = 0; i < size.n_workers; ++i) {
        make_worker(WorkerIndex(i), size);
    }
}

WorkerRig::~WorkerRig() {
    for (uint16_t i = 0; i < workers_.size(); ++i) {
        check_counted_once(i);
    }
    workers_.clear();
    ports_.clear();
    punt_rings_.clear();
    control_ring_.reset();
    hand_over_ring_.reset();
    CHECK(pool_.n_in_use() == 0);
}

void WorkerRig::make_tables() {
    auto l2 = table::L2Table::make("rig_mac", usual_bindings());
    REQUIRE(l2.ok());
    generations_ = std::make_unique<table::GenerationPublisher>(
        rcu_, static_cast<uint16_t>(kInterfaceCount * kMacs.size()), std::move(l2).value());
    generations_->publish(usual_actions(), table::kUnlimitedLease);

    adjacencies_.set(table::kNoRouteEntry, Adjacency::punt(PuntReason::no_route, kNoInterface));
    adjacencies_.set(entry::untagged, forward_to(kOutPort, fuzz::kInterfaces[0], kMtu));
    adjacencies_.set(entry::tagged, forward_to(kOutPort, fuzz::kInterfaces[1], kMtu));
    adjacencies_.set(entry::stacked, forward_to(kOutPort, fuzz::kInterfaces[2], kMtu));
    adjacencies_.set(entry::small_mtu, forward_to(kOutPort, fuzz::kInterfaces[0], kSmallMtu));
    adjacencies_.set(entry::unresolved, Adjacency::punt(PuntReason::unresolved, InterfaceId{0}));
    adjacencies_.set(entry::link_down, Adjacency::drop(DropReason::egress_link_down));
    adjacencies_.set(entry::local, Adjacency::punt(PuntReason::local_address, InterfaceId{0}));
    adjacencies_.set(entry::invalid, Adjacency::drop(DropReason::ipv4_destination_invalid));
    adjacencies_.set(entry::back, forward_to(kInPort, fuzz::kInterfaces[0], kMtu));

    auto routes = table::RouteTable::make("rig_routes", {1024, 64}, rcu_);
    REQUIRE(routes.ok());
    routes_ = std::move(routes).value();
    for (uint32_t i = 1; i <= 7; ++i) {
        REQUIRE(routes_->add(prefix(0x0A00'0000 | i << 16, 16), entry::untagged + i - 1).ok());
    }
    REQUIRE(routes_->add(prefix(0x0A09'0000, 16), entry::back).ok());
    REQUIRE(routes_->add(prefix(fuzz::kRouterAddress, 32), entry::local).ok());
    REQUIRE(routes_->add(prefix(fuzz::kVipAddress, 32), entry::local).ok());
    REQUIRE(routes_->add(prefix(0, 8), entry::invalid).ok());
    REQUIRE(routes_->add(prefix(0x7F00'0000, 8), entry::invalid).ok());
    REQUIRE(routes_->add(prefix(0xE000'0000, 3), entry::invalid).ok());
}

void WorkerRig::make_flows(const RigSize& size) {
    if (size.n_flows == 0) {
        return;
    }
    services_ = std::make_unique<table::ServicePublisher>(rcu_);
    const auto make = [&size] {
        auto table = table::FlowTable::make("rig_flows", size.n_flows);
        REQUIRE(table.ok());
        return std::move(table).value();
    };
    const reroute::PortSplit split{.n_workers = size.n_workers};
    for (uint16_t i = 0; i < size.n_workers; ++i) {
        Flows& flows = flows_.emplace_back(Flows{make(), make(), make(), make(), make(), nullptr, {}});
        flows.source_owners = std::make_unique<table::SourceTable>(kPools * split.n_ports());
        for (uint16_t pool = 0; pool < kPools; ++pool) {
            flows.pools.emplace_back(size.n_pool_ports / size.n_workers, pool + 1);
        }
    }
}

dataplane::ReroutePlan WorkerRig::reroute_plan(uint16_t worker, const RigSize& size) {
    Flows& own = flows_[worker];
    dataplane::ReroutePlan plan;
    plan.idle = size.idle;
    plan.n_buckets = size.n_buckets;
    plan.memory = {own.connections.get(), own.half_open.get(), own.sticky.get(), own.fragments.get(), {}};
    plan.sources = {own.source_flows.get(), own.pools, {.n_workers = size.n_workers}, {}, {}};
    for (const Flows& others : flows_) {
        if (&others != &own) {
            plan.memory.connections_of_others.push_back(others.connections.get());
        }
        plan.sources.owners.push_back(others.source_owners.get());
        plan.sources.flows_of_all.push_back(others.source_flows.get());
    }
    return plan;
}

void WorkerRig::make_worker(WorkerIndex index, const RigSize& size) {
    dataplane::WorkerPlan plan;
    plan.index = index;
    plan.tables = {&rcu_, generations_.get(), routes_.get(), &adjacencies_};
    plan.rx = {{ports_[kInPort.value]->ethdev(), index.value, &vlans_[kInPort.value]}};
    plan.tx.resize(2);
    plan.tx[kInPort.value].ethdev = ports_[kInPort.value]->ethdev();
    plan.tx[kOutPort.value].ethdev = ports_[kOutPort.value]->ethdev();
    if (index.value < size.n_out_queues) {
        plan.tx[kOutPort.value].queue = index.value;
    } else {
        plan.tx[kOutPort.value].handed_over = hand_over_ring_->get();
    }
    if (index.value == 0) {
        plan.tx[kOutPort.value].control = control_ring_->get();
        plan.tx[kOutPort.value].taken_over = hand_over_ring_->get();
    }
    for (size_t c = 0; c < packet::kPuntClassCount; ++c) {
        const std::string name = "rig_punt" + std::to_string(index.value) + "_" + std::to_string(c);
        punt_rings_.push_back(std::make_unique<TestRing>(name, size.n_punted_frames));
        plan.punt_rings[c] = punt_rings_.back()->get();
    }
    plan.n_slots = generations_->n_slots();
    plan.tagging = size.tagging;
    if (services_) {
        plan.tables.services = services_.get();
        plan.reroute = reroute_plan(index.value, size);
    }
    workers_.push_back(std::make_unique<dataplane::Worker>(std::move(plan)));
}

// The equations of worker_counters.hpp.
void WorkerRig::check_counted_once(uint16_t worker) {
    CAPTURE(worker);
    const counters::WorkerCounters& counters = workers_[worker]->counters();
    CHECK(counters.received.get() + counters.taken_over.get() ==
          counters.forwarded.get() + counters.punted.get() + counters.handed_over.get() +
              sum_of_drops(counters));
    uint64_t accepted = 0;
    uint64_t limited = 0;
    uint64_t ring_full = 0;
    for (const counters::PuntCell& cell : counters.punts) {
        accepted += cell.accepted.get();
        limited += cell.limited.get();
        ring_full += cell.ring_full.get();
    }
    CHECK(counters.punted.get() == accepted);
    CHECK(n_dropped(DropReason::punt_limited, worker) == limited);
    CHECK(n_dropped(DropReason::punt_ring_full, worker) == ring_full);
}

const TestRing& WorkerRig::sent(PortIndex port) const {
    return ports_[port.value]->from_port();
}

std::vector<packet::SlotAction> WorkerRig::usual_actions() {
    std::vector<packet::SlotAction> actions(kInterfaceCount * kActions.size());
    for (size_t slot = 0; slot < actions.size(); ++slot) {
        actions[slot] = kActions[slot % kActions.size()];
    }
    return actions;
}

void WorkerRig::receive(std::span<const uint8_t> bytes, uint16_t queue) {
    receive_buffer(pool_.make_frame(bytes), queue);
}

void WorkerRig::receive_buffer(rte_mbuf* frame, uint16_t queue) {
    if (!ports_[kInPort.value]->to_port(queue).put(frame)) {
        rte_pktmbuf_free(frame);
        FAIL("more frames at once than the rig has room for");
    }
}

std::optional<Bytes> WorkerRig::forward(std::span<const uint8_t> bytes) {
    receive(bytes);
    poll();
    return take_sent();
}

std::optional<Punted> WorkerRig::punt(std::span<const uint8_t> bytes) {
    receive(bytes);
    poll();
    for (size_t c = 0; c < packet::kPuntClassCount; ++c) {
        if (auto punted = take_punted(static_cast<packet::PuntClass>(c))) {
            CHECK(packet::punt_class(punted->tag.reason) == static_cast<packet::PuntClass>(c));
            return punted;
        }
    }
    return std::nullopt;
}

std::optional<DropReason> WorkerRig::drop(std::span<const uint8_t> bytes) {
    std::array<uint64_t, packet::kDropReasonCount> before{};
    for (size_t i = 0; i < before.size(); ++i) {
        before[i] = n_dropped(static_cast<DropReason>(i));
    }
    receive(bytes);
    poll();
    std::optional<DropReason> found;
    for (size_t i = 0; i < before.size(); ++i) {
        const uint64_t n_more = n_dropped(static_cast<DropReason>(i)) - before[i];
        if (n_more != 0) {
            CHECK(n_more == 1);
            CHECK_FALSE(found.has_value());
            found = static_cast<DropReason>(i);
        }
    }
    return found;
}

std::optional<Bytes> WorkerRig::take_sent(PortIndex port) {
    rte_mbuf* const frame = sent(port).take();
    return frame != nullptr ? std::optional(copy_and_free(frame)) : std::nullopt;
}

std::optional<Punted> WorkerRig::take_punted(packet::PuntClass punt_class, uint16_t worker) {
    const size_t ring = worker * packet::kPuntClassCount + static_cast<size_t>(punt_class);
    rte_mbuf* const frame = punt_rings_[ring]->take();
    if (frame == nullptr) {
        return std::nullopt;
    }
    const dataplane::PuntTag tag = dataplane::punt_tag(frame);
    return Punted{copy_and_free(frame), tag};
}

uint64_t WorkerRig::n_dropped(DropReason reason, uint16_t worker) {
    return workers_[worker]->counters().dropped[static_cast<size_t>(reason)].get();
}

}  // namespace evengate::test
