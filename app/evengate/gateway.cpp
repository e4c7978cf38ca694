// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "evengate/gateway.hpp"

#include <algorithm>
#include <utility>

#include <rte_errno.h>
#include <rte_mbuf.h>
#include <rte_mempool.h>
#include <sys/random.h>

#include "dataplane/burst.hpp"
#include "dataplane/punt_tag.hpp"
#include "evengate/clock.hpp"
#include "evengate/scheduling.hpp"
#include "packet/group_message.hpp"
#include "port/queue_plan.hpp"
#include "reroute/port_pool.hpp"

namespace evengate {
namespace {

constexpr uint32_t kPoolCache = 256;  // mbufs an lcore keeps for itself
constexpr uint32_t kMib = 1024 * 1024;

uint16_t buffer_room(const settings::Settings& settings) {
    uint16_t mtu = 0;
    for (const settings::Port& port : settings.ports) {
        mtu = std::max(mtu, port.mtu);
    }
    const size_t frame = packet::kEthernetHeaderSize + packet::kMaxVlanTags * packet::kVlanTagSize + mtu;
    // Drivers want 2 KiB at least, and pass the space on to NICs in KiB.
    const size_t room = std::max<size_t>(2048, RTE_ALIGN_CEIL(frame, 1024));
    return static_cast<uint16_t>(RTE_PKTMBUF_HEADROOM + room);
}

uint32_t n_mbufs(const settings::Settings& settings) {
    if (settings.appliance.n_mbufs != 0) {
        return settings.appliance.n_mbufs;
    }
    const uint16_t n_workers = settings.appliance.n_workers;
    port::MbufDemand demand;
    for (const settings::Port& port : settings.ports) {
        const uint64_t n_rx = port.n_queues != 0 ? port.n_queues : n_workers;
        demand.n_descriptors += n_rx * port.rx_descriptors + (n_workers + 1u) * uint64_t{port.tx_descriptors};
    }
    demand.n_lcores = n_workers + 1u;
    demand.cache_size = kPoolCache;
    demand.burst_size = dataplane::kBurstSize;
    // Everything that can be full at one moment, so that no flood takes the buffers of hellos.
    for (const packet::PuntClassLimits& limits : packet::kPuntClassLimits) {
        demand.n_held += n_workers * uint64_t{limits.ring_size};
    }
    demand.n_held += settings.ports.size() * (port::ControlTx::kFifoFrames + WorkerSet::kHandOverFrames);
    return port::compute_n_mbufs(demand);
}

// Whether the control lcore may have to wait for a worker on its CPU: they are the same, or nobody said.
bool shares_a_cpu(const settings::Appliance& appliance) {
    return appliance.control_cpus.empty() || appliance.worker_cpus.empty() ||
           appliance.control_cpus == appliance.worker_cpus;
}

}  // namespace

namespace {

// Tables of flows are half full at most, and a power of two; of four kinds for each worker.
uint64_t flows_mb(const settings::Settings& settings) {
    if (!settings.reroutes()) {
        return 0;
    }
    constexpr uint64_t kBytesAFlow = 64;
    constexpr uint64_t kFixedMib = 1;
    const settings::Rerouting& sizes = settings.rerouting;
    const uint64_t n_sources = settings::pool_addresses(settings).size() * reroute::kPoolPorts;  // of all workers
    const uint64_t flows = uint64_t{sizes.n_connections} + 2 * uint64_t{sizes.n_half_open};
    return settings.appliance.n_workers * (flows * kBytesAFlow / kMib + kFixedMib) + n_sources * kBytesAFlow / kMib;
}

}  // namespace

uint64_t compute_memory_mb(const settings::Settings& settings) {
    constexpr uint64_t kRouteTableMib = 33;
    // Rings, hash tables, drivers, and what the allocator loses between large pieces (net_null ports
    // alone came to 24).
    constexpr uint64_t kSlackMib = 40;
    const uint64_t buffer = sizeof(rte_mbuf) + dataplane::kMbufPrivateSize + buffer_room(settings) + RTE_CACHE_LINE_SIZE;
    const uint64_t buffers = n_mbufs(settings) * buffer / kMib;
    const uint64_t groups = settings.tables.n_route_groups * uint64_t{512} / kMib;
    const uint64_t prefixes = settings.tables.n_routes * uint64_t{128} / kMib;
    return kRouteTableMib + buffers + groups + prefixes + flows_mb(settings) + kSlackMib;
}

void Gateway::FreePool::operator()(rte_mempool* pool) const { rte_mempool_free(pool); }

Gateway::Gateway(const settings::Settings& settings)
    : settings_(settings), mailbox_([this] { wake_.set(); }), interfaces_(plan_interfaces(settings_)),
      vlan_maps_(make_vlan_maps(interfaces_, settings_.ports.size())),
      link_states_(settings_.ports.size(), port::LinkState::down) {}

Result<std::unique_ptr<Gateway>> Gateway::make(const settings::Settings& settings, Opening opening) {
    std::unique_ptr<Gateway> gateway(new Gateway(settings));
    gateway->warnings_ = std::move(opening.warnings);
    gateway->on_event_ = std::move(opening.on_event);
    for (const auto step : {&Gateway::make_pool, &Gateway::bring_up_ports, &Gateway::make_tables, &Gateway::make_links}) {
        if (auto done = (*gateway.*step)(); !done) {
            return done.error();
        }
    }
    if (auto started = gateway->start_control(std::move(opening.config_text)); !started) {
        return started.error();
    }
    return gateway;
}

Gateway::~Gateway() = default;

Result<void> Gateway::make_pool() {
    const uint32_t count = n_mbufs(settings_);
    pool_.reset(rte_pktmbuf_pool_create((settings_.appliance.name + "_frames").c_str(), count, kPoolCache,
                                        dataplane::kMbufPrivateSize, buffer_room(settings_), SOCKET_ID_ANY));
    if (!pool_) {
        return Error{"no memory for " + std::to_string(count) + " frame buffers (" + rte_strerror(rte_errno) +
                     "): raise appliance.memory or lower appliance.mbufs"};
    }
    return {};
}

Result<void> Gateway::bring_up_ports() {
    const port::PortNeeds needs{.n_workers = settings_.appliance.n_workers, .pool = pool_.get()};
    for (size_t i = 0; i < settings_.ports.size(); ++i) {
        auto port = port::Port::bring_up(settings_.ports[i], PortIndex(static_cast<uint16_t>(i)), needs);
        if (!port) {
            return port.error();
        }
        const auto& warnings = (*port)->warnings();
        warnings_.insert(warnings_.end(), warnings.begin(), warnings.end());
        ports_.push_back(std::move(port).value());
    }
    return {};
}

Result<void> Gateway::make_tables() {
    auto tables = GatewayTables::make(settings_, settings_.appliance.n_workers,
                                      [this](auto bindings) { set_port_filters(bindings); });
    if (!tables) {
        return tables.error();
    }
    tables_ = std::move(tables).value();

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

Result<void> Gateway::make_links() {
    std::vector<port::LinkMonitor::Watch> watches;
    for (const auto& port : ports_) {
        watches.push_back({port->index(), port->kernel_interface(), [&port] { return port->try_read_link(); }});
    }
    auto links = port::LinkMonitor::make(std::move(watches));
    if (!links) {
        return links.error();
    }
    links_ = std::move(links).value();
    return {};
}

Result<void> Gateway::start_control(std::string config_text) {
    transmitter_ = std::make_unique<FrameTransmitter>(ports_, interfaces_, pool_.get(),
                                                      [this] { workers_->wake_sender(); });
    state_ = std::make_unique<ApplianceState>(
        ports_, *workers_, *tables_, link_states_,
        ApplianceState::OfLoop{.quit = [this] { request_quit(); },
                               .longest_step = [this] { return loop_->longest_step(); }});

    std::vector<control::PortFacts> facts;
    for (const auto& port : ports_) {
        facts.push_back({.mac = port->mac(), .link = control::LinkState::down});
    }
    const auto missing = make_real_time(shares_a_cpu(settings_.appliance) ? CpuUse::shared : CpuUse::alone);
    warnings_.insert(warnings_.end(), missing.begin(), missing.end());
    control::Identity identity{
        .version = EVENGATE_VERSION, .config = std::move(config_text), .seed = 0, .boot_nonce = 0, .warnings = warnings_};
    // Fails only before the kernel has gathered entropy; the tables then have the default seed.
    [[maybe_unused]] const ssize_t size = getrandom(&identity.seed, sizeof identity.seed, GRND_NONBLOCK);
    // Protocol rule 17 rests on it: a life that is taken for another would be believed. Waits for entropy.
    if (getrandom(&identity.boot_nonce, sizeof identity.boot_nonce, 0) != sizeof identity.boot_nonce) {
        return Error{"the kernel gives no random numbers for the group protocol"};
    }
    control_ = std::make_unique<control::Control>(settings_, std::move(identity), facts, *transmitter_, *tables_,
                                                  *state_);
    loop_ = std::make_unique<ControlLoop>(
        ControlLoop::Parts{.control = *control_,
                           .workers = *workers_,
                           .links = *links_,
                           .mailbox = mailbox_,
                           .wake = wake_,
                           .on_event = on_event_,
                           .on_link = [this](PortIndex port, port::LinkState state, TimePoint now) {
                               on_link(port, state, now);
                           }});
    return control_->start(boot_time());
}

void Gateway::set_port_filters(std::span<const control::SlotBinding> bindings) {
    std::vector<std::vector<MacAddress>> macs(ports_.size());
    for (const control::SlotBinding& binding : bindings) {
        std::vector<MacAddress>& of_port = macs[interfaces_[binding.interface.value].port.value];
        if (std::find(of_port.begin(), of_port.end(), binding.mac) == of_port.end()) {
            of_port.push_back(binding.mac);
        }
    }
    for (size_t port = 0; port < ports_.size(); ++port) {
        ports_[port]->set_filters(std::move(macs[port]), {packet::kGroupMulticastIpv4, packet::kGroupMulticastIpv6});
    }
}

void Gateway::on_link(PortIndex port, port::LinkState state, TimePoint now) {
    link_states_[port.value] = state;
    control_->on_link(port, state == port::LinkState::up ? control::LinkState::up : control::LinkState::down, now);
}

Result<void> Gateway::run() {
    if (auto launched = workers_->launch(); !launched) {
        workers_->stop();
        return launched.error();
    }
    loop_->run();
    end_real_time();
    workers_->stop();
    return {};
}

}  // namespace evengate
