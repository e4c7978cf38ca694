// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The evengate authors
#include "evengate/worker_set.hpp"

#include <algorithm>

#include <rte_cycles.h>
#include <rte_launch.h>
#include <rte_lcore.h>

#include "port/eal_arguments.hpp"
#include "port/queue_plan.hpp"

namespace evengate {
namespace {

constexpr dataplane::Polling to_polling(settings::PollMode mode) {
    return mode == settings::PollMode::busy ? dataplane::Polling::busy : dataplane::Polling::adaptive;
}

}  // namespace

Result<std::unique_ptr<WorkerSet>> WorkerSet::make(const Surroundings& surroundings) {
    const settings::Settings& settings = surroundings.settings;
    const uint16_t n_workers = settings.appliance.n_workers;
    std::unique_ptr<WorkerSet> set(new WorkerSet);
    if (auto made = set->make_punt_rings(settings.appliance.name, n_workers); !made) {
        return made.error();
    }
    if (auto made = set->make_hand_over_rings(settings.appliance.name, surroundings); !made) {
        return made.error();
    }

    std::vector<port::PortQueues> queues;
    for (const auto& port : surroundings.ports) {
        queues.push_back(port->queues());
    }
    const auto rx_queues = port::assign_rx_queues(queues, n_workers);
    for (uint16_t i = 0; i < n_workers; ++i) {
        dataplane::WorkerPlan plan;
        plan.index = WorkerIndex(i);
        plan.lcore = port::worker_lcore(plan.index);
        plan.tables = surroundings.tables;
        plan.polling = to_polling(settings.appliance.poll_mode);
        plan.max_sleep = settings.appliance.max_sleep;
        plan.n_slots = settings.tables.n_slots;
        plan.tagging = surroundings.tagging;
        if (surroundings.services != nullptr) {
            plan.reroute = surroundings.services->plan(plan.index);
        }
        for (size_t c = 0; c < packet::kPuntClassCount; ++c) {
            plan.punt_rings[c] = set->punt_rings_[i][c]->ring();
        }
        for (const port::RxQueue& queue : rx_queues[i]) {
            const size_t port = queue.port.value;
            plan.rx.push_back(
                {surroundings.ports[port]->ethdev_id(), queue.queue, &surroundings.vlan_maps[port]});
        }
        for (const auto& port : surroundings.ports) {
            plan.tx.push_back(set->plan_tx(plan.index, *port));
        }
        set->workers_.push_back(std::make_unique<dataplane::Worker>(std::move(plan)));
    }
    if (surroundings.services != nullptr) {
        std::vector<const counters::RerouteCounters*> counters;
        for (const auto& worker : set->workers_) {
            counters.push_back(worker->reroute_counters());
        }
        surroundings.services->attach(std::move(counters));
    }
    set->last_peaks_.resize(n_workers);
    set->longest_sleep_ = settings.appliance.poll_mode == settings::PollMode::adaptive
                              ? Duration(settings.appliance.max_sleep)
                              : Duration::zero();
    return set;
}

Result<void> WorkerSet::make_punt_rings(const std::string& name, uint16_t n_workers) {
    for (uint16_t i = 0; i < n_workers; ++i) {
        auto& rings = punt_rings_.emplace_back();
        for (size_t c = 0; c < packet::kPuntClassCount; ++c) {
            auto made = port::FrameFifo::make(name + "_p" + std::to_string(i) + "_" + std::to_string(c),
                                              packet::kPuntClassLimits[c].ring_size, port::FrameFifo::Producers::one);
            if (!made) {
                return made.error();
            }
            rings[c] = std::move(made).value();
        }
    }
    return {};
}

Result<void> WorkerSet::make_hand_over_rings(const std::string& name, const Surroundings& surroundings) {
    for (const auto& port : surroundings.ports) {
        auto& rings = hand_over_rings_.emplace_back();
        if (port->queues().n_tx >= surroundings.settings.appliance.n_workers) {
            continue;
        }
        for (uint16_t sender = 0; sender < port->queues().n_tx; ++sender) {
            auto made = port::FrameFifo::make(
                name + "_h" + std::to_string(port->index().value) + "_" + std::to_string(sender), kHandOverFrames,
                port::FrameFifo::Producers::several);
            if (!made) {
                return made.error();
            }
            rings.push_back(std::move(made).value());
        }
    }
    return {};
}

dataplane::TxQueue WorkerSet::plan_tx(WorkerIndex worker, port::Port& port) const {
    dataplane::TxQueue plan;
    plan.ethdev = port.ethdev_id();
    const auto& hand_over = hand_over_rings_[port.index().value];
    if (const auto queue = port.queues().tx_queue_of(worker)) {
        plan.queue = *queue;
        plan.taken_over = hand_over.empty() ? nullptr : hand_over[*queue]->ring();
    } else {
        plan.handed_over = hand_over[port.queues().transmitter_for(worker).value]->ring();
    }
    if (worker.value == 0 && port.control_tx().fifo() != nullptr) {
        plan.control = port.control_tx().fifo()->ring();
    }
    return plan;
}

Result<void> WorkerSet::launch() {
    for (const auto& worker : workers_) {
        const auto run = [](void* self) {
            static_cast<dataplane::Worker*>(self)->run();
            return 0;
        };
        worker->counters().came_round_tsc.set(rte_get_tsc_cycles());
        if (rte_eal_remote_launch(run, worker.get(), worker->plan().lcore) != 0) {
            return Error{"lcore " + std::to_string(worker->plan().lcore) + " cannot run a worker"};
        }
        ++n_launched_;
    }
    return {};
}

void WorkerSet::stop() {
    // The lcore of a worker that was not launched may run somebody else's.
    const std::span launched = std::span(workers_).first(n_launched_);
    for (const auto& worker : launched) {
        worker->request_stop();
    }
    for (const auto& worker : launched) {
        rte_eal_wait_lcore(worker->plan().lcore);
    }
    n_launched_ = 0;
}

unsigned WorkerSet::take_punted(packet::PuntClass punt_class, std::span<rte_mbuf*> frames) {
    // Another worker comes first each time, so that a flood at one cannot fill every turn.
    const size_t first = next_punter_++;
    unsigned n_taken = 0;
    for (size_t i = 0; i < punt_rings_.size(); ++i) {
        auto& rings = punt_rings_[(first + i) % punt_rings_.size()];
        n_taken += rings[static_cast<size_t>(punt_class)]->take_burst(frames.subspan(n_taken));
    }
    return n_taken;
}

void WorkerSet::set_forwarding(dataplane::Worker::Forwarding forwarding) {
    for (const auto& worker : workers_) {
        worker->set_forwarding(forwarding);
    }
}

void WorkerSet::roll_peaks() {
    for (const auto& worker : workers_) {
        counters::WorkerCounters& counters = worker->counters();
        last_peaks_[worker->plan().index.value] = counters.longest_loop_cycles.get();
        counters.longest_loop_epoch.fetch_add(1, std::memory_order_relaxed);
    }
}

control::SlotCounts WorkerSet::slot_counts(SlotIndex slot) const {
    control::SlotCounts sum;
    for (const auto& worker : workers_) {
        const counters::SlotCell& cell = worker->counters().slot(slot);
        sum.packets += cell.packets.get() + cell.linger_packets.get();
        sum.bytes += cell.bytes.get();
        sum.linger_packets += cell.linger_packets.get();
        sum.foreign_packets += cell.foreign_packets.get();
        const counters::ReturnCell& returned = worker->counters().returns(slot);
        sum.returned_packets += returned.packets.get();
        sum.returned_bytes += returned.bytes.get();
    }
    return sum;
}

control::WorkerTotals WorkerSet::totals() const {
    control::WorkerTotals sum{.packets = 0,
                              .busy_cycles = 0,
                              .hz = rte_get_tsc_hz(),
                              .n_workers = static_cast<uint32_t>(workers_.size())};
    for (const auto& worker : workers_) {
        sum.packets += worker->counters().received.get();
        sum.busy_cycles += worker->counters().busy_cycles.get();
    }
    return sum;
}

Duration WorkerSet::lag() const {
    const uint64_t now = rte_get_tsc_cycles();
    uint64_t most = 0;
    for (size_t i = 0; i < n_launched_; ++i) {
        const uint64_t came_round = workers_[i]->counters().came_round_tsc.get();
        most = std::max(most, now - std::min(now, came_round));
    }
    const Duration since(static_cast<Duration::rep>(static_cast<double>(most) * 1e9 /
                                                    static_cast<double>(rte_get_tsc_hz())));
    return std::max(since - longest_sleep_, Duration::zero());
}

void WorkerSet::fill_report(admin::Report& report) const {
    for (const std::string_view name : packet::kPuntClassNames) {
        report.punts.push_back({.name = std::string(name)});
    }
    for (const auto& worker : workers_) {
        counters::WorkerCounters& counters = worker->counters();
        admin::WorkerReport& entry = report.workers.emplace_back();
        entry.index = worker->plan().index;
        entry.lcore = worker->plan().lcore;
        entry.received = counters.received.get();
        entry.forwarded = counters.forwarded.get();
        entry.punted = counters.punted.get();
        entry.handed_over = counters.handed_over.get();
        entry.taken_over = counters.taken_over.get();
        for (size_t reason = 0; reason < packet::kDropReasonCount; ++reason) {
            if (const uint64_t count = counters.dropped[reason].get(); count != 0) {
                entry.drops.push_back({std::string(packet::kDropReasonNames[reason]), count});
            }
        }
        entry.polls = counters.polls.get();
        entry.busy_polls = counters.busy_polls.get();
        entry.sleeps = counters.sleeps.get();
        entry.busy_cycles = counters.busy_cycles.get();
        entry.control_frames = counters.control_frames.get();
        entry.control_frames_lost = counters.control_frames_lost.get();
        entry.control_frames_stale = counters.control_frames_stale.get();
        const uint64_t longest_cycles =
            std::max(last_peaks_[entry.index.value], counters.longest_loop_cycles.get());
        entry.longest_loop_ns =
            static_cast<uint64_t>(static_cast<double>(longest_cycles) * 1e9 / static_cast<double>(rte_get_tsc_hz()));
        entry.generation = counters.generation.get();
        for (size_t c = 0; c < packet::kPuntClassCount; ++c) {
            report.punts[c].accepted += counters.punts[c].accepted.get();
            report.punts[c].limited += counters.punts[c].limited.get();
            report.punts[c].ring_full += counters.punts[c].ring_full.get();
        }
    }
}

}  // namespace evengate
