// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "bench/bench_gateway.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include <rte_mbuf.h>
#include <rte_mempool.h>

#include "dataplane/punt_tag.hpp"
#include "evengate/clock.hpp"

namespace evengate::bench {
namespace {

constexpr uint32_t kPoolCache = 256;

}  // namespace

void BenchGateway::FreePool::operator()(rte_mempool* pool) const {
    rte_mempool_free(pool);
}

BenchGateway::BenchGateway(const settings::Settings& settings, uint16_t mbuf_size)
    : settings_(settings),
      mbuf_size_(mbuf_size),
      interfaces_(plan_interfaces(settings)),
      vlan_maps_(make_vlan_maps(interfaces_, settings.ports.size())),
      links_(settings.ports.size(), port::LinkState::up) {}

Result<std::unique_ptr<BenchGateway>> BenchGateway::make(const settings::Settings& settings,
                                                         uint16_t mbuf_size) {
    std::unique_ptr<BenchGateway> gateway(new BenchGateway(settings, mbuf_size));
    for (const auto step : {&BenchGateway::bring_up_ports, &BenchGateway::make_workers,
                            &BenchGateway::start_control}) {
        if (auto done = (*gateway.*step)(); !done) {
            return done.error();
        }
    }
    if (auto launched = gateway->workers_->launch(); !launched) {
        return launched.error();
    }
    return gateway;
}

BenchGateway::~BenchGateway() {
    if (workers_) {
        workers_->stop();
    }
}

Result<void> BenchGateway::bring_up_ports() {
    pool_.reset(rte_pktmbuf_pool_create("bench_frames", settings_.appliance.n_mbufs, kPoolCache,
                                        dataplane::kMbufPrivateSize, mbuf_size_,
                                        SOCKET_ID_ANY));
    if (!pool_) {
        return Error{"no memory for the frame buffers"};
    }
    const port::PortNeeds needs{.n_workers = settings_.appliance.n_workers, .pool = pool_.get()};
    for (size_t i = 0; i < settings_.ports.size(); ++i) {
        auto port =
            port::Port::bring_up(settings_.ports[i], PortIndex(static_cast<uint16_t>(i)), needs);
        if (!port) {
            return port.error();
        }
        ports_.push_back(std::move(port).value());
    }
    return {};
}

Result<void> BenchGateway::make_workers() {
    // No port of a bench filters by MAC address.
    auto tables = GatewayTables::make(settings_, settings_.appliance.n_workers, [](auto) {});
    if (!tables) {
        return tables.error();
    }
    tables_ = std::move(tables).value();
    recorded_ = std::make_unique<RecordedTables>(*tables_);
    auto workers = WorkerSet::make(
        {.settings = settings_,
         .ports = ports_,
         .vlan_maps = vlan_maps_,
         .tables = tables_->for_workers(),
         .services = tables_->services(),
         .tagging = has_tags(interfaces_) ? dataplane::Tagging::vlan : dataplane::Tagging::none});
    if (!workers) {
        return workers.error();
    }
    workers_ = std::move(workers).value();
    return {};
}

Result<void> BenchGateway::start_control() {
    transmitter_ = std::make_unique<FrameTransmitter>(ports_, interfaces_, pool_.get(),
                                                      [this] { workers_->wake_sender(); });
    state_ = std::make_unique<ApplianceState>(ports_, *workers_, *tables_, links_,
                                              ApplianceState::OfLoop{[] {}, [] { return Duration::zero(); }});
    std::vector<control::PortFacts> facts;
    for (const auto& port : ports_) {
        facts.push_back({.mac = port->mac(), .link = control::LinkState::up});
    }
    control_ = std::make_unique<control::Control>(
        settings_, control::Identity{.version = "bench", .config = {}, .seed = 1}, facts,
        *transmitter_, *recorded_, *state_);
    if (auto started = control_->start(boot_time()); !started) {
        return started;
    }
    // A gateway listens for a hold before it owns the vMACs.
    const auto owns_some = [this] {
        return std::ranges::count(recorded_->actions(), packet::SlotAction::own) != 0;
    };
    const TimePoint deadline = boot_time() + std::chrono::seconds(5);
    while (!owns_some() && boot_time() < deadline) {
        control_->on_timers(boot_time());
    }
    return owns_some() ? Result<void>() : Error{"the gateway owns no vMAC after 5 s"};
}

void BenchGateway::serve_control() {
    control_->on_timers(boot_time());
    for (size_t c = 0; c < packet::kPuntClassCount; ++c) {
        std::array<rte_mbuf*, 32> frames;
        const unsigned n_frames = workers_->take_punted(static_cast<packet::PuntClass>(c), frames);
        rte_pktmbuf_free_bulk(frames.data(), n_frames);
    }
}

admin::Report BenchGateway::report() {
    admin::Report report;
    state_->describe(report);
    return report;
}

}  // namespace evengate::bench
